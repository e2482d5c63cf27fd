//! Every worker in one process, on a directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jaga_broker::Bus;
use jaga_photo::{Decoder, LayerStore};
use jaga_runner::{DeadlineRules, InForce, Runtime};
use jaga_service::{Clock, Config, Health, PhotoConfig};
use jaga_vault::Vault;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::dating;
use crate::place;
use crate::rule_files::Watched;
use crate::rulebook::closure_files;

/// How the embedded default is run.
pub struct Options<'a> {
    pub data: &'a Path,
    /// Force everything to the disk before it counts.
    pub durable: bool,
    pub clock: Clock,
    /// Sweep on schedule; otherwise whoever moves the clock sweeps.
    pub sweeps: bool,
}

/// The running parts.
pub struct Embedded {
    pub runtime: Runtime,
    pub vault: Vault,
    pub layers: LayerStore,
    pub rules: InForce<DeadlineRules>,
    workers: JoinSet<()>,
}

impl Embedded {
    pub async fn start(mut config: Config, options: Options<'_>) -> anyhow::Result<Self> {
        config.photo.sandbox = config.photo.sandbox.or_best_effort();
        let parts = place::embedded(options.data, options.durable)?;
        if let Bus::Local(local) = &parts.bus {
            local.claim().with_context(|| {
                format!(
                    "is another `jaga up` running on {}?",
                    options.data.display()
                )
            })?;
        }
        parts.ledger.migrate().await?;
        let v = &config.vault;
        parts
            .vault
            .ensure_buckets(&[&v.quarantine, &v.clean, &v.sealed])
            .await?;
        let dated_by = Watched::open(dating::files(&config), &parts.ledger).await?;
        let judged_by = Watched::open(closure_files(&config), &parts.ledger).await?;
        let decoder = decoder(&config.photo)?;
        let layers = LayerStore::open(&config.geo, parts.vault.clone()).await?;
        let schedules = dating::schedules(&config)?;
        let runtime = Runtime {
            bus: parts.bus,
            ledger: parts.ledger,
            config: Arc::new(config),
            health: Health::default(),
            stop: CancellationToken::new(),
            clock: options.clock,
        };
        let mut workers = JoinSet::new();
        let (rules, judging) = (dated_by.in_force.clone(), judged_by.in_force.clone());
        let seconds = Duration::from_secs;
        let every = seconds(runtime.config.escalation.reload_s);
        workers.spawn(dated_by.watch(runtime.clone(), every));
        let every = seconds(runtime.config.closure.reload_s);
        workers.spawn(judged_by.watch(runtime.clone(), every));
        workers.spawn(jaga_intake::run(runtime.clone(), rules.clone()));
        workers.spawn(jaga_photo::run(
            runtime.clone(),
            parts.vault.clone(),
            decoder,
            layers.clone(),
        ));
        workers.spawn(jaga_closure::run(runtime.clone(), judging));
        workers.spawn(jaga_relay::run(runtime.clone()));
        if options.sweeps {
            let holder = holder();
            workers.spawn(jaga_escalation::run(
                runtime.clone(),
                rules.clone(),
                schedules,
                holder,
            ));
        }
        Ok(Self {
            runtime,
            vault: parts.vault,
            layers,
            rules,
            workers,
        })
    }

    /// Stops politely and waits for the end.
    pub async fn stop(mut self) {
        self.runtime.stop.cancel();
        while self.workers.join_next().await.is_some() {}
        self.runtime.ledger.close().await;
    }
}

/// The child is this same binary.
pub fn decoder(limits: &PhotoConfig) -> anyhow::Result<Decoder> {
    let program: PathBuf = std::env::current_exe().context("can't find my own binary")?;
    Ok(Decoder::new(program, crate::cli::DECODE, limits.clone()))
}

/// Names this process among those that may sweep.
#[expect(
    clippy::disallowed_methods,
    reason = "a holder must differ from every other, ever"
)]
pub fn holder() -> String {
    use rand::RngExt;
    format!("{:016x}", rand::rng().random::<u64>())
}
