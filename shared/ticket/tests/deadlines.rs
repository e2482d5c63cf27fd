//! What deadlines promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::*;
use jaga_contract::Step;
use jaga_ticket::{
    Calendars, History, NoPolicy, Policies, Ticket, deadlines, explain_deadline, explain_ticket,
    explained_deadlines, fold, policy,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// Monday 2 November 2026, 08:00 in Jakarta.
const START: &str = "2026-11-02T08:00:00+07:00";

fn after(h: i64) -> Timestamp {
    at(START) + hours(h)
}

fn with(steps: impl IntoIterator<Item = (&'static str, Step)>) -> Ticket {
    ticket(std::iter::once((START, submitted())).chain(steps))
}

fn due(ticket: &Ticket, target: &str) -> Timestamp {
    deadline(ticket, target).due_at
}

#[test]
fn a_new_ticket_has_the_limits_that_officials_name() {
    let ticket = with([]);
    let found: Vec<_> = all_deadlines(&ticket)
        .into_iter()
        .map(|d| (d.target, d.due_at.duration_since(at(START)).as_hours()))
        .collect();
    let expected = [
        ("first_action", 6),
        ("first_action_hard", 24),
        ("response", 72),
        ("red_mark", 144),
        ("resolution", 168),
    ];
    assert_eq!(
        found,
        expected.map(|(name, hours)| (name.to_owned(), hours))
    );
}

#[test]
fn warnings_come_at_half_at_four_fifths_and_a_day_before_the_red_mark() {
    let red = deadline(&with([]), "red_mark");
    let minutes = |m: i64| at(START) + SignedDuration::from_mins(m);
    let shares = [(1, after(72)), (2, minutes(144 * 48)), (3, after(120))];
    assert_eq!(red.warnings, shares);
    let levels: Vec<_> = red
        .levels
        .iter()
        .map(|l| (l.level, l.role.as_str(), l.at))
        .collect();
    let expected = [
        (1, "owner", after(144)),
        (2, "camat", after(168)),
        (3, "wali_kota", after(192)),
        (4, "biro_pemerintahan", after(216)),
        (5, "sekda", after(240)),
    ];
    assert_eq!(levels, expected);
}

#[test]
fn the_first_act_meets_the_first_targets_and_a_reopening_does_not_bring_them_back() {
    let acted = with([("2026-11-02T10:00:00+07:00", coordinated())]);
    assert_eq!(deadline(&acted, "first_action").met_at, Some(after(2)));
    assert_eq!(
        deadline(&acted, "response").met_at,
        None,
        "passing on is no response"
    );
    let reopened = with([
        ("2026-11-02T10:00:00+07:00", Step::Accepted),
        ("2026-11-03T10:00:00+07:00", closure()),
        ("2026-11-04T10:00:00+07:00", Step::Validated),
        ("2026-12-04T10:00:00+07:00", reopened()),
    ]);
    assert_eq!(deadline(&reopened, "first_action").met_at, Some(after(2)));
    assert_eq!(deadline(&reopened, "validation").met_at, Some(after(50)));
    assert_eq!(deadline(&reopened, "resolution").met_at, None);
}

#[test]
fn a_wait_for_the_reporter_stops_the_total_targets_for_ten_working_days_at_most() {
    let asked = ("2026-11-03T08:00:00+07:00", Step::InformationRequested);
    let answered = ("2026-11-05T09:00:00+07:00", Step::InformationReceived);
    let ticket = with([asked.clone(), answered]);
    assert_eq!(due(&ticket, "resolution"), after(168 + 49));
    assert_eq!(due(&ticket, "red_mark"), after(144 + 49));
    assert_eq!(due(&ticket, "first_action"), after(6), "not a total target");
    // Open: counted to its cap, 17 November 08:00, so that nothing is early.
    let open = with([asked]);
    assert_eq!(due(&open, "resolution"), after(168 + 14 * 24));
    let lines = deadline(&open, "resolution").explanation.join("\n");
    assert!(
        lines.contains("waits for the reporter from 2026-11-03 08:00 WIB"),
        "{lines}"
    );
}

#[test]
fn validation_time_is_not_the_units_and_is_two_working_days() {
    let proposed = ("2026-11-05T08:00:00+07:00", closure()); // Thursday
    let waiting = with([proposed.clone()]);
    assert_eq!(due(&waiting, "validation"), at("2026-11-09T08:00:00+07:00"));
    assert_eq!(deadline(&waiting, "resolution").met_at, Some(after(72)));
    let refused = with([proposed, ("2026-11-09T08:00:00+07:00", refused())]);
    assert_eq!(deadline(&refused, "validation").met_at, Some(after(168)));
    let resolution = deadline(&refused, "resolution");
    assert_eq!(
        (resolution.met_at, resolution.due_at),
        (None, after(168 + 96))
    );
}

#[test]
fn after_a_refusal_a_day_is_left_unless_the_deadline_had_passed_before() {
    let in_time = with([
        ("2026-11-09T07:00:00+07:00", closure()),
        ("2026-11-10T08:00:00+07:00", refused()),
    ]);
    assert_eq!(due(&in_time, "resolution"), at("2026-11-11T08:00:00+07:00"));
    let late = with([
        ("2026-11-09T09:00:00+07:00", closure()),
        ("2026-11-12T09:00:00+07:00", refused()),
    ]);
    let late = deadline(&late, "resolution");
    assert_eq!(late.due_at, after(168), "missed stays missed");
    let levels: Vec<_> = late.levels.iter().map(|l| l.at).collect();
    // An hour had passed; the 72 hours of validation do not push anyone up the ladder.
    assert_eq!(levels[0], after(168));
    assert_eq!(levels[1], after(168 + 24 + 72));
    assert_eq!(levels[4], after(168 + 96 + 72));
}

#[test]
fn each_closure_has_its_own_validation() {
    let twice = with([
        ("2026-11-03T08:00:00+07:00", closure()),
        ("2026-11-03T09:00:00+07:00", refused()),
        ("2026-11-04T10:00:00+07:00", closure()),
        ("2026-11-04T11:00:00+07:00", closure()),
    ]);
    let validation = deadline(&twice, "validation");
    assert_eq!((validation.cycle, validation.met_at), (2, None));
    assert_eq!(
        validation.due_at,
        at("2026-11-06T10:00:00+07:00"),
        "a repeat buys no time"
    );
}

#[test]
fn a_declared_finish_extends_the_resolution_once_within_its_cap() {
    let declared = with([
        (
            "2026-11-03T08:00:00+07:00",
            estimate("2026-11-20T12:00:00+07:00"),
        ),
        (
            "2026-11-04T08:00:00+07:00",
            estimate("2026-11-30T12:00:00+07:00"),
        ),
    ]);
    assert_eq!(due(&declared, "estimate"), at("2026-11-20T12:00:00+07:00"));
    assert_eq!(
        due(&declared, "resolution"),
        at("2026-11-20T12:00:00+07:00")
    );
    assert_eq!(
        due(&declared, "red_mark"),
        after(144),
        "the red mark knows no estimate"
    );
    let far = with([(
        "2026-11-03T08:00:00+07:00",
        estimate("2027-11-20T12:00:00+07:00"),
    )]);
    assert_eq!(due(&far, "estimate"), at("2026-12-03T08:00:00+07:00"));
    let past = with([(
        "2026-11-03T08:00:00+07:00",
        estimate("2026-01-01T00:00:00+07:00"),
    )]);
    assert_eq!(due(&past, "estimate"), after(24));
    assert_eq!(due(&past, "resolution"), after(168), "never shortened");
    let late = with([(
        "2026-11-10T08:00:00+07:00",
        estimate("2026-11-20T12:00:00+07:00"),
    )]);
    assert_eq!(
        due(&late, "resolution"),
        after(168),
        "declared too late to move it"
    );
}

#[test]
fn reports_from_lapor_have_its_working_days() {
    let lapor = |steps: Vec<(&'static str, Step)>| {
        let first = (START, Step::Submitted(submission("lapor")));
        ticket(std::iter::once(first).chain(steps))
    };
    assert_eq!(
        due(&lapor(vec![]), "lapor_forward"),
        at("2026-11-05T08:00:00+07:00")
    );
    let passed_on = lapor(vec![("2026-11-04T10:00:00+07:00", coordinated())]);
    assert_eq!(
        due(&passed_on, "lapor_follow_up"),
        at("2026-11-11T10:00:00+07:00")
    );
    assert!(
        all_deadlines(&with([]))
            .iter()
            .all(|d| !d.target.starts_with("lapor"))
    );
}

#[test]
fn a_ticket_without_a_policy_is_an_alarm() {
    let old = ticket([("2016-11-02T08:00:00Z", submitted())]);
    let found = deadlines(&old, &Policies::builtin(), &Calendars::builtin());
    assert!(matches!(found, Err(NoPolicy::NotInForce { .. })));
    let text = policy::BUILTIN.replace("name = \"", "channels = [\"none\"]\nname = \"");
    let text = text.replace("channels = [\"lapor\"]\n", "");
    let none = Policies::parse(&text, &Calendars::builtin()).unwrap();
    let found = deadlines(&with([]), &none, &Calendars::builtin());
    assert!(matches!(found, Err(NoPolicy::NoTarget { .. })));
}

#[test]
fn a_version_changes_only_when_the_deadline_moves() {
    let (a, b) = (
        deadline(&with([]), "resolution"),
        deadline(&with([]), "resolution"),
    );
    assert_eq!((&a.version, a.version.len()), (&b.version, 16));
    let rated = with([("2026-11-03T08:00:00+07:00", Step::Rated { stars: 2 })]);
    assert_eq!(deadline(&rated, "resolution").version, a.version);
    let paused = with([
        ("2026-11-03T08:00:00+07:00", Step::InformationRequested),
        ("2026-11-03T09:00:00+07:00", Step::InformationReceived),
    ]);
    assert_ne!(deadline(&paused, "resolution").version, a.version);
    assert_ne!(deadline(&with([]), "red_mark").version, a.version);
}

#[test]
fn a_deadline_explains_itself() {
    let text = policy::BUILTIN.replace(
        "clock = \"24x7\"\nlimit = \"7d\"",
        "clock = \"asn-dki\"\nlimit = \"7d\"",
    );
    let policies = Policies::parse(&text, &Calendars::builtin()).unwrap();
    let ticket = ticket([("2026-03-16T10:00:00+07:00", submitted())]);
    let found = explained_deadlines(&ticket, &policies, &Calendars::builtin()).unwrap();
    let resolution = found.iter().find(|d| d.target == "resolution").unwrap();
    assert_eq!(resolution.due_at, at("2026-04-01T10:00:00+07:00"));
    let lines = explain_deadline(resolution, Some(at("2026-04-02T10:00:00+07:00"))).join("\n");
    for part in [
        "resolution: due 2026-04-01 10:00 WIB (overdue by 1 d)",
        "7d on calendar asn-dki (version 2026-11)",
        "source: SE Sekda 40/2019",
        "started 2026-03-16 10:00 WIB by submitted",
        "closed on 2026-03-19: Hari Suci Nyepi",
        "closed on 2026-03-24: Cuti bersama Idul Fitri",
        "hours of Ramadan 1447",
    ] {
        assert!(lines.contains(part), "{lines}\nlacks {part:?}");
    }
    let utc = jiff::tz::TimeZone::UTC;
    assert_eq!(
        explain_ticket(&ticket, &utc)[1],
        "  submitted 2026-03-16 03:00 UTC"
    );
}

#[test]
fn the_same_step_named_twice_is_one_deadline_per_target() {
    let busy = with([
        ("2026-11-03T08:00:00+07:00", Step::Accepted),
        ("2026-11-03T09:00:00+07:00", coordinated()),
        ("2026-11-04T10:00:00+07:00", closure()),
        ("2026-11-04T11:00:00+07:00", Step::Validated),
        ("2026-11-04T12:00:00+07:00", reopened()),
    ]);
    let mut names: Vec<_> = all_deadlines(&busy).into_iter().map(|d| d.target).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

/// A ticket that asks the reporter and then has a closure refused, as minutes: each wait begins
/// `.0` after the last slot, lasts `.1`, and leaves `.2` of its slot. Slots stay where they are when a
/// wait grows within its own, so that only the pause changes.
fn paused(waits: &[(i64, i64, i64)], validation: i64) -> Ticket {
    let minutes = SignedDuration::from_mins;
    let mut slot = at(START);
    let mut steps = vec![(slot, submitted())];
    for (gap, wait, rest) in waits {
        let from = slot + minutes(*gap);
        steps.push((from, Step::InformationRequested));
        steps.push((from + minutes(*wait), Step::InformationReceived));
        slot = from + minutes(wait + rest);
    }
    let proposed = slot + minutes(10);
    steps.push((proposed, closure()));
    steps.push((proposed + minutes(validation), refused()));
    let steps = steps.into_iter().enumerate();
    let steps = steps.map(|(n, (when, s))| step(&format!("e{n:03}"), when, s));
    fold(&id(), &History::from_steps(steps))
}

/// The shipped policy with the total targets on either clock.
fn policies(working: bool) -> Policies {
    let text = policy::BUILTIN.to_owned();
    let text = if working {
        text.replace(
            "clock = \"24x7\"\nlimit = \"7d\"",
            "clock = \"asn-dki\"\nlimit = \"7d\"",
        )
        .replace(
            "clock = \"24x7\"\nlimit = \"6d\"",
            "clock = \"asn-dki\"\nlimit = \"45h\"",
        )
    } else {
        text
    };
    Policies::parse(&text, &Calendars::builtin()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn more_pause_is_never_an_earlier_deadline(
        waits in prop::collection::vec((0_i64..5000, 1_i64..20_000, 0_i64..10_000), 0..4),
        longer in any::<prop::sample::Index>(), by in 0_i64..10_000,
        (validation, more_validation) in (1_i64..10_000, 0_i64..10_000), working in any::<bool>(),
    ) {
        let (policies, calendars) = (policies(working), Calendars::builtin());
        let dues = |ticket: &Ticket| -> Vec<_> {
            let found = deadlines(ticket, &policies, &calendars).unwrap();
            let total = |name: &str| ["resolution", "red_mark"].contains(&name);
            found.into_iter().filter(|d| total(&d.target)).map(|d| (d.due_at, d.levels)).collect()
        };
        let mut more = waits.clone();
        if !more.is_empty() {
            let (_, wait, rest) = &mut more[longer.index(waits.len())];
            let by = by.min(*rest);
            (*wait, *rest) = (*wait + by, *rest - by);
        }
        let (less, more) =
            (dues(&paused(&waits, validation)), dues(&paused(&more, validation + more_validation)));
        for ((a, levels_a), (b, levels_b)) in less.iter().zip(&more) {
            prop_assert!(a <= b, "{a} moved forward to {b}");
            for (x, y) in levels_a.iter().zip(levels_b) {
                prop_assert!(x.at <= y.at);
            }
        }
    }

    #[test]
    fn warnings_lie_between_start_and_deadline_and_levels_never_fall(
        waits in prop::collection::vec((0_i64..5000, 1_i64..30_000, 0_i64..100), 0..4),
        validation in 1_i64..10_000, working in any::<bool>(),
    ) {
        let ticket = paused(&waits, validation);
        for d in deadlines(&ticket, &policies(working), &Calendars::builtin()).unwrap() {
            for (_, warning) in &d.warnings {
                prop_assert!(d.started_at < *warning && *warning < d.due_at);
            }
            prop_assert!(d.levels.is_sorted_by_key(|l| (l.level, l.at)));
            prop_assert!(d.levels.iter().all(|l| l.at >= d.due_at));
        }
    }
}
