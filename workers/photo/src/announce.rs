//! What is told of a processed photo. Of a withheld report: only that it was processed.

use jaga_contract::{
    KelurahanCode, Match, MatchKind, MatchTier, MatchTransform, ObjectRef, PhotoProcessed, Place,
    Published, Rendition, Reroute, Role, TicketId,
};
use jaga_geo::{PlaceVerdict, Placed, Source};
use jaga_ledger::{PhotoRow, SameBy, Similar, TicketRow, Tier, Transform};

use crate::facts::name;

/// The event.
pub(crate) fn processed(
    (row, placed): (&PhotoRow, &Placed),
    ticket: Option<&TicketRow>,
    (matches, merge_with): (&[Similar], Vec<TicketId>),
    bucket: &str,
) -> PhotoProcessed {
    // A ticket that is not known may turn out to be private.
    let withheld = ticket.is_none_or(|t| t.withheld);
    let published = match row.role {
        Role::Report if withheld => None,
        _ => published((row, placed), withheld, (matches, merge_with), bucket),
    };
    PhotoProcessed {
        photo_id: row.photo_id.clone(),
        ticket_id: row.ticket_id.clone(),
        role: row.role,
        published,
    }
}

fn published(
    (row, placed): (&PhotoRow, &Placed),
    withheld: bool,
    (matches, merge_with): (&[Similar], Vec<TicketId>),
    bucket: &str,
) -> Option<Published> {
    let object = |key: &String| ObjectRef {
        bucket: bucket.to_owned(),
        key: key.clone(),
    };
    let rendition = |r: &jaga_ledger::RenditionRow| Rendition {
        width: r.width,
        height: r.height,
        object: object(&r.key),
    };
    Some(Published {
        format: row.format.clone()?,
        width: row.width?,
        height: row.height?,
        digest: row.clean_digest.clone()?,
        clean: object(row.clean_key.as_ref()?),
        renditions: row.renditions.iter().map(rendition).collect(),
        // An officer's photo of a private report's place would tell the place.
        place: if withheld { nowhere() } else { place(placed) },
        matches: matches
            .iter()
            .filter(|m| tellable(row, m))
            .map(matched)
            .collect(),
        merge_with,
    })
}

/// What is told of a withheld ticket's place.
fn nowhere() -> Place {
    Place {
        verdict: PlaceVerdict::NotApplicable.as_str().to_owned(),
        kelurahan: None,
        distance_to_ticket_m: None,
        neighbours: Vec::new(),
        layer: None,
        reroute: None,
    }
}

fn place(placed: &Placed) -> Place {
    let code = |code: &String| KelurahanCode::new(code.as_str()).ok();
    Place {
        verdict: placed.verdict.as_str().to_owned(),
        kelurahan: placed.kelurahan.as_ref().and_then(code),
        distance_to_ticket_m: placed.distance_to_ticket_m.map(|m| m.round() as u32),
        neighbours: placed
            .neighbours
            .iter()
            .filter_map(|n| code(&n.code))
            .collect(),
        layer: Some(placed.layer.clone()),
        reroute: placed.reroute.as_ref().and_then(|r| {
            let named = |sources: &[Source]| sources.iter().filter_map(name).collect();
            Some(Reroute {
                to: code(&r.to)?,
                worth: name(&r.worth)?,
                by: named(&r.by),
                against: named(&r.against),
            })
        }),
    }
}

/// That two reports show the same picture may point at one reporter: told only of public tickets, or
/// within one ticket.
fn tellable(row: &PhotoRow, m: &Similar) -> bool {
    m.ticket_id == row.ticket_id || m.role == Role::Evidence || !m.withheld
}

fn matched(m: &Similar) -> Match {
    Match {
        photo_id: m.photo_id.clone(),
        ticket_id: m.ticket_id.clone(),
        role: m.role,
        kind: match m.likeness.by {
            SameBy::Bytes => MatchKind::SameBytes,
            SameBy::Pixels => MatchKind::SamePixels,
            SameBy::Near => MatchKind::Near,
        },
        distance: m.likeness.distance,
        tier: Some(match m.likeness.tier {
            Tier::Duplicate => MatchTier::Duplicate,
            Tier::Similar => MatchTier::Similar,
        }),
        transform: Some(match m.likeness.transform {
            Transform::None => MatchTransform::None,
            Transform::Mirrored => MatchTransform::Mirrored,
            Transform::Banded => MatchTransform::Banded,
            Transform::Cropped => MatchTransform::Cropped,
        }),
    }
}
