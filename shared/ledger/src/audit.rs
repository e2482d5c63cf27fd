//! The trail: each warning, escalation, re-dating, verdict and review is a row, written with it in one
//! transaction, and every row holds the hash of the one before it.

use std::collections::BTreeMap;

use jaga_contract::{Moved, MovedBy, TicketId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::chain::{AuditKind, AuditRow, Head};
use crate::db::{instant, on};
use crate::{ActionRow, Ledger, LedgerError, ReviewRow, Tx, VerdictRow};

/// A row of the trail as the database holds it.
pub(crate) type Columns = (String, i64, i64, String, String, String, String);

pub(crate) const COLUMNS: &str = "ticket_id, seq, at, kind, body, previous, hash";

const INSERT: &str = "INSERT INTO audit (ticket_id, seq, at, kind, body, previous, hash)
  SELECT r.ticket_id, r.seq, r.at, r.kind, r.body, r.previous, r.hash
  FROM {rows: ticket_id TEXT, seq BIGINT, at BIGINT, kind TEXT, body TEXT, previous TEXT, hash TEXT}
  WHERE true";

pub(crate) fn audit_row(c: Columns) -> Result<AuditRow, LedgerError> {
    Ok(AuditRow {
        ticket_id: ticket_id("audit", c.0)?,
        seq: c.1,
        at: instant("audit", c.2)?,
        kind: c.3,
        body: c.4,
        previous: c.5,
        hash: c.6,
    })
}

pub(crate) fn ticket_id(table: &'static str, text: String) -> Result<TicketId, LedgerError> {
    TicketId::new(text).map_err(|e| LedgerError::Damaged {
        table,
        problem: e.to_string(),
    })
}

/// All that the record holds about an action: what its row of the trail must say.
pub(crate) fn action_mark(a: &ActionRow) -> Value {
    json!({
        "kind": a.kind, "target": a.target, "level": a.level, "due_at": a.due_at.as_microsecond(),
        "deadline": a.deadline, "reason": a.reason, "at": a.at.as_microsecond(),
    })
}

/// The same of a verdict. Of its reasons and facts only digests: they may hold what is private.
pub(crate) fn verdict_mark(v: &VerdictRow) -> Value {
    let digest = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    let mut mark = json!({
        "closure": v.closure_id, "revision": v.revision, "verdict": v.verdict, "score": v.score,
        "rules": v.rules, "signals": digest(&v.signals), "facts": digest(&v.facts),
        "at": v.judged_at.as_microsecond(),
    });
    // Rows from before it was kept have no word of it in the trail either.
    if let (Some(sample), Some(fields)) = (v.sample, mark.as_object_mut()) {
        fields.insert("sample".into(), json!(sample));
    }
    mark
}

/// The same of a review. Of its words only a digest: they may speak of people.
pub(crate) fn review_mark(r: &ReviewRow) -> Value {
    json!({
        "closure": r.closure_id, "seq": r.seq, "by": r.by, "decision": r.decision,
        "words": blake3::hash(r.words.as_bytes()).to_hex().to_string(), "revision": r.revision,
        "verdict": r.verdict, "rules": r.rules, "sample": r.sample, "at": r.at.as_microsecond(),
    })
}

/// What the trail says of a re-dating.
pub(crate) fn re_dating(number: i64, by: MovedBy, rules: &str, moved: &[Moved]) -> Value {
    json!({"number": number, "by": by, "rules": rules, "moved": moved})
}

impl Ledger {
    /// A ticket's trail, first row first.
    pub async fn trail(&self, ticket: &TicketId) -> Result<Vec<AuditRow>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE ticket_id = $1 ORDER BY seq");
        let rows: Vec<Columns> = self
            .timed("read a trail", async {
                on!(&self.pool, p => sqlx::query_as(self.sql_of(&sql)).bind(ticket.as_str())
                    .fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(audit_row).collect()
    }

    /// Takes into the trail what was done before there was one: a row `genesis` for each ticket that
    /// has such. Done once for a ledger; what is written without its row afterwards is a fault.
    pub(crate) async fn genesis(&self) -> Result<(), LedgerError> {
        let done: i64 = self
            .timed("look for the trail's beginning", async {
                on!(&self.pool, p => sqlx::query_scalar(
                    "SELECT count(*) FROM marks WHERE name = 'genesis'").fetch_one(p).await)
            })
            .await?;
        if done > 0 {
            return Ok(());
        }
        let mut after = String::new();
        loop {
            let mut tx = self.begin().await?;
            let ids = tx.with_a_past(&after).await?;
            let Some(last) = ids.last().cloned() else {
                break;
            };
            for id in ids {
                let id = ticket_id("actions", id)?;
                tx.lock_ticket(&id).await?;
                tx.take_in(&id).await?;
            }
            tx.commit().await?;
            after = last;
        }
        self.timed("mark the trail's beginning", async {
            on!(&self.writer, p => sqlx::query(self.sql(
                "INSERT INTO marks (name, at) VALUES ('genesis', {now}) ON CONFLICT (name) DO NOTHING"))
                .execute(p).await.map(drop))
        })
        .await
    }
}

impl Tx {
    /// Adds rows to a ticket's trail. The ticket must be locked.
    pub(crate) async fn append_trail(
        &mut self,
        ticket: &TicketId,
        at: Timestamp,
        entries: &[(AuditKind, Value)],
    ) -> Result<(), LedgerError> {
        if entries.is_empty() {
            return Ok(());
        }
        let ledger = self.ledger.clone();
        let (seq, hash): (i64, String) = ledger
            .timed("read a trail's head", async {
                on!(&mut self.inner, t => sqlx::query_as(
                    "SELECT audit_seq, audit_hash FROM tickets WHERE ticket_id = $1")
                    .bind(ticket.as_str()).fetch_one(&mut **t).await)
            })
            .await?;
        let mut head = Head { seq, hash };
        let rows: Vec<AuditRow> = entries
            .iter()
            .map(|(kind, body)| head.append(ticket, at, *kind, body))
            .collect();
        self.insert_trail(&rows).await?;
        ledger
            .timed("set a trail's head", async {
                on!(&mut self.inner, t => sqlx::query(
                    "UPDATE tickets SET audit_seq = $2, audit_hash = $3 WHERE ticket_id = $1")
                    .bind(ticket.as_str()).bind(head.seq).bind(&head.hash)
                    .execute(&mut **t).await.map(drop))
            })
            .await
    }

    /// Writes rows whose heads the caller sets.
    pub(crate) async fn insert_trail(&mut self, rows: &[AuditRow]) -> Result<(), LedgerError> {
        if rows.is_empty() {
            return Ok(());
        }
        let list: Vec<Value> = rows
            .iter()
            .map(|r| {
                json!({
                    "ticket_id": r.ticket_id, "seq": r.seq, "at": r.at.as_microsecond(),
                    "kind": r.kind, "body": r.body, "previous": r.previous, "hash": r.hash,
                })
            })
            .collect();
        let list = Value::from(list).to_string();
        let ledger = self.ledger.clone();
        ledger
            .timed("write the trail", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(INSERT)).bind(&list)
                    .execute(&mut **t).await.map(drop))
            })
            .await
    }

    /// Tickets with actions or verdicts, in order, from after one.
    async fn with_a_past(&mut self, after: &str) -> Result<Vec<String>, LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("look for what was before the trail", async {
                on!(&mut self.inner, t => sqlx::query_scalar(
                    "SELECT ticket_id FROM (
                       SELECT ticket_id FROM (SELECT DISTINCT ticket_id FROM actions
                         WHERE ticket_id > $1 ORDER BY ticket_id LIMIT 500) a
                       UNION SELECT ticket_id FROM (SELECT DISTINCT ticket_id FROM verdicts
                         WHERE ticket_id > $1 ORDER BY ticket_id LIMIT 500) v) u
                     ORDER BY ticket_id LIMIT 500").bind(after).fetch_all(&mut **t).await)
            })
            .await
    }

    /// One row for all that a ticket's trail does not tell.
    async fn take_in(&mut self, ticket: &TicketId) -> Result<(), LedgerError> {
        let case = self
            .audit_cases(std::slice::from_ref(ticket))
            .await?
            .remove(ticket)
            .unwrap_or_default();
        let told = crate::verify::told(&case.rows);
        let open = |marks: Vec<Value>| -> Vec<Value> {
            marks
                .into_iter()
                .filter(|m| !told.contains(&m.to_string()))
                .collect()
        };
        let actions = open(case.actions.iter().map(action_mark).collect());
        let verdicts = open(case.verdicts.iter().map(verdict_mark).collect());
        if actions.is_empty() && verdicts.is_empty() {
            return Ok(());
        }
        let at = self.now().await?;
        let body = json!({"actions": actions, "verdicts": verdicts});
        self.append_trail(ticket, at, &[(AuditKind::Genesis, body)])
            .await
    }
}

