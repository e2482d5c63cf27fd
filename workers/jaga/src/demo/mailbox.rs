//! What the CRM received: its queue, emptied at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use jaga_broker::Bus;
use jaga_contract::{
    ClosureJudged, EventId, PhotoId, PhotoProcessed, PhotoRejected, SweepFinished, TicketEscalated,
    TicketRedated, TicketWarned,
};
use serde_json::Value;

/// The queue is empty when nothing comes for so long.
const SILENCE: Duration = Duration::from_millis(400);

/// One ticket's deadline's level: (ticket, target, `warn` or `escalate`, level).
pub type ActionKey = (String, String, &'static str, u32);

/// Everything in the mailbox.
#[derive(Default)]
pub struct Mailbox {
    pub bodies: Vec<Bytes>,
    /// How often each event came, by its id.
    pub ids: BTreeMap<String, usize>,
    pub processed: Vec<PhotoProcessed>,
    pub rejected: Vec<PhotoRejected>,
    pub warned: Vec<TicketWarned>,
    pub escalated: Vec<TicketEscalated>,
    pub judged: Vec<ClosureJudged>,
}

impl Mailbox {
    /// Takes everything out of the queue `crm`.
    pub async fn empty(bus: &Bus) -> anyhow::Result<Self> {
        let mut mailbox = Self::default();
        let mut queue = bus.subscribe("crm", 64).await?;
        while let Ok(Some(delivery)) = tokio::time::timeout(SILENCE, queue.next()).await {
            let delivery = delivery?;
            mailbox.read(&delivery.body)?;
            mailbox.bodies.push(delivery.body);
            delivery.receipt.ack().await?;
        }
        queue.close().await;
        Ok(mailbox)
    }

    fn read(&mut self, body: &Bytes) -> anyhow::Result<()> {
        let event: Value = serde_json::from_slice(body).context("an event is no JSON")?;
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, kind) = (text("id").to_owned(), text("type").to_owned());
        *self.ids.entry(id).or_default() += 1;
        let data = event.get("data").cloned().unwrap_or_default();
        match kind.as_str() {
            "jaga.photo.processed.v1" => self.processed.push(serde_json::from_value(data)?),
            "jaga.photo.rejected.v1" => self.rejected.push(serde_json::from_value(data)?),
            "jaga.ticket.warned.v1" => self.warned.push(serde_json::from_value(data)?),
            "jaga.ticket.escalated.v1" => self.escalated.push(serde_json::from_value(data)?),
            // Their rows and the trail are what counts; here they only must be known.
            "jaga.ticket.redated.v1" => drop(serde_json::from_value::<TicketRedated>(data)?),
            "jaga.sweep.finished.v1" => drop(serde_json::from_value::<SweepFinished>(data)?),
            "jaga.closure.judged.v1" => self.judged.push(serde_json::from_value(data)?),
            other => bail!("the CRM was told an event it does not know: {other}"),
        }
        Ok(())
    }

    /// How often each photo's outcome was told.
    pub fn photo_counts(&self) -> BTreeMap<&PhotoId, usize> {
        let mut counts = BTreeMap::new();
        let processed = self.processed.iter().map(|e| &e.photo_id);
        for id in processed.chain(self.rejected.iter().map(|e| &e.photo_id)) {
            *counts.entry(id).or_default() += 1;
        }
        counts
    }

    /// How often each warning and each level was told.
    pub fn action_counts(&self) -> BTreeMap<ActionKey, usize> {
        let mut counts = BTreeMap::new();
        for e in &self.warned {
            let key = (e.ticket_id.to_string(), e.target.clone(), "warn", e.warning);
            *counts.entry(key).or_default() += 1;
        }
        for e in &self.escalated {
            let key = (
                e.ticket_id.to_string(),
                e.target.clone(),
                "escalate",
                e.level,
            );
            *counts.entry(key).or_default() += 1;
        }
        counts
    }

    /// How many verdicts were told of each closure.
    pub fn verdict_counts(&self) -> BTreeMap<&EventId, u32> {
        let mut counts = BTreeMap::new();
        for e in &self.judged {
            *counts.entry(&e.closure).or_default() += 1;
        }
        counts
    }

    /// The newest verdict told of a closure: events may overtake each other, times do not.
    pub fn verdict(&self, closure: &EventId) -> Option<&ClosureJudged> {
        self.judged
            .iter()
            .filter(|e| e.closure == *closure)
            .max_by_key(|e| e.judged_at)
    }
}
