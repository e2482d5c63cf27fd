//! What warnings and escalations promise: each once, in order, never early, none for finished work.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use std::collections::BTreeSet;

use common::*;
use jaga_contract::Step;
use jaga_ticket::{
    Action, Calendars, Deadline, Done, Policies, Ruling, Ticket, deadlines, due_actions,
    next_after, next_at, policy, shifts,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const START: &str = "2026-11-02T08:00:00+07:00";

fn after(h: i64) -> Timestamp {
    at(START) + hours(h)
}

fn waiting() -> Ticket {
    ticket([(START, submitted())])
}

fn key(action: &Action) -> (bool, String, u32) {
    match action {
        Action::Warn {
            target, warning, ..
        } => (false, target.clone(), *warning),
        Action::Escalate { target, level, .. } => (true, target.clone(), *level),
    }
}

fn write(done: &mut Done, actions: &[Action]) {
    for action in actions {
        let (escalation, target, n) = key(action);
        let set = if escalation {
            &mut done.escalated
        } else {
            &mut done.warned
        };
        assert!(set.insert((target, n)), "{action:?} comes a second time");
    }
}

fn only(deadlines: Vec<Deadline>, target: &str) -> Vec<Deadline> {
    deadlines
        .into_iter()
        .filter(|d| d.target == target)
        .collect()
}

#[test]
fn a_day_of_downtime_ends_in_one_catch_up_in_order() {
    let ticket = waiting();
    let resolution = only(all_deadlines(&ticket), "resolution");
    let done = Done::default();
    let actions = due_actions(&ticket, &resolution, &done, after(168 + 50));
    let keys: Vec<_> = actions.iter().map(key).collect();
    let name = "resolution".to_owned();
    assert_eq!(
        keys,
        [1, 2, 3].map(|n| (true, name.clone(), n)),
        "no late warnings, no gap"
    );
    let Action::Escalate {
        overdue_seconds,
        role,
        reason,
        ..
    } = &actions[1]
    else {
        unreachable!()
    };
    assert_eq!((*overdue_seconds, role.as_str()), (50 * 3600, "camat"));
    assert!(
        reason.contains("terlewat 2 hari 2 jam") && reason.contains("2 d 2 h ago"),
        "{reason}"
    );
}

#[test]
fn nothing_is_early_by_a_nanosecond() {
    let ticket = waiting();
    let resolution = only(all_deadlines(&ticket), "resolution");
    let mut done = Done::default();
    done.warned
        .extend([("resolution".to_owned(), 1), ("resolution".to_owned(), 2)]);
    let tick = SignedDuration::from_nanos(1);
    assert_eq!(
        due_actions(&ticket, &resolution, &done, after(168) - tick),
        []
    );
    assert_eq!(
        due_actions(&ticket, &resolution, &done, after(168)).len(),
        1
    );
}

#[test]
fn what_is_finished_is_left_in_peace() {
    let steps = [
        (START, submitted()),
        ("2026-11-03T08:00:00+07:00", Step::Accepted),
        ("2026-11-04T08:00:00+07:00", closure()),
        ("2026-11-05T08:00:00+07:00", Step::Validated),
    ];
    let year_later = at("2027-11-02T08:00:00+07:00");
    let done = Done::default();
    let validated = ticket(steps.clone());
    assert_eq!(
        due_actions(&validated, &all_deadlines(&validated), &done, year_later),
        []
    );
    assert_eq!(next_at(&all_deadlines(&validated), &done), None);
    // Waiting for validation: only the validator is late.
    let proposed = ticket(steps[..3].to_vec());
    let late = due_actions(&proposed, &all_deadlines(&proposed), &done, year_later);
    assert_eq!(late.len(), 5);
    assert!(late.iter().all(|a| key(a).1 == "validation"), "{late:?}");
}

#[test]
fn switching_on_does_not_breach_history() {
    let text = policy::BUILTIN.replace("# enforce_from = 2026-12-01", "enforce_from = 2026-11-09");
    let policies = Policies::parse(&text, &Calendars::builtin()).unwrap();
    let ticket = waiting();
    let found = deadlines(&ticket, &policies, &Calendars::builtin()).unwrap();
    let enforced: Vec<_> = found
        .iter()
        .filter(|d| d.enforced)
        .map(|d| d.target.as_str())
        .collect();
    assert_eq!(
        enforced,
        ["resolution"],
        "due 9 November 08:00; the red mark was due before"
    );
    let actions = due_actions(&ticket, &found, &Done::default(), after(10_000));
    assert!(actions.iter().all(|a| key(a).1 == "resolution"));
}

#[test]
fn a_deadline_that_moved_escalates_the_levels_that_are_left() {
    let done = Done {
        warned: BTreeSet::new(),
        escalated: [("resolution".to_owned(), 1)].into(),
    };
    let ticket = waiting();
    let resolution = only(all_deadlines(&ticket), "resolution");
    let actions = due_actions(&ticket, &resolution, &done, after(168 + 24));
    assert_eq!(
        actions.iter().map(key).collect::<Vec<_>>(),
        [(true, "resolution".into(), 2)]
    );
    assert_eq!(
        next_at(&resolution, &done),
        Some(after(168 + 24)),
        "missed warnings are not awaited"
    );
}

fn any_ticket() -> impl Strategy<Value = Ticket> {
    let act = prop_oneof![
        Just(coordinated()),
        Just(Step::Accepted),
        Just(Step::InformationRequested),
        Just(Step::InformationReceived),
        Just(closure()),
        Just(refused()),
        Just(estimate("2026-11-20T12:00:00+07:00")),
        Just(reopened()),
    ];
    let channel = prop_oneof![Just("jaki"), Just("lapor")];
    (channel, prop::collection::vec((1_i64..4000, act), 0..6)).prop_map(|(channel, acts)| {
        let mut t = at(START);
        let mut steps = vec![step("e000", t, Step::Submitted(submission(channel)))];
        for (n, (minutes, act)) in acts.into_iter().enumerate() {
            t += SignedDuration::from_mins(minutes);
            steps.push(step(&format!("e{:03}", n + 1), t, act));
        }
        jaga_ticket::fold(&id(), &jaga_ticket::History::from_steps(steps))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn stepping_by_next_at_says_each_thing_once_and_on_time(ticket in any_ticket()) {
        let found = all_deadlines(&ticket);
        let mut done = Done::default();
        let mut last = Timestamp::MIN;
        let mut steps = 0;
        while let Some(now) = next_at(&found, &done) {
            prop_assert!(now >= last, "time does not run backwards");
            let actions = due_actions(&ticket, &found, &done, now);
            prop_assert!(!actions.is_empty(), "woken at {now} for nothing");
            // At its own time, so neither early nor late.
            for action in &actions {
                let (escalation, target, n) = key(action);
                let d = found.iter().find(|d| d.key() == target).unwrap();
                let at = if escalation {
                    d.levels[n as usize - 1].at
                } else {
                    d.warnings.iter().find(|(number, _)| *number == n).unwrap().1
                };
                prop_assert_eq!(at, now);
            }
            write(&mut done, &actions);
            last = now;
            steps += 1;
            prop_assert!(steps < 200);
        }
        let live = || found.iter().filter(|d| d.met_at.is_none());
        prop_assert_eq!(done.escalated.len(), live().map(|d| d.levels.len()).sum::<usize>());
        prop_assert_eq!(done.warned.len(), live().map(|d| d.warnings.len()).sum::<usize>());
    }

    #[test]
    fn late_sweeps_say_the_same_levels_in_order(
        ticket in any_ticket(), mut sweeps in prop::collection::vec(0_i64..2000, 1..8),
    ) {
        let found = all_deadlines(&ticket);
        let mut done = Done::default();
        sweeps.sort_unstable();
        sweeps.push(100_000);
        let mut highest = std::collections::BTreeMap::new();
        for hour in sweeps {
            let actions = due_actions(&ticket, &found, &done, after(hour));
            for action in actions.iter().filter(|a| key(a).0) {
                let (_, target, level) = key(action);
                let before = highest.insert(target, level).unwrap_or(0);
                prop_assert_eq!(level, before + 1, "a gap or a fall");
            }
            write(&mut done, &actions);
            // Asked again at the same time, there is nothing left to say, and the next time is later.
            prop_assert_eq!(due_actions(&ticket, &found, &done, after(hour)), []);
            prop_assert!(next_after(&found, &done, after(hour)).is_none_or(|t| t > after(hour)));
        }
        let live = found.iter().filter(|d| d.met_at.is_none()).map(|d| d.levels.len()).sum::<usize>();
        prop_assert_eq!(done.escalated.len(), live);
    }

    #[test]
    fn a_recompute_changes_nothing(ticket in any_ticket()) {
        let (policies, calendars) = (Policies::builtin(), Calendars::builtin());
        let found = all_deadlines(&ticket);
        prop_assert_eq!(&found, &all_deadlines(&ticket));
        let bare = jaga_ticket::deadlines(&ticket, &policies, &calendars).unwrap();
        for (a, b) in bare.iter().zip(&found) {
            prop_assert_eq!((&a.version, a.due_at, &a.levels), (&b.version, b.due_at, &b.levels));
            let ends = b.moves.last().map_or(b.due_at, |m| m.to);
            prop_assert_eq!(ends, b.due_at, "the last move ends at the deadline");
        }
        let ruling = Ruling { policies: &policies, calendars: &calendars };
        prop_assert_eq!(shifts(&ticket, ruling, ruling), vec![]);
    }

    #[test]
    fn the_level_never_falls_in_time(ticket in any_ticket(), a in 0_i64..3000, b in 0_i64..3000) {
        let found = all_deadlines(&ticket);
        let levels = |hour: i64| {
            let actions = due_actions(&ticket, &found, &Done::default(), after(hour));
            actions.iter().map(key).filter(|k| k.0).collect::<BTreeSet<_>>()
        };
        prop_assert!(levels(a.min(b)).is_subset(&levels(a.max(b))));
    }
}

#[test]
fn a_second_closure_is_warned_of_and_escalated_though_the_first_was() {
    let closed = || Step::ClosureProposed {
        evidence: vec![],
        note: String::new(),
        officer: None,
    };
    let refused = || Step::Refused {
        reason: String::new(),
    };
    let first = ticket([
        (START, submitted()),
        ("2026-11-02T10:00:00+07:00", closed()),
    ]);
    let second = ticket([
        (START, submitted()),
        ("2026-11-02T10:00:00+07:00", closed()),
        ("2026-11-20T10:00:00+07:00", refused()),
        ("2026-11-21T10:00:00+07:00", closed()),
    ]);
    let (policies, calendars) = (Policies::builtin(), Calendars::builtin());
    let late = at("2026-12-31T10:00:00+07:00");
    let mut done = Done::default();
    let levels = |ticket: &Ticket, done: &Done| -> Vec<(bool, String, u32)> {
        let all = only(
            deadlines(ticket, &policies, &calendars).unwrap(),
            "validation",
        );
        due_actions(ticket, &all, done, late)
            .iter()
            .map(key)
            .collect()
    };
    let told = levels(&first, &done);
    assert!(told.contains(&(true, "validation".into(), 5)), "{told:?}");
    for (escalation, target, n) in told {
        let set = if escalation {
            &mut done.escalated
        } else {
            &mut done.warned
        };
        set.insert((target, n));
    }
    let again = levels(&second, &done);
    let want: Vec<_> = (1..=5)
        .map(|n| (true, "validation#2".to_owned(), n))
        .collect();
    assert_eq!(again, want);
}
