//! The chain of a ticket's trail: how a row is hashed, and what follows what. Pure.

use jaga_contract::TicketId;
use jiff::Timestamp;
use serde_json::Value;

/// What stands before the first row.
pub(crate) const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a row of the trail tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// What was done before there was a trail, taken in once.
    Genesis,
    /// A warning.
    Warn,
    /// An escalation.
    Escalate,
    /// Deadlines moved.
    ReDate,
    /// A verdict on a closure.
    Verdict,
    /// A reviewer's decision on a closure, or the officer's answer.
    Review,
}

impl AuditKind {
    const ALL: [Self; 6] = [
        Self::Genesis,
        Self::Warn,
        Self::Escalate,
        Self::ReDate,
        Self::Verdict,
        Self::Review,
    ];

    /// The name in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Genesis => "genesis",
            Self::Warn => "warn",
            Self::Escalate => "escalate",
            Self::ReDate => "re_date",
            Self::Verdict => "verdict",
            Self::Review => "review",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One row of a ticket's trail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AuditRow {
    /// The ticket.
    pub ticket_id: TicketId,
    /// From 1, without a gap.
    pub seq: i64,
    /// When, by the database's clock.
    pub at: Timestamp,
    /// What kind, by its name in the record: a changed row may hold another.
    pub kind: String,
    /// What, as canonical JSON.
    pub body: String,
    /// The hash of the row before.
    pub previous: String,
    /// BLAKE3 of all of it, hex.
    pub hash: String,
}

/// The end of a ticket's trail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The last row's number; 0 for none.
    pub seq: i64,
    /// The last row's hash; empty for none.
    pub hash: String,
}

impl Head {
    pub(crate) fn previous(&self) -> &str {
        if self.seq == 0 { START } else { &self.hash }
    }

    /// The row that follows, which becomes the head.
    pub(crate) fn append(
        &mut self,
        ticket_id: &TicketId,
        at: Timestamp,
        kind: AuditKind,
        body: &Value,
    ) -> AuditRow {
        let mut row = AuditRow {
            ticket_id: ticket_id.clone(),
            seq: self.seq + 1,
            at,
            kind: kind.as_str().to_owned(),
            // Canonical: serde_json's maps are sorted by key, and it writes no spaces.
            body: body.to_string(),
            previous: self.previous().to_owned(),
            hash: String::new(),
        };
        row.hash = row.digest();
        (self.seq, self.hash) = (row.seq, row.hash.clone());
        row
    }
}

impl AuditRow {
    /// The hash that this row must have. Every field ends with a line feed, which none can hold: ids
    /// and hashes by their alphabet, JSON because it escapes them.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("jaga 2026 audit trail of a ticket, v1");
        for field in [
            self.ticket_id.as_str(),
            &self.seq.to_string(),
            &self.at.as_microsecond().to_string(),
            &self.kind,
            &self.body,
            &self.previous,
        ] {
            hasher.update(field.as_bytes());
            hasher.update(b"\n");
        }
        hasher.finalize().to_hex().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_row_holds_all_of_itself_and_the_one_before() {
        let ticket = TicketId::new("T1").unwrap();
        let mut head = Head::default();
        let at = Timestamp::from_second(1_793_600_000).unwrap();
        let first = head.append(&ticket, at, AuditKind::Warn, &json!({"b": 1, "a": "x\ny"}));
        let second = head.append(&ticket, at, AuditKind::Escalate, &json!({}));
        assert_eq!(first.body, r#"{"a":"x\ny","b":1}"#);
        assert_eq!((first.seq, first.previous.as_str()), (1, START));
        assert_eq!((second.seq, &second.previous), (2, &first.hash));
        assert_eq!((head.seq, &head.hash), (2, &second.hash));
        let mut changed = Vec::new();
        for change in [
            |r: &mut AuditRow| r.seq = 3,
            |r: &mut AuditRow| r.kind = "warn".into(),
            |r: &mut AuditRow| r.body = "[]".into(),
            |r: &mut AuditRow| r.previous = START.into(),
            |r: &mut AuditRow| r.ticket_id = TicketId::new("T2").unwrap(),
            |r: &mut AuditRow| r.at = Timestamp::from_second(1).unwrap(),
        ] {
            let mut row = second.clone();
            change(&mut row);
            changed.push(row.digest());
        }
        assert!(changed.iter().all(|hash| *hash != second.hash));
        assert_eq!(second.digest(), second.hash);
    }
}
