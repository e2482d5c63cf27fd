//! `jaga deadline --history`: a ticket's deadlines, each explained.

use anyhow::Context;
use jaga_ticket::{Action, Done, due_actions, explain_deadline, explained_deadlines};
use serde_json::json;

use super::history::told;
use crate::cli::DeadlineArgs;
use crate::output::{Outcome, note, say, say_json};
use crate::rulebook::{calendars, policies};

/// Prints what the workers would count. A history that contradicts itself is counted all the same, and
/// is bad input.
pub fn run(args: &DeadlineArgs) -> anyhow::Result<Outcome> {
    let calendars = calendars(args.calendar.as_deref())?;
    let policies = policies(args.policy.as_deref(), &calendars)?;
    let file = args
        .history
        .as_deref()
        .context("--history FILE is missing")?;
    let told = told(file)?;
    let ticket = &told.ticket;
    if ticket.submission.is_none() {
        anyhow::bail!(
            "{}: {} was never submitted: without a submission there is no deadline",
            file.display(),
            ticket.id
        );
    }
    let due = explained_deadlines(ticket, &policies, &calendars)
        .with_context(|| format!("{}: {}: no deadline", file.display(), ticket.id))?;
    let actions = args
        .now
        .map(|now| due_actions(ticket, &due, &Done::default(), now));
    let overdue = actions
        .iter()
        .flatten()
        .any(|a| matches!(a, Action::Escalate { .. }));
    if args.json {
        say_json(&json!({
            "ticket": ticket.id,
            "state": ticket.state,
            "calendars": calendars.version(),
            "contradictions": ticket.contradictions,
            "deadlines": due,
            "actions": actions
        }))?;
    } else {
        say(&format!("{}: {}", ticket.id, ticket.state.as_str()));
        for deadline in &due {
            for line in explain_deadline(deadline, args.now) {
                say(&line);
            }
        }
        for action in actions.iter().flatten() {
            say(&serde_json::to_string(action)?);
        }
    }
    let mut wrong = 0;
    for contradiction in &ticket.contradictions {
        let kind = if contradiction.tolerable {
            "note"
        } else {
            wrong += 1;
            "error"
        };
        note(&format!("{kind}: {}", told.says(contradiction)));
    }
    if wrong > 0 {
        anyhow::bail!(
            "{}: the history contradicts itself {wrong} times; the deadlines are what the workers make of it",
            file.display()
        );
    }
    Ok(Outcome::yes_if(!overdue))
}
