//! What a history promises: one ticket, whatever the order, whatever the contradictions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::*;
use jaga_contract::{EventId, PhotoId, Step, TicketChanged, TicketId};
use jaga_ticket::{History, Outcome, State, Ticket, fold};
use jiff::Timestamp;
use proptest::prelude::*;

fn state(steps: impl IntoIterator<Item = (&'static str, Step)>) -> State {
    ticket(steps).state
}

const T: [&str; 6] = [
    "2026-11-02T01:00:00Z",
    "2026-11-02T02:00:00Z",
    "2026-11-02T03:00:00Z",
    "2026-11-02T04:00:00Z",
    "2026-11-02T05:00:00Z",
    "2026-11-02T06:00:00Z",
];

#[test]
fn each_step_leads_where_the_city_says() {
    let after = |steps: Vec<Step>| {
        let steps = std::iter::once(submitted()).chain(steps);
        state(T.into_iter().zip(steps))
    };
    assert_eq!(after(vec![]), State::Waiting);
    assert_eq!(after(vec![coordinated()]), State::Coordinated);
    assert_eq!(
        after(vec![Step::Dispositioned { to: unit("sudin") }]),
        State::Dispositioned
    );
    assert_eq!(after(vec![Step::Accepted]), State::InProgress);
    assert_eq!(
        after(vec![estimate("2026-11-20T00:00:00Z")]),
        State::Estimated
    );
    assert_eq!(
        after(vec![Step::InformationRequested]),
        State::InformationRequested
    );
    assert_eq!(after(vec![closure()]), State::AwaitingValidation);
    assert_eq!(after(vec![closure(), Step::Validated]), State::Done);
    assert_eq!(after(vec![closure(), refused()]), State::Refused);
    assert_eq!(
        after(vec![closure(), refused(), closure()]),
        State::AwaitingValidation
    );
    assert_eq!(
        after(vec![Step::Rejected {
            reason: String::new()
        }]),
        State::Rejected
    );
    assert_eq!(
        after(vec![Step::Accepted, closure(), Step::Validated, reopened()]),
        State::InProgress
    );
    let asked = vec![
        Step::Accepted,
        Step::InformationRequested,
        Step::InformationReceived,
    ];
    assert_eq!(after(asked), State::InProgress, "back to where it was");
    assert_eq!(after(vec![Step::Rated { stars: 1 }]), State::Waiting);
}

#[test]
fn a_ticket_tells_who_held_it_and_what_became_of_its_closures() {
    let photo = PhotoId::new("p1").unwrap();
    let proposed = Step::ClosureProposed {
        evidence: vec![photo.clone()],
        note: "beres".into(),
        officer: None,
    };
    let steps = [
        submitted(),
        coordinated(),
        Step::Accepted,
        proposed,
        refused(),
        closure(),
    ];
    let ticket = ticket(T.into_iter().zip(steps));
    assert_eq!((ticket.hops, ticket.owner), (1, Some(unit("dishub"))));
    assert_eq!(ticket.accepted_at, Some(at(T[2])));
    let outcomes: Vec<_> = ticket.closures.iter().map(|c| c.outcome).collect();
    assert_eq!(outcomes, [Outcome::Refused, Outcome::Pending]);
    assert_eq!(
        (&ticket.closures[0].evidence, &*ticket.closures[0].note),
        (&vec![photo], "beres")
    );
    assert_eq!(ticket.ended_at, None);
    assert!(
        ticket.contradictions.is_empty(),
        "{:?}",
        ticket.contradictions
    );
}

#[test]
fn steps_that_came_before_the_submission_wait_for_it() {
    let early = ticket([(T[1], Step::Accepted), (T[2], closure())]);
    assert_eq!(early.state, State::Unsubmitted);
    assert_eq!(
        early.closures.len(),
        1,
        "closures are known, and judged, all the same"
    );
    assert!(all_deadlines(&early).is_empty());
    let late = ticket([
        (T[1], Step::Accepted),
        (T[2], closure()),
        (T[0], submitted()),
    ]);
    assert_eq!(
        (late.state, late.contradictions.len()),
        (State::AwaitingValidation, 0)
    );
}

#[test]
fn a_step_dated_before_the_submission_counts_from_it() {
    let skewed = ticket([(T[0], Step::Accepted), (T[1], submitted())]);
    assert_eq!(
        (skewed.state, skewed.accepted_at),
        (State::InProgress, Some(at(T[1])))
    );
    assert_eq!(skewed.contradictions.len(), 1);
}

#[test]
fn contradictions_give_a_state_and_a_note() {
    for (steps, expected) in [
        (vec![Step::Validated], State::Done),
        (vec![refused()], State::Refused),
        (vec![reopened()], State::Waiting),
        (vec![Step::InformationReceived], State::Waiting),
        (vec![submitted()], State::Waiting),
        (
            vec![closure(), Step::Validated, Step::Accepted],
            State::Done,
        ),
        (vec![closure(), Step::Validated, refused()], State::Done),
    ] {
        let steps = std::iter::once(submitted()).chain(steps);
        let ticket = ticket(T.into_iter().zip(steps));
        assert_eq!(ticket.state, expected, "{:?}", ticket.contradictions);
        assert_eq!(
            ticket.contradictions.len(),
            1,
            "{:?}",
            ticket.contradictions
        );
    }
    let mut stranger = step("x", at(T[1]), Step::Validated);
    stranger.ticket_id = TicketId::new("JK2611020002").unwrap();
    let history = History::from_steps([step("a", at(T[0]), submitted()), stranger]);
    let ticket = fold(&id(), &history);
    assert_eq!(
        (ticket.state, ticket.contradictions.len()),
        (State::Waiting, 1)
    );
}

#[test]
fn a_pause_ends_with_the_answer_or_with_the_next_act() {
    let asked = (T[1], Step::InformationRequested);
    let base = [(T[0], submitted()), asked];
    let with =
        |more: Vec<(&'static str, Step)>| ticket(base.clone().into_iter().chain(more)).pauses;
    assert_eq!(with(vec![]), [(at(T[1]), None)]);
    assert_eq!(
        with(vec![(T[2], Step::InformationReceived)]),
        [(at(T[1]), Some(at(T[2])))]
    );
    assert_eq!(
        with(vec![(T[2], Step::Accepted)]),
        [(at(T[1]), Some(at(T[2])))]
    );
    assert_eq!(
        with(vec![(T[2], Step::InformationRequested)]),
        [(at(T[1]), None)],
        "asked again"
    );
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(submitted()),
        Just(coordinated()),
        Just(Step::Dispositioned { to: unit("sudin") }),
        Just(Step::Accepted),
        Just(estimate("2026-11-20T00:00:00Z")),
        Just(Step::InformationRequested),
        Just(Step::InformationReceived),
        Just(closure()),
        Just(Step::Validated),
        Just(refused()),
        Just(reopened()),
        Just(Step::Rejected {
            reason: String::new()
        }),
        (1_u8..=5).prop_map(|stars| Step::Rated { stars }),
    ]
}

/// Few event ids and few instants, so that repeats, ties and conflicts are common.
fn any_steps() -> impl Strategy<Value = Vec<TicketChanged>> {
    let one = (0..12_u8, 0..20_i64, any_step()).prop_map(|(event, hour, s)| {
        let when = at("2026-11-02T01:00:00Z") + hours(hour);
        step(&format!("e{event}"), when, s)
    });
    prop::collection::vec(one, 0..16)
}

/// What must hold of every ticket.
fn check(ticket: &Ticket) {
    assert_eq!(
        ticket.submission.is_none(),
        ticket.state == State::Unsubmitted
    );
    if ticket.state != State::Unsubmitted {
        assert_eq!(ticket.ended_at.is_some(), ticket.state.is_ended());
        assert_eq!(ticket.timeline.last().map(|m| m.state), Some(ticket.state));
    }
    assert!(ticket.timeline.is_sorted_by_key(|m| m.at));
    let ends: Vec<Timestamp> = ticket
        .pauses
        .iter()
        .flat_map(|(from, to)| [Some(*from), *to])
        .flatten()
        .collect();
    assert!(ends.is_sorted(), "pauses are disjoint and in order");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn order_and_repetition_change_nothing(
        steps in any_steps(), shuffled in any::<prop::sample::Index>(), seed in any::<u64>(),
    ) {
        let once = History::from_steps(steps.clone());
        // A shuffle from the seed, with some steps twice.
        let mut again: Vec<_> = steps.iter().cycle().take(steps.len() * 2).cloned().collect();
        let mut state = seed | 1;
        for n in (1..again.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            again.swap(n, (state >> 33) as usize % (n + 1));
        }
        if !again.is_empty() {
            again.remove(shuffled.index(again.len()));
        }
        // What was removed once is still there once.
        let again = History::from_steps(again);
        prop_assert_eq!(&once, &again);
        prop_assert_eq!(fold(&id(), &once), fold(&id(), &again));
    }

    #[test]
    fn every_history_gives_a_sound_ticket(steps in any_steps()) {
        let history = History::from_steps(steps);
        prop_assert!(history.steps().is_sorted_by_key(|s| (s.occurred_at, s.event_id.clone())));
        check(&fold(&id(), &history));
    }

    #[test]
    fn a_history_survives_being_written_and_read(steps in any_steps()) {
        let history = History::from_steps(steps);
        let text = serde_json::to_string(history.steps()).unwrap();
        let read: Vec<TicketChanged> = serde_json::from_str(&text).unwrap();
        let again = History::from_steps(read);
        prop_assert_eq!(history.steps(), again.steps());
        let first: Option<&EventId> = again.steps().first().map(|s| &s.event_id);
        prop_assert_eq!(first, history.steps().first().map(|s| &s.event_id));
    }
}
