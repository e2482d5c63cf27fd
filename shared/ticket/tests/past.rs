//! What a hand's earlier closures say: counted fairly, beside the city's of the same kinds, and never by
//! what comes later.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::{at, hours};
use jaga_contract::{EventId, Step, TicketChanged, TicketId, UnitId};
use jaga_ticket::closure::section::Outlier;
use jaga_ticket::closure::{Answered, Before, City, Counted, answers, bears_on, counted, span};
use jiff::Timestamp;

const JUDGED: &str = "2026-11-03T01:00:00Z";
const DAY: u32 = 24 * 3600;
const RULE: Outlier = Outlier {
    least: 30,
    prior: 50.0,
    times: 2.0,
    window_s: Some(90 * DAY),
    follow_s: Some(14 * DAY),
};

fn event(name: &str) -> EventId {
    EventId::new(name).unwrap()
}

/// A closure so many days before the one that is judged, and the day after which it was disputed.
fn closed(name: &str, days: i64, category: &str, disputed_after: Option<i64>) -> Before {
    let proposed_at = at(JUDGED) - hours(24 * days);
    Before {
        category: category.to_owned(),
        answered: Answered {
            closure: event(name),
            proposed_at,
            refused_at: None,
            disputed_at: disputed_after.map(|days| proposed_at + hours(24 * days)),
        },
    }
}

fn total(past: &[Before], at: Timestamp) -> Counted {
    let by = counted(past, at, &RULE);
    by.values().fold(Counted::default(), |sum, c| Counted {
        of: sum.of + c.of,
        refused: sum.refused + c.refused,
        disputed: sum.disputed + c.disputed,
    })
}

/// Units of which each closed 100, so many of them disputed.
fn city(disputed: &[u32]) -> City {
    City::of(disputed.iter().enumerate().map(|(n, disputed)| {
        let counted = Counted {
            of: 100,
            refused: 0,
            disputed: *disputed,
        };
        (format!("unit-{n}"), "Jalan".to_owned(), counted)
    }))
}

fn step(name: &str, hour: i64, unit: Option<&str>, step: Step) -> TicketChanged {
    TicketChanged {
        event_id: event(name),
        ticket_id: TicketId::new("JK1").unwrap(),
        occurred_at: at(JUDGED) + hours(hour),
        unit: unit.map(|u| UnitId::new(u).unwrap()),
        step,
    }
}

fn proposed() -> Step {
    Step::ClosureProposed {
        evidence: Vec::new(),
        note: String::new(),
        officer: None,
    }
}

#[test]
fn a_refusal_answers_what_was_open_and_a_dispute_is_about_the_newest() {
    let refused = || Step::Refused {
        reason: String::new(),
    };
    let reopened = || Step::Reopened {
        reason: String::new(),
    };
    let steps = [
        step("c1", 0, Some("kel-a"), proposed()),
        step("r1", 1, Some("biro"), refused()),
        step("c2", 2, Some("kel-a"), proposed()),
        step("v2", 3, Some("biro"), Step::Validated),
        step("o1", 4, Some("biro"), reopened()),
        step("o2", 5, None, reopened()),
        step("c3", 6, Some("kel-a"), proposed()),
        step("o3", 7, None, reopened()),
    ];
    let all = answers(&steps);
    let told: Vec<_> = all
        .iter()
        .map(|a| {
            let hour = |t: Option<Timestamp>| t.map(|t| t.duration_since(at(JUDGED)).as_hours());
            (a.closure.as_str(), hour(a.refused_at), hour(a.disputed_at))
        })
        .collect();
    // A unit that has a ticket opened again disputes nothing: only the reporter does.
    assert_eq!(
        told,
        [
            ("c1", Some(1), None),
            ("c2", None, Some(5)),
            ("c3", None, Some(7))
        ]
    );
}

