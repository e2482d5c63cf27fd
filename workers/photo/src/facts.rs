//! From what the picture says to what the ledger keeps: derived values, and no position of a report.

use jaga_contract::{PhotoUploaded, Role};
use jaga_geo::{Claim, Gazetteer, Placed};
use jaga_imaging::{Capture, CaptureSource, Facts, Flaw, Gps, Integrity, Reading, SoftwareClass};
use jaga_ledger::{PhotoRow, TicketRow};
use jiff::Timestamp;

/// Phones that write no zone are read by Jakarta's clock (UTC+7, no daylight saving).
const JAKARTA_S: i32 = 7 * 3600;

/// The photo's row. Keys of stored copies are filled in by whoever stores them.
pub(crate) fn row(upload: &PhotoUploaded, ticket: Option<&TicketRow>, facts: &Facts) -> PhotoRow {
    let placed = place(ticket, &facts.evidence.gps);
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
    row.upload_digest = Some(hex::encode(facts.upload_digest));
    row.pixel_digest = Some(hex::encode(facts.pixel_digest));
    row.clean_digest = Some(hex::encode(facts.clean_digest));
    row.captured = facts.evidence.capture.present().and_then(captured);
    row.place_verdict = Some(placed.verdict.as_str().to_owned());
    row.place_kelurahan = placed.kelurahan;
    row.distance_m = placed.distance_to_ticket_m;
    if upload.role == Role::Evidence {
        row.position = facts.evidence.gps.present().map(|g| (g.lat, g.lon));
    }
    row.marks = marks(facts);
    // Kinds and sizes only; a failure to write them down would lose a photo for a footnote.
    row.removed = serde_json::to_string(&facts.removed).unwrap_or_else(|_| "[]".into());
    row.fingerprint = Some((facts.fingerprint.pdq.0, facts.fingerprint.quality));
    row
}

fn place(ticket: Option<&TicketRow>, gps: &Reading<Gps>) -> Placed {
    let claim = Claim {
        kelurahan: ticket.and_then(|t| t.kelurahan.as_deref()),
        point: ticket.and_then(|t| t.point),
        category: ticket.and_then(|t| t.category.as_deref()),
        ..Claim::default()
    };
    let (position, accuracy) = match gps {
        Reading::Present(g) => (Some((g.lat, g.lon)), g.accuracy_m),
        // Half a position is none. One that can't be a position is something else: unusable.
        Reading::Absent | Reading::Unreadable(Flaw::Incomplete) => (None, None),
        Reading::Unreadable(_) => (Some((0.0, 0.0)), None),
    };
    jaga_geo::judge(Gazetteer::builtin(), position, accuracy, &claim)
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
fn name<T: serde::Serialize>(value: &T) -> Option<String> {
    Some(serde_json::to_value(value).ok()?.as_str()?.to_owned())
}
