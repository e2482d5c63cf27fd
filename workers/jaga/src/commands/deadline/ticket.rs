//! `jaga deadline --history`: a ticket's deadlines, each explained.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use jaga_contract::TicketChanged;
use jaga_ticket::{Done, History, deadlines, due_actions, explain_deadline, fold};
use serde_json::json;

use crate::cli::DeadlineArgs;
use crate::output::{Outcome, say, say_json};
use crate::rulebook::{calendars, policies, read};

pub fn run(args: &DeadlineArgs) -> anyhow::Result<Outcome> {
    let calendars = calendars(args.calendar.as_deref())?;
    let policies = policies(args.policy.as_deref(), &calendars)?;
    let file = args
        .history
        .as_deref()
        .context("--history FILE is missing")?;
    let name = file.display();
    let steps: Vec<TicketChanged> = serde_json::from_str(&read(file)?)
        .with_context(|| format!("{name}: not a list of ticket steps"))?;
    let tickets: BTreeSet<_> = steps.iter().map(|s| &s.ticket_id).collect();
    let id = match tickets.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => (*one).clone(),
        [] => bail!("{name}: no steps"),
        more => bail!("{name}: steps of {} tickets, expected one", more.len()),
    };
    let ticket = fold(&id, &History::from_steps(steps));
    let due = deadlines(&ticket, &policies, &calendars)?;
    let actions = args
        .now
        .map(|now| due_actions(&ticket, &due, &Done::default(), now));
    let overdue = actions
        .iter()
        .flatten()
        .any(|a| matches!(a, jaga_ticket::Action::Escalate { .. }));
    if args.json {
        say_json(&json!({
            "ticket": id, "state": ticket.state, "deadlines": due, "actions": actions
        }))?;
    } else {
        say(&format!("{id}: {}", ticket.state.as_str()));
        for deadline in &due {
            for line in explain_deadline(deadline, args.now) {
                say(&line);
            }
        }
        for action in actions.iter().flatten() {
            say(&serde_json::to_string(action)?);
        }
    }
    Ok(Outcome::yes_if(!overdue))
}
