//! Policies, calendars and closure rules: the built-in ones, or the files that are named.

use std::path::Path;

use anyhow::{Context, bail};
use jaga_service::Config;
use jaga_ticket::closure::Rules;
use jaga_ticket::{Calendar, Calendars, Policies};

use crate::rule_files::{RuleFiles, Texts, Where};

/// The closure rules that configuration names.
pub fn closure_files(config: &Config) -> RuleFiles<Rules> {
    let parts = [("closure rules", config.closure.rules.as_str())];
    RuleFiles::new("closure", &parts, |texts, at| {
        let rules = match texts.get("closure rules") {
            Some(text) => Rules::parse(text).with_context(|| at("closure rules"))?,
            None => Rules::builtin(),
        };
        let version = rules.version.clone();
        Ok((rules, version))
    })
}

pub fn calendars_of(texts: &Texts, at: Where<'_>) -> anyhow::Result<Calendars> {
    match texts.get("calendars") {
        Some(text) => Calendars::parse(text).with_context(|| at("calendars")),
        None => Ok(Calendars::builtin()),
    }
}

pub fn policies_of(
    texts: &Texts,
    calendars: &Calendars,
    at: Where<'_>,
) -> anyhow::Result<Policies> {
    match texts.get("policy") {
        Some(text) => Policies::parse(text, calendars).with_context(|| at("policy")),
        None => Ok(Policies::builtin()),
    }
}

pub fn calendars(path: Option<&Path>) -> anyhow::Result<Calendars> {
    match path {
        Some(path) => Calendars::parse(&read(path)?).with_context(|| path.display().to_string()),
        None => Ok(Calendars::builtin()),
    }
}

/// One calendar: a shipped one by name, the only one of a file, or `FILE#NAME`.
pub fn calendar(which: &str) -> anyhow::Result<Calendar> {
    let builtin = Calendars::builtin();
    if let Some(calendar) = builtin.get(which) {
        return Ok(calendar.clone());
    }
    let (file, name) = match which.rsplit_once('#') {
        Some((file, name)) if !Path::new(which).exists() => (file, Some(name)),
        _ => (which, None),
    };
    let shipped: Vec<_> = builtin.names().collect();
    if !Path::new(file).exists() {
        bail!(
            "{which}: neither a file nor one of the calendars {}",
            shipped.join(", ")
        );
    }
    let all = calendars(Some(Path::new(file)))?;
    let names: Vec<_> = all.names().collect();
    let found = match (name, names.as_slice()) {
        (Some(name), _) => all.get(name),
        (None, [one]) => all.get(one),
        (None, _) => None,
    };
    found.cloned().with_context(|| {
        format!(
            "{file} holds the calendars {}: name one as {file}#NAME",
            names.join(", ")
        )
    })
}

pub fn policies(path: Option<&Path>, calendars: &Calendars) -> anyhow::Result<Policies> {
    match path {
        Some(path) => {
            Policies::parse(&read(path)?, calendars).with_context(|| path.display().to_string())
        }
        None => Ok(Policies::builtin()),
    }
}

pub fn closure_rules(path: Option<&Path>) -> anyhow::Result<Rules> {
    match path {
        Some(path) => Rules::parse(&read(path)?).with_context(|| path.display().to_string()),
        None => Ok(Rules::builtin()),
    }
}

pub fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))
}
