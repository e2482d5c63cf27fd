//! Publishing into the directory.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Inner, blocking};
use crate::{BusError, Outgoing, Published, Topology};

#[derive(Debug)]
pub(crate) struct Publisher {
    inner: Arc<Inner>,
}

impl Publisher {
    pub(super) fn new(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    pub(crate) async fn publish(&mut self, batch: &[Outgoing]) -> Result<Vec<Published>, BusError> {
        let inner = Arc::clone(&self.inner);
        let batch = batch.to_vec();
        blocking("publish", move || Ok(store(&inner, &batch))).await
    }
}

fn store(inner: &Inner, batch: &[Outgoing]) -> Vec<Published> {
    let mut outcomes = Vec::with_capacity(batch.len());
    // Queue to (place in the batch, file name).
    let mut stored: HashMap<&'static str, Vec<(usize, String)>> = HashMap::new();
    for (at, message) in batch.iter().enumerate() {
        let queues = Topology::route(&message.exchange, &message.routing_key);
        let mut outcome = if queues.is_empty() {
            Published::Unroutable
        } else {
            Published::Sent
        };
        for (copies, queue) in queues.into_iter().enumerate() {
            match inner.files.store(queue, &message.body) {
                Ok(name) => stored.entry(queue).or_default().push((at, name)),
                Err(error) => {
                    tracing::warn!(%error, queue, "a message could not be stored");
                    outcome = if copies == 0 {
                        Published::Refused
                    } else {
                        Published::Unknown
                    };
                    break;
                }
            }
        }
        outcomes.push(outcome);
    }
    for (queue, files) in stored {
        // One force per queue and batch: a renamed file is not safe before its directory is.
        if let Err(error) = inner.files.settle(queue) {
            tracing::warn!(%error, queue, "messages could not be forced to the disk");
            for (at, _) in &files {
                outcomes[*at] = Published::Unknown;
            }
        }
        let mut desk = inner.desk(queue);
        for (_, name) in files {
            desk.published(name);
        }
        drop(desk);
        inner.ring(queue);
    }
    outcomes
}
