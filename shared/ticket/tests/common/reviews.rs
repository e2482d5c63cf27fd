//! Closures as their reviews' statistics see them.
#![allow(clippy::expect_used, reason = "a broken assumption must fail the test")]

use jaga_contract::{EventId, Verdict};
use jaga_ticket::review::{Case, Decided, Decision, Waiting};

pub fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 5e-4
}

pub fn case(verdict: Verdict, sample: bool, decided: Option<(Decision, bool)>) -> Case {
    Case {
        unit: "sudin".to_owned(),
        month: "2026-11".to_owned(),
        verdict,
        sample: Some(sample),
        signals: Vec::new(),
        decided: decided.map(|(decision, by_chance)| Decided {
            decision,
            by_chance,
        }),
    }
}

pub fn waiting(flagged: usize, drawn: usize) -> Vec<Waiting> {
    let one = |n: usize| Waiting {
        closure: EventId::new(format!("step-{n}")).expect("an id"),
        score: if n < flagged {
            30 + (n as u32 * 7) % 70
        } else {
            0
        },
        flagged: n < flagged,
    };
    (0..flagged + drawn).map(one).collect()
}
