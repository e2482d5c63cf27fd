//! Publishing: mandatory, persistent, confirmed, many in flight.

use std::collections::HashSet;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::ShortString;
use lapin::{BasicProperties, Confirmation, PublisherConfirm};
use tokio::time::{Instant, timeout_at};

use super::session::Session;
use crate::{BusError, Exchange, Outgoing, Published};

const PERSISTENT: u8 = 2;

/// A channel in confirm mode; there is no other way to build one.
#[derive(Debug)]
pub(crate) struct Publisher {
    session: Session,
    over: bool,
}

/// What one message's confirm said.
enum Heard {
    /// Acked. The name is of *a* returned message, not surely of this one.
    Ack { returned: Option<String> },
    /// Refused; the same holds for the name.
    Nack { returned: Option<String> },
    /// It never left, because it can't be written as AMQP.
    Unwritable,
    /// Nothing, or too late.
    Nothing,
}

impl Publisher {
    pub(super) async fn start(session: Session) -> Result<Self, BusError> {
        let confirm = session
            .channel
            .confirm_select(ConfirmSelectOptions::default());
        session.within("ask for confirms", confirm).await?;
        Ok(Self {
            session,
            over: false,
        })
    }

    pub(crate) async fn publish(&mut self, batch: &[Outgoing]) -> Result<Vec<Published>, BusError> {
        if self.over || !self.session.channel.status().connected() {
            return Err(BusError::Over);
        }
        // Until the whole batch is accounted for, a late confirm could be taken for the next
        // batch's: also when the caller drops this future midway.
        self.over = true;
        let deadline = Instant::now() + self.session.timeout();
        let mut sent = Vec::with_capacity(batch.len());
        let mut broken = false;
        for message in batch {
            // Behind a message that got stuck nothing else is put on the wire.
            let tried = if broken {
                Err(Heard::Nothing)
            } else {
                self.send(message, deadline).await
            };
            broken |= matches!(tried, Err(Heard::Nothing));
            sent.push(tried);
        }
        let mut heard = Vec::with_capacity(batch.len());
        for confirm in sent {
            heard.push(hear(confirm, deadline).await);
        }
        let outcomes = judge(batch, &heard);
        self.over = outcomes.contains(&Published::Unknown);
        Ok(outcomes)
    }

    /// Writes one message out. `Err` holds what is known without a confirm.
    async fn send(&self, message: &Outgoing, deadline: Instant) -> Result<PublisherConfirm, Heard> {
        let (exchange, key) = match &message.exchange {
            Exchange::Crm => ("crm", &message.routing_key),
            Exchange::Jaga => ("jaga", &message.routing_key),
            Exchange::Queue(name) => ("", name),
        };
        let short = |text: &str| ShortString::try_new(text).map_err(|_| Heard::Unwritable);
        let properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_message_id(short(&message.message_id)?)
            .with_content_type("application/cloudevents+json".into())
            .with_app_id("jaga".into());
        let options = BasicPublishOptions {
            mandatory: true,
            immediate: false,
        };
        let key = short(key)?;
        let channel = &self.session.channel;
        let sent = channel.basic_publish(exchange.into(), key, options, &message.body, properties);
        match timeout_at(deadline, sent).await {
            Ok(Ok(confirm)) => Ok(confirm),
            Ok(Err(_)) | Err(_) => Err(Heard::Nothing),
        }
    }

    pub(crate) async fn close(self) {
        self.session.close().await;
    }
}

/// Waits for one confirm. After the deadline those that came in time are still heard, because the
/// timer polls the confirm first.
async fn hear(confirm: Result<PublisherConfirm, Heard>, deadline: Instant) -> Heard {
    let confirm = match confirm {
        Ok(confirm) => confirm,
        Err(known) => return known,
    };
    let name = |message: Option<lapin::message::BasicReturnMessage>| {
        message.map(|m| {
            m.properties
                .message_id()
                .as_ref()
                .map_or(String::new(), ToString::to_string)
        })
    };
    match timeout_at(deadline, confirm).await {
        Ok(Ok(Confirmation::Ack(returned))) => Heard::Ack {
            returned: name(returned),
        },
        Ok(Ok(Confirmation::Nack(returned))) => Heard::Nack {
            returned: name(returned),
        },
        Ok(Ok(Confirmation::NotRequested) | Err(_)) | Err(_) => Heard::Nothing,
    }
}

/// Puts the blame where it belongs.
///
/// The client library hands each returned message to whichever confirm is settled next, so with
/// many in flight the pair is often wrong. What is sure: every return arrives before its own ack.
/// So over a batch whose confirms all came, the returned names are complete. Over a batch that
/// broke off they are not: there a message is sent for sure only if its ack carried no return,
/// because that proves that no return was waiting, its own included.
fn judge(batch: &[Outgoing], heard: &[Heard]) -> Vec<Published> {
    let returned: HashSet<&str> = heard
        .iter()
        .filter_map(|h| match h {
            Heard::Ack { returned } | Heard::Nack { returned } => returned.as_deref(),
            Heard::Unwritable | Heard::Nothing => None,
        })
        .collect();
    let complete = !heard.iter().any(|h| matches!(h, Heard::Nothing));
    let outcome = |(message, heard): (&Outgoing, &Heard)| match heard {
        Heard::Unwritable => Published::Refused,
        _ if returned.contains(message.message_id.as_str()) => Published::Unroutable,
        Heard::Nothing => Published::Unknown,
        Heard::Nack { .. } => Published::Refused,
        Heard::Ack { returned: Some(_) } if !complete => Published::Unknown,
        Heard::Ack { .. } => Published::Sent,
    };
    batch.iter().zip(heard).map(outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Published::{Refused, Sent, Unknown, Unroutable};
    use bytes::Bytes;

    fn batch(ids: &[&str]) -> Vec<Outgoing> {
        let message = |id: &&str| Outgoing {
            message_id: (*id).into(),
            exchange: Exchange::Jaga,
            routing_key: "k".into(),
            body: Bytes::new(),
        };
        ids.iter().map(message).collect()
    }

    fn ack(returned: Option<&str>) -> Heard {
        Heard::Ack {
            returned: returned.map(Into::into),
        }
    }

    #[test]
    fn the_blame_follows_the_returned_name_and_not_the_confirm_it_came_with() {
        let heard = [ack(Some("c")), ack(None), ack(None)];
        assert_eq!(
            judge(&batch(&["a", "b", "c"]), &heard),
            [Sent, Sent, Unroutable]
        );
    }

    #[test]
    fn a_nack_is_refused_and_a_silence_is_unknown() {
        let heard = [
            Heard::Nack { returned: None },
            Heard::Nothing,
            ack(None),
            Heard::Unwritable,
        ];
        assert_eq!(
            judge(&batch(&["a", "b", "c", "d"]), &heard),
            [Refused, Unknown, Sent, Refused]
        );
    }

    #[test]
    fn in_a_batch_that_broke_off_an_ack_with_a_strange_return_proves_nothing() {
        // b's ack took a's return away; b's own may still have been waiting when it broke.
        let heard = [Heard::Nothing, ack(Some("a")), ack(None)];
        assert_eq!(
            judge(&batch(&["a", "b", "c"]), &heard),
            [Unroutable, Unknown, Sent]
        );
    }
}
