//! One delivery, from its bytes to its answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jaga_contract::decode;
use jaga_ledger::{Claim, Claimed, Ledger, LedgerError, Route};
use jaga_service::{Backoff, seam};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::park::{Parking, digest_id, park};
use crate::{Committed, Decision, Handler, Job, Runtime};

/// What the session must do with the delivery's receipt.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Everything is committed.
    Ack,
    /// The session was told to stop before the work began or ended; the message goes back.
    Return,
    /// Nothing would work now; the message goes back and the session ends.
    Pause { why: String, owed: Option<Claimed> },
}

/// What a delivery is handled with.
pub(crate) struct Desk<H> {
    pub runtime: Runtime,
    pub handler: Arc<H>,
    /// Cancelled when even work in hand must end.
    pub hard_stop: CancellationToken,
}

impl<H> Clone for Desk<H> {
    fn clone(&self) -> Self {
        Self {
            runtime: self.runtime.clone(),
            handler: Arc::clone(&self.handler),
            hard_stop: self.hard_stop.clone(),
        }
    }
}

impl<H: Handler> Desk<H> {
    /// Decode, claim, handle, settle.
    pub(crate) async fn deliver(&self, body: &Bytes) -> Answer {
        let mut mine = None;
        match self.try_deliver(body, &mut mine).await {
            Ok(answer) => answer,
            Err(Decision::Pause { why }) => Answer::Pause { why, owed: mine },
            // Ledger trouble that is no outage, outside the handler: a defect. Stop and say so.
            Err(other) => Answer::Pause {
                why: format!("{other:?}"),
                owed: mine,
            },
        }
    }

    async fn try_deliver(
        &self,
        body: &Bytes,
        mine: &mut Option<Claimed>,
    ) -> Result<Answer, Decision> {
        let incoming = match decode(body) {
            Ok(incoming) => incoming,
            Err(e) => return self.park_bytes(body, e.code(), &e.to_string()).await,
        };
        let message_id = incoming.message_id();
        let Some(message) = self.handler.accept(incoming) else {
            return self
                .park_bytes(body, "wrong_queue", "this event is not for this worker")
                .await;
        };
        match self.claim(&message_id).await? {
            None => Ok(Answer::Return),
            Some(Claim::Yours(claimed)) => {
                *mine = Some(claimed.clone());
                seam("claimed");
                let result = self.run(&claimed, &message).await;
                let answer = self.conclude(&claimed, &message, body, result).await?;
                *mine = None;
                Ok(answer)
            }
            Some(Claim::Exhausted { attempts }) => {
                let why = format!("was started {attempts} times and never finished");
                let parking = Parking {
                    message: Some(&message),
                    claimed: None,
                    code: "too_many_attempts",
                    why: &why,
                    body,
                };
                if !park(&self.runtime, &*self.handler, &message_id, parking).await? {
                    self.settle(&message, body).await?;
                }
                Ok(Answer::Ack)
            }
            // What was parked keeps its original, to be replayed. Busy never gets here: `claim` waits it out.
            Some(Claim::Parked | Claim::Busy(_)) => {
                count::<H>("repeat");
                Ok(Answer::Ack)
            }
            Some(Claim::Done) => {
                self.settle(&message, body).await?;
                count::<H>("repeat");
                Ok(Answer::Ack)
            }
        }
    }

    async fn park_bytes(&self, body: &Bytes, code: &str, why: &str) -> Result<Answer, Decision> {
        let parking = Parking {
            message: None,
            claimed: None,
            code,
            why,
            body,
        };
        park(&self.runtime, &*self.handler, &digest_id(body), parking).await?;
        count::<H>("parked");
        Ok(Answer::Ack)
    }

