//! What verdicts promise: the same facts give the same answer, and no text charges anybody.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::evidence::*;
use common::{at, hours};
use jaga_contract::{MatchKind, Role, Verdict};
use jaga_ticket::{
    CapturedAt, ClosureFacts, EvidenceFacts, EvidenceOutcome, Judgement, PhotoMatch, Rules, judge,
};
use proptest::prelude::*;

#[test]
fn soft_signals_add_up_each_once() {
    let far = |name: &str| EvidenceFacts {
        distance_to_ticket_m: Some(2000.0),
        marks: vec!["editor".into()],
        ..clean(name)
    };
    let two = judge(&facts(vec![far("p1"), far("p2")]), &Rules::builtin());
    assert_eq!(
        (two.score, two.verdict, two.signals.len()),
        (50, Verdict::Review, 4)
    );
    let old = CapturedAt {
        at: at(SUBMITTED) - hours(72),
        zone_known: true,
    };
    let three = of(EvidenceFacts {
        captured_at: Some(old),
        ..far("p1")
    });
    assert_eq!((three.score, three.verdict), (95, Verdict::Hold));
    let names: Vec<_> = three.signals.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "captured_before_ticket",
            "far_from_ticket",
            "edited_by_hand"
        ]
    );
}

#[test]
fn signals_of_one_family_count_once_and_two_families_do_not_hold() {
    let rules = Rules::builtin();
    let place = of(EvidenceFacts {
        distance_to_ticket_m: Some(2000.0),
        place: Some("outside".into()),
        ..clean("p1")
    });
    assert_eq!((place.score, place.signals.len()), (30, 2), "{place:#?}");
    let low = rules.verdict.hold - 1;
    let text = jaga_ticket::closure::BUILTIN.replacen("hold = 90", "hold = 60", 1);
    let lower = Rules::parse(&text).unwrap();
    assert!(low > 60);
    let two = EvidenceFacts {
        distance_to_ticket_m: Some(2000.0),
        screen_pattern: Some(0.9),
        ..clean("p1")
    };
    let judgement = judge(&facts(vec![two]), &lower);
    assert_eq!((judgement.score, judgement.verdict), (65, Verdict::Review));
}

#[test]
fn chance_takes_the_same_clear_closures_everywhere_and_about_its_share() {
    let rules = Rules::builtin();
    let sampled = |n: usize, rules: &Rules| {
        let mut facts = facts(vec![clean("p1")]);
        facts.ticket_id = jaga_contract::TicketId::new(format!("JK{n}")).unwrap();
        judge(&facts, rules).sample
    };
    let taken = (0..4000).filter(|n| sampled(*n, &rules)).count();
    // Five standard deviations about 200.
    assert!((131..=269).contains(&taken), "{taken}");
    assert!((0..100).all(|n| sampled(n, &rules) == sampled(n, &rules)));
    let mut next = rules.clone();
    next.version += "x";
    let both = (0..4000)
        .filter(|n| sampled(*n, &rules) && sampled(*n, &next))
        .count();
    assert!(both < 50, "another version takes others: {both}");
    let held = of(EvidenceFacts {
        marks: vec!["ai_generated".into()],
        ..clean("p1")
    });
    assert!(!held.sample && held.goes_to_review());
}

#[test]
fn what_is_missing_is_told_as_unknown_and_never_as_a_reason() {
    let judgement = of(clean("p1"));
    assert_eq!(judgement.verdict, Verdict::Clear);
    let told = |name: &str| judgement.unknown.iter().any(|u| u.signal == name);
    for name in [
        "captured_before_ticket",
        "far_from_ticket",
        "edit_of_report_photo",
        "impossible_travel",
        "unit_without_authority",
        "outlier_unit",
    ] {
        assert!(told(name), "{name} of {:?}", judgement.unknown);
    }
    let known = of(EvidenceFacts {
        distance_to_ticket_m: Some(10.0),
        ..clean("p1")
    });
    assert!(known.unknown.iter().all(|u| u.signal != "far_from_ticket"));
}

#[test]
fn what_is_not_known_is_said_in_both_languages() {
    let unknown = of(clean("p1")).unknown;
    assert!(unknown.len() > 10, "{unknown:?}");
    for u in unknown {
        let said = !u.text_id.is_empty() && !u.text_en.is_empty();
        assert!(said && u.text_id != u.text_en, "{u:?}");
    }
}

