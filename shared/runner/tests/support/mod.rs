//! A worker whose messages say what becomes of them, on the embedded bus and ledger.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jaga_broker::{Bus, Exchange, Outgoing, Published};
use jaga_contract::{
    Envelope, EventId, Incoming, ObjectRef, PhotoId, PhotoUploaded, Role, TicketId, Told,
};
use jaga_ledger::{Ledger, Route, Tx};
use jaga_runner::{Committed, Decision, Handler, Job, Runtime, consume};
use jaga_service::{Clock, Config, Health};
use jiff::Timestamp;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes when it works.
const SOON: Duration = Duration::from_secs(30);

/// What happened, in order: `started good-1`, `settled good-1`, `parked bad-1 code`.
pub(crate) type Diary = Arc<Mutex<Vec<String>>>;

/// Does what a photo's id begins with.
pub(crate) struct Script {
    pub(crate) diary: Diary,
    /// Whether what the handler needs is there.
    pub(crate) healthy: Arc<AtomicBool>,
    /// `slow-…` works until this is cancelled.
    pub(crate) finish: CancellationToken,
}

impl Script {
    fn note(&self, line: String) {
        self.diary.lock().unwrap().push(line);
    }
}

fn name(message: &PhotoUploaded) -> &str {
    message.photo_id.as_str()
}

impl Handler for Script {
    const NAME: &'static str = "photo";
    type Message = PhotoUploaded;

    fn accept(&self, incoming: Incoming) -> Option<PhotoUploaded> {
        match incoming {
            Incoming::PhotoUploaded(event) => Some(event.data),
            _ => None,
        }
    }

    async fn handle(&self, job: &Job<'_>, message: &PhotoUploaded) -> Result<Committed, Decision> {
        let id = name(message);
        self.note(format!("started {id}"));
        let seen = self.diary.lock().unwrap().clone();
        let starts = seen
            .iter()
            .filter(|line| **line == format!("started {id}"))
            .count();
        match id.split('-').next().unwrap() {
            "slow" => self.finish.cancelled().await,
            "hangs" => std::future::pending().await,
            "panics" => panic!("as the script says"),
            "wait" if starts < 8 => {
                return Err(Decision::Wait {
                    after: Duration::from_millis(1),
                    why: "not yet",
                });
            }
            "retry" if starts < 3 => {
                return Err(Decision::Retry {
                    code: "flaky",
                    why: "once more".into(),
                });
            }
            "fails" => {
                return Err(Decision::Retry {
                    code: "flaky",
                    why: "always".into(),
                });
            }
            "bad" => {
                return Err(Decision::Park {
                    code: "bad",
                    why: "never".into(),
                });
            }
            "needy" if !self.healthy.load(Ordering::SeqCst) => {
                return Err(Decision::Pause {
                    why: "it is away".into(),
                });
            }
            "alone" => {
                return Err(Decision::Pause {
                    why: "only for this one".into(),
                });
            }
            _ => {}
        }
        let mut tx = job.runtime.ledger.begin().await?;
        let effect = format!("{id}-effect");
        tx.publish(
            &effect,
            &Route::Jaga("jaga.photo.processed.v1"),
            id.as_bytes(),
            Duration::ZERO,
        )
        .await?;
        let committed = job.commit(tx).await?;
        if id.starts_with("unanswered") {
            // The commit is there, its answer is not.
            return Err(Decision::Pause {
                why: "the connection broke".into(),
            });
        }
        Ok(committed)
    }

    async fn settle(&self, _: &Runtime, message: &PhotoUploaded) -> Result<(), Decision> {
        if name(message).starts_with("unsettled") && !self.finish.is_cancelled() {
            return Err(Decision::Pause {
                why: "this object alone".into(),
            });
        }
        self.note(format!("settled {}", name(message)));
        Ok(())
    }

    async fn parked(
        &self,
        _: &mut Tx,
        message: &PhotoUploaded,
        _: Timestamp,
        code: &str,
    ) -> Result<(), Decision> {
        self.note(format!("parked {} {code}", name(message)));
        Ok(())
    }

    async fn probe(&self) -> Result<(), Decision> {
        if self.healthy.load(Ordering::SeqCst) {
            Ok(())
        } else {
            Err(Decision::Pause {
                why: "it is away".into(),
            })
        }
    }
}

