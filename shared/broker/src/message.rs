//! What goes in and comes out, the same on both buses.

use bytes::Bytes;

use crate::{BusError, amqp, local};

/// Where a message is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Exchange {
    /// The topic exchange of the CRM's events.
    Crm,
    /// The topic exchange of Jaga's events.
    Jaga,
    /// Straight to one queue (the default exchange): replays and delayed retries.
    Queue(String),
}

/// A message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Names the message in a batch: unique there, at most 255 bytes. A repeat keeps its id.
    pub message_id: String,
    /// Where it is sent.
    pub exchange: Exchange,
    /// The event's type; ignored by [`Exchange::Queue`].
    pub routing_key: String,
    /// The bytes, at most 128 MiB on RabbitMQ 3 and 16 MiB on 4.
    pub body: Bytes,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Published {
    /// It is in at least one queue, stored.
    Sent,
    /// No queue takes it; it is in none.
    Unroutable,
    /// The broker said no (such as a full queue), or the message can't be put on the wire.
    Refused,
    /// Nobody can say; it may be in a queue. Send it again under the same id.
    Unknown,
}

/// A message to handle.
#[derive(Debug)]
pub struct Delivery {
    /// The bytes.
    pub body: Bytes,
    /// `false` promises that nobody was handed it before.
    pub redelivered: bool,
    /// Set on what lies in a `.dead` queue.
    pub dead: Option<DeadInfo>,
    /// The duty to answer.
    pub receipt: Receipt,
}

/// Why the broker gave a message up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadInfo {
    /// The queue that gave it up.
    pub queue: String,
    /// The broker's word, such as `delivery_limit` or `rejected`.
    pub reason: String,
    /// How often that happened.
    pub count: u64,
}

/// Whether an answer reached its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acked {
    /// The answer is on its way. RabbitMQ confirms no acks: if the connection breaks at this very
    /// moment, the message may still come again.
    Yes,
    /// The session ended first: the message will come again.
    Lost,
}

/// The duty to answer for one delivery, once. Left unanswered, the message comes back when the
/// session ends.
#[derive(Debug)]
pub struct Receipt(pub(crate) ReceiptKind);

#[derive(Debug)]
pub(crate) enum ReceiptKind {
    Amqp(amqp::Receipt),
    Local(local::Receipt),
}

impl Receipt {
    /// The message is done: its effects are committed.
    pub async fn ack(self) -> Result<Acked, BusError> {
        match self.0 {
            ReceiptKind::Amqp(receipt) => receipt.ack().await,
            ReceiptKind::Local(receipt) => receipt.ack().await,
        }
    }

    /// Puts the message back for anyone, at once. On RabbitMQ before 4.3 this counts towards the
    /// queue's delivery limit.
    pub async fn give_back(self) -> Result<Acked, BusError> {
        match self.0 {
            ReceiptKind::Amqp(receipt) => receipt.give_back().await,
            ReceiptKind::Local(receipt) => Ok(receipt.give_back()),
        }
    }
}