#[test]
fn each_closure_is_followed_for_the_same_time_and_the_young_are_left_out() {
    let past = [
        closed("too-old", 91, "Jalan", Some(1)),
        closed("in-time", 60, "Jalan", Some(13)),
        closed("too-late", 60, "Jalan", Some(15)),
        closed("plain", 20, "Jalan", None),
        closed("young", 13, "Jalan", Some(1)),
        closed("later", -3, "Jalan", Some(1)),
    ];
    let seen = total(&past, at(JUDGED));
    assert_eq!((seen.of, seen.disputed, seen.refused), (3, 1, 0));
    // What comes after the closure changes nothing, whenever it is asked.
    assert_eq!(total(&past[..5], at(JUDGED)), seen);
    let none = Outlier {
        window_s: None,
        follow_s: None,
        ..RULE
    };
    assert_eq!(span(at(JUDGED), &none), None);
    assert!(counted(&past, at(JUDGED), &none).is_empty());
}

#[test]
fn a_hand_with_categories_that_are_often_disputed_is_held_against_those() {
    let of = |disputed| Counted {
        of: 1000,
        refused: 0,
        disputed,
    };
    let rows = [("Jalan", 20), ("Parkir", 200)];
    let city = City::of(rows.map(|(kind, n)| ("unit-1".to_owned(), kind.to_owned(), of(n))));
    let share = |jalan: i64, parkir: i64| {
        let one = |kind: &'static str| move |n: i64| closed(&format!("{kind}{n}"), 30, kind, None);
        let past: Vec<Before> = (0..jalan)
            .map(one("Jalan"))
            .chain((0..parkir).map(one("Parkir")))
            .collect();
        let rates = city.rates(&counted(&past, at(JUDGED), &RULE));
        let disputed = rates.into_iter().find(|r| r.of == "disputed").unwrap();
        f64::from(disputed.city.count) / f64::from(disputed.city.of)
    };
    assert!((share(40, 0) - 0.02).abs() < 1e-9);
    assert!((share(0, 40) - 0.2).abs() < 1e-9);
    assert!((share(30, 10) - 0.065).abs() < 1e-9);
}

#[test]
fn how_units_differ_is_measured_from_ten_units_on() {
    let between = |disputed: &[u32]| {
        let own = [closed("c", 30, "Jalan", None)];
        let rates = city(disputed).rates(&counted(&own, at(JUDGED), &RULE));
        rates.iter().find(|r| r.of == "disputed").unwrap().between
    };
    assert_eq!(between(&[5; 9]), None, "nine units tell nothing");
    let alike = between(&[5; 12]).unwrap();
    assert!(alike < 1e-9, "no more than chance: {alike}");
    // Twelve units of 100: rates of 2 % and 14 % in turn have a variance of 0.0036, and chance has
    // 0.08 * 0.92 / 100 of it.
    let apart = between(&[2, 14, 2, 14, 2, 14, 2, 14, 2, 14, 2, 14]).unwrap();
    assert!((apart - (0.0036 - 0.000_736)).abs() < 1e-9, "{apart}");
}

#[test]
fn what_comes_late_wakes_whoever_stands_out_with_it_and_nobody_in_the_usual_order() {
    let city = city(&[2, 14, 2, 14, 2, 14, 2, 14, 2, 14, 2, 14]);
    let mut past: Vec<Before> = (0..40)
        .map(|n| {
            closed(
                &format!("c{n}"),
                40 + n % 10,
                "Jalan",
                (n < 20).then_some(3),
            )
        })
        .collect();
    let bears =
        |past: &[Before], later: &[Timestamp]| bears_on(past, &event("c0"), later, &city, &RULE);
    let judged = at(JUDGED);
    // Judged then; judged before it was known for long enough; judged when it was long past.
    let times = [judged, judged - hours(24 * 27), judged + hours(24 * 60)];
    assert_eq!(bears(&past, &times), [true, false, false]);
    // Of a hand that does not stand out nobody is woken.
    for it in past.iter_mut().skip(1) {
        it.answered.disputed_at = None;
    }
    assert_eq!(bears(&past, &times), [false, false, false]);
}