    /// Claims, waiting while another holder is alive. None: told to stop first.
    async fn claim(&self, message_id: &str) -> Result<Option<Claim>, Decision> {
        let lease = Duration::from_secs(self.runtime.config.ledger.lease_s);
        let max = self.runtime.config.service.max_attempts;
        loop {
            let holder = holder();
            let ledger = &self.runtime.ledger;
            match ledger
                .claim(H::NAME, message_id, &holder, lease, max)
                .await?
            {
                Claim::Busy(_) => {}
                other => return Ok(Some(other)),
            }
            tokio::select! {
                () = self.runtime.stop.cancelled() => return Ok(None),
                () = tokio::time::sleep(Duration::from_millis(250)) => {}
            }
        }
    }

    /// Runs the handler: under a deadline, with the lease renewed, in a task of its own so that a
    /// panic is an answer too.
    async fn run(&self, claimed: &Claimed, message: &H::Message) -> Result<Committed, Decision> {
        let limit = Duration::from_secs(self.runtime.config.service.job_deadline_s);
        let (desk, claim, message) = (self.clone(), claimed.clone(), message.clone());
        let mut task = tokio::spawn(async move {
            let job = Job {
                runtime: &desk.runtime,
                claimed: &claim,
                now: desk.runtime.clock.now(),
            };
            let work = desk.handler.handle(&job, &message);
            match tokio::time::timeout(limit, work).await {
                Ok(done) => done,
                Err(_) => Err(Decision::Retry {
                    code: "job_deadline",
                    why: format!("took longer than {} s", limit.as_secs()),
                }),
            }
        });
        let renewing = renew_for_ever(
            &self.runtime.ledger,
            claimed,
            Duration::from_secs(self.runtime.config.ledger.lease_s),
            Duration::from_secs(self.runtime.config.ledger.renew_s),
        );
        tokio::pin!(renewing);
        let joined = tokio::select! {
            joined = &mut task => joined,
            () = &mut renewing => task.await,
            () = self.hard_stop.cancelled() => {
                task.abort();
                return Err(Decision::Pause { why: "stopping".into() });
            }
        };
        joined.unwrap_or_else(|e| {
            let why = if e.is_panic() {
                "the handler panicked"
            } else {
                "the handler was ended"
            };
            error!(worker = H::NAME, why);
            Err(Decision::Retry {
                code: "panic",
                why: why.into(),
            })
        })
    }

    /// Turns a handler's result into rows and an answer.
    async fn conclude(
        &self,
        claimed: &Claimed,
        message: &H::Message,
        body: &Bytes,
        result: Result<Committed, Decision>,
    ) -> Result<Answer, Decision> {
        let ledger = &self.runtime.ledger;
        match self.blame(result).await {
            Ok(Committed { .. }) | Err(Decision::AlreadyDone) => {
                seam("committed");
                self.settle(message, body).await?;
                seam("settled");
                count::<H>("done");
                Ok(Answer::Ack)
            }
            Err(Decision::Wait { after, why }) => {
                info!(
                    worker = H::NAME,
                    why,
                    after_s = after.as_secs_f64(),
                    "waiting"
                );
                self.again(claimed, message, body, after, true).await?;
                count::<H>("wait");
                Ok(Answer::Ack)
            }
            Err(Decision::Retry { code, why })
                if claimed.attempt < i64::from(self.runtime.config.service.max_attempts) =>
            {
                let after = self.delay(claimed);
                warn!(
                    worker = H::NAME,
                    code,
                    why,
                    attempt = claimed.attempt,
                    after_s = after.as_secs_f64(),
                    "an attempt failed"
                );
                self.again(claimed, message, body, after, false).await?;
                count::<H>("retry");
                Ok(Answer::Ack)
            }
            Err(Decision::Retry { code, why } | Decision::Park { code, why }) => {
                let parking = Parking {
                    message: Some(message),
                    claimed: Some(claimed),
                    code,
                    why: &why,
                    body,
                };
                if !park(&self.runtime, &*self.handler, &claimed.message_id, parking).await? {
                    self.settle(message, body).await?;
                }
                count::<H>("parked");
                Ok(Answer::Ack)
            }
            Err(Decision::Pause { why }) => {
                let owed = match ledger.give_back(claimed).await {
                    Ok(()) => None,
                    Err(_) => Some(claimed.clone()),
                };
                count::<H>("pause");
                Ok(Answer::Pause { why, owed })
            }
        }
    }

