//! `jaga calendar`: a calendars file before it goes into force, and holidays from elsewhere.

use std::path::Path;

use anyhow::{Context, bail};
use jaga_ticket::calendar::{CalendarReport, Status, ics};
use jaga_ticket::{Calendar, Calendars};
use serde_json::json;

use crate::cli::{CalendarArgs, CalendarWhat};
use crate::output::{Outcome, note, say, say_json};
use crate::rulebook::{calendar, read};

pub fn run(args: &CalendarArgs) -> anyhow::Result<Outcome> {
    match &args.what {
        CalendarWhat::Check { file, json } => check(file, *json),
        CalendarWhat::Import {
            file,
            list,
            source,
            unless,
            json,
        } => import(file, list, source, unless.as_deref(), *json),
    }
}

fn check(file: &Path, json: bool) -> anyhow::Result<Outcome> {
    let text = read(file)?;
    let parsed = Calendars::parse(&text);
    let calendars = match &parsed {
        Ok(calendars) => calendars,
        Err(bad) if json => {
            say_json(&json!({
                "file": file, "ok": false, "line": bad.line, "key": bad.key, "problem": bad.problem
            }))?;
            return Ok(Outcome::No);
        }
        Err(bad) => {
            say(&format!("{}: {bad}", file.display()));
            return Ok(Outcome::No);
        }
    };
    let all = calendars.names().filter_map(|name| calendars.get(name));
    let reports: Vec<_> = all.map(Calendar::report).collect();
    if json {
        say_json(&json!({
            "file": file, "ok": true, "version": calendars.version(), "calendars": reports
        }))?;
    } else {
        say(&format!(
            "{}: version {}",
            file.display(),
            calendars.version()
        ));
        for report in &reports {
            for line in words(report) {
                say(&line);
            }
        }
    }
    Ok(Outcome::Done)
}

fn words(report: &CalendarReport) -> Vec<String> {
    let always = if report.always { ", every second" } else { "" };
    let mut lines = vec![format!(
        "{} ({}{always}; {})",
        report.name, report.zone, report.source
    )];
    for year in &report.years {
        let closed = year.longest_closure.map_or(String::new(), |(day, n)| {
            format!(", longest closure {n} days from {day}")
        });
        lines.push(format!(
            "  {}: {} working days, {} national holidays, {} cuti bersama, {} estimated{closed}",
            year.year, year.working_days, year.national, year.collective_leave, year.estimated
        ));
    }
    lines.extend(report.notes.iter().map(|n| format!("  look at: {n}")));
    lines
}

fn import(
    file: &Path,
    list: &str,
    source: &str,
    unless: Option<&str>,
    json: bool,
) -> anyhow::Result<Outcome> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if list.is_empty() || !list.bytes().all(legal) {
        bail!("--list {list:?} is no name of letters, digits, - and _");
    }
    let known = unless.map(calendar).transpose()?;
    let found = ics::read(&read(file)?).with_context(|| file.display().to_string())?;
    let is_known = |h: &ics::IcsHoliday| {
        let closed = known
            .as_ref()
            .map_or(0, |k| k.holidays(h.first, h.last).count());
        let days = h.first.until(h.last).map_or(0, |s| s.get_days()) + 1;
        closed == days as usize
    };
    let new: Vec<_> = found.holidays.iter().filter(|h| !is_known(h)).collect();
    for holiday in &new {
        if json {
            say_json(&json!({
                "date": holiday.first, "to": holiday.last, "name": holiday.name,
                "collective_leave": holiday.collective_leave,
                "status": holiday.status, "source": source
            }))?;
        } else {
            say(&holiday.to_toml(list, source));
        }
    }
    for (line, name) in &found.left_out {
        note(&format!("line {line}: left out, no day off: {name}"));
    }
    let estimated = new.iter().filter(|h| h.status == Status::Estimated).count();
    note(&format!(
        "{} rows, {estimated} of them estimated; {} known already; check them and give the file a new version",
        new.len(),
        found.holidays.len() - new.len()
    ));
    Ok(Outcome::Done)
}
