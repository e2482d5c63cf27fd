//! Holds the trail against itself and against what it must tell of.
//!
//! Within a trail the hashes tell of any row that was changed, left out or moved. A cut-off end, and a
//! trail made anew from end to end, are told by what lies elsewhere: the head on the ticket, the count
//! of its re-datings, and every action and verdict must have its row, and the other way round.

use std::collections::BTreeSet;

use jaga_contract::TicketId;
use serde_json::Value;

use crate::audit::{Case, action_mark, review_mark, ticket_id, verdict_mark};
use crate::chain::{AuditKind, AuditRow, Head, START};
use crate::db::on;
use crate::{Ledger, LedgerError, Tx};

/// Something that a trail must not show.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AuditFault {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The row, where it is about one.
    pub seq: Option<i64>,
    /// A stable name: `changed`, `missing`, `out_of_order`, `unknown_kind`, `head`, `not_told`, `not_done`,
    /// `re_dated`, `no_ticket`.
    pub fault: &'static str,
    /// The same for people.
    pub says: String,
}

/// What was verified.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Audited {
    /// Tickets looked at.
    pub tickets: u64,
    /// Rows of their trails.
    pub rows: u64,
    /// What was found; at most [`Audited::MOST`] are told.
    pub faults: Vec<AuditFault>,
    /// How many were found.
    pub found: u64,
    /// BLAKE3 over the heads of all tickets, in order: written down elsewhere, it tells later whether
    /// a whole ticket was taken out.
    pub digest: String,
}

impl Audited {
    /// Faults told one by one; beyond it they are counted.
    pub const MOST: usize = 1000;
}

impl Ledger {
    /// Verifies one ticket's trail, or all of them in batches.
    pub async fn verify_audit(&self, only: Option<&TicketId>) -> Result<Audited, LedgerError> {
        let mut audited = Audited::default();
        let mut digest = blake3::Hasher::new();
        let mut after = String::new();
        loop {
            let mut tx = self.begin().await?;
            let ids = match only {
                Some(one) => vec![one.clone()],
                None => tx.tickets_after(&after, 500).await?,
            };
            let Some(last) = ids.last().map(ToString::to_string) else {
                break;
            };
            let cases = tx.audit_cases(&ids).await?;
            drop(tx);
            for (ticket, case) in cases {
                audited.tickets += 1;
                audited.rows += case.rows.len() as u64;
                let head = case.head.as_ref().map(|(head, _)| head.hash.as_str());
                digest.update(format!("{ticket}\n{}\n", head.unwrap_or_default()).as_bytes());
                if check(&ticket, &case).is_empty() {
                    continue;
                }
                // It may have been written to between two reads: once more, under its lock.
                let faults = self.once_more(&ticket).await?;
                audited.found += faults.len() as u64;
                let room = Audited::MOST.saturating_sub(audited.faults.len());
                audited.faults.extend(faults.into_iter().take(room));
            }
            after = last;
            if only.is_some() {
                break;
            }
        }
        audited.digest = digest.finalize().to_hex().to_string();
        Ok(audited)
    }

    /// Runs a statement as whoever has the database's password could; for proofs that it is found out.
    #[doc(hidden)]
    pub async fn tamper(&self, statement: &str) -> Result<(), LedgerError> {
        self.timed("tamper", async {
            on!(&self.writer, p => sqlx::query(self.sql_of(statement)).execute(p).await.map(drop))
        })
        .await
    }

    async fn once_more(&self, ticket: &TicketId) -> Result<Vec<AuditFault>, LedgerError> {
        let mut tx = self.begin().await?;
        tx.lock_known(ticket).await?;
        let mut cases = tx.audit_cases(std::slice::from_ref(ticket)).await?;
        Ok(check(ticket, &cases.remove(ticket).unwrap_or_default()))
    }
}