/// A ticket's trail beside what it must tell of.
#[derive(Debug, Default)]
pub(crate) struct Case {
    /// Absent where the ticket's own row is missing.
    pub(crate) head: Option<(Head, i64)>,
    pub(crate) rows: Vec<AuditRow>,
    pub(crate) actions: Vec<ActionRow>,
    pub(crate) verdicts: Vec<VerdictRow>,
    pub(crate) reviews: Vec<ReviewRow>,
}

impl Tx {
    /// Everything about these tickets that the trail is held against.
    pub(crate) async fn audit_cases(
        &mut self,
        tickets: &[TicketId],
    ) -> Result<BTreeMap<TicketId, Case>, LedgerError> {
        let mut cases: BTreeMap<TicketId, Case> = tickets
            .iter()
            .map(|id| (id.clone(), Case::default()))
            .collect();
        let ids = crate::sweeps::id_list(tickets);
        let ledger = self.ledger.clone();
        // A join, for which the planner looks up each ticket; of a list it scans the table.
        let of = |table: &str| format!("{{rows: ticket_id TEXT}} JOIN {table} USING (ticket_id)");
        let heads: Vec<(String, i64, String, i64)> = ledger
            .timed("read trails' heads", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql_of(&format!(
                    "SELECT ticket_id, audit_seq, audit_hash, re_dated FROM {}", of("tickets"))))
                    .bind(&ids).fetch_all(&mut **t).await)
            })
            .await?;
        let rows: Vec<Columns> = ledger
            .timed("read trails", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql_of(&format!(
                    "SELECT {COLUMNS} FROM {} ORDER BY ticket_id, seq", of("audit"))))
                    .bind(&ids).fetch_all(&mut **t).await)
            })
            .await?;
        let actions: Vec<crate::sweeps::ActionColumns> = ledger
            .timed("read actions", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql_of(&format!(
                    "SELECT {} FROM {} ORDER BY ticket_id, at",
                    crate::sweeps::ACTION_COLUMNS, of("actions"))))
                    .bind(&ids).fetch_all(&mut **t).await)
            })
            .await?;
        let verdicts: Vec<crate::closures::Row> = ledger
            .timed("read verdicts", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql_of(&format!(
                    "SELECT {} FROM {} ORDER BY closure_id, revision",
                    crate::closures::COLUMNS, of("verdicts"))))
                    .bind(&ids).fetch_all(&mut **t).await)
            })
            .await?;
        let reviews: Vec<crate::reviews::Columns> = ledger
            .timed("read reviews", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql_of(&format!(
                    "SELECT {} FROM {} ORDER BY closure_id, seq",
                    crate::reviews::COLUMNS, of("reviews"))))
                    .bind(&ids).fetch_all(&mut **t).await)
            })
            .await?;
        for (id, seq, hash, re_dated) in heads {
            cases.entry(ticket_id("tickets", id)?).or_default().head =
                Some((Head { seq, hash }, re_dated));
        }
        for row in rows {
            let row = audit_row(row)?;
            let id = row.ticket_id.clone();
            cases.entry(id).or_default().rows.push(row);
        }
        for row in actions {
            let row = crate::sweeps::action_row(row)?;
            let id = row.ticket_id.clone();
            cases.entry(id).or_default().actions.push(row);
        }
        for row in verdicts {
            let row = crate::closures::row(row)?;
            let id = row.ticket_id.clone();
            cases.entry(id).or_default().verdicts.push(row);
        }
        for row in reviews {
            let row = crate::reviews::row(row)?;
            let id = row.ticket_id.clone();
            cases.entry(id).or_default().reviews.push(row);
        }
        Ok(cases)
    }
}
