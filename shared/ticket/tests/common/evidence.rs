//! Facts of a closure for tests: a clean one, and one match of each kind.

use jaga_contract::{EventId, MatchKind, PhotoId, Role, Strength, TicketId, Verdict};
use jaga_ticket::closure::Response;
use jaga_ticket::{
    ClosureFacts, EvidenceFacts, EvidenceOutcome, Judgement, PhotoMatch, Rules, judge,
};

use super::at;

pub(crate) const SUBMITTED: &str = "2026-11-02T01:00:00Z";
pub(crate) const PROPOSED: &str = "2026-11-03T01:00:00Z";

pub(crate) fn photo(name: &str) -> PhotoId {
    PhotoId::new(name).unwrap()
}

pub(crate) fn clean(name: &str) -> EvidenceFacts {
    EvidenceFacts::bare(photo(name), EvidenceOutcome::Processed)
}

pub(crate) fn facts(evidence: Vec<EvidenceFacts>) -> ClosureFacts {
    ClosureFacts {
        ticket_id: TicketId::new("JK2611020001").unwrap(),
        closure: EventId::new("e9").unwrap(),
        submitted_at: Some(at(SUBMITTED)),
        accepted_at: None,
        assigned_at: None,
        proposed_at: at(PROPOSED),
        category: "Parkir Liar".into(),
        note: "Sudah ditertibkan".into(),
        unit: None,
        has_authority: None,
        travel_m: None,
        travel_s: None,
        travel_from: None,
        report_distance_m: None,
        burst: None,
        same_note: None,
        response: Response::default(),
        unit_rates: Vec::new(),
        officer_rates: Vec::new(),
        evidence,
    }
}

pub(crate) fn other(kind: MatchKind, role: Role) -> PhotoMatch {
    PhotoMatch {
        photo: photo("other"),
        ticket: TicketId::new("JK2610300007").unwrap(),
        role,
        kind,
        distance: if kind == MatchKind::Near { 20 } else { 0 },
        quality: 90,
        other_uploaded_at: at("2026-10-30T01:00:00Z"),
        same_ticket: false,
        same_closure: false,
        reports_same_place: None,
        other_ticket_point_distance_m: Some(4000.0),
    }
}

pub(crate) fn of(evidence: EvidenceFacts) -> Judgement {
    judge(&facts(vec![evidence]), &Rules::builtin())
}

pub(crate) fn with_match(found: PhotoMatch) -> Judgement {
    of(EvidenceFacts {
        matches: vec![found],
        ..clean("p1")
    })
}

/// The one signal, and the verdict.
pub(crate) fn one(judgement: &Judgement) -> (&str, Strength, Verdict) {
    assert_eq!(judgement.signals.len(), 1, "{judgement:#?}");
    (
        &judgement.signals[0].name,
        judgement.signals[0].strength,
        judgement.verdict,
    )
}
