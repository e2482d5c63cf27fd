//! Policies, calendars and closure rules: the built-in ones, or the files that are named.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use jaga_service::Config;
use jaga_ticket::closure::Rules;
use jaga_ticket::{Calendar, Calendars, Policies};

/// Everything that decisions are made by.
#[derive(Clone)]
pub struct Rulebook {
    pub policies: Arc<Policies>,
    pub calendars: Arc<Calendars>,
    pub closure: Arc<Rules>,
}

impl Rulebook {
    pub fn load(config: &Config) -> anyhow::Result<Self> {
        let file = |name: &str| Some(name.to_owned()).filter(|n| !n.is_empty());
        let calendars = calendars(file(&config.escalation.calendars).as_ref().map(Path::new))?;
        let policies = policies(
            file(&config.escalation.policy).as_ref().map(Path::new),
            &calendars,
        )?;
        let closure = closure_rules(file(&config.closure.rules).as_ref().map(Path::new))?;
        Ok(Self {
            policies: Arc::new(policies),
            calendars: Arc::new(calendars),
            closure: Arc::new(closure),
        })
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
