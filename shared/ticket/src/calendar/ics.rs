//! Holidays from iCalendar (RFC 5545): all-day events, as offices and calendar services publish them.
//!
//! Strict: what could silently become a wrong day off (a time of day, a repetition, a date that does not
//! exist) is refused with its line.

use jiff::civil::Date;

use super::Status;

/// A day, or days, off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcsHoliday {
    /// First day.
    pub first: Date,
    /// Last day, included.
    pub last: Date,
    /// Its name.
    pub name: String,
    /// Whether it is cuti bersama, by its name.
    pub collective_leave: bool,
    /// Estimated where the event is tentative.
    pub status: Status,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ics {
    /// The days off, by first day.
    pub holidays: Vec<IcsHoliday>,
    /// Line and name of what is no day off: observances and cancelled events.
    pub left_out: Vec<(usize, String)>,
}

/// Why a file can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {key}: {problem}")]
pub struct IcsError {
    /// From 1.
    pub line: usize,
    /// The property, such as `DTSTART`.
    pub key: String,
    /// What is wrong.
    pub problem: String,
}

/// More days off in a row are a slip, or no holidays.
const MOST_DAYS: i32 = 31;

/// One unfolded line: its number, name, parameters and value.
struct Line {
    number: usize,
    name: String,
    parameters: String,
    value: String,
}

#[derive(Default)]
struct Event {
    line: usize,
    start: Option<Date>,
    end: Option<Date>,
    days: Option<i32>,
    summary: String,
    observance: bool,
    cancelled: bool,
    tentative: bool,
}

/// Reads the all-day events of a file.
pub fn read(text: &str) -> Result<Ics, IcsError> {
    let lines = unfold(text)?;
    let mut found = Ics::default();
    let mut event: Option<Event> = None;
    // Alarms and the like inside an event have properties of their own.
    let mut inner: Vec<String> = Vec::new();
    let begins = |l: &Line| l.name == "BEGIN" && l.value.eq_ignore_ascii_case("VCALENDAR");
    let last = lines.last().map_or(1, |l| l.number);
    if !lines.first().is_some_and(begins) {
        return Err(fail(1, "BEGIN", "no iCalendar file begins so"));
    }
    for line in &lines {
        match (line.name.as_str(), event.as_mut()) {
            ("BEGIN", None) if line.value.eq_ignore_ascii_case("VEVENT") => {
                event = Some(Event {
                    line: line.number,
                    ..Event::default()
                });
            }
            ("BEGIN", Some(_)) => inner.push(line.value.to_uppercase()),
            ("END", Some(_)) => {
                if let Some(open) = inner.pop() {
                    if !line.value.eq_ignore_ascii_case(&open) {
                        return Err(fail(line.number, "END", format!("{open} is open")));
                    }
                } else if let Some(event) = event.take() {
                    finish(&event, &mut found)?;
                }
            }
            (_, Some(event)) if inner.is_empty() => property(event, line)?,
            _ => {}
        }
    }
    if event.is_some() {
        return Err(fail(last, "END", "the file ends inside an event"));
    }
    found.holidays.sort_by_key(|h| (h.first, h.last));
    found.holidays.dedup();
    Ok(found)
}

fn property(event: &mut Event, line: &Line) -> Result<(), IcsError> {
    match line.name.as_str() {
        "DTSTART" => event.start = Some(date(line)?),
        "DTEND" => event.end = Some(date(line)?),
        "DURATION" => event.days = Some(days(line)?),
        "SUMMARY" => event.summary = plain(&line.value),
        "DESCRIPTION" => {
            let text = plain(&line.value).to_lowercase();
            event.observance |= text.starts_with("observance") || text.starts_with("perayaan");
        }
        "STATUS" => {
            event.cancelled |= line.value.eq_ignore_ascii_case("CANCELLED");
            event.tentative |= line.value.eq_ignore_ascii_case("TENTATIVE");
        }
        "RRULE" | "RDATE" | "EXDATE" => {
            let text = "repeats; holidays are written out, a row a year";
            return Err(fail(line.number, &line.name, text));
        }
        _ => {}
    }
    Ok(())
}

