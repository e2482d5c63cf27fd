//! One connection with one channel, and the deadline on everything that is asked of it.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt;
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};
use lapin::tcp::OwnedTLSConfig;
use lapin::{Channel, Connection, ConnectionProperties, ErrorKind, Event};
use tokio_util::task::AbortOnDropHandle;

use super::Amqp;
use super::connect::connect;
use crate::BusError;

/// A connection and its channel; dropping it closes both, and the broker takes back what was not
/// answered.
pub(super) struct Session {
    pub(super) channel: Channel,
    connection: Connection,
    timeout: Duration,
    _events: AbortOnDropHandle<()>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(super) async fn open(amqp: &Amqp) -> Result<Self, BusError> {
        let timeout = amqp.settings.timeout;
        let uri = amqp.uri()?;
        let properties = ConnectionProperties::default()
            .with_connection_name(amqp.settings.connection_name.as_str().into());
        let tls = OwnedTLSConfig {
            identity: None,
            cert_chain: amqp.ca_pem.clone(),
        };
        let connect = connect(uri, properties, tls, timeout);
        let connection = within(timeout, "connect", connect).await?;
        let events = AbortOnDropHandle::new(tokio::spawn(watch(
            connection.events_listener(),
            amqp.settings.connection_name.clone(),
        )));
        let channel = within(timeout, "open a channel", connection.create_channel()).await?;
        Ok(Self {
            channel,
            connection,
            timeout,
            _events: events,
        })
    }

    /// Waits for an answer, but not for ever.
    pub(super) async fn within<T>(
        &self,
        operation: &'static str,
        asked: impl Future<Output = lapin::Result<T>>,
    ) -> Result<T, BusError> {
        within(self.timeout, operation, asked).await
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Says goodbye: to the channel first, which answers in the order it was asked, so after the acks.
    /// Failing to is no news: the session is over either way.
    pub(super) async fn close(self) {
        let goodbye = async {
            let channel = self.channel.close(200, "done".into()).await;
            self.connection.close(200, "done".into()).await.and(channel)
        };
        if let Err(error) = self.within("close", goodbye).await {
            tracing::debug!(%error, "the broker session ended without a goodbye");
        }
    }
}

pub(super) async fn within<T>(
    timeout: Duration,
    operation: &'static str,
    asked: impl Future<Output = lapin::Result<T>>,
) -> Result<T, BusError> {
    match tokio::time::timeout(timeout, asked).await {
        Ok(answer) => answer.map_err(|error| failure(operation, error)),
        Err(_) => Err(BusError::Timeout {
            operation,
            within: timeout,
        }),
    }
}

/// Sorts the client's errors by what the caller can do about them.
pub(super) fn failure(operation: &'static str, error: lapin::Error) -> BusError {
    let kind = match error.kind() {
        ErrorKind::ProtocolError(amqp) => Some(amqp.kind().clone()),
        _ => None,
    };
    let source = Box::new(error);
    match kind {
        // Not allowed: the virtual host is missing.
        Some(
            AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED)
            | AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED),
        ) => BusError::Denied { operation, source },
        Some(AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED)) => {
            BusError::Mismatch { operation, source }
        }
        _ => BusError::Unreachable { operation, source },
    }
}

/// RabbitMQ blocks publishers while it is short of memory or disk, and no error tells it: say so
/// once, and once when it is over.
async fn watch(mut events: impl futures_util::Stream<Item = Event> + Unpin, connection: String) {
    let mut blocked = false;
    while let Some(event) = events.next().await {
        match event {
            Event::ConnectionBlocked(reason) if !blocked => {
                blocked = true;
                tracing::warn!(%connection, %reason, "the broker blocks publishing");
            }
            Event::ConnectionUnblocked if blocked => {
                blocked = false;
                tracing::info!(%connection, "the broker takes messages again");
            }
            Event::Error(error) => {
                tracing::debug!(%connection, %error, "the broker connection broke");
            }
            _ => {}
        }
    }
}
