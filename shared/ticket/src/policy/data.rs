//! The policy file: its shape and its checks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;

use super::rungs::{HopsData, LadderData, QuietData};
use super::{Due, Pause, Policies, Policy, Seen, Target, Warn, When, moved};
use crate::PolicyError;
use crate::calendar::{Calendars, Span};
use crate::date::Day;
use crate::read::Source;
use crate::state::{State, StepKind};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The zone in which dates begin.
    zone: Spanned<String>,
    policy: Vec<Spanned<PolicyData>>,
    #[serde(default)]
    migration: Vec<Spanned<moved::MigrationData>>,
    /// Kinds of units, by the beginnings of their ids.
    #[serde(default)]
    units: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyData {
    version: Spanned<String>,
    effective_from: Day,
    enforce_from: Option<Day>,
    #[serde(default)]
    when: WhenData,
    pause: Option<PauseData>,
    ladder: LadderData,
    quiet: Option<QuietData>,
    hops: Option<HopsData>,
    target: Vec<Spanned<TargetData>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WhenData {
    channels: Vec<String>,
    categories: Vec<String>,
    visibility: Vec<Seen>,
    stages: Spanned<Vec<State>>,
    unit_kinds: Spanned<Vec<String>>,
}

impl Default for WhenData {
    fn default() -> Self {
        Self {
            channels: Vec::new(),
            categories: Vec::new(),
            visibility: Vec::new(),
            stages: Spanned::new(0..0, Vec::new()),
            unit_kinds: Spanned::new(0..0, Vec::new()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PauseData {
    at_most: Spanned<Span>,
    clock: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetData {
    name: Spanned<String>,
    title_id: String,
    title_en: String,
    clock: Spanned<String>,
    limit: Spanned<Span>,
    #[serde(default)]
    due: Due,
    from: Spanned<Vec<StepKind>>,
    until: Spanned<Vec<StepKind>>,
    #[serde(default)]
    resume: Vec<StepKind>,
    after_resume: Option<Spanned<Span>>,
    #[serde(default)]
    pauses: bool,
    extended_by: Option<Spanned<String>>,
    #[serde(default)]
    channels: Vec<String>,
    #[serde(default)]
    when: WhenData,
    #[serde(default)]
    urgent: bool,
    top_level: Option<u32>,
    #[serde(default)]
    warn: WarnData,
    source: String,
    confidence: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WarnData {
    shares: Vec<Spanned<u32>>,
    before: Vec<Spanned<Span>>,
}

/// What every check needs.
pub(super) struct Reader<'a> {
    pub(super) source: Source<'a>,
    pub(super) zone: TimeZone,
    calendars: &'a Calendars,
    kinds: Vec<&'a str>,
}

pub(super) fn parse(toml: &str, calendars: &Calendars) -> Result<Policies, PolicyError> {
    let source = Source::new("policy", toml);
    let file: File = source.read()?;
    let zone = TimeZone::get(file.zone.get_ref()).map_err(|_| {
        let text = format!("\"{}\" is no time zone", file.zone.get_ref());
        source.error("zone", Some(file.zone.span()), text)
    })?;
    let reader = Reader {
        source,
        calendars,
        zone,
        kinds: file.units.keys().map(String::as_str).collect(),
    };
    let mut policies: Vec<Policy> = Vec::new();
    for (at, data) in file.policy.iter().enumerate() {
        let key = format!("policy[{at}]");
        let fail = |text: String| source.error(&key, Some(data.span()), text);
        let policy = reader.policy(&key, data.get_ref())?;
        if policies.iter().any(|p| p.version == policy.version) {
            return Err(fail(format!(
                "version \"{}\" is used twice",
                policy.version
            )));
        }
        let twin = policies
            .iter()
            .find(|p| p.effective_from == policy.effective_from && p.when == policy.when);
        if let Some(twin) = twin {
            return Err(fail(format!(
                "begins with \"{}\" and matches the same",
                twin.version
            )));
        }
        policies.push(policy);
    }
    if policies.is_empty() {
        return Err(source.error("policy", None, "there is none"));
    }
    // Stable: of two that begin together the first in the file wins.
    policies.sort_by_key(|p| std::cmp::Reverse(p.effective_from));
    let migrations = moved::read(&reader, &file.migration, &policies)?;
    let units = file.units.iter().flat_map(|(kind, beginnings)| {
        beginnings
            .iter()
            .map(|b| (b.to_lowercase(), kind.to_owned()))
    });
    Ok(Policies {
        migrations,
        units: units.collect(),
        all: policies,
    })
}

impl Reader<'_> {
    fn policy(&self, key: &str, data: &PolicyData) -> Result<Policy, PolicyError> {
        let version = data.version.get_ref().trim();
        if version.is_empty() {
            let span = Some(data.version.span());
            return Err(self
                .source
                .error(&format!("{key}.version"), span, "may not be empty"));
        }
        let mut targets: Vec<Target> = Vec::new();
        for (at, target) in data.target.iter().enumerate() {
            let key = format!("{key}.target[{at}]");
            let target = self.target(&key, target.get_ref())?;
            let mut twins = targets.iter().filter(|t| t.name == target.name);
            if twins.any(|t| t.when.covers(&target.when)) {
                let span = Some(data.target[at].get_ref().name.span());
                let text = format!(
                    "\"{}\" is used twice, and the first matches whatever this one does",
                    target.name
                );
                return Err(self.source.error(&format!("{key}.name"), span, text));
            }
            targets.push(target);
        }
        for (at, target) in data.target.iter().enumerate() {
            let Some(by) = &target.get_ref().extended_by else {
                continue;
            };
            let known = |t: &Target| t.name == *by.get_ref() && t.due == Due::Declared;
            if !targets.iter().any(known) {
                let text = format!("\"{}\" is no target with due = \"declared\"", by.get_ref());
                let key = format!("{key}.target[{at}].extended_by");
                return Err(self.source.error(&key, Some(by.span()), text));
            }
        }
        let pause = match &data.pause {
            Some(pause) => Some(Pause {
                at_most: self.positive(&format!("{key}.pause.at_most"), &pause.at_most)?,
                clock: self.clock(&format!("{key}.pause.clock"), &pause.clock)?,
            }),
            None => None,
        };
        Ok(Policy {
            version: version.to_owned(),
            effective_from: self.midnight(&format!("{key}.effective_from"), data.effective_from)?,
            enforce_from: match data.enforce_from {
                Some(day) => Some(self.midnight(&format!("{key}.enforce_from"), day)?),
                None => None,
            },
            when: self.ticket_only(&format!("{key}.when"), &data.when)?,
            targets,
            ladder: self.ladder(&format!("{key}.ladder"), &data.ladder)?,
            awake: match &data.quiet {
                Some(quiet) => Some(self.awake(&format!("{key}.quiet"), quiet)?),
                None => None,
            },
            hops: match &data.hops {
                Some(hops) => Some(self.hops(&format!("{key}.hops"), hops)?),
                None => None,
            },
            ladder_clock: self.clock(&format!("{key}.ladder.clock"), &data.ladder.clock)?,
            pause,
        })
    }

    fn target(&self, key: &str, data: &TargetData) -> Result<Target, PolicyError> {
        let at = |part: &str| format!("{key}.{part}");
        let name = data.name.get_ref().trim();
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if name.is_empty() || !name.bytes().all(legal) {
            let text = format!("\"{name}\" is no name of small letters, digits and _");
            return Err(self.source.error(&at("name"), Some(data.name.span()), text));
        }
        if data.from.get_ref().is_empty() {
            return Err(self
                .source
                .error(&at("from"), Some(data.from.span()), "may not be empty"));
        }
        let both = data
            .until
            .get_ref()
            .iter()
            .find(|k| data.resume.contains(k));
        if let Some(kind) = both {
            let text = format!("{} can't stop it and let it run on", kind.as_str());
            return Err(self
                .source
                .error(&at("until"), Some(data.until.span()), text));
        }
        if data.due == Due::Declared && *data.from.get_ref() != [StepKind::EstimateDeclared] {
            let text = "due = \"declared\" starts from [\"estimate_declared\"] only";
            return Err(self.source.error(&at("from"), Some(data.from.span()), text));
        }
        Ok(Target {
            name: name.to_owned(),
            title_id: data.title_id.clone(),
            title_en: data.title_en.clone(),
            clock: self.clock(&at("clock"), &data.clock)?,
            limit: self.positive(&at("limit"), &data.limit)?,
            due: data.due,
            from: data.from.get_ref().clone(),
            until: data.until.get_ref().clone(),
            resume: data.resume.clone(),
            after_resume: match &data.after_resume {
                Some(span) => Some(self.hours(&at("after_resume"), span)?),
                None => None,
            },
            pauses: data.pauses,
            extended_by: data.extended_by.as_ref().map(|b| b.get_ref().clone()),
            when: self.when(&at("when"), &data.when, &data.channels)?,
            urgent: data.urgent,
            top_level: data.top_level.unwrap_or(u32::MAX),
            warn: self.warn(&at("warn"), &data.warn)?,
            source: data.source.clone(),
            confidence: data.confidence.clone(),
        })
    }

    fn warn(&self, key: &str, data: &WarnData) -> Result<Warn, PolicyError> {
        let mut shares: Vec<u32> = Vec::new();
        for (at, share) in data.shares.iter().enumerate() {
            let percent = *share.get_ref();
            if !(1..=99).contains(&percent) || shares.last().is_some_and(|last| *last >= percent) {
                let text = "shares are percents from 1 to 99, rising";
                let key = format!("{key}.shares[{at}]");
                return Err(self.source.error(&key, Some(share.span()), text));
            }
            shares.push(percent);
        }
        let before = data
            .before
            .iter()
            .enumerate()
            .map(|(at, span)| self.positive(&format!("{key}.before[{at}]"), span))
            .collect::<Result<_, _>>()?;
        Ok(Warn { shares, before })
    }

    fn when(&self, key: &str, data: &WhenData, also: &[String]) -> Result<When, PolicyError> {
        let unknown = data.unit_kinds.get_ref().iter();
        if let Some(kind) = { unknown }.find(|k| !self.kinds.contains(&k.as_str())) {
            let text = format!("\"{kind}\" is no kind of unit that [units] lists");
            let span = Some(data.unit_kinds.span());
            return Err(self.source.error(&format!("{key}.unit_kinds"), span, text));
        }
        Ok(When {
            channels: [also, &data.channels].concat(),
            categories: data.categories.clone(),
            visibility: data.visibility.clone(),
            stages: data.stages.get_ref().clone(),
            unit_kinds: data.unit_kinds.get_ref().clone(),
        })
    }

    /// A policy is chosen once, by what does not change.
    fn ticket_only(&self, key: &str, data: &WhenData) -> Result<When, PolicyError> {
        let changing = [
            (
                "stages",
                data.stages.span(),
                data.stages.get_ref().is_empty(),
            ),
            (
                "unit_kinds",
                data.unit_kinds.span(),
                data.unit_kinds.get_ref().is_empty(),
            ),
        ];
        for (name, span, empty) in changing {
            if !empty {
                let text =
                    "changes in a ticket's life: it is a condition of a target, not of a policy";
                return Err(self
                    .source
                    .error(&format!("{key}.{name}"), Some(span), text));
            }
        }
        self.when(key, data, &[])
    }

    pub(super) fn positive(&self, key: &str, span: &Spanned<Span>) -> Result<Span, PolicyError> {
        if span.get_ref().is_positive() {
            return Ok(*span.get_ref());
        }
        let text = format!("\"{}\" is not longer than nothing", span.get_ref());
        Err(self.source.error(key, Some(span.span()), text))
    }

    /// Working days keep the time of day, so a later start may end earlier; hours never do, and more
    /// standing must not bring a deadline forward.
    fn hours(&self, key: &str, span: &Spanned<Span>) -> Result<Span, PolicyError> {
        match self.positive(key, span)? {
            Span::Days(_) | Span::Both(..) => {
                Err(self
                    .source
                    .error(key, Some(span.span()), "is written in hours or minutes"))
            }
            time @ Span::Time(_) => Ok(time),
        }
    }

    pub(super) fn clock(&self, key: &str, name: &Spanned<String>) -> Result<String, PolicyError> {
        if self.calendars.get(name.get_ref()).is_some() {
            return Ok(name.get_ref().clone());
        }
        let known: Vec<_> = self.calendars.names().collect();
        let text = format!(
            "unknown calendar \"{}\", known: {}",
            name.get_ref(),
            known.join(", ")
        );
        Err(self.source.error(key, Some(name.span()), text))
    }

    pub(super) fn midnight(&self, key: &str, day: Day) -> Result<Timestamp, PolicyError> {
        let start = day.0.to_zoned(self.zone.clone());
        start.map(|z| z.timestamp()).map_err(|_| {
            self.source
                .error(key, None, format!("{} is out of range", day.0))
        })
    }
}
