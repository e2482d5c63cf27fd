//! From the ledger's rows to the facts that a verdict rests on.

use std::collections::{BTreeMap, BTreeSet};

use jaga_contract::{MatchKind, PhotoId, Role, Signal, TicketId};
use jaga_ledger::{Compared, Ledger, LedgerError, PhotoRow, SameBy, Similar, TicketRow, Traces};
use jaga_ticket::closure::{
    CapturedAt, ClosureFacts, Edit, EvidenceFacts, EvidenceOutcome, PhotoMatch, Relation, Rules,
    SceneFacts, Thumbnail, TimeMark, TimeSource,
};
use jaga_ticket::review::told;
use jaga_ticket::{Closure, Ticket};
use jiff::Timestamp;

use crate::around::{Around, metres, taken_up};
use crate::line::{Row, placed};

/// No rule calls a photo far that is nearer to the pin.
const NEAR_M: f64 = 100.0;

/// The evidence photos of a ticket's closures, with what each resembles.
pub(crate) struct Photos {
    own: Option<TicketRow>,
    known: BTreeMap<PhotoId, Known>,
    /// Report photos of other, withheld tickets: to be judged by, not to be told of.
    hidden: BTreeSet<PhotoId>,
    report_distance_m: Option<f64>,
}

struct Known {
    row: PhotoRow,
    matches: Vec<PhotoMatch>,
    scenes: Vec<SceneFacts>,
}

impl Photos {
    /// Reads what is known of every photo that the ticket's closures name.
    pub(crate) async fn load(ledger: &Ledger, ticket: &Ticket) -> Result<Self, LedgerError> {
        let own = ledger.ticket(&ticket.id).await?;
        let mut known = BTreeMap::new();
        let mut hidden = BTreeSet::new();
        for id in ticket.closures.iter().flat_map(|c| &c.evidence) {
            if known.contains_key(id) {
                continue;
            }
            let Some(row) = ledger.photo(id).await? else {
                continue;
            };
            let (mut matches, mut scenes) = (Vec::new(), Vec::new());
            if row.outcome == "processed" {
                for other in ledger.similar(id).await? {
                    if other.withheld && other.role == Role::Report && other.ticket_id != ticket.id
                    {
                        hidden.insert(other.photo_id.clone());
                    }
                    let theirs = ledger.ticket(&other.ticket_id).await?;
                    let point = |ticket: Option<&TicketRow>| ticket.and_then(|t| t.point);
                    let apart = metres(point(own.as_ref()), point(theirs.as_ref()));
                    matches.push(matched(&row, other, apart));
                }
                for other in ledger.comparisons(id).await? {
                    if other.withheld && other.role == Role::Report && other.ticket_id != ticket.id
                    {
                        hidden.insert(other.photo_id.clone());
                    }
                    scenes.push(scene(&row, other));
                }
            }
            let of = Known {
                row,
                matches,
                scenes,
            };
            known.insert(id.clone(), of);
        }
        let far = |k: &Known| k.row.distance_m.is_some_and(|m| m > NEAR_M);
        let mut report_distance_m = None;
        if known.values().any(far) {
            // Only a far photo asks whether it is the pin that is off.
            let reports = ledger.processed_of(&ticket.id, Role::Report).await?;
            let ways = reports.iter().filter_map(|r| r.distance_m);
            report_distance_m = ways.max_by(f64::total_cmp);
        }
        Ok(Self {
            own,
            known,
            hidden,
            report_distance_m,
        })
    }

    /// Is any photo of the closure still on its way?
    pub(crate) fn missing(&self, closure: &Closure) -> bool {
        closure
            .evidence
            .iter()
            .any(|id| !self.known.contains_key(id))
    }

    /// Evidence of other tickets that shows the same picture: a name for each pair, and the ticket.
    pub(crate) fn twins(&self, own: &TicketId) -> Vec<(String, TicketId)> {
        let of = |known: &Known| {
            let id = known.row.photo_id.clone();
            let other = |m: &&PhotoMatch| m.role == Role::Evidence && m.ticket != *own;
            let name = |m: &PhotoMatch| (format!("{id}:{}", m.photo), m.ticket.clone());
            known
                .matches
                .iter()
                .filter(other)
                .map(name)
                .collect::<Vec<_>>()
        };
        self.known.values().flat_map(of).collect()
    }

    /// The ticket as the ledger has it.
    pub(crate) fn own(&self) -> Option<&TicketRow> {
        self.own.as_ref()
    }

    pub(crate) fn facts(
        &self,
        ticket: &Ticket,
        closure: &Closure,
        around: Around,
        rules: &Rules,
    ) -> ClosureFacts {
        let category = ticket.submission.as_ref().map(|s| s.category.clone());
        let category = category.unwrap_or_default();
        let unit = closure.unit.as_ref();
        let (assigned_at, accepted_at) = taken_up(ticket, closure);
        ClosureFacts {
            ticket_id: ticket.id.clone(),
            closure: closure.event_id.clone(),
            submitted_at: ticket.submitted_at,
            accepted_at,
            assigned_at,
            proposed_at: closure.proposed_at,
            has_authority: unit.and_then(|u| rules.may_close(u, &category)),
            category,
            note: closure.note.clone(),
            unit: closure.unit.clone(),
            travel_m: around.whereabouts.as_ref().map(|w| w.travel_m),
            travel_s: around.whereabouts.as_ref().map(|w| w.earlier_s),
            travel_from: around.whereabouts.map(|w| w.photo),
            report_distance_m: self.report_distance_m,
            burst: around.burst,
            same_note: around.same_note,
            response: around.response,
            unit_rates: around.past.unit,
            officer_rates: around.past.officer,
            evidence: closure
                .evidence
                .iter()
                .map(|id| self.evidence(id, closure, around.rows.get(id)))
                .collect(),
        }
    }

