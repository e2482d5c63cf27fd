//! What becomes of open tickets when a policy changes, and how a move is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::written::*;
use common::*;
use jaga_contract::Step;
use jaga_ticket::{Calendars, Policies};

fn two_versions(migration: &str) -> String {
    let first = file(
        "",
        "",
        OWNER,
        &target("t", "1h", &format!("{FROM}\npauses = true")),
    );
    let pause = "[policy.pause]\nat_most = \"10d\"\nclock = \"24x7\"\n";
    let first = first.replace("[policy.ladder]", &format!("{pause}[policy.ladder]"));
    let second = first
        .replace("zone = \"Asia/Jakarta\"\n", "")
        .replace("\"a\"", "\"b\"")
        .replace("2026-01-01", "2026-12-01")
        .replace("\"1h\"", "\"5h\"");
    format!("{first}\n{second}\n{migration}")
}

#[test]
fn open_tickets_move_to_another_policy_only_by_a_rule_and_keep_their_pauses() {
    let rule =
        "[[migration]]\nfrom = \"a\"\nto = \"b\"\nopen_on = 2026-12-01\nsource = \"SE 1/2026\"\n";
    let (stays, moves) = (read(&two_versions("")), read(&two_versions(rule)));
    let open = ticket([
        (START, submitted()),
        ("2026-11-02T08:30:00+07:00", Step::InformationRequested),
        ("2026-11-02T10:30:00+07:00", Step::InformationReceived),
    ]);
    let after = |policies| {
        let found = due(&open, policies);
        (
            found[0].policy.clone(),
            found[0].due_at.duration_since(at(START)).as_hours(),
        )
    };
    assert_eq!(after(&stays), ("a".to_owned(), 3));
    assert_eq!(after(&moves), ("b".to_owned(), 7));
    let why = due(&open, &moves)[0].explanation.join("\n");
    assert!(
        why.contains("policy b passed over: in force only from"),
        "{why}"
    );
    assert!(why.contains("moved from policy a to b"), "{why}");
    let ended = ticket([
        (START, submitted()),
        ("2026-11-30T08:00:00+07:00", Step::Validated),
    ]);
    assert_eq!(
        due(&ended, &moves)[0].policy,
        "a",
        "what ended before keeps what it had"
    );
}

#[test]
fn migrations_that_lead_nowhere_or_round_are_refused() {
    let rule = |from: &str, to: &str| {
        format!(
            "[[migration]]\nfrom = \"{from}\"\nto = \"{to}\"\nopen_on = 2026-12-01\nsource = \"s\"\n"
        )
    };
    for (rules, says) in [
        (
            rule("a", "b") + &rule("b", "a"),
            "migration[1].from: goes round in a cycle: b, a, b",
        ),
        (
            rule("a", "a"),
            "migration[0].from: goes round in a cycle: a, a",
        ),
        (rule("a", "c"), "migration[0].to: there is no policy \"c\""),
        (
            rule("c", "a"),
            "migration[0].from: there is no policy \"c\"",
        ),
        (
            rule("a", "b") + &rule("a", "b"),
            "migration[1].from: \"a\" already goes elsewhere",
        ),
    ] {
        let text = error(&two_versions(&rules));
        assert!(
            text.starts_with("policy: line ") && text.contains(says),
            "{text}"
        );
    }
}

#[test]
fn what_moved_a_deadline_is_told_move_by_move_without_a_gap() {
    let text = jaga_ticket::policy::BUILTIN.replace(
        "clock = \"24x7\"\nlimit = \"7d\"",
        "clock = \"asn-dki\"\nlimit = \"40h\"",
    );
    let policies = Policies::parse(&text, &Calendars::builtin()).unwrap();
    let report = ticket([
        ("2026-03-16T10:00:00+07:00", submitted()),
        ("2026-03-17T09:00:00+07:00", Step::InformationRequested),
        ("2026-03-26T09:00:00+07:00", Step::InformationReceived),
        ("2026-03-31T09:00:00+07:00", closure()),
        ("2026-04-20T09:00:00+07:00", refused()),
    ]);
    let found = due(&report, &policies);
    let resolution = found.iter().find(|d| d.target == "resolution").unwrap();
    let moves = &resolution.moves;
    for pair in moves.windows(2) {
        assert_eq!(pair[0].to, pair[1].from, "{moves:#?}");
    }
    assert_eq!(moves.last().unwrap().to, resolution.due_at);
    let by: Vec<_> = moves.iter().map(|m| m.by).collect();
    assert!(by.starts_with(&["season", "holiday"]), "{by:?}");
    assert!(
        by.ends_with(&["waited", "stood", "least_after_resume"])
            || by.ends_with(&["waited", "stood"]),
        "{by:?}"
    );
    let bare = jaga_ticket::deadlines(&report, &policies, &Calendars::builtin()).unwrap();
    assert!(
        bare.iter()
            .zip(&found)
            .all(|(a, b)| a.due_at == b.due_at && a.explanation.is_empty())
    );
}