impl Tx {
    /// Tickets that anything is known of, in order, from after one.
    async fn tickets_after(
        &mut self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<TicketId>, LedgerError> {
        let of = |table: &str| {
            format!(
                "SELECT ticket_id FROM (SELECT DISTINCT ticket_id FROM {table}
                   WHERE ticket_id > $1 ORDER BY ticket_id LIMIT $2) AS {table}_ids"
            )
        };
        let all = ["tickets", "audit", "actions", "verdicts", "reviews"]
            .map(of)
            .join(" UNION ");
        let sql = format!("SELECT ticket_id FROM ({all}) AS u ORDER BY ticket_id LIMIT $2");
        let ledger = self.ledger.clone();
        let ids: Vec<String> = ledger
            .timed("look for tickets", async {
                on!(&mut self.inner, t => sqlx::query_scalar(ledger.sql_of(&sql))
                    .bind(after).bind(limit).fetch_all(&mut **t).await)
            })
            .await?;
        ids.into_iter().map(|id| ticket_id("tickets", id)).collect()
    }
}

/// What the rows tell of, as marks in JSON.
pub(crate) fn told(rows: &[AuditRow]) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    for row in rows {
        told.extend(marks(row).into_iter().map(|mark| mark.to_string()));
    }
    told
}

fn marks(row: &AuditRow) -> Vec<Value> {
    let Ok(mut body) = serde_json::from_str::<Value>(&row.body) else {
        return Vec::new();
    };
    match AuditKind::named(&row.kind) {
        Some(AuditKind::Genesis) => ["actions", "verdicts"]
            .iter()
            .filter_map(|of| body.get(*of)?.as_array().cloned())
            .flatten()
            .collect(),
        Some(AuditKind::Warn | AuditKind::Escalate) => {
            // Who was told stands beside, and is no part of the action's own row.
            if let Some(fields) = body.as_object_mut() {
                fields.remove("role");
                fields.remove("unit");
            }
            vec![body]
        }
        Some(AuditKind::Verdict | AuditKind::Review) => vec![body],
        Some(AuditKind::ReDate) | None => Vec::new(),
    }
}

/// Everything that is amiss with one ticket's trail.
pub(crate) fn check(ticket: &TicketId, case: &Case) -> Vec<AuditFault> {
    let mut faults = Vec::new();
    let mut fault = |seq: Option<i64>, fault: &'static str, says: String| {
        faults.push(AuditFault {
            ticket_id: ticket.clone(),
            seq,
            fault,
            says,
        });
    };
    let mut last = Head::default();
    let mut re_dated = 0;
    for row in &case.rows {
        let seq = Some(row.seq);
        if row.seq != last.seq + 1 {
            let says = format!("rows {} to {} are missing", last.seq + 1, row.seq - 1);
            fault(seq, "missing", says);
        } else if row.previous != if last.seq == 0 { START } else { &last.hash } {
            fault(
                seq,
                "out_of_order",
                format!("row {} does not follow the one before", row.seq),
            );
        }
        if row.digest() != row.hash {
            fault(seq, "changed", format!("row {} was changed", row.seq));
        }
        match AuditKind::named(&row.kind) {
            None => fault(
                seq,
                "unknown_kind",
                format!("row {} is of no known kind", row.seq),
            ),
            Some(AuditKind::ReDate) => re_dated += 1,
            Some(_) => {}
        }
        last = Head {
            seq: row.seq,
            hash: row.hash.clone(),
        };
    }
    match &case.head {
        None if case.rows.is_empty()
            && case.actions.is_empty()
            && case.verdicts.is_empty()
            && case.reviews.is_empty() => {}
        None => fault(None, "no_ticket", "the ticket's own row is missing".into()),
        Some((head, _)) if *head != last => {
            let says = format!(
                "the ticket knows {} rows, the trail ends with {}",
                head.seq, last.seq
            );
            fault(None, "head", says);
        }
        Some((_, count)) if *count != re_dated => {
            let says = format!("{count} re-datings, {re_dated} of them in the trail");
            fault(None, "re_dated", says);
        }
        Some(_) => {}
    }
    let told = told(&case.rows);
    let actions = case.actions.iter().map(action_mark);
    let done: BTreeSet<String> = actions
        .chain(case.verdicts.iter().map(verdict_mark))
        .chain(case.reviews.iter().map(review_mark))
        .map(|mark| mark.to_string())
        .collect();
    for mark in done.difference(&told) {
        fault(
            None,
            "not_told",
            format!("the trail does not tell of {mark}"),
        );
    }
    for mark in told.difference(&done) {
        fault(
            None,
            "not_done",
            format!("the trail tells of what is not on record: {mark}"),
        );
    }
    faults
}
