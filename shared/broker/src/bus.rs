//! One face for both buses.

use std::path::Path;

use crate::amqp::{self, Amqp, AmqpSettings};
use crate::local::{self, LocalBus, LocalSettings};
use crate::{BusError, Delivery, Outgoing, Published};

/// Where messages come from and go to. Cheap to clone; holds no connection.
#[derive(Debug, Clone)]
pub enum Bus {
    /// RabbitMQ.
    Amqp(Amqp),
    /// A directory.
    Local(LocalBus),
}

impl Bus {
    /// RabbitMQ at an address. Connects to nothing yet.
    pub fn amqp(settings: AmqpSettings) -> Self {
        Self::Amqp(Amqp::new(settings, None))
    }

    /// The same, trusting these certificates (PEM) too: for a broker with the house's own.
    pub fn amqp_with_ca(settings: AmqpSettings, pem: String) -> Self {
        Self::Amqp(Amqp::new(settings, Some(pem)))
    }

    /// A directory with its default settings; created if it is missing.
    pub fn local(dir: &Path) -> Result<Self, BusError> {
        Self::local_with(dir, LocalSettings::default())
    }

    /// A directory.
    pub fn local_with(dir: &Path, settings: LocalSettings) -> Result<Self, BusError> {
        LocalBus::open(dir, settings).map(Self::Local)
    }

    /// Can the bus be reached and used? For readiness and `jaga doctor`.
    pub async fn check(&self) -> Result<(), BusError> {
        match self {
            Self::Amqp(amqp) => amqp.check().await,
            Self::Local(local) => local.check().await,
        }
    }

    /// One session: connect, declare, bound the unanswered messages, consume. Nothing of it
    /// survives its end; the caller opens the next one. A `prefetch` of 0 is taken as 1, never as
    /// "without bound".
    pub async fn subscribe(&self, queue: &str, prefetch: u16) -> Result<Subscription, BusError> {
        match self {
            Self::Amqp(amqp) => amqp
                .subscribe(queue, prefetch)
                .await
                .map(|s| Subscription(Sub::Amqp(Box::new(s)))),
            Self::Local(local) => local
                .subscribe(queue, prefetch)
                .map(|s| Subscription(Sub::Local(s))),
        }
    }

    /// A connection of its own to publish by: a blocked publisher must not stop the acks.
    pub async fn publisher(&self) -> Result<Publisher, BusError> {
        match self {
            Self::Amqp(amqp) => amqp
                .publisher()
                .await
                .map(|p| Publisher(Pub::Amqp(Box::new(p)))),
            Self::Local(local) => Ok(Publisher(Pub::Local(local.publisher()))),
        }
    }

    /// Forgets every waiting message of a queue.
    #[cfg(any(test, feature = "conformance"))]
    #[doc(hidden)]
    pub async fn purge(&self, queue: &str) -> Result<(), BusError> {
        match self {
            Self::Amqp(amqp) => amqp.purge(queue).await,
            Self::Local(local) => local.purge(queue),
        }
    }
}

/// A running session with one queue.
#[derive(Debug)]
pub struct Subscription(Sub);

#[derive(Debug)]
enum Sub {
    Amqp(Box<amqp::Subscription>),
    Local(local::Subscription),
}

impl Subscription {
    /// The next message. `None` or an error means the session is over; after that it is `None` for
    /// ever. Safe to drop while it waits: no message is lost by it.
    pub async fn next(&mut self) -> Option<Result<Delivery, BusError>> {
        match &mut self.0 {
            Sub::Amqp(sub) => sub.next().await,
            Sub::Local(sub) => sub.next().await,
        }
    }

    /// Takes no more messages; what was fetched ahead goes back to the queue. Receipts already
    /// handed out can still be answered, so the work in hand can be finished. Then [`Self::close`].
    pub async fn stop(&mut self) -> Result<(), BusError> {
        match &mut self.0 {
            Sub::Amqp(sub) => sub.stop().await,
            Sub::Local(sub) => {
                sub.stop();
                Ok(())
            }
        }
    }

    /// Ends the session. Every unanswered message goes back at once; later answers are `Lost`.
    pub async fn close(self) {
        match self.0 {
            Sub::Amqp(sub) => sub.close().await,
            Sub::Local(sub) => drop(sub),
        }
    }
}

/// A running session to publish by.
#[derive(Debug)]
pub struct Publisher(Pub);

#[derive(Debug)]
enum Pub {
    Amqp(Box<amqp::Publisher>),
    Local(local::Publisher),
}

impl Publisher {
    /// Publishes a batch and says for each message, in order, what became of it. `Err` means that
    /// nothing of the batch was tried. After an [`Published::Unknown`] the publisher is over: ask
    /// the bus for another.
    pub async fn publish(&mut self, batch: &[Outgoing]) -> Result<Vec<Published>, BusError> {
        match &mut self.0 {
            Pub::Amqp(publisher) => publisher.publish(batch).await,
            Pub::Local(publisher) => publisher.publish(batch).await,
        }
    }

    /// Ends the session politely.
    pub async fn close(self) {
        match self.0 {
            Pub::Amqp(publisher) => publisher.close().await,
            Pub::Local(publisher) => drop(publisher),
        }
    }
}
