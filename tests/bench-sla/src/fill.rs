//! Open tickets, put in by the database itself: a client would take longer than what is measured.

use anyhow::Result;
use jaga_ledger::Ledger;
use jiff::Timestamp;

/// When the last of them were submitted: a Monday morning.
pub const SUBMITTED: &str = "2026-11-16T01:09:00Z";

/// Puts in `count` tickets with a history of two steps each; nobody looks at them before `next`.
pub async fn fill(ledger: &Ledger, count: u32, next: Timestamp) -> Result<()> {
    let minute: Timestamp = "2026-11-16T01:00:00Z".parse()?;
    let minute = minute.as_microsecond();
    let numbers = format!(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})",
        count - 1
    );
    let id = "'JK' || (10000000 + i)";
    let unit = "'unit-' || (i % 300)";
    ledger
        .tamper(&format!(
            "INSERT INTO tickets (ticket_id, state, submitted_at, channel, category, withheld, owner, next_at, \
             updated_at) {numbers} SELECT {id}, 'coordinated', {minute} + (i % 10) * 60000000, 'jaki', \
             'Jalan Rusak', 0, {unit}, {}, 0 FROM n",
            next.as_microsecond()
        ))
        .await?;
    ledger
        .tamper(&format!(
            "INSERT INTO ticket_steps (event_id, ticket_id, occurred_at, body, received_at) {numbers} \
             SELECT 'S' || i, {id}, {minute} + (i % 10) * 60000000, \
             '{{\"event_id\":\"S' || i || '\",\"ticket_id\":\"' || {id} || '\",\"occurred_at\":\"2026-11-16T01:0' \
             || (i % 10) || ':00Z\",\"step\":{{\"kind\":\"submitted\",\"number\":\"JK\",\"channel\":\"jaki\",\
             \"category\":\"Jalan Rusak\",\"visibility\":\"public\",\"anonymous\":false,\"secret\":false}}}}', 0 \
             FROM n"
        ))
        .await?;
    ledger
        .tamper(&format!(
            "INSERT INTO ticket_steps (event_id, ticket_id, occurred_at, body, received_at) {numbers} \
             SELECT 'C' || i, {id}, {minute} + 3600000000, \
             '{{\"event_id\":\"C' || i || '\",\"ticket_id\":\"' || {id} || '\",\"occurred_at\":\
             \"2026-11-16T02:00:00Z\",\"unit\":\"biro-pem\",\"step\":{{\"kind\":\"coordinated\",\"to\":\"' || {unit} \
             || '\"}}}}', 0 FROM n"
        ))
        .await?;
    // As autovacuum does on a server that is not filled in one go.
    ledger.tamper("ANALYZE").await?;
    Ok(())
}
