//! RabbitMQ by lapin. Automatic recovery stays off: it hides redeliveries from the handler and can
//! lose the prefetch. A session either works or is over, and every wait has a deadline.

mod connect;
mod consume;
mod declare;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod proofs;
mod publish;
mod session;

use std::fmt;
use std::time::Duration;

use lapin::uri::AMQPUri;

pub(crate) use consume::{Receipt, Subscription};
pub(crate) use publish::Publisher;
use session::Session;

use crate::{BusError, Topology};

/// How to reach RabbitMQ.
#[derive(Clone)]
pub struct AmqpSettings {
    /// `amqp://user:password@host:port/vhost` or `amqps://…`. Never shown.
    pub url: String,
    /// Seconds between signs of life; a silent peer is given up after two of them. 15 is good, less
    /// than 5 raises false alarms.
    pub heartbeat_s: u16,
    /// What RabbitMQ's own tools call us, such as `jaga-photo`.
    pub connection_name: String,
    /// The deadline of each wait for the broker, and of one published batch.
    pub timeout: Duration,
}

impl fmt::Debug for AmqpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmqpSettings")
            .field("url", &"…")
            .field("heartbeat_s", &self.heartbeat_s)
            .field("connection_name", &self.connection_name)
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// A RabbitMQ to connect to.
#[derive(Debug, Clone)]
pub struct Amqp {
    settings: AmqpSettings,
    ca_pem: Option<String>,
}

impl Amqp {
    pub(crate) fn new(settings: AmqpSettings, ca_pem: Option<String>) -> Self {
        Self { settings, ca_pem }
    }

    pub(crate) async fn check(&self) -> Result<(), BusError> {
        let session = Session::open(self).await?;
        session.close().await;
        Ok(())
    }

    pub(crate) async fn subscribe(
        &self,
        queue: &str,
        prefetch: u16,
    ) -> Result<Subscription, BusError> {
        let queue = Topology::queue(queue).ok_or(BusError::UnknownQueue)?;
        let session = Session::open(self).await?;
        declare::topology(&session).await?;
        Subscription::start(session, queue, prefetch.max(1)).await
    }

    pub(crate) async fn publisher(&self) -> Result<Publisher, BusError> {
        let session = Session::open(self).await?;
        declare::topology(&session).await?;
        Publisher::start(session).await
    }

    #[cfg(any(test, feature = "conformance"))]
    pub(crate) async fn purge(&self, queue: &str) -> Result<(), BusError> {
        let session = Session::open(self).await?;
        declare::topology(&session).await?;
        let purged = session
            .channel
            .queue_purge(queue.into(), lapin::options::QueuePurgeOptions::default());
        session.within("purge", purged).await?;
        session.close().await;
        Ok(())
    }

    /// The address with our heartbeat in it.
    fn uri(&self) -> Result<AMQPUri, BusError> {
        // The parser's own message may quote the address, so it is dropped.
        let mut uri: AMQPUri = self.settings.url.parse().map_err(|_| BusError::Address)?;
        uri.query.heartbeat = Some(self.settings.heartbeat_s);
        Ok(uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> AmqpSettings {
        AmqpSettings {
            url: url.into(),
            heartbeat_s: 15,
            connection_name: "test".into(),
            timeout: Duration::from_secs(1),
        }
    }

    #[tokio::test]
    async fn the_password_is_in_no_debug_text_and_no_error() {
        for url in [
            "amqp://jaga:geheim@127.0.0.1:1/x",
            "http://jaga:geheim@nowhere/x",
            "amqp:geheim",
            "amqp://jaga:geheim@[::",
            "amqp://jaga:geheim@h:70000000/",
        ] {
            let amqp = Amqp::new(settings(url), None);
            let error = amqp.check().await.unwrap_err();
            let chain = format!("{amqp:?} {error} {error:?}");
            assert!(!chain.contains("geheim"), "{chain}");
        }
    }

    #[tokio::test]
    async fn a_queue_outside_the_topology_is_refused_before_any_connection() {
        let amqp = Amqp::new(settings("amqp://127.0.0.1:1/"), None);
        assert!(matches!(
            amqp.subscribe("nobody", 1).await,
            Err(BusError::UnknownQueue)
        ));
    }
}
