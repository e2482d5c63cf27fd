//! Who is told, when: the ladder, quiet hours, and the limit of hops, as the policy file writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;
use toml::Spanned;

use super::data::Reader;
use super::{Hops, Level};
use crate::PolicyError;
use crate::calendar::{Calendar, Hours, Span, Week};
use crate::state::StepKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LadderData {
    pub(super) clock: Spanned<String>,
    levels: Spanned<Vec<Spanned<LevelData>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelData {
    level: u32,
    role: String,
    after: Span,
    /// Told again at this distance,
    repeat: Option<Span>,
    /// so many times.
    times: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuietData {
    /// Such as `["21:00-30:00"]`, every day.
    hours: Spanned<Hours>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HopsData {
    count: Spanned<Vec<StepKind>>,
    levels: Spanned<Vec<Spanned<HopLevelData>>>,
    source: String,
    confidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HopLevelData {
    hops: u32,
    role: String,
}

/// A level that is told more often than this is a slip of the pen.
const MOST_TIMES: u32 = 100;

impl Reader<'_> {
    pub(super) fn ladder(&self, key: &str, data: &LadderData) -> Result<Vec<Level>, PolicyError> {
        let levels = data.levels.get_ref();
        if levels.is_empty() {
            let span = Some(data.levels.span());
            let key = format!("{key}.levels");
            return Err(self.source.error(&key, span, "there is none"));
        }
        let mut ladder: Vec<Level> = Vec::new();
        let mut roles = BTreeSet::new();
        for (at, level) in levels.iter().enumerate() {
            let data = level.get_ref();
            let seconds = data.after.nominal_seconds();
            let below = ladder.last().map_or(0, |l| l.after.nominal_seconds());
            let problem = if usize::try_from(data.level) != Ok(at + 1) {
                format!("is level {}, {} was expected", data.level, at + 1)
            } else if seconds < 0 {
                format!("after = \"{}\" is before the deadline", data.after)
            } else if below > seconds {
                format!("after = \"{}\" is before the level below", data.after)
            } else if !roles.insert(data.role.as_str()) {
                format!("role \"{}\" is told twice", data.role)
            } else {
                match repeat(data) {
                    Err(problem) => problem,
                    Ok(repeat) => {
                        ladder.push(Level {
                            n: data.level,
                            role: data.role.clone(),
                            after: data.after,
                            repeat,
                        });
                        continue;
                    }
                }
            };
            let key = format!("{key}.levels[{at}]");
            return Err(self.source.error(&key, Some(level.span()), problem));
        }
        Ok(ladder)
    }

    /// The hours in which people may be told: those of every day that are not quiet.
    pub(super) fn awake(&self, key: &str, data: &QuietData) -> Result<Calendar, PolicyError> {
        let fail = |text: &str| {
            let span = Some(data.hours.span());
            self.source.error(&format!("{key}.hours"), span, text)
        };
        if data.hours.get_ref().0.is_empty() {
            return Err(fail("has no hour at all"));
        }
        let week = Week::every_day(data.hours.get_ref().rest());
        if week.is_empty() {
            return Err(fail("leaves no hour in which anybody may be told"));
        }
        Ok(Calendar {
            name: "awake".to_owned(),
            version: String::new(),
            source: String::new(),
            zone: self.zone.clone(),
            always: false,
            week,
            seasons: Vec::new(),
            closed: BTreeMap::new(),
            extra: BTreeMap::new(),
            table: OnceLock::new(),
            walks: true,
        })
    }

    pub(super) fn hops(&self, key: &str, data: &HopsData) -> Result<Hops, PolicyError> {
        let passes = |k: &StepKind| matches!(k, StepKind::Coordinated | StepKind::Dispositioned);
        let count = data.count.get_ref();
        if count.is_empty() || !count.iter().all(passes) {
            let span = Some(data.count.span());
            let text = "counts coordinated, dispositioned or both";
            return Err(self.source.error(&format!("{key}.count"), span, text));
        }
        if data.levels.get_ref().is_empty() {
            let span = Some(data.levels.span());
            let key = format!("{key}.levels");
            return Err(self.source.error(&key, span, "there is none"));
        }
        let mut levels: Vec<(u32, String)> = Vec::new();
        for (at, level) in data.levels.get_ref().iter().enumerate() {
            let data = level.get_ref();
            let below = levels.last().map_or(0, |(hops, _)| *hops);
            if data.hops <= below {
                let text = format!("hops = {} is not more than {below}", data.hops);
                let key = format!("{key}.levels[{at}]");
                return Err(self.source.error(&key, Some(level.span()), text));
            }
            levels.push((data.hops, data.role.clone()));
        }
        Ok(Hops {
            count: count.clone(),
            levels,
            source: data.source.clone(),
            confidence: data.confidence.clone(),
        })
    }
}

fn repeat(data: &LevelData) -> Result<Option<(Span, u32)>, String> {
    match (data.repeat, data.times) {
        (None, None) => Ok(None),
        (Some(every), Some(times)) if !every.is_positive() || times == 0 => Err(format!(
            "repeat = \"{every}\", times = {times} is never again"
        )),
        (Some(_), Some(times)) if times > MOST_TIMES => {
            Err(format!("times = {times} is more than {MOST_TIMES}"))
        }
        (Some(every), Some(times)) => Ok(Some((every, times))),
        _ => Err("repeat and times go together".to_owned()),
    }
}
