//! Declares the whole topology. Asking again for what is there already changes nothing.
//!
//! Only name, durability and queue type are fixed here. Dead-lettering, delivery limit and lengths
//! are set by policy (`deploy/rabbitmq`), because an argument given here could never be changed
//! without deleting the queue.

use lapin::ExchangeKind;
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};

use super::session::Session;
use crate::{BusError, Topology};

pub(super) async fn topology(session: &Session) -> Result<(), BusError> {
    let channel = &session.channel;
    for exchange in Topology::EXCHANGES {
        let options = ExchangeDeclareOptions {
            durable: true,
            ..Default::default()
        };
        let declared = channel.exchange_declare(
            exchange.into(),
            ExchangeKind::Topic,
            options,
            FieldTable::default(),
        );
        session.within("declare an exchange", declared).await?;
    }
    for queue in Topology::queues() {
        let mut arguments = FieldTable::default();
        arguments.insert(
            "x-queue-type".into(),
            AMQPValue::LongString("quorum".into()),
        );
        let options = QueueDeclareOptions::durable();
        let declared = channel.queue_declare(queue.name.into(), options, arguments);
        session.within("declare a queue", declared).await?;
        for binding in queue.bindings {
            let bound = channel.queue_bind(
                queue.name.into(),
                binding.exchange.into(),
                binding.pattern.into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            );
            session.within("bind a queue", bound).await?;
        }
    }
    Ok(())
}
