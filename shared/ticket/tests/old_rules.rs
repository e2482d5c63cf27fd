//! Rules of before: they load, and judge as they did.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::evidence::*;
use jaga_contract::{Strength, Verdict};
use jaga_ticket::{EvidenceFacts, Rules, judge};

#[test]
fn rules_of_before_still_load_and_know_nothing_of_what_came_later() {
    let old = Rules::parse(include_str!("rules/closure-2026-11.3.toml")).expect("rules are rules");
    let judged = |evidence: EvidenceFacts| judge(&facts(vec![evidence]), &old);
    let newer = EvidenceFacts {
        same_accuracy: Some(99),
        double_compression: Some(99),
        traits: vec!["says_screenshot".into()],
        ..clean("p1")
    };
    let judgement = judged(newer);
    assert_eq!((judgement.signals.len(), judgement.sample), (0, false));
    assert_eq!(judgement.rules, "closure-2026-11.3");
    let marked = judged(EvidenceFacts {
        marks: vec!["ai_edited".into()],
        ..clean("p1")
    });
    assert_eq!(
        one(&marked),
        ("ai_or_edit_mark", Strength::Hard, Verdict::Hold)
    );
    let elsewhere = judged(EvidenceFacts {
        place: Some("outside".into()),
        ..clean("p1")
    });
    assert_eq!(
        one(&elsewhere),
        ("far_from_ticket", Strength::Soft, Verdict::Clear)
    );
    let without: String = closure_rules_without("copied_position");
    let without = Rules::parse(&without).expect("a signal may be left out");
    let pin = facts(vec![EvidenceFacts {
        identical_to_pin: true,
        ..clean("p1")
    }]);
    assert!(judge(&pin, &without).signals.is_empty());
}

#[test]
fn rules_that_count_no_past_judge_the_rates_that_they_are_given() {
    let old = Rules::parse(include_str!("rules/closure-2026-11.4.toml")).expect("rules are rules");
    let outlier = old.outlier.expect("a section");
    // The worker counts nothing then: as it did.
    assert_eq!((outlier.window_s, outlier.follow_s), (None, None));
    let share = |count, of| jaga_ticket::closure::Share { count, of };
    let mut facts = facts(vec![clean("p1")]);
    facts.unit_rates = vec![jaga_ticket::closure::Rate {
        of: "refused".into(),
        own: share(90, 500),
        city: share(500, 10_000),
        between: None,
    }];
    let judgement = judge(&facts, &old);
    assert_eq!(
        one(&judgement),
        ("outlier_unit", Strength::Soft, Verdict::Clear)
    );
    assert_eq!(judgement.rules, "closure-2026-11.4");
}

fn closure_rules_without(signal: &str) -> String {
    let kept = jaga_ticket::closure::BUILTIN.lines();
    kept.filter(|line| !line.starts_with(signal))
        .fold(String::new(), |text, line| text + line + "\n")
}

#[test]
fn rules_that_ask_for_no_whereabouts_still_load_and_leave_them_unknown() {
    let old = Rules::parse(include_str!("rules/closure-2026-11.5.toml")).expect("rules are rules");
    assert_eq!(old.place.expect("a section").officer_s, None);
    let mut facts = facts(vec![clean("p1")]);
    facts.assigned_at = Some(common::at("2026-11-03T00:50:00Z"));
    let judgement = judge(&facts, &old);
    let unknown = judgement
        .unknown
        .iter()
        .find(|u| u.signal == "too_fast_for_distance");
    let unknown = unknown.expect("it could not be looked for");
    assert!(unknown.text_en.contains("where the officer was"));
    assert!(unknown.text_id.contains("di mana petugas berada"));
}
