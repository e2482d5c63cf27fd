//! What is told of a processed photo. Of a withheld report: only that it was processed.

use jaga_contract::{
    KelurahanCode, Match, MatchKind, ObjectRef, PhotoProcessed, Place, Published, Rendition, Role,
};
use jaga_ledger::{PhotoRow, SameBy, Similar, TicketRow};

/// The event.
pub(crate) fn processed(
    row: &PhotoRow,
    ticket: Option<&TicketRow>,
    matches: &[Similar],
    bucket: &str,
) -> PhotoProcessed {
    // A ticket that is not known may turn out to be private.
    let withheld = ticket.is_none_or(|t| t.withheld);
    let published = match row.role {
        Role::Report if withheld => None,
        _ => published(row, withheld, matches, bucket),
    };
    PhotoProcessed {
        photo_id: row.photo_id.clone(),
        ticket_id: row.ticket_id.clone(),
        role: row.role,
        published,
    }
}

fn published(
    row: &PhotoRow,
    withheld: bool,
    matches: &[Similar],
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
    // An officer's photo of a private report's place would tell the place.
    let kelurahan = row.place_kelurahan.as_ref().filter(|_| !withheld);
    let distance = row.distance_m.filter(|_| !withheld);
    Some(Published {
        format: row.format.clone()?,
        width: row.width?,
        height: row.height?,
        digest: row.clean_digest.clone()?,
        clean: object(row.clean_key.as_ref()?),
        renditions: row.renditions.iter().map(rendition).collect(),
        place: Place {
            verdict: row
                .place_verdict
                .clone()
                .filter(|_| !withheld)
                .unwrap_or_else(|| "not_applicable".into()),
            kelurahan: kelurahan.and_then(|k| KelurahanCode::new(k.as_str()).ok()),
            distance_to_ticket_m: distance.map(|d| d.round() as u32),
        },
        matches: matches
            .iter()
            .filter(|m| tellable(row, m))
            .map(matched)
            .collect(),
    })
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
        kind: match m.by {
            SameBy::Bytes => MatchKind::SameBytes,
            SameBy::Pixels => MatchKind::SamePixels,
            SameBy::Near => MatchKind::Near,
        },
        distance: m.distance,
    }
}
