#![doc = include_str!("../README.md")]

pub mod amqp;
mod bus;
#[cfg(any(test, feature = "conformance"))]
#[doc(hidden)]
pub mod conformance;
mod error;
pub mod local;
mod message;
mod topology;

pub use amqp::AmqpSettings;
pub use bus::{Bus, Publisher, Subscription};
pub use error::BusError;
pub use local::LocalSettings;
pub use message::{Acked, DeadInfo, Delivery, Exchange, Outgoing, Published, Receipt};
pub use topology::{Binding, Queue, Topology};