/// The worker, the relay's part of the work, and what they stand on.
pub(crate) struct House {
    pub(crate) runtime: Runtime,
    pub(crate) diary: Diary,
    pub(crate) healthy: Arc<AtomicBool>,
    pub(crate) finish: CancellationToken,
    /// Stops with the test, not with the worker.
    relay: JoinHandle<()>,
    worker: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::embedded(&folder.path().join("ledger.sqlite"), false).unwrap();
        ledger.migrate().await.unwrap();
        let mut config = Config::default();
        config.service.max_attempts = 3;
        config.service.retry_first_s = 0.002;
        config.service.retry_cap_s = 0.01;
        // A commit may take its time on a busy machine: no job but one that is to hang meets its deadline.
        config.service.job_deadline_s = 2 * SOON.as_secs();
        let runtime = Runtime {
            bus: Bus::local(&folder.path().join("bus")).unwrap(),
            ledger,
            config: Arc::new(config),
            health: Health::default(),
            stop: CancellationToken::new(),
            clock: Clock::System,
        };
        let relay = tokio::spawn(relay(runtime.bus.clone(), runtime.ledger.clone()));
        Self {
            runtime,
            diary: Diary::default(),
            healthy: Arc::new(AtomicBool::new(true)),
            finish: CancellationToken::new(),
            relay,
            worker: None,
            _folder: folder,
        }
    }

    /// What starts from now on may take this long.
    pub(crate) fn deadline(&mut self, seconds: u64) {
        let mut config = (*self.runtime.config).clone();
        config.service.job_deadline_s = seconds;
        self.runtime.config = config.into();
    }

    /// Starts the worker (again), two jobs at a time.
    pub(crate) fn open(&mut self) {
        let script = Script {
            diary: Arc::clone(&self.diary),
            healthy: Arc::clone(&self.healthy),
            finish: self.finish.clone(),
        };
        self.runtime.stop = CancellationToken::new();
        let worker = consume(self.runtime.clone(), Arc::new(script), 2);
        self.worker = Some(tokio::spawn(worker));
    }

    /// Asks the worker to stop, and waits until it has.
    pub(crate) async fn close(&mut self) {
        self.runtime.stop.cancel();
        if let Some(worker) = self.worker.take() {
            tokio::time::timeout(SOON, worker).await.unwrap().unwrap();
        }
    }

    /// Puts bytes into a queue.
    pub(crate) async fn send(&self, queue: &str, id: &str, body: Vec<u8>) {
        let message = Outgoing {
            message_id: id.to_owned(),
            exchange: Exchange::Queue(queue.to_owned()),
            routing_key: queue.to_owned(),
            body: body.into(),
        };
        let sent = self
            .runtime
            .bus
            .publisher()
            .await
            .unwrap()
            .publish(&[message])
            .await
            .unwrap();
        assert_eq!(sent, [Published::Sent]);
    }

    /// Uploads of these names, in this order.
    pub(crate) async fn upload(&self, names: &[&str]) {
        for name in names {
            self.send("photo", name, upload(name)).await;
        }
    }

    /// Waits until this many messages are done or parked, and nothing else is under way.
    pub(crate) async fn ended(&self, count: i64) {
        self.until(&format!("{count} ended"), async || {
            let open = self.runtime.ledger.open_work().await.unwrap();
            open.ended >= count && open.is_none()
        })
        .await;
    }

    /// Waits until it is so.
    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let waited = tokio::time::timeout(SOON, async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        assert!(waited.await.is_ok(), "not {what}: {:?}", self.lines());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.diary.lock().unwrap().clone()
    }

    /// How often this stands in the diary.
    pub(crate) fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|seen| *seen == line).count()
    }

    /// Reason and attempts of what is parked, by message.
    pub(crate) async fn parked(&self) -> BTreeMap<String, (String, i64)> {
        let rows = self.runtime.ledger.parked(false).await.unwrap();
        rows.into_iter()
            .map(|row| (row.message_id, (row.reason, row.attempts)))
            .collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.relay.abort();
        if let Some(worker) = &self.worker {
            worker.abort();
        }
    }
}

pub(crate) fn upload(name: &str) -> Vec<u8> {
    let at = Timestamp::UNIX_EPOCH;
    let data = PhotoUploaded {
        photo_id: PhotoId::new(name).unwrap(),
        ticket_id: TicketId::new("T1").unwrap(),
        role: Role::Report,
        object: ObjectRef {
            bucket: "jaga-quarantine".into(),
            key: name.into(),
        },
        uploaded_at: at,
        told: Told::default(),
    };
    Envelope::new(EventId::new(name).unwrap(), "/crm", at, data)
        .to_bytes()
        .unwrap()
}

/// What `relay` does, without its care: enough for a bus that never fails.
async fn relay(bus: Bus, ledger: Ledger) {
    let mut publisher = bus.publisher().await.unwrap();
    loop {
        let rows = ledger.take_due(50, SOON).await.unwrap();
        for row in rows {
            let exchange = match row.exchange.as_str() {
                "" => Exchange::Queue(row.routing_key.clone()),
                _ => Exchange::Jaga,
            };
            let message = Outgoing {
                message_id: row.event_id.clone(),
                exchange,
                routing_key: row.routing_key,
                body: row.body.into(),
            };
            assert_eq!(
                publisher.publish(&[message]).await.unwrap(),
                [Published::Sent]
            );
            ledger.mark_sent(&[row.event_id]).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
