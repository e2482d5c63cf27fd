//! One session: connect, declare, consume until anything breaks. Nothing survives it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jaga_broker::{Acked, BusError, Delivery, Receipt, Subscription};
use jaga_ledger::Claimed;
use jaga_service::{Part, seam};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::deliver::{Answer, Desk};
use crate::{Decision, Handler, Runtime, Trouble, dead, supervise};

/// Runs a consuming worker until told to stop: session after session, backing off in between.
pub async fn consume<H: Handler>(runtime: Runtime, handler: Arc<H>, concurrency: usize) {
    let owed = Arc::new(Mutex::new(Vec::new()));
    supervise(H::NAME, runtime.clone(), move |part| {
        let (runtime, handler, owed) = (runtime.clone(), Arc::clone(&handler), Arc::clone(&owed));
        async move {
            Session {
                runtime,
                handler,
                concurrency,
                owed,
            }
            .run(part)
            .await
        }
    })
    .await;
}

struct Session<H> {
    runtime: Runtime,
    handler: Arc<H>,
    concurrency: usize,
    /// Claims that could not be given back because the ledger was away.
    owed: Arc<Mutex<Vec<Claimed>>>,
}

/// How often an idle worker looks whether everything is still there.
const PULSE: Duration = Duration::from_secs(10);

type Work = JoinSet<(Answer, Receipt)>;

impl<H: Handler> Session<H> {
    async fn run(&self, part: Part) -> Result<(), Trouble> {
        self.prepare().await?;
        let prefetch = u16::try_from(self.concurrency + 1).unwrap_or(u16::MAX);
        let bus = &self.runtime.bus;
        let mut queue = bus.subscribe(H::NAME, prefetch).await?;
        let dead_queue = format!("{}.dead", H::NAME);
        let mut dead = bus.subscribe(&dead_queue, 1).await?;
        part.ready();
        info!(worker = H::NAME, prefetch, "consuming");
        let hard_stop = CancellationToken::new();
        let desk = Desk {
            runtime: self.runtime.clone(),
            handler: Arc::clone(&self.handler),
            hard_stop: hard_stop.clone(),
        };
        let mut work = Work::new();
        let end = self
            .take(&desk, &mut queue, &mut dead, &mut work, &part)
            .await;
        // Take nothing more, but let what is in hand end: it commits, and answers if it still can.
        if let Err(error) = queue.stop().await {
            info!(worker = H::NAME, %error, "the session ended before it could be stopped");
        }
        let paused = self.drain(&mut work, &hard_stop, &part).await;
        queue.close().await;
        dead.close().await;
        end.and(paused)
    }

    /// Is everything there that the work needs?
    async fn check(&self) -> Result<(), Trouble> {
        self.runtime
            .ledger
            .check()
            .await
            .map_err(|e| Trouble::Paused(crate::decision::chain(&e)))?;
        self.handler
            .probe()
            .await
            .map_err(|decision| match decision {
                Decision::Pause { why } | Decision::Retry { why, .. } => Trouble::Paused(why),
                other => Trouble::Paused(format!("{other:?}")),
            })
    }

    /// Everything must be there before the first message is taken.
    async fn prepare(&self) -> Result<(), Trouble> {
        self.check().await?;
        let owed = std::mem::take(&mut *self.lock());
        for claimed in owed {
            if self.runtime.ledger.give_back(&claimed).await.is_err() {
                self.lock().push(claimed);
            }
        }
        Ok(())
    }

    async fn take(
        &self,
        desk: &Desk<H>,
        queue: &mut Subscription,
        dead: &mut Subscription,
        work: &mut Work,
        part: &Part,
    ) -> Result<(), Trouble> {
        let mut pulse = tokio::time::interval_at(Instant::now() + PULSE, PULSE);
        loop {
            part.tick();
            let free = work.len() < self.concurrency;
            tokio::select! {
                biased;
                () = self.runtime.stop.cancelled() => return Ok(()),
                Some(done) = work.join_next() => self.answer(done).await?,
                delivery = queue.next(), if free => start(desk, work, delivery)?,
                letter = dead.next() => dead::letter(desk, letter).await?,
                // An idle worker must notice too, or it would call itself ready.
                _ = pulse.tick() => self.check().await?,
            }
        }
    }

    /// Lets work in hand end, within the job's deadline.
    async fn drain(
        &self,
        work: &mut Work,
        hard_stop: &CancellationToken,
        part: &Part,
    ) -> Result<(), Trouble> {
        let limit = Duration::from_secs(self.runtime.config.service.job_deadline_s);
        let deadline = tokio::time::sleep(limit);
        tokio::pin!(deadline);
        let mut pulse = tokio::time::interval(Duration::from_secs(5));
        let mut result = Ok(());
        loop {
            part.tick();
            tokio::select! {
                done = work.join_next() => match done {
                    None => return result,
                    Some(done) => if let Err(trouble) = self.answer(done).await { result = Err(trouble) },
                },
                () = &mut deadline, if !hard_stop.is_cancelled() => hard_stop.cancel(),
                _ = pulse.tick() => {}
            }
        }
    }

    async fn answer(
        &self,
        done: Result<(Answer, Receipt), tokio::task::JoinError>,
    ) -> Result<(), Trouble> {
        // The delivering task itself never panics by design; if it does, the message comes back.
        let (answer, receipt) = done.map_err(|e| Trouble::Paused(format!("delivering: {e}")))?;
        match answer {
            Answer::Ack => ack::<H>(receipt).await,
            Answer::Return => Ok(()),
            Answer::Pause { why, owed } => {
                self.lock().extend(owed);
                Err(Trouble::Paused(why))
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Claimed>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn start<H: Handler>(
    desk: &Desk<H>,
    work: &mut Work,
    delivery: Option<Result<Delivery, BusError>>,
) -> Result<(), Trouble> {
    let Delivery { body, receipt, .. } = delivery.ok_or(Trouble::Ended)??;
    let desk = desk.clone();
    work.spawn(async move {
        let started = tokio::time::Instant::now();
        let answer = desk.deliver(&body).await;
        metrics::histogram!("jaga_job_seconds", "worker" => H::NAME)
            .record(started.elapsed().as_secs_f64());
        (answer, receipt)
    });
    Ok(())
}

/// Acks; a lost ack is counted and harmless: the message comes again and is found done.
pub(crate) async fn ack<H: Handler>(receipt: Receipt) -> Result<(), Trouble> {
    let answer = receipt.ack().await;
    seam("acked");
    match answer {
        Ok(Acked::Yes) => Ok(()),
        Ok(Acked::Lost) => {
            metrics::counter!("jaga_lost_acks_total", "worker" => H::NAME).increment(1);
            warn!(
                worker = H::NAME,
                "an ack was lost: the message will come again and be found done"
            );
            Ok(())
        }
        Err(error) => {
            metrics::counter!("jaga_lost_acks_total", "worker" => H::NAME).increment(1);
            Err(error.into())
        }
    }
}
