//! The configuration: every key, its meaning, its default. `deploy/example.toml` shows them all.

mod check;
mod load;
mod nearest;
mod sandbox;

use serde::{Deserialize, Serialize};

pub use check::numbers_that_must_agree;
pub use load::ConfigError;
pub use sandbox::Sandbox;

use crate::{LogFormat, Secret};

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

section! {
    /// Everything.
    Config {
        /// The process itself.
        service: ServiceConfig = ServiceConfig::default(),
        /// RabbitMQ.
        broker: BrokerConfig = BrokerConfig::default(),
        /// PostgreSQL.
        ledger: LedgerConfig = LedgerConfig::default(),
        /// S3.
        vault: VaultConfig = VaultConfig::default(),
        /// Polygon layers of kelurahan, for the worker `photo`.
        geo: GeoConfig = GeoConfig::default(),
        /// The worker `photo`.
        photo: PhotoConfig = PhotoConfig::default(),
        /// The worker `closure`.
        closure: ClosureConfig = ClosureConfig::default(),
        /// The worker `escalation`.
        escalation: EscalationConfig = EscalationConfig::default(),
        /// The worker `relay`.
        relay: RelayConfig = RelayConfig::default(),
    }
}

section! {
    /// The process itself.
    ServiceConfig {
        /// Where `/live`, `/ready` and `/metrics` listen; port 0 = any free one.
        listen: String = "127.0.0.1:9600".into(),
        /// A tracing filter, such as `info` or `jaga_photo=debug,info`.
        log: String = "info".into(),
        /// `auto` (human on a terminal, JSON otherwise), `human` or `json`.
        log_format: LogFormat = LogFormat::Auto,
        /// Seconds between SIGTERM and SIGKILL (`terminationGracePeriodSeconds`).
        grace_s: u64 = 135,
        /// Seconds a job may take; afterwards it is tried again.
        job_deadline_s: u64 = 120,
        /// How often a message may be started before it is parked.
        max_attempts: u32 = 5,
        /// Seconds before the first retry; doubles up to `retry_cap_s`.
        retry_first_s: f64 = 10.0,
        /// Seconds between retries at most.
        retry_cap_s: f64 = 600.0,
    }
}

section! {
    /// RabbitMQ.
    BrokerConfig {
        /// `amqp://user:password@host:5672/vhost` or `amqps://…`.
        url: Secret = Secret::default(),
        /// Seconds; a silent peer is noticed within twice that.
        heartbeat_s: u16 = 15,
        /// Seconds any single exchange with the broker may take.
        timeout_s: u64 = 30,
        /// Minutes after which the broker takes an unacked message back (its own `consumer_timeout`).
        consumer_timeout_min: u64 = 30,
        /// How often the broker delivers before it dead-letters (its policy `delivery-limit`).
        delivery_limit: u32 = 20,
    }
}

section! {
    /// PostgreSQL.
    LedgerConfig {
        /// `postgres://user:password@host:5432/database`.
        url: Secret = Secret::default(),
        /// Connections at most, per process.
        connections: u32 = 8,
        /// Seconds any single operation may take.
        deadline_s: u64 = 30,
        /// Seconds a claim holds without being renewed.
        lease_s: u64 = 30,
        /// Seconds between renewals.
        renew_s: u64 = 10,
    }
}

section! {
    /// S3.
    VaultConfig {
        /// Such as `https://s3.example:9000`.
        endpoint: String = String::new(),
        /// The store's region name.
        region: String = "us-east-1".into(),
        /// Access key.
        access_key: Secret = Secret::default(),
        /// Secret key.
        secret_key: Secret = Secret::default(),
        /// `http://host/bucket/key` instead of `http://bucket.host/key`.
        path_style: bool = true,
        /// Seconds any single get or put may take, its body included.
        timeout_s: u64 = 60,
        /// Where uploads arrive. Short retention, nobody reads it but `photo`.
        quarantine: String = "jaga-quarantine".into(),
        /// Where clean copies go.
        clean: String = "jaga-clean".into(),
        /// Where originals of evidence are kept.
        sealed: String = "jaga-sealed".into(),
        /// Further buckets an upload event may name; `quarantine` always may.
        also_read: Vec<String> = Vec::new(),
    }
}

