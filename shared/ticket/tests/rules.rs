//! What a policy can say: for whom, to whom, when not, how often, and what becomes of old tickets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::written::*;
use common::*;
use jaga_contract::{Step, Submission, Visibility};
use jaga_ticket::{Action, Done, Ticket, due_actions};

fn of(submission: Submission) -> Ticket {
    ticket([(START, Step::Submitted(submission))])
}

#[test]
fn the_first_target_of_a_name_that_matches_runs_and_says_why() {
    let targets = [
        target(
            "t",
            "1h",
            &format!("{FROM}\nwhen = {{ visibility = [\"secret\"] }}"),
        ),
        target(
            "t",
            "2h",
            &format!(
                "{FROM}\nwhen = {{ visibility = [\"private\"], categories = [\"PARKIR liar\"] }}"
            ),
        ),
        target("t", "3h", FROM),
    ];
    let policies = read(&file("", "", OWNER, &targets.concat()));
    let after = |change: fn(&mut Submission)| {
        let mut report = submission("jaki");
        change(&mut report);
        let found = due(&of(report), &policies);
        assert_eq!(found.len(), 1, "one deadline of a name");
        (
            found[0].due_at.duration_since(at(START)).as_hours(),
            found[0].explanation.join("\n"),
        )
    };
    assert_eq!(after(|r| r.secret = true).0, 1);
    assert_eq!(after(|r| r.visibility = Visibility::Private).0, 2);
    let (hours, why) = after(|r| {
        r.visibility = Visibility::Private;
        r.category = "Banjir".into();
    });
    assert_eq!(hours, 3);
    assert!(
        why.contains("another target t passed over: for secret reports"),
        "{why}"
    );
    assert!(
        why.contains("another target t passed over: for categories PARKIR liar"),
        "{why}"
    );
    // One that can never run is a slip.
    let shadowed = [
        target("t", "1h", FROM),
        target("t", "2h", &format!("{FROM}\nchannels = [\"jaki\"]")),
    ];
    let text = error(&file("", "", OWNER, &shadowed.concat()));
    assert!(
        text.contains("policy[0].target[1].name: \"t\" is used twice"),
        "{text}"
    );
}

#[test]
fn a_hop_is_timed_by_the_kind_of_unit_and_the_stage() {
    let until = "from = [\"coordinated\", \"dispositioned\"]";
    let targets = [
        target(
            "hop",
            "6h",
            &format!("{until}\nwhen = {{ unit_kinds = [\"dinas\"] }}"),
        ),
        target(
            "hop",
            "4h",
            &format!("{until}\nwhen = {{ stages = [\"dispositioned\"] }}"),
        ),
    ];
    let units = "[units]\ndinas = [\"dis\"]\nsudin = [\"dis-su\"]\n";
    let policies = read(
        &file("", "", OWNER, &targets.concat())
            .replace("[[policy]]", &format!("{units}[[policy]]")),
    );
    let hop = |step: Step| {
        let found = due(&ticket([(START, submitted()), (START, step)]), &policies);
        found
            .first()
            .map(|d| d.due_at.duration_since(at(START)).as_hours())
    };
    let to = |name: &str| unit(name);
    assert_eq!(hop(Step::Coordinated { to: to("Dishub") }), Some(6));
    assert_eq!(
        hop(Step::Coordinated {
            to: to("dis-sudin-1")
        }),
        None,
        "the longest beginning wins"
    );
    assert_eq!(
        hop(Step::Dispositioned {
            to: to("dis-sudin-1")
        }),
        Some(4)
    );
    assert_eq!(
        hop(Step::Coordinated { to: to("bumd") }),
        None,
        "unknown is no dinas"
    );
    let text = error(&file("", "", OWNER, &targets.concat()));
    assert!(
        text.contains("target[0].when.unit_kinds: \"dinas\" is no kind"),
        "{text}"
    );
    let text = error(&file(
        "",
        "when = { stages = [\"waiting\"] }",
        OWNER,
        &target("t", "1h", FROM),
    ));
    assert!(
        text.contains("policy[0].when.stages: changes in a ticket's life"),
        "{text}"
    );
}

