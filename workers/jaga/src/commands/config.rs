//! `jaga config`: the effective configuration, secrets masked.

use crate::cli::ConfigArgs;
use crate::output::{Outcome, say, say_json};
use crate::place;

pub fn run(args: &ConfigArgs) -> anyhow::Result<Outcome> {
    let config = place::configuration(args.config.as_deref())?;
    if args.json {
        say_json(&config)?;
    } else {
        say(toml::to_string(&config)?.trim_end());
    }
    Ok(Outcome::Done)
}
