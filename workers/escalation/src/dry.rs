//! What a sweep would write, without writing it.

use jaga_ledger::{Ledger, LedgerError};
use jaga_runner::DeadlineRules;
use jiff::Timestamp;
use serde::Serialize;

use crate::plan::plan;

/// One thing a sweep would write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Foreseen {
    /// The ticket.
    pub ticket: String,
    /// `warn`, `escalate`, `re_date` or `error`.
    pub kind: &'static str,
    /// Which deadline; from its second start on with the start's number, `validation#2`.
    pub target: String,
    /// Which warning, or which level.
    pub level: Option<u32>,
    /// Who is told.
    pub role: Option<String>,
    /// The unit that holds the ticket.
    pub unit: Option<String>,
    /// The deadline; of a re-dating the new one.
    pub due_at: Option<Timestamp>,
    /// Why, for people.
    pub reason: String,
}

/// What a sweep at `at` would write, a batch at a time to `each`; returns how many tickets it would look
/// at. Tickets whose deadlines are stale by these rules are looked at too, as the full run would.
/// Nothing is written, and nothing stays locked between batches.
pub async fn foresee<E>(
    ledger: &Ledger,
    rules: &DeadlineRules,
    at: Timestamp,
    batch: u32,
    mut each: impl FnMut(Foreseen) -> Result<(), E>,
) -> Result<u64, E>
where
    E: From<LedgerError>,
{
    let (mut after, mut seen) = (String::new(), 0);
    loop {
        let mut tx = ledger.begin().await?;
        let tickets = tx.due_or_stale(&rules.version, at, &after, batch).await?;
        // Dropped: nothing of it happened.
        drop(tx);
        let Some(last) = tickets.last() else {
            return Ok(seen);
        };
        after = last.ticket_id.to_string();
        for ticket in tickets {
            seen += 1;
            let id = ticket.ticket_id.to_string();
            let plan = plan(ticket, rules, at)?;
            for telling in plan.look.tellings {
                each(Foreseen {
                    ticket: id.clone(),
                    kind: telling.row.kind,
                    target: telling.row.target,
                    level: Some(telling.row.level),
                    role: telling.role,
                    unit: telling.unit,
                    due_at: Some(telling.row.due_at),
                    reason: telling.row.reason,
                })?;
            }
            for moved in plan.look.re_dating.into_iter().flat_map(|(r, _)| r.moved) {
                each(Foreseen {
                    ticket: id.clone(),
                    kind: "re_date",
                    target: moved.target,
                    level: None,
                    role: None,
                    unit: None,
                    due_at: Some(moved.to),
                    reason: moved.reason,
                })?;
            }
            if let Some(why) = plan.error {
                each(Foreseen {
                    ticket: id,
                    kind: "error",
                    target: String::new(),
                    level: None,
                    role: None,
                    unit: None,
                    due_at: None,
                    reason: why,
                })?;
            }
        }
    }
}