#[test]
fn each_hop_has_its_own_clock_and_too_many_are_told() {
    let hop = |to: &str| Step::Coordinated { to: unit(to) };
    let steps = [
        (START, submitted()),
        ("2026-11-02T09:00:00+07:00", hop("a")),
        ("2026-11-02T10:00:00+07:00", hop("b")),
        ("2026-11-02T11:00:00+07:00", hop("c")),
        ("2026-11-02T12:00:00+07:00", hop("d")),
    ];
    let three = ticket(steps[..4].iter().cloned());
    let coordination = deadline(&three, "coordination");
    assert_eq!(
        (coordination.cycle, coordination.due_at),
        (3, at("2026-11-02T17:00:00+07:00"))
    );
    let levels = |ticket: &Ticket| -> Vec<_> {
        let hops = deadline(ticket, "hops");
        hops.levels
            .into_iter()
            .map(|l| (l.level, l.role, l.at))
            .collect()
    };
    let third = (1, "owner".to_owned(), at("2026-11-02T11:00:00+07:00"));
    let fourth = (
        2,
        "biro_pemerintahan".to_owned(),
        at("2026-11-02T12:00:00+07:00"),
    );
    assert_eq!(levels(&three), vec![third.clone()]);
    assert_eq!(levels(&ticket(steps.clone())), vec![third, fourth]);
    let two = ticket(steps[..3].iter().cloned());
    assert!(all_deadlines(&two).iter().all(|d| d.target != "hops"));
    let told = due_actions(
        &three,
        &all_deadlines(&three),
        &Done::default(),
        at("2026-11-02T11:00:00+07:00"),
    );
    assert!(
        told.iter()
            .any(|a| matches!(a, Action::Escalate { target, level: 1, .. } if target == "hops"))
    );
    let ended = ticket(
        steps
            .into_iter()
            .chain([("2026-11-03T12:00:00+07:00", Step::Validated)]),
    );
    assert_eq!(
        deadline(&ended, "hops").met_at,
        Some(at("2026-11-03T12:00:00+07:00"))
    );
}

#[test]
fn a_level_is_told_again_and_each_time_once() {
    let ladder = "{ level = 1, role = \"owner\", after = \"0h\", repeat = \"2h\", times = 2 }, { level = 2, role = \"camat\", after = \"3h\" }";
    let policies = read(&file("", "", ladder, &target("t", "1h", FROM)));
    let report = of(submission("jaki"));
    let found = due(&report, &policies);
    let rungs: Vec<_> = found[0]
        .levels
        .iter()
        .map(|l| (l.at.duration_since(at(START)).as_hours(), l.level, l.repeat))
        .collect();
    assert_eq!(rungs, [(1, 1, 0), (3, 1, 1), (4, 2, 0), (5, 1, 2)]);
    let mut done = Done::default();
    let mut told = Vec::new();
    for hour in 0..10 {
        for action in due_actions(&report, &found, &done, at(START) + hours(hour)) {
            let Action::Escalate { target, level, .. } = action else {
                continue;
            };
            assert!(found[0].is_named(&target), "{target}");
            told.push((hour, target.clone(), level));
            assert!(done.escalated.insert((target, level)), "once");
        }
    }
    let expected = [(1, "t", 1), (3, "t#1r1", 1), (4, "t", 2), (5, "t#1r2", 1)];
    assert_eq!(told, expected.map(|(h, t, l)| (h, t.to_owned(), l)));
    for (wrong, says) in [
        ("repeat = \"2h\"", "repeat and times go together"),
        ("repeat = \"0h\", times = 1", "is never again"),
        ("repeat = \"1h\", times = 0", "is never again"),
        ("repeat = \"1h\", times = 101", "more than 100"),
    ] {
        let ladder = format!("{{ level = 1, role = \"owner\", after = \"0h\", {wrong} }}");
        let text = error(&file("", "", &ladder, &target("t", "1h", FROM)));
        assert!(
            text.contains("policy[0].ladder.levels[0]: ") && text.contains(says),
            "{text}"
        );
    }
}

#[test]
fn nobody_is_told_in_quiet_hours_and_no_warning_is_lost_to_them() {
    let quiet = "quiet = { hours = [\"21:00-30:00\"] }";
    let warn = "warn = { shares = [50], before = [\"1h\"] }";
    let both = |limit: &str| {
        let urgent = format!("{FROM}\nurgent = true\n{warn}");
        target("t", limit, &format!("{FROM}\n{warn}")) + &target("urgent", limit, &urgent)
    };
    let policies = read(&file("", quiet, OWNER, &both("18h")));
    // Due at 02:00; half way at 17:00, an hour before at 01:00.
    let found = due(&of(submission("jaki")), &policies);
    let local = |t: &str| at(&format!("{t}:00+07:00"));
    assert_eq!(found[0].due_at, local("2026-11-03T02:00"));
    assert_eq!(
        found[0].warnings,
        [
            (1, local("2026-11-02T17:00")),
            (2, local("2026-11-02T21:00"))
        ]
    );
    assert_eq!(found[0].levels[0].at, local("2026-11-03T06:00"));
    assert_eq!(found[1].warnings[1], (2, local("2026-11-03T01:00")));
    assert_eq!(found[1].levels[0].at, local("2026-11-03T02:00"));
    let all = file(
        "",
        "quiet = { hours = [\"00:00-24:00\"] }",
        OWNER,
        &both("1h"),
    );
    assert!(
        error(&all).contains("policy[0].quiet.hours: leaves no hour"),
        "{}",
        error(&all)
    );
}

#[test]
fn a_target_may_stop_short_of_the_ladders_top() {
    let ladder = format!("{OWNER}, {{ level = 2, role = \"camat\", after = \"1h\" }}");
    let targets = target("t", "1h", &format!("{FROM}\ntop_level = 1"))
        + &target("u", "1h", &format!("{FROM}\ntop_level = 0"));
    let found = due(
        &of(submission("jaki")),
        &read(&file("", "", &ladder, &targets)),
    );
    assert_eq!((found[0].levels.len(), found[1].levels.len()), (1, 0));
}