section! {
    /// Polygon layers of kelurahan.
    GeoConfig {
        /// List of dated layers and offices, a path or `vault:BUCKET/KEY`; empty = the built-in
        /// gazetteer alone.
        layers: String = String::new(),
        /// Seconds between looks at whether the list or a layer has changed.
        reload_s: u64 = 60,
    }
}

section! {
    /// The worker `photo`.
    PhotoConfig {
        /// Photos at a time; 0 = one a core.
        concurrency: usize = 0,
        /// The largest upload read, MiB.
        max_mib: usize = 25,
        /// The largest picture decoded, megapixels.
        max_megapixels: u64 = 100,
        /// Seconds the decoding child may take by the clock on the wall before it is killed.
        child_deadline_s: u64 = 30,
        /// Seconds of processor time the decoding child may use (`RLIMIT_CPU`); with HEIC and AVIF three times as many.
        child_cpu_s: u64 = 2,
        /// The same for a child that compares two photos; a pair that needs more is `unknown`.
        compare_cpu_s: u64 = 2,
        /// The child's address space, MiB (`RLIMIT_AS`).
        child_memory_mib: u64 = 1024,
        /// Whether photos are decoded where the kernel lacks a guard: `auto`, `required`, `best_effort`.
        sandbox: Sandbox = Sandbox::Auto,
        /// Seconds a photo waits for its ticket to become known; then it is judged as of a private one.
        ticket_wait_s: u64 = 60,
        /// PDQ distance up to which two photos are called alike, bits.
        similar_reach: u32 = 31,
        /// Memory of the worker itself, MiB: what the limit of its container must leave besides the children.
        base_memory_mib: u64 = 256,
        /// Memory limit of its container, MiB, for the check of the numbers.
        container_memory_mib: u64 = 4096,
    }
}

/// How much more processor time HEIC and AVIF may take than other formats: their pictures are coded as frames of
/// video are, and an honest one of 48 megapixels takes 3.5 s where a JPEG takes 0.2 s.
const VIDEO_FACTOR: u64 = 3;

impl PhotoConfig {
    /// Seconds of processor time for a child that decodes a picture coded as video is.
    pub fn video_cpu_s(&self) -> u64 {
        self.child_cpu_s.saturating_mul(VIDEO_FACTOR)
    }
}

section! {
    /// The worker `closure`.
    ClosureConfig {
        /// Rules file; empty = the built-in ones (`deploy/policy/closure-rules.toml`).
        rules: String = String::new(),
        /// Seconds between looks at whether the rules file has changed.
        reload_s: u64 = 60,
        /// Closures at a time.
        concurrency: usize = 2,
        /// Seconds to wait for evidence photos that were announced but never came.
        evidence_wait_s: u64 = 3600,
    }
}

section! {
    /// The worker `escalation`.
    EscalationConfig {
        /// Policy file; empty = the built-in one (`deploy/policy/jakarta.toml`).
        policy: String = String::new(),
        /// Calendars file; empty = the built-in ones (`deploy/policy/calendars.toml`).
        calendars: String = String::new(),
        /// Seconds between looks at whether one of them has changed; `intake` looks too.
        reload_s: u64 = 60,
        /// When to sweep, Asia/Jakarta: second minute hour day month weekday.
        schedule: String = "0 * * * * *".into(),
        /// When the full run is, Asia/Jakarta: deadlines that are stale after a change of rules, the night's lists.
        nightly: String = "0 0 22 * * *".into(),
        /// Tickets per transaction.
        batch: u32 = 200,
        /// Seconds the right to sweep holds; it saves work, correctness does not rest on it.
        lease_s: u64 = 30,
    }
}

section! {
    /// The worker `relay`.
    RelayConfig {
        /// Messages per batch.
        batch: u32 = 100,
        /// Milliseconds between looks at an empty outbox.
        poll_ms: u64 = 250,
        /// Days a sent row is kept.
        keep_days: u64 = 14,
    }
}