    /// Ends an attempt. Where there was nothing to end, the message is done after all: its commit's
    /// answer was lost, or another holder was faster. Then what follows the commit is still owed.
    async fn again(
        &self,
        claimed: &Claimed,
        message: &H::Message,
        body: &Bytes,
        after: Duration,
        innocent: bool,
    ) -> Result<(), Decision> {
        if !self
            .runtime
            .ledger
            .again(claimed, body, after, innocent)
            .await?
        {
            self.settle(message, body).await?;
        }
        Ok(())
    }

    /// What follows the commit. Trouble with this message alone may neither hold up the others nor
    /// be forgotten: the same bytes come again later, are found done, and are settled then.
    async fn settle(&self, message: &H::Message, body: &Bytes) -> Result<(), Decision> {
        let Err(trouble) = self.handler.settle(&self.runtime, message).await else {
            return Ok(());
        };
        let why = match self.blame(Err(trouble)).await {
            Ok(_) | Err(Decision::AlreadyDone) => return Ok(()),
            Err(Decision::Pause { why }) => return Err(Decision::Pause { why }),
            Err(Decision::Retry { why, .. } | Decision::Park { why, .. }) => why,
            Err(Decision::Wait { why, .. }) => why.to_owned(),
        };
        let after = Duration::from_secs_f64(self.runtime.config.service.retry_cap_s);
        warn!(
            worker = H::NAME,
            why,
            after_s = after.as_secs_f64(),
            "done, but not settled; it is settled later"
        );
        let mut tx = self.runtime.ledger.begin().await?;
        let id = format!("settle:{}:{}", H::NAME, holder());
        tx.publish(&id, &Route::Queue(H::NAME), body, after).await?;
        tx.commit().await?;
        count::<H>("unsettled");
        Ok(())
    }

    /// A pause while everything answers is this message's own trouble: count it, or one bad object
    /// would hold up all others for ever.
    async fn blame(&self, result: Result<Committed, Decision>) -> Result<Committed, Decision> {
        let why = match result {
            Err(Decision::Pause { why }) => why,
            other => return other,
        };
        if self.hard_stop.is_cancelled()
            || self.runtime.ledger.check().await.is_err()
            || self.handler.probe().await.is_err()
        {
            return Err(Decision::Pause { why });
        }
        Err(Decision::Retry {
            code: "unreachable",
            why,
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "jitter is meant to differ between processes"
    )]
    fn delay(&self, claimed: &Claimed) -> Duration {
        use rand::RngExt;
        let service = &self.runtime.config.service;
        let backoff = Backoff::new(
            Duration::from_secs_f64(service.retry_first_s),
            Duration::from_secs_f64(service.retry_cap_s),
        );
        let failures = u32::try_from(claimed.attempt.max(1) - 1).unwrap_or(u32::MAX);
        backoff.after(failures, rand::rng().random::<f64>())
    }
}

/// Renews until the lease is lost. Losing it is no reason to stop: whoever commits first wins, and
/// the other's transaction finds the message done.
async fn renew_for_ever(ledger: &Ledger, claimed: &Claimed, lease: Duration, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        match ledger.renew(claimed, lease).await {
            Ok(true) | Err(LedgerError::Unreachable { .. }) => {}
            Ok(false) | Err(_) => return,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a holder must differ from every other, ever"
)]
fn holder() -> String {
    use rand::RngExt;
    format!("{:032x}", rand::rng().random::<u128>())
}

fn count<H: Handler>(outcome: &'static str) {
    metrics::counter!("jaga_messages_total", "worker" => H::NAME, "outcome" => outcome)
        .increment(1);
}