    fn evidence(&self, id: &PhotoId, closure: &Closure, row: Option<&Row>) -> EvidenceFacts {
        let bare = |outcome| EvidenceFacts::bare(id.clone(), outcome);
        let among = row;
        let Some(Known {
            row,
            matches,
            scenes,
        }) = self.known.get(id)
        else {
            return bare(EvidenceOutcome::Missing);
        };
        let place = placed(row.placed.as_deref());
        match row.outcome.as_str() {
            "processed" => EvidenceFacts {
                identical_to_pin: place.as_ref().is_some_and(|p| p.identical_to_pin),
                identical_to_office: place
                    .as_ref()
                    .is_some_and(|p| p.identical_to_office.is_some()),
                captured_at: row
                    .captured
                    .map(|(at, zone_known)| CapturedAt { at, zone_known }),
                distance_to_ticket_m: row.distance_m,
                border_m: place.and_then(|p| p.distance_to_border_m),
                place: row.place_verdict.clone(),
                marks: row.marks.clone(),
                matches: matches
                    .iter()
                    .map(|m| PhotoMatch {
                        same_closure: closure.evidence.contains(&m.photo),
                        ..m.clone()
                    })
                    .collect(),
                scenes: scenes.clone(),
                pin_copies: among.and_then(|a| a.pin_copies),
                previous: among.and_then(|a| a.previous.clone()),
                same_accuracy: among.and_then(|a| a.same_accuracy),
                officer_camera: among.and_then(|a| a.officer_camera),
                ..traced(
                    bare(EvidenceOutcome::Processed),
                    row.traces.as_ref().unwrap_or(&Traces::default()),
                )
            },
            "rejected" => bare(EvidenceOutcome::Rejected {
                reason: row.reason.clone().unwrap_or_else(|| "unknown".into()),
            }),
            _ => bare(EvidenceOutcome::Parked),
        }
    }
}

/// What the photo's file says; nothing of photos from before that was kept.
fn traced(bare: EvidenceFacts, traces: &Traces) -> EvidenceFacts {
    let mark = |(source, at): &(String, Timestamp)| {
        let date_only = source == "printed_day";
        let source = match source.as_str() {
            "exif" => TimeSource::Exif,
            "gps" => TimeSource::Gps,
            "file" => TimeSource::File,
            "stated" => TimeSource::Stated,
            "printed" | "printed_day" => TimeSource::Printed,
            // Of a newer binary.
            _ => return None,
        };
        Some(TimeMark {
            at: *at,
            source,
            date_only,
        })
    };
    EvidenceFacts {
        times: traces.times.iter().filter_map(mark).collect(),
        position_age_s: traces.position_age_s,
        camera: traces.camera,
        traits: traces.traits.clone(),
        thumbnail: traces.thumbnail.map(|t| Thumbnail {
            distance: t.distance,
            quality: t.quality,
            largest_difference: t.largest_difference,
            reframed: t.reframed,
        }),
        double_compression: traces.double_compression,
        edit: (!traces.actions.is_empty()).then(|| Edit {
            actions: traces.actions.clone(),
            ..Edit::default()
        }),
        ..bare
    }
}

fn matched(row: &PhotoRow, other: Similar, apart: Option<f64>) -> PhotoMatch {
    PhotoMatch {
        same_ticket: other.ticket_id == row.ticket_id,
        same_closure: false,
        reports_same_place: None,
        photo: other.photo_id,
        ticket: other.ticket_id,
        role: other.role,
        kind: match other.likeness.by {
            SameBy::Bytes => MatchKind::SameBytes,
            SameBy::Pixels => MatchKind::SamePixels,
            SameBy::Near => MatchKind::Near,
        },
        distance: other.likeness.distance,
        quality: other.likeness.quality,
        other_uploaded_at: other.uploaded_at,
        other_ticket_point_distance_m: apart,
    }
}

fn scene(row: &PhotoRow, other: Compared) -> SceneFacts {
    // A name that a later version gave is not known here, and what is not known is unknown.
    let relation = serde_json::from_value(other.relation.into()).unwrap_or(Relation::Unknown);
    SceneFacts {
        same_ticket: other.ticket_id == row.ticket_id,
        photo: other.photo_id,
        role: other.role,
        relation,
        confidence: other.confidence,
        reason: other.reason,
        aligned: other.aligned,
        changed: other.changed,
    }
}

impl Photos {
    /// Signals as they may be told: no private report of another ticket is named or dated, and of a
    /// withheld ticket no distances, they would tell its place.
    pub(crate) fn tellable(&self, signals: Vec<Signal>, ticket: &Ticket) -> Vec<Signal> {
        let submission = ticket.submission.as_ref();
        let withheld = submission.is_none_or(jaga_contract::Submission::is_withheld);
        told(signals, withheld, &self.hidden)
    }
}
