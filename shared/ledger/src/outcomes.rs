//! What comes of looks at tickets, written many at a time in a few statements: actions, trail, events,
//! deadlines, the next look.

use std::collections::{BTreeMap, BTreeSet};

use jaga_contract::{Moved, MovedBy, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::audit::{action_mark, re_dating};
use crate::chain::{AuditKind, AuditRow, Head};
use crate::db::on;
use crate::{ActionRow, LedgerError, Outgoing, Tx};

/// A deadline as it was last computed: when it is due (microseconds), its version, and whether it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark(pub i64, pub String, pub bool);

/// A ticket's deadlines as they were last computed, by their key.
pub type Dues = BTreeMap<String, Mark>;

/// A ticket's deadlines, to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dating {
    /// The deadlines.
    pub dues: Dues,
    /// Digest of the rules they were computed by.
    pub rules: String,
}

/// Deadlines that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReDating {
    /// Counts the ticket's re-datings, from 1.
    pub number: i64,
    /// What moved them.
    pub by: MovedBy,
    /// From where to where, and why.
    pub moved: Vec<Moved>,
}

/// One action, who is told, and the event that tells it.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The action.
    pub row: ActionRow,
    /// Who is told.
    pub role: Option<String>,
    /// The unit that holds the ticket.
    pub unit: Option<String>,
    /// The event.
    pub event: Outgoing,
}

/// What came of a look at one ticket.
#[derive(Debug)]
pub struct Outcome {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The end of its trail, as it was read under the lock.
    pub head: Head,
    /// When, by the database's clock.
    pub at: Timestamp,
    /// When it must be looked at again.
    pub next_at: Option<Timestamp>,
    /// Its deadlines; `None` where they could not be computed.
    pub dating: Option<Dating>,
    /// Whether they moved, and the event that tells it.
    pub re_dating: Option<(ReDating, Outgoing)>,
    /// Warnings and escalations.
    pub tellings: Vec<Telling>,
    /// How often it was passed on and opened again, where the history was read.
    pub hops: Option<(u32, u32)>,
}

const INSERT_ACTIONS: &str = "INSERT INTO actions
    (ticket_id, target, kind, level, due_at, deadline, reason, at)
  SELECT r.ticket_id, r.target, r.kind, r.level, r.due_at, r.deadline, r.reason, r.at
  FROM {rows: ticket_id TEXT, target TEXT, kind TEXT, level BIGINT, due_at BIGINT, deadline TEXT,
        reason TEXT, at BIGINT}
  WHERE true ON CONFLICT DO NOTHING RETURNING ticket_id, target, kind, level, deadline";

const UPDATE_TICKETS: &str =
    "UPDATE tickets SET next_at = r.next_at, due = COALESCE(r.due, tickets.due),
    rules = COALESCE(r.rules, tickets.rules), re_dated = tickets.re_dated + r.moved,
    audit_seq = r.audit_seq, audit_hash = r.audit_hash,
    hops = COALESCE(r.hops, tickets.hops), reopened = COALESCE(r.reopened, tickets.reopened)
  FROM {rows: ticket_id TEXT, next_at BIGINT, due TEXT, rules TEXT, moved BIGINT, audit_seq BIGINT,
        audit_hash TEXT, hops BIGINT, reopened BIGINT}
  WHERE tickets.ticket_id = r.ticket_id";

type Key = (String, String, String, i64, String);

impl Tx {
    /// Keeps a ticket's deadlines, with the trail's row and the event where they moved. The ticket must
    /// be locked.
    pub async fn date(
        &mut self,
        id: &TicketId,
        at: Timestamp,
        dating: &Dating,
        re_dated: Option<&(ReDating, Outgoing)>,
    ) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        let dues = json!(dating.dues).to_string();
        ledger
            .timed("keep a ticket's deadlines", async {
                on!(&mut self.inner, t => sqlx::query(
                    "UPDATE tickets SET due = $2, rules = $3, re_dated = re_dated + $4
                     WHERE ticket_id = $1")
                    .bind(id.as_str()).bind(&dues).bind(&dating.rules)
                    .bind(i64::from(re_dated.is_some())).execute(&mut **t).await.map(drop))
            })
            .await?;
        if let Some((r, event)) = re_dated {
            let body = re_dating(r.number, r.by, &dating.rules, &r.moved);
            self.append_trail(id, at, &[(AuditKind::ReDate, body)])
                .await?;
            self.emit_all(std::slice::from_ref(event)).await?;
        }
        Ok(())
    }

