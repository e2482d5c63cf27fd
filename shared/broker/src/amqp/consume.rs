//! Taking messages from one queue.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Acker, Consumer};

use super::session::{Session, failure, within};
use crate::message::ReceiptKind;
use crate::{Acked, BusError, DeadInfo, Delivery, Queue};

#[derive(Debug)]
pub(crate) struct Subscription {
    // Declared before the session so that it is dropped first.
    consumer: Consumer,
    session: Session,
    over: bool,
}

impl Subscription {
    pub(super) async fn start(
        session: Session,
        queue: &Queue,
        prefetch: u16,
    ) -> Result<Self, BusError> {
        let qos = session
            .channel
            .basic_qos(prefetch, BasicQosOptions::default());
        session.within("bound the unanswered messages", qos).await?;
        let consume = session.channel.basic_consume(
            queue.name.into(),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        );
        let consumer = session.within("consume", consume).await?;
        Ok(Self {
            consumer,
            session,
            over: false,
        })
    }

    pub(crate) async fn next(&mut self) -> Option<Result<Delivery, BusError>> {
        // After its end the consumer's stream waits for ever, so it is never asked again.
        if self.over {
            return None;
        }
        match self.consumer.next().await {
            Some(Ok(delivery)) => Some(Ok(self.deliver(delivery))),
            Some(Err(error)) => {
                self.over = true;
                Some(Err(failure("receive", error)))
            }
            None => {
                self.over = true;
                None
            }
        }
    }

    fn deliver(&self, delivery: lapin::message::Delivery) -> Delivery {
        Delivery {
            redelivered: delivery.redelivered,
            dead: delivery.properties.headers().as_ref().and_then(dead_info),
            receipt: crate::Receipt(ReceiptKind::Amqp(Receipt {
                acker: delivery.acker,
                timeout: self.session.timeout(),
            })),
            body: Bytes::from(delivery.data),
        }
    }

    /// Cancels the consumer and puts back what was fetched ahead.
    pub(crate) async fn stop(&mut self) -> Result<(), BusError> {
        if self.over {
            return Ok(());
        }
        self.over = true;
        let tag = self.consumer.tag();
        let cancel = self
            .session
            .channel
            .basic_cancel(tag, BasicCancelOptions::default());
        self.session.within("stop consuming", cancel).await?;
        // The cancel's answer ends the stream, so this finds its end without waiting.
        let timeout = self.session.timeout();
        while let Ok(Some(Ok(ahead))) = tokio::time::timeout(timeout, self.consumer.next()).await {
            Receipt {
                acker: ahead.acker,
                timeout,
            }
            .give_back()
            .await?;
        }
        Ok(())
    }

    pub(crate) async fn close(self) {
        self.session.close().await;
    }
}

#[derive(Debug)]
pub(crate) struct Receipt {
    acker: Acker,
    timeout: Duration,
}

impl Receipt {
    pub(crate) async fn ack(self) -> Result<Acked, BusError> {
        let answer = self.acker.ack(BasicAckOptions::default());
        self.answered(within(self.timeout, "ack", answer).await)
    }

    pub(crate) async fn give_back(self) -> Result<Acked, BusError> {
        let answer = self.acker.nack(BasicNackOptions {
            requeue: true,
            multiple: false,
        });
        self.answered(within(self.timeout, "give back", answer).await)
    }

    /// lapin says `false`, or breaks off, when the session ended first: then the message comes
    /// again, which is no error of the caller.
    fn answered(&self, answer: Result<bool, BusError>) -> Result<Acked, BusError> {
        match answer {
            Ok(true) => Ok(Acked::Yes),
            Ok(false) => Ok(Acked::Lost),
            Err(_) if self.acker.poisoned() => Ok(Acked::Lost),
            Err(error) => Err(error),
        }
    }
}

/// The newest entry of `x-death`, which RabbitMQ puts first.
fn dead_info(headers: &FieldTable) -> Option<DeadInfo> {
    let AMQPValue::FieldArray(deaths) = headers.inner().get("x-death")? else {
        return None;
    };
    let AMQPValue::FieldTable(newest) = deaths.as_slice().first()? else {
        return None;
    };
    let text = |name: &str| match newest.inner().get(name) {
        Some(AMQPValue::LongString(text)) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
        Some(AMQPValue::ShortString(text)) => text.to_string(),
        _ => String::new(),
    };
    let count = match newest.inner().get("count") {
        Some(AMQPValue::LongLongInt(n)) => u64::try_from(*n).unwrap_or(0),
        Some(AMQPValue::LongInt(n)) => u64::try_from(*n).unwrap_or(0),
        Some(AMQPValue::LongUInt(n)) => u64::from(*n),
        _ => 0,
    };
    Some(DeadInfo {
        queue: text("queue"),
        reason: text("reason"),
        count,
    })
}
