//! What each signal promises: what is seen, and innocence where there is any.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::evidence::*;
use common::{at, hours};
use jaga_contract::{MatchKind, Role, Strength, Verdict};
use jaga_ticket::{
    CapturedAt, ClosureFacts, EvidenceFacts, EvidenceOutcome, PhotoMatch, Rules, judge,
};
use jiff::Timestamp;

#[test]
fn nothing_seen_is_clear_and_unknown_is_nothing() {
    let judgement = of(clean("p1"));
    assert_eq!((judgement.verdict, judgement.score), (Verdict::Clear, 0));
    assert!(judgement.signals.is_empty());
    assert_eq!(judgement.rules, "closure-2026-11.6");
    let unknown = ClosureFacts {
        submitted_at: None,
        category: String::new(),
        ..facts(vec![clean("p")])
    };
    assert_eq!(judge(&unknown, &Rules::builtin()).verdict, Verdict::Clear);
    let odd = EvidenceFacts {
        distance_to_ticket_m: Some(f64::NAN),
        ..clean("p1")
    };
    assert_eq!(of(odd).verdict, Verdict::Clear);
}

#[test]
fn angke_the_same_evidence_on_another_ticket_is_held() {
    let bytes = with_match(other(MatchKind::SameBytes, Role::Evidence));
    assert_eq!(
        one(&bytes),
        ("same_bytes_elsewhere", Strength::Hard, Verdict::Hold)
    );
    assert_eq!(bytes.signals[0].photos, [photo("p1"), photo("other")]);
    let pixels = with_match(other(MatchKind::SamePixels, Role::Evidence));
    assert_eq!(
        one(&pixels),
        ("same_picture_elsewhere", Strength::Hard, Verdict::Hold)
    );
    let dated = with_match(other(MatchKind::Near, Role::Evidence));
    assert_eq!(
        one(&dated),
        ("near_picture", Strength::Soft, Verdict::Review)
    );
    assert_eq!(
        dated.signals[0].figures["distance_bits"].to_bits(),
        20.0_f64.to_bits()
    );
}

#[test]
fn kalisari_a_copy_of_the_report_photo_is_seen() {
    let own = PhotoMatch {
        same_ticket: true,
        ..other(MatchKind::SamePixels, Role::Report)
    };
    assert_eq!(
        one(&with_match(own.clone())),
        ("copy_of_report_photo", Strength::Hard, Verdict::Hold)
    );
    let edited = PhotoMatch {
        kind: MatchKind::Near,
        distance: 12,
        ..own
    };
    assert_eq!(
        one(&with_match(edited)),
        ("copy_of_report_photo", Strength::Soft, Verdict::Review)
    );
    let another = other(MatchKind::SameBytes, Role::Report);
    assert_eq!(one(&with_match(another.clone())).2, Verdict::Hold);
    let later = PhotoMatch {
        other_uploaded_at: at("2026-11-09T01:00:00Z"),
        ..another
    };
    assert!(
        with_match(later).signals.is_empty(),
        "a report that came later was not copied"
    );
}

#[test]
fn a_retry_on_the_same_ticket_is_nothing() {
    let retry = PhotoMatch {
        same_ticket: true,
        ..other(MatchKind::SameBytes, Role::Evidence)
    };
    let again = with_match(retry);
    assert_eq!(
        one(&again),
        ("same_bytes_elsewhere", Strength::Withdrawn, Verdict::Clear)
    );
    assert!(again.signals[0].text_en.contains("this very ticket"));
    let itself = PhotoMatch {
        photo: photo("p1"),
        ..other(MatchKind::SameBytes, Role::Evidence)
    };
    assert_eq!(with_match(itself).signals, []);
}

#[test]
fn whoever_was_first_is_not_held_for_a_later_copy() {
    for kind in [MatchKind::SameBytes, MatchKind::SamePixels, MatchKind::Near] {
        let copied_later = PhotoMatch {
            other_uploaded_at: at(PROPOSED) + hours(24),
            ..other(kind, Role::Evidence)
        };
        let judgement = with_match(copied_later);
        assert_eq!(
            (one(&judgement).1, one(&judgement).2),
            (Strength::Withdrawn, Verdict::Clear)
        );
    }
}

