//! From what the picture says to what the ledger keeps: derived values, and no position of a report.

use jaga_contract::{PhotoId, PhotoUploaded, Role, TicketId, Told};
use jaga_geo::{Claim, Layer, Office, Placed};
use jaga_imaging::{
    Capture, CaptureSource, Evidence, Facts, Flaw, Gps, Integrity, Reading, SoftwareClass,
};
use jaga_ledger::{PhotoRow, ThumbnailTrace, TicketRow, Traces};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::layers::InForce;
use crate::likeness::prints;

/// Phones that write no zone are read by Jakarta's clock (UTC+7, no daylight saving).
const JAKARTA_S: i32 = 7 * 3600;
const JAKARTA: Offset = Offset::constant(7);

/// The layer that a photo is judged by: the one of the day its ticket was submitted, and as long as
/// that is not known, of the day of the upload.
pub(crate) fn layer<'a>(
    in_force: &'a InForce,
    upload: &PhotoUploaded,
    ticket: Option<&TicketRow>,
) -> &'a dyn Layer {
    let submitted = ticket.and_then(|t| t.submitted_at);
    in_force
        .layers
        .in_force_at(submitted.unwrap_or(upload.uploaded_at))
}

/// The photo's row, and all of its place. Keys of stored copies are filled in by whoever stores them.
pub(crate) fn row(
    upload: &PhotoUploaded,
    ticket: Option<&TicketRow>,
    facts: &Facts,
    (layer, offices): (&dyn Layer, &[Office]),
) -> (PhotoRow, Placed) {
    let is_report = upload.role == Role::Report;
    let claim = Claim {
        kelurahan: ticket.and_then(|t| t.kelurahan.as_deref()),
        point: ticket.and_then(|t| t.point),
        category: ticket.and_then(|t| t.category.as_deref()),
        address: ticket.and_then(|t| t.address.as_deref()),
        is_report,
        offices,
    };
    let mut placed = place(layer, &facts.evidence.gps, &claim);
    if is_report {
        coarsen(&mut placed);
    }
    let who = (
        upload.photo_id.clone(),
        upload.ticket_id.clone(),
        upload.role,
    );
    let mut row = PhotoRow::bare(who, "processed", None, upload.uploaded_at);
    row.format = Some(facts.format.as_str().to_owned());
    row.method = name(&facts.method);
    row.width = Some(facts.width);
    row.height = Some(facts.height);
    row.captured = facts.evidence.capture.present().and_then(captured);
    row.place_verdict = Some(placed.verdict.as_str().to_owned());
    row.place_kelurahan.clone_from(&placed.kelurahan);
    row.distance_m = placed.distance_to_ticket_m;
    row.place_layer = Some(placed.layer.clone());
    row.placed = serde_json::to_string(&placed).ok();
    if !is_report {
        row.position = facts.evidence.gps.present().map(|g| (g.lat, g.lon));
        row.traces = Some(traces(&facts.evidence, &upload.told));
    }
    row.marks = marks(facts);
    // Kinds and sizes only; a failure to write them down would lose a photo for a footnote.
    row.removed = serde_json::to_string(&facts.removed).unwrap_or_else(|_| "[]".into());
    look(&mut row, facts);
    (row, placed)
}

/// What the file of an evidence photo says, for a verdict to rest on: classes and numbers, no names.
fn traces(evidence: &Evidence, told: &Told) -> Traces {
    let gps = evidence.gps.present();
    let capture = evidence.capture.present();
    let mut times = Vec::new();
    if let Some(utc) = capture.and_then(|c| c.gps_utc)
        && let Ok(at) = utc.to_zoned(TimeZone::UTC)
    {
        times.push(("gps".to_owned(), at.timestamp()));
    }
    if let Some(at) = evidence
        .modified
        .present()
        .and_then(|t| t.instant(JAKARTA_S))
    {
        times.push(("file".to_owned(), at));
    }
    let noon = |day: Date| day.at(12, 0, 0, 0).to_zoned(TimeZone::fixed(JAKARTA)).ok();
    let said = [
        ("stated", told.stated_at),
        ("printed", told.printed_at),
        (
            "printed_day",
            told.printed_on.and_then(noon).map(|t| t.timestamp()),
        ),
    ];
    times.extend(
        said.into_iter()
            .filter_map(|(by, at)| Some((by.to_owned(), at?))),
    );
    let thumbnail = evidence.thumbnail.present().and_then(|t| t.likeness);
    let coding = evidence.coding.present();
    let actions = evidence.c2pa.present().map(|c| &c.actions[..]);
    Traces {
        accuracy_m: gps.and_then(|g| g.accuracy_m),
        position_age_s: gps.and_then(|g| g.age_s),
        times,
        camera: match evidence.camera {
            Reading::Present(()) => Some(true),
            Reading::Absent => Some(false),
            Reading::Unreadable(_) => None,
        },
        traits: evidence.traits.iter().filter_map(name).collect(),
        thumbnail: thumbnail.map(|t| ThumbnailTrace {
            distance: t.pdq_distance,
            quality: t.pdq_quality,
            largest_difference: t.largest_difference,
            reframed: t.turned || t.letterboxed,
        }),
        double_compression: coding.and_then(|c| c.double).map(|d| d.unevenness),
        actions: actions
            .unwrap_or_default()
            .iter()
            .filter_map(|a| name(&a.kind))
            .collect(),
    }
}

