//! History to ticket. Total: a history that contradicts itself still gives one state, always the
//! same, and says what did not fit.

use jaga_contract::{Step, Submission, TicketChanged, TicketId};
use jiff::Timestamp;

use crate::history::History;
use crate::state::{Closure, Estimate, Moment, Outcome, State, StepKind, Ticket};

/// Folds a history into the ticket it tells of.
///
/// The earliest submission comes first whatever the clocks said: a step dated before it takes
/// effect at the submission. Without a submission the state is [`State::Unsubmitted`], and the
/// other fields hold what the steps told.
pub fn fold(id: &TicketId, history: &History) -> Ticket {
    let mut ticket = Ticket::empty(id.clone());
    for event in history.conflicts() {
        ticket.contradicts(event, "different steps under one event id");
    }
    let mut steps = Vec::with_capacity(history.steps().len());
    for step in history.steps() {
        if step.ticket_id == *id {
            steps.push(step);
        } else {
            ticket.contradicts(&step.event_id, "a step of another ticket");
        }
    }
    // The walk needs an open ticket to start from, whether the submission has come or not.
    ticket.state = State::Waiting;
    if let Some((first, submission)) = steps.iter().find_map(|s| submission_of(s)) {
        submit(&mut ticket, first, submission);
    }
    for step in steps {
        apply(&mut ticket, step);
    }
    if ticket.submission.is_none() {
        ticket.state = State::Unsubmitted;
        ticket.timeline.clear();
    }
    ticket
}

fn submission_of(step: &TicketChanged) -> Option<(&TicketChanged, &Submission)> {
    match &step.step {
        Step::Submitted(submission) => Some((step, submission)),
        _ => None,
    }
}

fn submit(ticket: &mut Ticket, step: &TicketChanged, submission: &Submission) {
    ticket.submission = Some(submission.clone());
    ticket.submitted_at = Some(step.occurred_at);
    ticket.owner.clone_from(&step.unit);
    enter(ticket, step, step.occurred_at, State::Waiting);
}

/// Records a step that took effect.
fn enter(ticket: &mut Ticket, step: &TicketChanged, at: Timestamp, state: State) {
    ticket.state = state;
    ticket.timeline.push(Moment {
        at,
        event_id: step.event_id.clone(),
        kind: StepKind::from(&step.step),
        state,
        unit: ticket.owner.clone(),
    });
}

fn apply(ticket: &mut Ticket, step: &TicketChanged) {
    let at = ticket
        .submitted_at
        .map_or(step.occurred_at, |s| s.max(step.occurred_at));
    if step.occurred_at < at {
        ticket.contradicts(
            &step.event_id,
            "dated before the submission, counted from the submission",
        );
    }
    match &step.step {
        // The first was entered before everything else.
        Step::Submitted(_) => {
            if ticket
                .timeline
                .first()
                .is_none_or(|m| m.event_id != step.event_id)
            {
                ticket.contradicts(
                    &step.event_id,
                    "submitted again, the first submission counts",
                );
            }
            return;
        }
        // A rating changes no state and is welcome at any time.
        Step::Rated { stars } => {
            ticket.ratings.push((at, *stars));
            return;
        }
        Step::Reopened { .. } => return reopen(ticket, step, at),
        // Recorded even when it comes after the end: every closure is judged.
        Step::ClosureProposed {
            evidence,
            note,
            officer,
        } => ticket.closures.push(Closure {
            event_id: step.event_id.clone(),
            proposed_at: step.occurred_at,
            unit: step.unit.clone(),
            evidence: evidence.clone(),
            note: note.clone(),
            officer: officer.clone(),
            outcome: Outcome::Pending,
        }),
        _ => {}
    }
    if ticket.state.is_ended() {
        let what = format!("{} after the end, without effect", step.step.kind());
        ticket.contradicts(&step.event_id, what);
        return;
    }
    if !matches!(step.step, Step::InformationRequested) {
        end_pause(ticket, at);
    }
    let state = effect(ticket, step, at);
    enter(ticket, step, at, state);
}

/// What a step does to an open ticket, and the state it leads to.
fn effect(ticket: &mut Ticket, step: &TicketChanged, at: Timestamp) -> State {
    match &step.step {
        Step::Coordinated { to } | Step::Dispositioned { to } => {
            ticket.hops += 1;
            ticket.owner = Some(to.clone());
            ticket.assigned_at = Some(at);
            if matches!(step.step, Step::Coordinated { .. }) {
                State::Coordinated
            } else {
                State::Dispositioned
            }
        }
        Step::Accepted => {
            ticket.accepted_at = ticket.accepted_at.or(Some(at));
            if step.unit.is_some() {
                ticket.owner.clone_from(&step.unit);
            }
            State::InProgress
        }
        Step::EstimateDeclared { finish_at, .. } => {
            ticket.estimate = ticket.estimate.or(Some(*finish_at));
            ticket.estimates.push(Estimate {
                declared_at: at,
                finish_at: *finish_at,
            });
            State::Estimated
        }
        Step::InformationRequested => {
            if ticket.pauses.last().is_none_or(|(_, end)| end.is_some()) {
                ticket.pauses.push((at, None));
            }
            State::InformationRequested
        }
        Step::InformationReceived => {
            if ticket.state == State::InformationRequested {
                before_the_question(ticket)
            } else {
                ticket.misses(
                    &step.event_id,
                    "information received that nobody waited for",
                );
                ticket.state
            }
        }
        Step::ClosureProposed { .. } => State::AwaitingValidation,
        Step::Validated => {
            if !answer(ticket, Outcome::Validated) {
                ticket.misses(&step.event_id, "validated without a proposed closure");
            }
            ticket.ended_at = Some(at);
            State::Done
        }
        Step::Refused { .. } => {
            if !answer(ticket, Outcome::Refused) {
                ticket.misses(&step.event_id, "refused without a proposed closure");
            }
            State::Refused
        }
        Step::Rejected { .. } => {
            ticket.ended_at = Some(at);
            State::Rejected
        }
        Step::Submitted(_) | Step::Reopened { .. } | Step::Rated { .. } => ticket.state,
    }
}

fn reopen(ticket: &mut Ticket, step: &TicketChanged, at: Timestamp) {
    let ended = ticket.state.is_ended();
    if ended || ticket.state == State::AwaitingValidation {
        answer(ticket, Outcome::Refused);
        ticket.ended_at = None;
        ticket.reopened += u32::from(ended);
        let state = if ticket.accepted_at.is_some() {
            State::InProgress
        } else {
            State::Waiting
        };
        enter(ticket, step, at, state);
    } else {
        ticket.contradicts(&step.event_id, "reopened while open");
    }
}

/// Gives every pending closure its outcome; a later proposal supersedes an earlier one, and one
/// answer is the answer to all. False if there was none.
fn answer(ticket: &mut Ticket, outcome: Outcome) -> bool {
    let mut any = false;
    for closure in ticket
        .closures
        .iter_mut()
        .filter(|c| c.outcome == Outcome::Pending)
    {
        closure.outcome = outcome;
        any = true;
    }
    any
}

fn end_pause(ticket: &mut Ticket, at: Timestamp) {
    if let Some((_, end @ None)) = ticket.pauses.last_mut() {
        *end = Some(at);
    }
}

fn before_the_question(ticket: &Ticket) -> State {
    ticket
        .timeline
        .iter()
        .rev()
        .map(|m| m.state)
        .find(|s| *s != State::InformationRequested)
        .unwrap_or(State::Waiting)
}