    /// Writes what came of looks at locked tickets. Returns how many warnings and how many escalations
    /// were new: what was written before is not told again.
    pub async fn write_looks(&mut self, looks: Vec<Outcome>) -> Result<(u64, u64), LedgerError> {
        if looks.is_empty() {
            return Ok((0, 0));
        }
        let rows = looks.iter().flat_map(|l| &l.tellings).map(|t| &t.row);
        let new = self.record_actions(rows).await?;
        let (mut trail, mut tickets, mut events) = (Vec::new(), Vec::new(), Vec::new());
        let (mut warned, mut escalated) = (0, 0);
        for mut look in looks {
            let mut moved = 0;
            if let Some((r, event)) = look.re_dating {
                let rules = look.dating.as_ref().map_or("", |d| d.rules.as_str());
                let body = re_dating(r.number, r.by, rules, &r.moved);
                trail.push(
                    look.head
                        .append(&look.ticket_id, look.at, AuditKind::ReDate, &body),
                );
                events.push(event);
                moved = 1;
            }
            for telling in look.tellings {
                if !new.contains(&key(&telling.row)) {
                    continue;
                }
                let warn = telling.row.kind == "warn";
                *(if warn { &mut warned } else { &mut escalated }) += 1;
                trail.push(entry(&mut look.head, &telling));
                events.push(telling.event);
            }
            tickets.push(json!({
                "ticket_id": look.ticket_id, "next_at": look.next_at.map(Timestamp::as_microsecond),
                "due": look.dating.as_ref().map(|d| json!(d.dues).to_string()),
                "rules": look.dating.as_ref().map(|d| &d.rules), "moved": moved,
                "audit_seq": look.head.seq, "audit_hash": look.head.hash,
                "hops": look.hops.map(|h| h.0), "reopened": look.hops.map(|h| h.1),
            }));
        }
        self.insert_trail(&trail).await?;
        let list = Value::from(tickets).to_string();
        let ledger = self.ledger.clone();
        ledger
            .timed("write looks", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(UPDATE_TICKETS)).bind(&list)
                    .execute(&mut **t).await.map(drop))
            })
            .await?;
        self.emit_all(&events).await?;
        Ok((warned, escalated))
    }

    /// Writes actions in one statement; returns the keys of those that are new.
    async fn record_actions<'a>(
        &mut self,
        rows: impl Iterator<Item = &'a ActionRow>,
    ) -> Result<BTreeSet<Key>, LedgerError> {
        let list: Vec<Value> = rows
            .map(|a| {
                let mut row = action_mark(a);
                if let Some(fields) = row.as_object_mut() {
                    fields.insert("ticket_id".into(), json!(a.ticket_id));
                }
                row
            })
            .collect();
        if list.is_empty() {
            return Ok(BTreeSet::new());
        }
        let list = Value::from(list).to_string();
        let ledger = self.ledger.clone();
        let new: Vec<Key> = ledger
            .timed("record actions", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql(INSERT_ACTIONS)).bind(&list)
                    .fetch_all(&mut **t).await)
            })
            .await?;
        Ok(new.into_iter().collect())
    }
}

fn key(a: &ActionRow) -> Key {
    let kind = a.kind.to_owned();
    (
        a.ticket_id.to_string(),
        a.target.clone(),
        kind,
        i64::from(a.level),
        a.deadline.clone(),
    )
}

fn entry(head: &mut Head, telling: &Telling) -> AuditRow {
    let a = &telling.row;
    let mut body = action_mark(a);
    if let Some(fields) = body.as_object_mut() {
        fields.extend(telling.role.iter().map(|r| ("role".into(), json!(r))));
        fields.extend(telling.unit.iter().map(|u| ("unit".into(), json!(u))));
    }
    let kind = if a.kind == "warn" {
        AuditKind::Warn
    } else {
        AuditKind::Escalate
    };
    head.append(&a.ticket_id, a.at, kind, &body)
}