/// What it looks like, and which bytes and pixels it is made of.
fn look(row: &mut PhotoRow, facts: &Facts) {
    row.upload_digest = Some(hex::encode(facts.upload_digest));
    row.pixel_digest = Some(hex::encode(facts.pixel_digest));
    row.clean_digest = Some(hex::encode(facts.clean_digest));
    row.fingerprint = Some((facts.fingerprint.pdq.0, facts.fingerprint.quality));
    // The whole is the fingerprint.
    row.parts = prints(facts).split_off(1);
}

/// The row of a photo that is in no ledger, to ask one with.
pub fn asked(who: (PhotoId, TicketId, Role), facts: &Facts) -> PhotoRow {
    let mut row = PhotoRow::bare(who, "processed", None, Timestamp::UNIX_EPOCH);
    look(&mut row, facts);
    row
}

fn place(layer: &dyn Layer, gps: &Reading<Gps>, claim: &Claim<'_>) -> Placed {
    let (position, accuracy) = match gps {
        Reading::Present(g) => (Some((g.lat, g.lon)), g.accuracy_m),
        // Half a position is none, and whether an unreadable block held one nobody knows. One that can't be a position is
        // something else: unusable.
        Reading::Absent | Reading::Unreadable(Flaw::Incomplete | Flaw::Block) => (None, None),
        Reading::Unreadable(_) => (Some((0.0, 0.0)), None),
    };
    jaga_geo::judge(layer, position, accuracy, claim)
}

/// Metres: of a report's photo no position is kept, and several exact ways would add up to one.
const STEP_M: f64 = 10.0;

/// Rounds every way of a report's photo.
fn coarsen(placed: &mut Placed) {
    let round = |m: &mut f64| *m = (*m / STEP_M).round() * STEP_M;
    placed.distance_to_border_m.as_mut().map(round);
    placed.distance_to_ticket_m.as_mut().map(round);
    // The stated accuracy stands in the tolerance, and says which phone it was.
    round(&mut placed.tolerance_m);
    for near in &mut placed.neighbours {
        round(&mut near.distance_m);
    }
    for pair in &mut placed.pairs {
        pair.distance_m.as_mut().map(round);
    }
}

fn captured(capture: &Capture) -> Option<(Timestamp, bool)> {
    let zoned = capture.at.offset_seconds.is_some() || capture.source == CaptureSource::Gps;
    Some((capture.at.instant(JAKARTA_S)?, zoned))
}

fn marks(facts: &Facts) -> Vec<String> {
    let evidence = &facts.evidence;
    let mut marks: Vec<String> = evidence.provenance.iter().filter_map(name).collect();
    match evidence.software {
        Reading::Present(SoftwareClass::Generator) => marks.push("software:generator".into()),
        Reading::Present(SoftwareClass::Editor) => marks.push("software:editor".into()),
        _ => {}
    }
    // A signed history that no longer fits its own hashes: somebody changed it after signing.
    let integrity = evidence.c2pa.present().map(|it| it.integrity);
    if integrity == Some(Integrity::HashMismatch) {
        marks.push("c2pa:hash_mismatch".into());
    }
    marks
}

/// The wire name of a unit variant.
pub(crate) fn name<T: serde::Serialize>(value: &T) -> Option<String> {
    Some(serde_json::to_value(value).ok()?.as_str()?.to_owned())
}
