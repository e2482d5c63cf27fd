//! `jaga intake|photo|closure|escalation|relay`: one worker, for the cluster.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jaga_photo::LayerStore;
use jaga_runner::Runtime;
use jaga_service::{Clock, Health, init_logs, init_metrics, on_signal, serve};

use crate::cli::WorkerArgs;
use crate::dating;
use crate::embedded::{decoder, holder};
use crate::output::Outcome;
use crate::place;
use crate::rule_files::Watched;
use crate::rulebook::closure_files;

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Intake,
    Photo,
    Closure,
    Escalation,
    Relay,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Photo => "photo",
            Self::Closure => "closure",
            Self::Escalation => jaga_escalation::NAME,
            Self::Relay => jaga_relay::NAME,
        }
    }
}

pub async fn run(args: WorkerArgs, kind: Kind) -> anyhow::Result<Outcome> {
    let config = place::configuration(args.config.as_deref())?;
    init_logs(config.service.log_format, &config.service.log).map_err(anyhow::Error::msg)?;
    init_metrics();
    let stop = on_signal().context("can't listen for signals")?;
    let schedules = dating::schedules(&config)?;
    let decoder = decoder(&config.photo)?;
    // Each worker is given only what it needs: a relay's pod has no key to the photos.
    let vault = match kind {
        Kind::Photo => Some(place::vault(&config)?),
        _ => None,
    };
    let listen = config.service.listen.parse()?;
    let runtime = Runtime {
        bus: place::bus(&config, kind.name())?,
        ledger: place::ledger(&config)?,
        config: Arc::new(config),
        health: Health::default(),
        stop,
        clock: Clock::System,
    };
    // Until the worker's own loop takes its place: rules and layers are read first, and nothing is ready yet.
    runtime.health.part(kind.name());
    // The endpoint outlives the work: while the last job ends, liveness is still asked.
    let endpoint = tokio_util::sync::CancellationToken::new();
    let address = serve(listen, runtime.health.clone(), endpoint.clone()).await?;
    tracing::info!(worker = kind.name(), %address, "started");
    match (kind, vault) {
        (Kind::Photo, Some(vault)) => {
            // After the endpoint: a vault that hangs must not look like a dead process.
            let layers = LayerStore::open(&runtime.config.geo, vault.clone()).await?;
            jaga_photo::run(runtime, vault, decoder, layers).await;
        }
        (Kind::Intake, _) => {
            let rules = Watched::open(dating::files(&runtime.config), &runtime.ledger).await?;
            let every = Duration::from_secs(runtime.config.escalation.reload_s);
            let work = jaga_intake::run(runtime.clone(), rules.in_force.clone());
            tokio::join!(work, rules.watch(runtime, every));
        }
        (Kind::Closure, _) => {
            let rules = Watched::open(closure_files(&runtime.config), &runtime.ledger).await?;
            let every = Duration::from_secs(runtime.config.closure.reload_s);
            let work = jaga_closure::run(runtime.clone(), rules.in_force.clone());
            tokio::join!(work, rules.watch(runtime, every));
        }
        (Kind::Escalation, _) => {
            let rules = Watched::open(dating::files(&runtime.config), &runtime.ledger).await?;
            let every = Duration::from_secs(runtime.config.escalation.reload_s);
            let (in_force, holder) = (rules.in_force.clone(), holder());
            // Boxed: its future is the largest, and would be everybody's.
            let work = jaga_escalation::run(runtime.clone(), in_force, schedules, holder);
            tokio::join!(Box::pin(work), rules.watch(runtime, every));
        }
        (Kind::Relay | Kind::Photo, _) => jaga_relay::run(runtime).await,
    }
    endpoint.cancel();
    Ok(Outcome::Done)
}
