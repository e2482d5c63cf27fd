//! Policies, calendars and closure rules: the built-in ones, or the files that are named.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use jaga_service::Config;
use jaga_ticket::closure::Rules;
use jaga_ticket::{Calendars, Policies};

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