fn finish(event: &Event, found: &mut Ics) -> Result<(), IcsError> {
    let name = event.summary.trim().to_owned();
    if event.observance || event.cancelled {
        found.left_out.push((event.line, name));
        return Ok(());
    }
    let wrong = |key: &str, text: &str| Err(fail(event.line, key, text));
    let Some(first) = event.start else {
        return wrong("DTSTART", "is missing");
    };
    if name.is_empty() {
        return wrong("SUMMARY", "is missing");
    }
    // The end is the first day after it; without one it is a single day.
    let last = match (event.end, event.days) {
        (Some(end), _) => end.yesterday().ok(),
        (None, Some(days)) => first
            .checked_add(jiff::Span::new().days(i64::from(days) - 1))
            .ok(),
        (None, None) => Some(first),
    };
    // Some write the same day as its end.
    let last = last.map(|l| if event.end == Some(first) { first } else { l });
    let length = last.and_then(|l| first.until(l).ok()).map(|s| s.get_days());
    let (Some(last), Some(0..=MOST_DAYS)) = (last, length) else {
        return wrong(
            "DTEND",
            "lies before DTSTART, or more than a month after it",
        );
    };
    let lower = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let guessed = has(&["tentati", "perkiraan", "estimated"]);
    found.holidays.push(IcsHoliday {
        first,
        last,
        collective_leave: has(&["cuti bersama", "joint holiday", "collective leave"]),
        status: if event.tentative || guessed {
            Status::Estimated
        } else {
            Status::Decided
        },
        name,
    });
    Ok(())
}

/// `20260319`; a time of day is refused, for it would be no day off.
fn date(line: &Line) -> Result<Date, IcsError> {
    let text = line.value.trim();
    let wrong = |text: String| Err(fail(line.number, &line.name, text));
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        let kind = line.parameters.to_uppercase();
        let hint = if kind.contains("VALUE=DATE") && !kind.contains("VALUE=DATE-TIME") {
            "is no date such as 20260319"
        } else {
            "has a time of day; only all-day events are holidays"
        };
        return wrong(format!("\"{text}\" {hint}"));
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i16>().unwrap_or(0);
    match Date::new(part(0, 4), part(4, 6) as i8, part(6, 8) as i8) {
        Ok(date) => Ok(date),
        Err(_) => wrong(format!("\"{text}\" does not exist")),
    }
}

/// `P2D` or `P1W`.
fn days(line: &Line) -> Result<i32, IcsError> {
    let text = line.value.trim().to_uppercase();
    let number = |unit: char| {
        text.strip_prefix('P')?
            .strip_suffix(unit)?
            .parse::<i32>()
            .ok()
    };
    let days = number('D').or_else(|| number('W')?.checked_mul(7));
    days.filter(|d| (1..=MOST_DAYS).contains(d)).ok_or_else(|| {
        let text = format!("\"{text}\" is no length of days such as P2D");
        fail(line.number, &line.name, text)
    })
}

/// RFC 5545, 3.3.11.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n' | 'N') | None => out.push(' '),
                Some(other) => out.push(other),
            },
            (c, false) => out.push(c),
        }
    }
    out
}

/// RFC 5545, 3.1: a line that begins with a blank goes on with the one before.
fn unfold(text: &str) -> Result<Vec<Line>, IcsError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut whole: Vec<(usize, String)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(more), Some((_, before))) => before.push_str(more),
            _ if line.trim().is_empty() => {}
            _ => whole.push((at + 1, line.to_owned())),
        }
    }
    whole
        .into_iter()
        .map(|(number, line)| split(number, &line))
        .collect()
}

fn split(number: usize, line: &str) -> Result<Line, IcsError> {
    let mut quoted = false;
    let colon = line.bytes().position(|b| {
        quoted ^= b == b'"';
        b == b':' && !quoted
    });
    let Some(colon) = colon else {
        return Err(fail(number, "line", "has no value after a colon"));
    };
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    Ok(Line {
        number,
        name: name.trim().to_uppercase(),
        parameters: parameters.to_owned(),
        value: value.to_owned(),
    })
}

fn fail(line: usize, key: &str, problem: impl Into<String>) -> IcsError {
    IcsError {
        line,
        key: key.to_owned(),
        problem: problem.into(),
    }
}

impl IcsHoliday {
    /// As a row of a list of the calendars file.
    pub fn to_toml(&self, list: &str, source: &str) -> String {
        let text = |t: &str| toml::Value::String(t.to_owned()).to_string();
        let to = if self.last == self.first {
            String::new()
        } else {
            format!("to = {}\n", self.last)
        };
        let kind = if self.collective_leave {
            "collective_leave"
        } else {
            "national"
        };
        let status = match self.status {
            Status::Decided => "decided",
            Status::Estimated => "estimated",
        };
        format!(
            "[[holidays.{list}]]\ndate = {}\n{to}name = {}\nkind = \"{kind}\"\nstatus = \"{status}\"\nsource = {}\n",
            self.first,
            text(&self.name),
            text(source)
        )
    }
}
