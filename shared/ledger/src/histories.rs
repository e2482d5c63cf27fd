//! Whole tickets for a report: history, escalations and verdicts, a page at a time.

use std::collections::BTreeMap;

use jaga_contract::{TicketChanged, TicketId};
use jiff::Timestamp;

use crate::audit::ticket_id;
use crate::db::on;
use crate::sweeps::id_list;
use crate::{Ledger, LedgerError, Told};

/// A ticket as a report sees it.
#[derive(Debug)]
pub struct TicketHistory {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its history; an error where a step can't be read.
    pub steps: Result<Vec<TicketChanged>, LedgerError>,
    /// Warnings and escalations.
    pub told: Vec<Told>,
    /// The newest verdict on each closure: closure and verdict.
    pub verdicts: Vec<(String, String)>,
}

impl Ledger {
    /// Up to `limit` tickets after one, by id, that were submitted before `to` and had not ended before
    /// `from`, by what is known now.
    pub async fn histories(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: &str,
        limit: u32,
    ) -> Result<Vec<TicketHistory>, LedgerError> {
        let mut tx = self.begin().await?;
        let ids: Vec<String> = self
            .timed("read tickets", async {
                on!(&mut tx.inner, t => sqlx::query_scalar(
                    "SELECT ticket_id FROM tickets WHERE ticket_id > $1 AND submitted_at < $2
                       AND (ended_at IS NULL OR ended_at >= $3) ORDER BY ticket_id LIMIT $4")
                    .bind(after).bind(to.as_microsecond()).bind(from.as_microsecond())
                    .bind(i64::from(limit)).fetch_all(&mut **t).await)
            })
            .await?;
        let ids: Vec<TicketId> = ids
            .into_iter()
            .map(|id| ticket_id("tickets", id))
            .collect::<Result<_, _>>()?;
        let mut told = tx.told_of(&ids).await?;
        let mut bodies = tx.bodies_of(&ids).await?;
        let list = id_list(&ids);
        let verdicts: Vec<(String, String, String)> = self
            .timed("read verdicts", async {
                on!(&mut tx.inner, t => sqlx::query_as(self.sql(
                    "SELECT v.ticket_id, v.closure_id, v.verdict FROM {rows: ticket_id TEXT}
                     JOIN closures c ON c.ticket_id = r.ticket_id
                     JOIN verdicts v ON v.closure_id = c.closure_id AND v.revision = c.revision"))
                    .bind(&list).fetch_all(&mut **t).await)
            })
            .await?;
        let mut by_ticket: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (ticket, closure, verdict) in verdicts {
            by_ticket
                .entry(ticket)
                .or_default()
                .push((closure, verdict));
        }
        let history = |id: TicketId| {
            let key = id.as_str();
            TicketHistory {
                steps: crate::tickets::parse(&bodies.remove(key).unwrap_or_default()),
                told: told.remove(key).unwrap_or_default(),
                verdicts: by_ticket.remove(key).unwrap_or_default(),
                ticket_id: id,
            }
        };
        Ok(ids.into_iter().map(history).collect())
    }
}
