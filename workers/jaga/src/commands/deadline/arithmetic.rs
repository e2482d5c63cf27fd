//! `jaga deadline add` and `between`: plain arithmetic on a calendar.

use std::fmt::Write as _;
use std::io;

use anyhow::{Context, anyhow};
use jaga_ticket::{Calendar, Span};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{instant, rows};
use crate::cli::OnArgs;
use crate::output::{Outcome, note, say};
use crate::rulebook;

pub fn add(args: &OnArgs, start: Option<&str>, duration: Option<&str>) -> anyhow::Result<Outcome> {
    let calendar = rulebook::calendar(&args.calendar)?;
    answer(args, start, duration, &calendar, |start, duration, out| {
        let start = read(start, "START", &calendar)?;
        let span: Span = duration
            .parse()
            .map_err(|e| format!("DURATION {duration:?}: {e}"))?;
        let at = calendar.add_working(start, span);
        if at == Timestamp::MAX || at == Timestamp::MIN {
            return Err(format!("{duration} from there is out of range"));
        }
        if args.json {
            let _ = write!(
                out,
                "{}",
                json!({
                    "calendar": calendar.name(), "calendar_version": calendar.version(),
                    "start": local(start, &calendar), "duration": span, "at": local(at, &calendar)
                })
            );
        } else {
            instant::write(at, calendar.zone(), out);
        }
        Ok((start, at))
    })
}

pub fn between(args: &OnArgs, start: Option<&str>, end: Option<&str>) -> anyhow::Result<Outcome> {
    let calendar = rulebook::calendar(&args.calendar)?;
    answer(args, start, end, &calendar, |start, end, out| {
        let start = read(start, "START", &calendar)?;
        let end = read(end, "END", &calendar)?;
        let worked = calendar.working_between(start, end);
        let _ = if args.json {
            let seconds = seconds(worked).parse::<serde_json::Number>();
            let all = json!({
                "calendar": calendar.name(), "calendar_version": calendar.version(),
                "start": local(start, &calendar), "end": local(end, &calendar),
                "working_seconds": seconds.map_err(|e| e.to_string())?
            });
            write!(out, "{all}")
        } else {
            out.write_str(&seconds(worked))
        };
        Ok((start, end))
    })
}

/// One answer, or one a row. `answer` appends it to the text, and says which span it is about.
fn answer(
    args: &OnArgs,
    a: Option<&str>,
    b: Option<&str>,
    calendar: &Calendar,
    mut answer: impl FnMut(&str, &str, &mut String) -> Result<(Timestamp, Timestamp), String>,
) -> anyhow::Result<Outcome> {
    if let (Some(a), Some(b)) = (a, b) {
        let mut out = String::new();
        let (from, to) = answer(a, b, &mut out).map_err(|why| anyhow!(why))?;
        say(&out);
        warn_of_unknown_years(calendar, from, to);
        return Ok(Outcome::Done);
    }
    let row = |row: &str, out: &mut String| {
        let (a, b) = rows::two(row).ok_or("two values were expected")?;
        answer(a, b, out).map(drop)
    };
    let bad = |why: &str| {
        if args.json {
            json!({ "error": why }).to_string()
        } else {
            format!("error: {why}")
        }
    };
    match rows::all(io::stdin().lock(), io::stdout().lock(), row, bad) {
        Ok(0) => Ok(Outcome::Done),
        Ok(wrong) => {
            note(&format!("jaga: {wrong} rows could not be answered"));
            Ok(Outcome::No)
        }
        // Whoever reads has enough (`| head`).
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => Err(e).context("rows from standard input"),
    }
}

fn read(text: &str, what: &str, calendar: &Calendar) -> Result<Timestamp, String> {
    instant::read(text, calendar.zone()).map_err(|why| format!("{what} {why}"))
}

fn local(at: Timestamp, calendar: &Calendar) -> String {
    let mut out = String::new();
    instant::write(at, calendar.zone(), &mut out);
    out
}

/// Whole seconds where it is whole seconds.
fn seconds(time: SignedDuration) -> String {
    let nanos = time.subsec_nanos().unsigned_abs();
    if nanos == 0 {
        return time.as_secs().to_string();
    }
    let sign = if time.is_negative() { "-" } else { "" };
    let fraction = format!("{nanos:09}");
    let whole = time.as_secs().unsigned_abs();
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

/// A year without a single holiday is one that nobody has entered yet.
fn warn_of_unknown_years(calendar: &Calendar, a: Timestamp, b: Timestamp) {
    let Some((first, last)) = calendar.holiday_years() else {
        return;
    };
    let year = |t: Timestamp| calendar.zone().to_datetime(t).date().year();
    let (from, to) = (year(a.min(b)), year(a.max(b)));
    if from < first || last < to {
        note(&format!(
            "note: {} knows the holidays of {first} to {last} only",
            calendar.name()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_where_they_can_be() {
        assert_eq!(seconds(SignedDuration::from_secs(-90)), "-90");
        assert_eq!(seconds(SignedDuration::from_millis(1500)), "1.5");
        assert_eq!(seconds(SignedDuration::from_millis(-250)), "-0.25");
        assert_eq!(seconds(SignedDuration::ZERO), "0");
    }
}
