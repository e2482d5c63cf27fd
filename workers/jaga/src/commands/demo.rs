//! `jaga demo`: a week in Jakarta in a minute.

use crate::cli::DemoArgs;
use crate::output::Outcome;

pub async fn run(args: DemoArgs) -> anyhow::Result<Outcome> {
    crate::demo::run(args).await
}
