//! `jaga demo`: a week in Jakarta in a minute.

use crate::cli::DemoArgs;
use crate::output::Outcome;

pub async fn run(args: DemoArgs) -> anyhow::Result<Outcome> {
    anyhow::bail!("the demo is being built (seed {})", args.seed)
}
