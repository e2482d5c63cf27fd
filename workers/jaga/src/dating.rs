//! What deadlines are computed by, and its digest: another calendar, policy or program makes every
//! deadline stale.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use jaga_escalation::{Schedule, Schedules};
use jaga_runner::DeadlineRules;
use jaga_service::Config;
use jaga_ticket::{calendar, policy};

use crate::rulebook::{Rulebook, read};

/// The rules in force, with their version.
pub fn rules(config: &Config) -> anyhow::Result<(Rulebook, DeadlineRules)> {
    let before = version(config)?;
    let book = Rulebook::load(config)?;
    if version(config)? != before {
        bail!("policies or calendars changed while they were read: start again");
    }
    let rules = DeadlineRules {
        policies: Arc::clone(&book.policies),
        calendars: Arc::clone(&book.calendars),
        version: before,
    };
    Ok((book, rules))
}

/// When to sweep.
pub fn schedules(config: &Config) -> anyhow::Result<Schedules> {
    Ok(Schedules {
        due: Schedule::new(&config.escalation.schedule)?,
        nightly: Schedule::new(&config.escalation.nightly)?,
    })
}

fn version(config: &Config) -> anyhow::Result<String> {
    let text = |path: &str, builtin: &str| match path {
        "" => Ok(builtin.to_owned()),
        path => read(Path::new(path)),
    };
    let mut hasher = blake3::Hasher::new_derive_key("jaga 2026 what deadlines are computed by, v1");
    for part in [
        env!("CARGO_PKG_VERSION"),
        &text(&config.escalation.calendars, calendar::BUILTIN)?,
        &text(&config.escalation.policy, policy::BUILTIN)?,
    ] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    Ok(hasher.finalize().to_hex()[..16].to_owned())
}
