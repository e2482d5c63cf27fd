//! A measured closure as the ledger's rows: what intake and the photo worker would have written.

use anyhow::Result;
use jaga_contract::{
    EventId, MatchKind, OfficerId, PhotoId, Role, Step, TicketChanged, TicketId, UnitId,
};
use jaga_eval_closures::world::Closure;
use jaga_ledger::{
    ComparisonRow, Likeness, PhotoRow, RenditionRow, SameBy, ThumbnailTrace, Tier, Traces,
    Transform,
};
use jaga_ticket::closure::{
    ClosureFacts, EvidenceFacts, EvidenceOutcome, PhotoMatch, SceneFacts, TimeSource,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A degree in metres; the city is flat here.
const DEGREE: f64 = 111_320.0;

/// A place of the world on the globe.
pub fn on_globe((x, y): (f64, f64)) -> (f64, f64) {
    (-6.36 + y / DEGREE, 106.69 + x / DEGREE)
}

/// A ticket's steps: submitted, passed to its unit, closed, and what the reporter said.
pub fn steps(facts: &ClosureFacts, world: &Closure) -> Result<Vec<TicketChanged>> {
    let ticket = facts.ticket_id.as_str();
    let mut steps = Vec::new();
    let mut add = |name: &str, at: Timestamp, unit: Option<&UnitId>, step: Step| {
        let event_id = match &step {
            Step::ClosureProposed { .. } => facts.closure.clone(),
            _ => EventId::new(format!("{ticket}-{name}"))?,
        };
        steps.push(TicketChanged {
            event_id,
            ticket_id: facts.ticket_id.clone(),
            occurred_at: at,
            unit: unit.cloned(),
            step,
        });
        anyhow::Ok(())
    };
    let (lat, lon) = on_globe(world.ticket.pin);
    let submitted = serde_json::from_value(json!({
        "kind": "submitted", "number": ticket, "channel": "jaki", "category": facts.category,
        "visibility": "public", "point": {"lat": lat, "lon": lon}
    }))?;
    let proposed_at = facts.proposed_at;
    add(
        "s",
        facts.submitted_at.unwrap_or(proposed_at),
        None,
        submitted,
    )?;
    let unit = UnitId::new(format!("unit-{}", world.unit))?;
    let passed = Step::Dispositioned { to: unit.clone() };
    add("d", facts.assigned_at.unwrap_or(proposed_at), None, passed)?;
    let closed = Step::ClosureProposed {
        evidence: facts.evidence.iter().map(|e| e.photo.clone()).collect(),
        note: facts.note.clone(),
        officer: officer(world)?,
    };
    add("c", proposed_at, Some(&unit), closed)?;
    // Validated on the next day; a reporter who disputes has it opened again.
    let next = proposed_at + SignedDuration::from_hours(2);
    add("v", next, Some(&UnitId::new("biro-pem")?), Step::Validated)?;
    for (n, at) in facts.response.disputes.iter().enumerate() {
        let reason = String::new();
        add(
            &format!("o{n}"),
            (*at).max(next),
            None,
            Step::Reopened { reason },
        )?;
    }
    if let Some(stars) = facts.response.rating {
        let at = next + SignedDuration::from_hours(3);
        add("r", at, None, Step::Rated { stars })?;
    }
    Ok(steps)
}

/// Half of the units send their officers' handles.
pub fn officer(world: &Closure) -> Result<Option<OfficerId>> {
    let named = world.unit.is_multiple_of(2);
    let handle = named.then(|| OfficerId::new(format!("officer-{}", world.officer)));
    Ok(handle.transpose()?)
}

fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// A processed photo as far as every photo has it: digests, a fingerprint, two renditions.
pub fn processed(photo: &PhotoId, ticket: &TicketId, role: Role, at: Timestamp) -> PhotoRow {
    let hash = blake3::hash(photo.as_str().as_bytes());
    let rendition = |width: u32| RenditionRow {
        width,
        height: width * 3 / 4,
        key: format!("{}-{width}", hash.to_hex()),
    };
    PhotoRow {
        format: Some("jpeg".to_owned()),
        method: Some("lossless".to_owned()),
        width: Some(4000),
        height: Some(3000),
        upload_digest: Some(hash.to_hex().to_string()),
        pixel_digest: Some(digest(&format!("{photo} pixels"))),
        clean_digest: Some(digest(&format!("{photo} clean"))),
        clean_key: Some(format!("{}.jpg", hash.to_hex())),
        fingerprint: Some((*hash.as_bytes(), 80)),
        renditions: vec![rendition(1600), rendition(320)],
        ..PhotoRow::bare((photo.clone(), ticket.clone(), role), "processed", None, at)
    }
}

/// An evidence photo; `None`: it never came.
pub fn evidence(facts: &ClosureFacts, photo: &EvidenceFacts, from: (f64, f64)) -> Option<PhotoRow> {
    let (ticket, at) = (&facts.ticket_id, facts.proposed_at);
    let bare = |outcome: &str, reason: Option<String>| {
        let ids = (photo.photo.clone(), ticket.clone(), Role::Evidence);
        PhotoRow::bare(ids, outcome, reason, at)
    };
    match &photo.outcome {
        EvidenceOutcome::Missing => return None,
        EvidenceOutcome::Parked => return Some(bare("parked", None)),
        EvidenceOutcome::Rejected { reason } => {
            return Some(bare("rejected", Some(reason.clone())));
        }
        EvidenceOutcome::Processed => {}
    }
    let placed = photo.distance_to_ticket_m.map(|metres| {
        json!({
            "verdict": photo.place.as_deref().unwrap_or("unknown"), "kelurahan": null, "candidates": [],
            "distance_to_border_m": photo.border_m, "distance_to_ticket_m": metres, "tolerance_m": 300.0,
            "identical_to_pin": photo.identical_to_pin,
            "identical_to_office": photo.identical_to_office.then_some("an office"),
            "swapped": false, "layer": "bench"
        })
    });
    Some(PhotoRow {
        captured: photo.captured_at.map(|c| (c.at, c.zone_known)),
        place_verdict: photo.place.clone(),
        distance_m: photo.distance_to_ticket_m,
        position: placed.is_some().then(|| on_globe(from)),
        placed: placed.as_ref().map(Value::to_string),
        marks: photo.marks.clone(),
        traces: Some(traces(photo)),
        ..processed(&photo.photo, ticket, Role::Evidence, at)
    })
}

fn traces(photo: &EvidenceFacts) -> Traces {
    let gps = photo.times.iter().filter(|t| t.source == TimeSource::Gps);
    let thumbnail = photo.thumbnail.map(|t| ThumbnailTrace {
        distance: t.distance,
        quality: t.quality,
        largest_difference: t.largest_difference,
        reframed: t.reframed,
    });
    Traces {
        accuracy_m: photo
            .same_accuracy
            .map(|row| if row > 1 { 4.0 } else { 3.0 + pseudo(photo) }),
        position_age_s: photo.position_age_s,
        times: gps.map(|t| ("gps".to_owned(), t.at)).collect(),
        camera: photo.camera,
        traits: photo.traits.clone(),
        thumbnail,
        double_compression: photo.double_compression,
        actions: photo.edit.iter().flat_map(|e| e.actions.clone()).collect(),
    }
}

/// A share that only the photo's name decides.
fn pseudo(photo: &EvidenceFacts) -> f64 {
    let hash = blake3::hash(photo.photo.as_str().as_bytes());
    f64::from(hash.as_bytes()[0]) + f64::from(hash.as_bytes()[1]) / 256.0
}

/// A match as the index records it.
pub fn likeness(found: &PhotoMatch) -> (PhotoId, Likeness) {
    let by = match found.kind {
        MatchKind::SameBytes => SameBy::Bytes,
        MatchKind::SamePixels => SameBy::Pixels,
        MatchKind::Near => SameBy::Near,
    };
    let likeness = Likeness {
        by,
        tier: Tier::Duplicate,
        distance: found.distance,
        transform: Transform::None,
        quality: found.quality,
    };
    (found.photo.clone(), likeness)
}

/// A comparison as the photo worker records it.
pub fn comparison(photo: &PhotoId, scene: &SceneFacts) -> Result<ComparisonRow> {
    let relation: Value = serde_json::to_value(scene.relation)?;
    Ok(ComparisonRow {
        photo_id: photo.clone(),
        other_id: scene.photo.clone(),
        relation: relation.as_str().unwrap_or("unknown").to_owned(),
        reason: scene.reason.clone(),
        confidence: scene.confidence,
        aligned: scene.aligned,
        aligned_other: scene.aligned,
        changed: scene.changed,
        found: None,
        method: "bench".to_owned(),
    })
}