#[test]
fn one_visit_that_closes_several_reports_of_one_spot_is_withdrawn() {
    for kind in [MatchKind::SameBytes, MatchKind::SamePixels, MatchKind::Near] {
        let visit = PhotoMatch {
            other_uploaded_at: at(PROPOSED) - hours(2),
            other_ticket_point_distance_m: Some(80.0),
            ..other(kind, Role::Evidence)
        };
        let judgement = with_match(visit.clone());
        assert_eq!(
            (one(&judgement).1, one(&judgement).2),
            (Strength::Withdrawn, Verdict::Clear)
        );
        let far = PhotoMatch {
            other_ticket_point_distance_m: Some(180.0),
            ..visit.clone()
        };
        assert_ne!(with_match(far).verdict, Verdict::Clear);
        let unknown = PhotoMatch {
            other_ticket_point_distance_m: None,
            ..visit.clone()
        };
        assert_ne!(with_match(unknown).verdict, Verdict::Clear);
        let days = PhotoMatch {
            other_uploaded_at: at(PROPOSED) - hours(72),
            ..visit
        };
        assert_ne!(with_match(days).verdict, Verdict::Clear);
    }
}

#[test]
fn one_guilty_match_among_innocent_ones_stays() {
    let visit = PhotoMatch {
        photo: photo("visit"),
        other_uploaded_at: at(PROPOSED),
        other_ticket_point_distance_m: Some(10.0),
        ..other(MatchKind::SameBytes, Role::Evidence)
    };
    let both = vec![visit, other(MatchKind::SameBytes, Role::Evidence)];
    let judgement = of(EvidenceFacts {
        matches: both,
        ..clean("p1")
    });
    assert_eq!(one(&judgement).2, Verdict::Hold);
    assert_eq!(judgement.signals[0].photos, [photo("p1"), photo("other")]);
}

#[test]
fn a_poor_or_distant_fingerprint_never_matches_alone() {
    let wall = PhotoMatch {
        quality: 49,
        ..other(MatchKind::Near, Role::Evidence)
    };
    assert_eq!(with_match(wall).signals, []);
    let distant = PhotoMatch {
        distance: 32,
        ..other(MatchKind::Near, Role::Report)
    };
    assert_eq!(with_match(distant).signals, []);
}

#[test]
fn a_photo_older_than_its_ticket_is_seen_and_an_unknown_zone_lowers_it() {
    let taken = |before: i64, zone_known: bool| {
        let captured = CapturedAt {
            at: at(SUBMITTED) - hours(before),
            zone_known,
        };
        of(EvidenceFacts {
            captured_at: Some(captured),
            ..clean("p1")
        })
    };
    let name = "captured_before_ticket";
    assert_eq!(
        one(&taken(48, true)),
        (name, Strength::Soft, Verdict::Review)
    );
    assert_eq!(
        one(&taken(48, false)),
        (name, Strength::Soft, Verdict::Review)
    );
    assert_eq!(one(&taken(7, true)).2, Verdict::Review);
    let zoneless = taken(7, false);
    assert_eq!(one(&zoneless).2, Verdict::Clear);
    assert!(zoneless.score > 0 && zoneless.signals[0].text_en.contains("time zone"));
    assert_eq!(taken(0, true).signals, []);
    assert_eq!(taken(-3, true).signals, []);
}

#[test]
fn far_is_measured_by_the_category() {
    let at_distance = |metres: f64, category: &str| {
        let evidence = EvidenceFacts {
            distance_to_ticket_m: Some(metres),
            ..clean("p1")
        };
        let facts = ClosureFacts {
            category: category.into(),
            ..facts(vec![evidence])
        };
        judge(&facts, &Rules::builtin())
    };
    assert_eq!(one(&at_distance(301.0, "Parkir Liar")).0, "far_from_ticket");
    assert_eq!(at_distance(300.4, "Parkir Liar").signals, []);
    assert_eq!(
        at_distance(900.0, "Jalan Rusak").signals,
        [],
        "roads are long"
    );
    assert_eq!(one(&at_distance(900.0, "Sesuatu")).2, Verdict::Review);
    let elsewhere = EvidenceFacts {
        place: Some("outside".into()),
        ..clean("p1")
    };
    assert_eq!(
        one(&of(elsewhere)),
        ("other_kelurahan", Strength::Soft, Verdict::Clear)
    );
}

