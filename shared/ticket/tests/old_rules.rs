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

fn closure_rules_without(signal: &str) -> String {
    let kept = jaga_ticket::closure::BUILTIN.lines();
    kept.filter(|line| !line.starts_with(signal))
        .fold(String::new(), |text, line| text + line + "\n")
}
