//! The calendars file: its shape and its checks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;

use super::week::{Hours, Week};
use super::{Calendar, Calendars, Holiday, Season, Status};
use crate::PolicyError;
use crate::date::Day;
use crate::read::Source;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Spanned<String>,
    calendars: BTreeMap<String, Spanned<CalendarData>>,
    #[serde(default)]
    holidays: BTreeMap<String, Vec<Spanned<HolidayData>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarData {
    zone: Spanned<String>,
    #[serde(default)]
    always: bool,
    source: String,
    #[serde(default)]
    week: Week,
    #[serde(default)]
    holidays: Vec<Spanned<String>>,
    #[serde(default)]
    seasons: Vec<Spanned<SeasonData>>,
    #[serde(default)]
    extra: Vec<Spanned<ExtraData>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeasonData {
    name: String,
    from: Day,
    to: Day,
    /// The calendar whose week holds then.
    hours: String,
    status: Status,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExtraData {
    date: Day,
    hours: Hours,
    /// Documentation that the file must carry.
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayData {
    date: Day,
    /// Last day, where it has several.
    to: Option<Day>,
    name: String,
    kind: HolidayKind,
    status: Status,
    source: String,
}

#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum HolidayKind {
    National,
    CollectiveLeave,
}

pub(super) fn parse(toml: &str) -> Result<Calendars, PolicyError> {
    let source = Source::new("calendars", toml);
    let file: File = source.read()?;
    let version = file.version.get_ref().trim().to_owned();
    if version.is_empty() {
        return Err(source.error("version", Some(file.version.span()), "may not be empty"));
    }
    let lists = file
        .holidays
        .iter()
        .map(|(name, rows)| Ok((name.as_str(), holidays(source, name, rows)?)))
        .collect::<Result<BTreeMap<_, _>, PolicyError>>()?;
    let mut by_name = BTreeMap::new();
    for (name, data) in &file.calendars {
        let calendar = build(source, &file, &lists, &version, name, data)?;
        by_name.insert(name.clone(), calendar);
    }
    Ok(Calendars { version, by_name })
}

fn holidays(
    source: Source<'_>,
    list: &str,
    rows: &[Spanned<HolidayData>],
) -> Result<BTreeMap<Date, Holiday>, PolicyError> {
    let mut days = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let error =
            |text: String| source.error(&format!("holidays.{list}[{at}]"), Some(row.span()), text);
        let data = row.get_ref();
        let end = data.to.unwrap_or(data.date);
        for date in data.date.through(end).map_err(error)? {
            let holiday = Holiday {
                name: data.name.clone(),
                collective_leave: data.kind == HolidayKind::CollectiveLeave,
                status: data.status,
                source: data.source.clone(),
            };
            if days.insert(date, holiday).is_some() {
                return Err(error(format!("{date} is listed twice")));
            }
        }
    }
    Ok(days)
}

fn build(
    source: Source<'_>,
    file: &File,
    lists: &BTreeMap<&str, BTreeMap<Date, Holiday>>,
    version: &str,
    name: &str,
    spanned: &Spanned<CalendarData>,
) -> Result<Calendar, PolicyError> {
    let data = spanned.get_ref();
    let key = format!("calendars.{name}");
    let error = |at: &str, span, text: String| source.error(&format!("{key}{at}"), span, text);
    let zone = TimeZone::get(data.zone.get_ref()).map_err(|_| {
        let text = format!("\"{}\" is no time zone", data.zone.get_ref());
        error(".zone", Some(data.zone.span()), text)
    })?;
    let whole = Some(spanned.span());
    let has_parts = !data.week.is_empty()
        || !data.holidays.is_empty()
        || !data.seasons.is_empty()
        || !data.extra.is_empty();
    match (data.always, has_parts) {
        (true, true) => {
            let text = "always open, so week, holidays, seasons and extra have no place";
            return Err(error(".always", whole, text.into()));
        }
        (false, _) if data.week.is_empty() => {
            return Err(error(".week", whole, "has no hour at all".into()));
        }
        _ => {}
    }
    if let Some((day, next)) = data.week.overlap() {
        let text = format!("the shift of {day} lasts into the one of {next}");
        return Err(error(&format!(".week.{day}"), whole, text));
    }
    let mut closed = BTreeMap::new();
    for (at, list) in data.holidays.iter().enumerate() {
        let days = lists.get(list.get_ref().as_str()).ok_or_else(|| {
            let text = format!("unknown holidays \"{}\"", list.get_ref());
            error(&format!(".holidays[{at}]"), Some(list.span()), text)
        })?;
        closed.extend(days.iter().map(|(d, h)| (*d, h.clone())));
    }
    let mut seasons: Vec<Season> = Vec::new();
    for (at, season) in data.seasons.iter().enumerate() {
        let fail = |text: String| error(&format!(".seasons[{at}]"), Some(season.span()), text);
        let season = season.get_ref();
        season.from.check_range(season.to).map_err(fail)?;
        let week = file.calendars.get(&season.hours).map(|c| &c.get_ref().week);
        let week = week
            .filter(|w| !w.is_empty())
            .ok_or_else(|| fail(format!("no calendar \"{}\" with a week", season.hours)))?;
        let (from, to) = (season.from.0, season.to.0);
        if let Some(other) = seasons.iter().find(|s| from <= s.to && s.from <= to) {
            return Err(fail(format!("overlaps \"{}\"", other.name)));
        }
        seasons.push(Season {
            name: season.name.clone(),
            from,
            to,
            status: season.status,
            source: season.source.clone(),
            week: week.clone(),
        });
    }
    seasons.sort_by_key(|s| s.from);
    let mut extra = BTreeMap::new();
    for (at, day) in data.extra.iter().enumerate() {
        let (on, hours) = (day.get_ref().date.0, day.get_ref().hours.0.clone());
        let text = if hours.is_empty() {
            "has no hour at all".to_owned()
        } else if extra.insert(on, hours).is_some() {
            format!("{on} is listed twice")
        } else {
            continue;
        };
        return Err(error(&format!(".extra[{at}]"), Some(day.span()), text));
    }
    Ok(Calendar {
        name: name.to_owned(),
        version: version.to_owned(),
        source: data.source.clone(),
        zone,
        always: data.always,
        week: data.week.clone(),
        seasons,
        closed,
        extra,
        table: OnceLock::new(),
        walks: false,
    })
}