#[test]
fn too_fast_is_from_the_moment_the_unit_could_know() {
    let after = |seconds: i64, assigned: Option<Timestamp>| {
        let proposed_at = at(PROPOSED);
        let from = proposed_at - jiff::SignedDuration::from_secs(seconds);
        let facts = ClosureFacts {
            assigned_at: assigned,
            accepted_at: Some(proposed_at),
            submitted_at: Some(from),
            ..facts(vec![clean("p1")])
        };
        judge(&facts, &Rules::builtin())
    };
    let fast = after(14, None);
    assert_eq!(one(&fast), ("too_fast", Strength::Soft, Verdict::Review));
    assert_eq!(
        fast.signals[0].figures["elapsed_s"].to_bits(),
        14.0_f64.to_bits()
    );
    assert_eq!(
        after(120, None).signals,
        [],
        "accepted late, but known for long"
    );
    let backwards = Some(at(PROPOSED) + hours(1));
    assert_eq!(
        after(9000, backwards).signals,
        [],
        "clocks that contradict are no speed"
    );
}

#[test]
fn missing_and_unreadable_evidence_goes_to_a_human_with_its_reason() {
    let none = judge(&facts(Vec::new()), &Rules::builtin());
    assert_eq!(
        one(&none),
        ("evidence_missing", Strength::Soft, Verdict::Review)
    );
    let outcome = |outcome| {
        of(EvidenceFacts {
            outcome,
            ..clean("p1")
        })
    };
    assert_eq!(
        one(&outcome(EvidenceOutcome::Missing)).0,
        "evidence_missing"
    );
    assert_eq!(one(&outcome(EvidenceOutcome::Parked)).2, Verdict::Review);
    let rejected = outcome(EvidenceOutcome::Rejected {
        reason: "too_many_pixels".into(),
    });
    assert_eq!(
        one(&rejected),
        ("evidence_unreadable", Strength::Soft, Verdict::Review)
    );
    assert!(rejected.signals[0].text_id.contains("too_many_pixels"));
}

#[test]
fn made_by_a_model_changed_by_one_and_edited_by_hand_are_three_things() {
    let marked = |mark: &str| {
        of(EvidenceFacts {
            marks: vec![mark.into()],
            ..clean("p1")
        })
    };
    let (made, edited) = (
        ("made_by_ai", Strength::Hard, Verdict::Hold),
        ("edited_with_ai", Strength::Soft, Verdict::Review),
    );
    for (mark, expected) in [
        ("ai_generated", made),
        ("software:generator", made),
        ("ai_edited", edited),
        ("edited_with_google_ai", edited),
    ] {
        assert_eq!(one(&marked(mark)), expected, "{mark}");
    }
    assert_eq!(
        one(&marked("human_edited")),
        ("edited_by_hand", Strength::Soft, Verdict::Clear)
    );
    assert_eq!(
        marked("computational_capture").signals,
        [],
        "ordinary for phones"
    );
    assert_eq!(marked("c2pa").signals, []);
}

#[test]
fn a_position_that_was_not_measured_on_the_spot_is_looked_at() {
    let pin = of(EvidenceFacts {
        identical_to_pin: true,
        distance_to_ticket_m: Some(0.0),
        ..clean("p1")
    });
    let office = of(EvidenceFacts {
        identical_to_office: true,
        ..clean("p1")
    });
    assert_eq!(
        one(&pin),
        ("copied_position", Strength::Soft, Verdict::Review)
    );
    assert_eq!(
        one(&office),
        ("copied_position", Strength::Soft, Verdict::Clear)
    );
}
