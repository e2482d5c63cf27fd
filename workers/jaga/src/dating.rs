//! What deadlines are computed by, and its digest: another calendar, policy or program makes every
//! deadline stale.

use std::sync::Arc;

use jaga_escalation::{Schedule, Schedules};
use jaga_runner::DeadlineRules;
use jaga_service::Config;
use jaga_ticket::{calendar, policy};

use crate::rule_files::{RuleFiles, Texts, Where};
use crate::rulebook;

/// The policy and calendars that configuration names.
pub fn files(config: &Config) -> RuleFiles<DeadlineRules> {
    let e = &config.escalation;
    let parts = [("policy", e.policy.as_str()), ("calendars", &e.calendars)];
    RuleFiles::new("deadlines", &parts, build)
}

/// The rules as the files have them.
pub async fn rules(config: &Config) -> anyhow::Result<DeadlineRules> {
    Ok(files(config).load().await?.0)
}

/// When to sweep.
pub fn schedules(config: &Config) -> anyhow::Result<Schedules> {
    Ok(Schedules {
        due: Schedule::new(&config.escalation.schedule)?,
        nightly: Schedule::new(&config.escalation.nightly)?,
    })
}

fn build(texts: &Texts, at: Where<'_>) -> anyhow::Result<(DeadlineRules, String)> {
    let calendars = rulebook::calendars_of(texts, at)?;
    let policies = rulebook::policies_of(texts, &calendars, at)?;
    let version = version(texts);
    let rules = DeadlineRules {
        policies: Arc::new(policies),
        calendars: Arc::new(calendars),
        version: version.clone(),
    };
    Ok((rules, version))
}

fn version(texts: &Texts) -> String {
    let text = |part, builtin| texts.get(part).map_or(builtin, String::as_str);
    let mut hasher = blake3::Hasher::new_derive_key("jaga 2026 what deadlines are computed by, v1");
    for part in [
        env!("CARGO_PKG_VERSION"),
        text("calendars", calendar::BUILTIN),
        text("policy", policy::BUILTIN),
    ] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
