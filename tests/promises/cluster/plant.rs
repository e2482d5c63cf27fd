//! A running cluster on one site: the workers as processes, and the test's own hands on the parts.

use std::time::Duration;

use bytes::Bytes;
use jaga_broker::{AmqpSettings, Bus, Outgoing, Published};
use jaga_ledger::{Ledger, LedgerSettings, VerdictRow};
use jaga_tests::{Jaga, S3Access, eventually};
use jaga_vault::{S3Settings, Vault};

use crate::town::Town;

/// Where everything is, and what the workers are told.
pub struct Plant {
    pub ledger: Ledger,
    pub bus: Bus,
    pub vault: Vault,
    pub s3: S3Access,
    env: Vec<(String, String)>,
}

pub const WORKERS: [&str; 6] = ["intake", "photo", "photo", "closure", "relay", "escalation"];

impl Plant {
    /// On an empty vhost, database and buckets; migrates by the binary, as an operator would.
    pub async fn new(amqp: &str, database: &str, s3: &S3Access) -> Self {
        Self::with(amqp, database, s3, &[]).await
    }

    /// The same, with settings of the test's own.
    pub async fn with(amqp: &str, database: &str, s3: &S3Access, more: &[(&str, &str)]) -> Self {
        let set = |k: &str, v: &str| (format!("JAGA_{k}"), v.to_owned());
        let mut env = vec![
            set("BROKER_URL", amqp),
            set("BROKER_TIMEOUT_S", "5"),
            set("BROKER_HEARTBEAT_S", "5"),
            set("LEDGER_URL", database),
            set("LEDGER_DEADLINE_S", "10"),
            // Short, so that a killed holder's messages are free again within the test's patience.
            set("LEDGER_LEASE_S", "4"),
            set("LEDGER_RENEW_S", "1"),
            set("VAULT_ENDPOINT", &s3.url),
            set("VAULT_REGION", &s3.region),
            set("VAULT_ACCESS_KEY", &s3.access_key),
            set("VAULT_SECRET_KEY", &s3.secret_key),
            set("VAULT_TIMEOUT_S", "10"),
            set("VAULT_QUARANTINE", &s3.buckets.quarantine),
            set("VAULT_CLEAN", &s3.buckets.clean),
            set("VAULT_SEALED", &s3.buckets.sealed),
            set("SERVICE_RETRY_FIRST_S", "0.5"),
            set("SERVICE_RETRY_CAP_S", "2"),
            set("ESCALATION_SCHEDULE", "*/2 * * * * *"),
            set("PHOTO_CONCURRENCY", "2"),
        ];
        env.extend(more.iter().map(|(k, v)| set(k, v)));
        let settings = LedgerSettings {
            url: database.to_owned(),
            connections: 4,
            deadline: Duration::from_secs(10),
        };
        let plant = Self {
            ledger: Ledger::open(&settings).unwrap(),
            bus: Bus::amqp(AmqpSettings {
                url: amqp.to_owned(),
                heartbeat_s: 5,
                connection_name: "test".into(),
                timeout: Duration::from_secs(10),
            }),
            vault: Vault::s3(S3Settings {
                endpoint: Some(s3.url.clone()),
                region: s3.region.clone(),
                access_key: s3.access_key.clone(),
                secret_key: s3.secret_key.clone(),
                path_style: true,
                attempt_timeout: Duration::from_secs(10),
                operation_timeout: Duration::from_secs(10),
            }),
            s3: s3.clone(),
            env,
        };
        let mut migrate = plant.worker("migrate", &[]);
        let status = migrate.wait(Duration::from_mins(1)).await.unwrap();
        assert!(status.success(), "{}", migrate.log_tail());
        plant
    }

    /// Starts one worker.
    pub fn worker(&self, name: &str, more: &[(&str, &str)]) -> Jaga {
        let builder = Jaga::command(name).unwrap().envs(self.env.clone());
        builder.envs(more.iter().copied()).start().unwrap()
    }

    /// Starts all of them, two photo workers among them, and waits until each is ready.
    pub async fn start(&self) -> Vec<Jaga> {
        let mut all: Vec<Jaga> = WORKERS.iter().map(|w| self.worker(w, &[])).collect();
        for worker in &mut all {
            worker.ready(Duration::from_mins(1)).await.unwrap();
        }
        all
    }

    /// The CRM stores its uploads.
    pub async fn upload(&self, town: &Town) {
        for photo in &town.photos {
            let object = &photo.upload.object;
            let bytes = Bytes::from(photo.jpeg.clone());
            self.vault
                .put(&object.bucket, &object.key, bytes, "image/jpeg")
                .await
                .unwrap();
        }
    }

    /// The CRM says its messages; keeps on until the broker has confirmed each, as a CRM must.
    pub async fn publish(&self, messages: &[Outgoing]) {
        let mut left: Vec<Outgoing> = messages.to_vec();
        eventually(Duration::from_secs(90), || {
            let batch = left.clone();
            let bus = self.bus.clone();
            async move {
                let mut publisher = bus.publisher().await?;
                let outcomes = publisher.publish(&batch).await?;
                publisher.close().await;
                let unsent = outcomes.iter().filter(|o| **o != Published::Sent).count();
                anyhow::ensure!(
                    unsent == 0,
                    "{unsent} of {} unsent: {outcomes:?}",
                    batch.len()
                );
                Ok(())
            }
        })
        .await
        .unwrap();
        left.clear();
    }

    /// All workers do all of a town, each of its messages told twice. They run until they are dropped.
    pub async fn work_through(&self, town: &Town) -> Vec<Jaga> {
        self.upload(town).await;
        let workers = self.start().await;
        self.publish(&town.messages(2)).await;
        self.settled(town, Duration::from_mins(3)).await;
        workers
    }

    /// Waits until a signal stands in exactly these of the verdicts, in their order, and returns them.
    pub async fn told(&self, signal: &str, expected: &[bool]) -> Vec<VerdictRow> {
        let result = eventually(Duration::from_mins(1), || async {
            let verdicts = self.ledger.verdicts().await?;
            let told: Vec<bool> = verdicts
                .iter()
                .map(|v| v.signals.contains(signal))
                .collect();
            anyhow::ensure!(told == expected, "{told:?}");
            Ok(verdicts)
        });
        result.await.unwrap()
    }

    /// The highest count of starts of each of a worker's messages.
    pub async fn attempts(&self, worker: &str) -> Vec<i64> {
        self.ledger.attempts(worker).await.unwrap()
    }

    /// Waits until every photo has its row, every closure its verdict, and nothing is going on.
    pub async fn settled(&self, town: &Town, within: Duration) {
        self.settled_beside(town, 0, within).await;
    }

    /// The same with `others` photos besides the town's.
    pub async fn settled_beside(&self, town: &Town, others: usize, within: Duration) {
        let (photos, closures) = (town.photos.len() + others, town.closures());
        let result = eventually(within, || async {
            let rows = self.ledger.photos().await?.len();
            let verdicts = self.ledger.verdicts().await?.len();
            let open = self.ledger.open_work().await?;
            anyhow::ensure!(
                rows == photos && verdicts == closures && open.is_none(),
                "{rows} of {photos} photos, {verdicts} of {closures} verdicts, {open:?}"
            );
            Ok(())
        });
        result.await.unwrap();
    }
}
