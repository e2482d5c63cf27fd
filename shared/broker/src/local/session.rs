//! Taking messages from the directory.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::{Inner, blocking};
use crate::message::ReceiptKind;
use crate::{Acked, BusError, Delivery};

#[derive(Debug)]
pub(crate) struct Subscription {
    inner: Arc<Inner>,
    queue: &'static str,
    session: u64,
    bound: usize,
    over: bool,
    /// When the directory is looked at next: also while messages come without a pause, or those of other
    /// processes would wait for as long.
    next_scan: Instant,
}

impl Subscription {
    pub(super) fn new(inner: Arc<Inner>, queue: &'static str, session: u64, bound: usize) -> Self {
        let next_scan = Instant::now() + inner.poll;
        Self {
            inner,
            queue,
            session,
            bound,
            over: false,
            next_scan,
        }
    }

    pub(crate) async fn next(&mut self) -> Option<Result<Delivery, BusError>> {
        while !self.over {
            match self.look().await {
                Ok(Some(delivery)) => return Some(Ok(delivery)),
                Ok(None) => {}
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }

    /// Takes a message, or waits until it is worth looking again.
    async fn look(&mut self) -> Result<Option<Delivery>, BusError> {
        if Instant::now() >= self.next_scan {
            self.next_scan = Instant::now() + self.inner.poll;
            let (inner, queue) = (Arc::clone(&self.inner), self.queue);
            blocking("look", move || inner.scan(queue)).await?;
        }
        // Listens before it looks, so that no ring falls in between.
        let mut bell = pin!(self.inner.bells[self.queue].notified());
        bell.as_mut().enable();
        let taken = self.inner.desk(self.queue).take(self.session, self.bound);
        if let Some((name, seen)) = taken {
            return self.deliver(name, seen).await;
        }
        tokio::select! {
            () = bell => Ok(None),
            () = tokio::time::sleep_until(self.next_scan) => Ok(None),
        }
    }

    async fn deliver(&self, name: String, seen: bool) -> Result<Option<Delivery>, BusError> {
        let claim = Claim {
            subscription: self,
            name,
            seen,
            kept: false,
        };
        let (inner, queue, name) = (Arc::clone(&self.inner), self.queue, claim.name.clone());
        let body = blocking("receive", move || inner.files.read(queue, &name)).await?;
        Ok(claim.resolve(body))
    }

    pub(crate) fn stop(&mut self) {
        self.over = true;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.inner.desk(self.queue).release(self.session);
        self.inner.ring(self.queue);
    }
}

/// A message taken but not handed out yet; put back if the caller stops waiting midway.
struct Claim<'a> {
    subscription: &'a Subscription,
    name: String,
    seen: bool,
    kept: bool,
}

impl Claim<'_> {
    fn resolve(mut self, body: Option<Bytes>) -> Option<Delivery> {
        self.kept = true;
        let Subscription {
            inner,
            queue,
            session,
            ..
        } = self.subscription;
        let Some(body) = body else {
            inner.desk(queue).done(&self.name, *session);
            return None;
        };
        let receipt = Receipt {
            inner: Arc::clone(inner),
            queue,
            session: *session,
            name: self.name.clone(),
        };
        Some(Delivery {
            body,
            redelivered: self.seen,
            dead: None,
            receipt: crate::Receipt(ReceiptKind::Local(receipt)),
        })
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if !self.kept {
            let Subscription {
                inner,
                queue,
                session,
                ..
            } = self.subscription;
            inner.desk(queue).put_back(&self.name, *session, self.seen);
            inner.ring(queue);
        }
    }
}

#[derive(Debug)]
pub(crate) struct Receipt {
    inner: Arc<Inner>,
    queue: &'static str,
    session: u64,
    name: String,
}

impl Receipt {
    pub(crate) async fn ack(self) -> Result<Acked, BusError> {
        blocking("ack", move || {
            if !self.inner.desk(self.queue).holds(&self.name, self.session) {
                return Ok(Acked::Lost);
            }
            self.inner.files.remove(self.queue, &self.name)?;
            self.inner.desk(self.queue).done(&self.name, self.session);
            self.inner.ring(self.queue);
            Ok(Acked::Yes)
        })
        .await
    }

    pub(crate) fn give_back(self) -> Acked {
        let held = self
            .inner
            .desk(self.queue)
            .put_back(&self.name, self.session, true);
        self.inner.ring(self.queue);
        if held { Acked::Yes } else { Acked::Lost }
    }
}