#[test]
fn facts_are_read_from_json_and_slips_are_refused() {
    let text = r#"{
        "ticket_id": "JK2611020001", "closure": "e9", "proposed_at": "2026-11-03T01:00:00Z",
        "evidence": [
            {"photo": "p1", "outcome": "processed", "distance_to_ticket_m": 12.5,
             "captured_at": {"at": "2026-11-03T00:00:00Z", "zone_known": true},
             "matches": [{"photo": "p0", "ticket": "JK2610300007", "role": "evidence",
                          "kind": "same_bytes", "distance": 0, "quality": 100,
                          "other_uploaded_at": "2026-10-30T01:00:00Z"}]},
            {"photo": "p2", "outcome": {"rejected": {"reason": "unsupported_format"}}}
        ]
    }"#;
    let read: ClosureFacts = serde_json::from_str(text).unwrap();
    let again: ClosureFacts = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
    assert_eq!(read, again);
    assert_eq!(judge(&read, &Rules::builtin()).verdict, Verdict::Hold);
    assert!(
        serde_json::from_str::<ClosureFacts>(&text.replace("distance_to", "distanse_to")).is_err()
    );
}

fn any_match() -> impl Strategy<Value = PhotoMatch> {
    let kinds = prop_oneof![
        Just(MatchKind::SameBytes),
        Just(MatchKind::SamePixels),
        Just(MatchKind::Near)
    ];
    let roles = prop_oneof![Just(Role::Report), Just(Role::Evidence)];
    let metres = prop::option::of(prop_oneof![
        Just(50.0),
        Just(99.6),
        Just(5000.0),
        Just(f64::NAN)
    ]);
    (
        kinds,
        roles,
        0_u32..40,
        40_u8..100,
        0_i64..100,
        any::<bool>(),
        metres,
        0_u8..4,
    )
        .prop_map(
            |(kind, role, distance, quality, ago, same_ticket, metres, name)| PhotoMatch {
                photo: photo(&format!("m{name}")),
                distance,
                quality,
                other_uploaded_at: at(PROPOSED) - hours(ago),
                same_ticket,
                other_ticket_point_distance_m: metres,
                ..other(kind, role)
            },
        )
}

fn any_evidence() -> impl Strategy<Value = EvidenceFacts> {
    let outcomes = prop_oneof![
        6 => Just(EvidenceOutcome::Processed),
        1 => Just(EvidenceOutcome::Parked),
        1 => Just(EvidenceOutcome::Missing),
        1 => Just(EvidenceOutcome::Rejected { reason: "truncated".into() }),
    ];
    let captured =
        prop::option::of(
            (-50_i64..50, any::<bool>()).prop_map(|(h, zone_known)| CapturedAt {
                at: at(SUBMITTED) + hours(h),
                zone_known,
            }),
        );
    let marks = prop::collection::vec(
        prop_oneof![
            Just("ai_edited".to_owned()),
            Just("editor".to_owned()),
            Just("c2pa".to_owned())
        ],
        0..3,
    );
    let distances = prop::option::of(0.0..3000.0_f64);
    let matches = prop::collection::vec(any_match(), 0..5);
    (0_u8..4, outcomes, captured, marks, distances, matches).prop_map(
        |(name, outcome, captured_at, marks, distance_to_ticket_m, matches)| EvidenceFacts {
            photo: photo(&format!("p{name}")),
            outcome,
            captured_at,
            distance_to_ticket_m,
            marks,
            matches,
            ..clean("p")
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_order_of_the_facts_changes_nothing(
        evidence in prop::collection::vec(any_evidence(), 0..5), seed in any::<u64>(),
    ) {
        let mut state = seed | 1;
        let mut pick = |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % n
        };
        let mut other = evidence.clone();
        for photo in &mut other {
            for n in (1..photo.matches.len()).rev() {
                photo.matches.swap(n, pick(n + 1));
            }
            photo.marks.reverse();
        }
        for n in (1..other.len()).rev() {
            other.swap(n, pick(n + 1));
        }
        let rules = Rules::builtin();
        let (one, two) = (judge(&facts(evidence), &rules), judge(&facts(other), &rules));
        prop_assert_eq!(&one, &two);
        prop_assert!(one.score <= 100);
        // Byte for byte, as it is stored.
        let bytes = |j: &Judgement| serde_json::to_string(j).unwrap();
        prop_assert_eq!(bytes(&one), bytes(&two));
    }

    #[test]
    fn no_text_charges_anybody(evidence in prop::collection::vec(any_evidence(), 0..4)) {
        let judgement = judge(&facts(evidence), &Rules::builtin());
        for signal in &judgement.signals {
            for text in [&signal.text_id, &signal.text_en] {
                prop_assert!(!text.is_empty());
                let text = text.to_lowercase();
                for word in ["palsu", "fake", "fraud", "bohong", "curang", "abal", "cheat"] {
                    prop_assert!(!text.contains(word), "{}", text);
                }
            }
            prop_assert!(signal.figures.values().all(|v| v.is_finite()));
        }
    }
}
