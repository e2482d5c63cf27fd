#![doc = include_str!("../README.md")]

mod announce;
mod facts;
mod layers;
mod likeness;
mod original;
mod pairs;
mod related;
mod sandbox;
mod worker;

use std::sync::Arc;

use jaga_runner::{Runtime, consume};
use jaga_vault::Vault;

pub use facts::asked;
pub use layers::{BadList, InForce, LayerStore, LoadError, Look};
pub use likeness::{Found, Matcher, Pile};
pub use related::SEED as COMPARISON_SEED;
pub use sandbox::{
    Compared, Decoder, Exact, Guard, GuardState, Inspected, OF_TIME, Report, Trial, Verdict,
    child_main, luma, seen,
};
pub use worker::Photo;

/// Runs the worker until told to stop.
pub async fn run(runtime: Runtime, vault: Vault, decoder: Decoder, layers: LayerStore) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let asked = runtime.config.photo.concurrency;
    let concurrency = if asked == 0 { cores } else { asked };
    let worker = Arc::new(Photo::new(vault, decoder, layers.clone(), &runtime.config));
    tokio::join!(
        layers.watch(&runtime),
        worker.remember(&runtime.ledger),
        consume(runtime.clone(), Arc::clone(&worker), concurrency)
    );
}
