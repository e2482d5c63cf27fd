//! The report as a table, CSV or JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::count::{CLASSES, Line};

/// What the report is about.
pub struct About<'a> {
    pub from: Date,
    pub to: Date,
    /// Things stand as they stood then.
    pub until: Timestamp,
    pub target: &'a str,
    pub clock: &'a str,
    pub small: u64,
    pub rules: &'a str,
}

impl About<'_> {
    pub fn title(&self) -> String {
        format!(
            "{} to {}, as it stood at {}; target {}, hours on {}, rules {}",
            self.from, self.to, self.until, self.target, self.clock, self.rules
        )
    }
}

pub fn unit(line: &Line) -> &str {
    if line.unit.is_empty() {
        "(no unit)"
    } else {
        &line.unit
    }
}

pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |s| format!("{:.1} %", s * 100.0))
}

pub fn levels(overdue: &BTreeMap<u32, u64>) -> String {
    if overdue.is_empty() {
        return "-".to_owned();
    }
    let all = overdue
        .iter()
        .map(|(level, count)| format!("{level}:{count}"));
    all.collect::<Vec<_>>().join(" ")
}

pub fn hours(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |h| format!("{h:.1}"))
}

pub fn table(about: &About<'_>, lines: &[Line]) -> String {
    let mut out = crate::output::table([
        "unit",
        "received",
        "closed",
        "in time",
        "share",
        "open",
        "overdue by level",
        "hours p50/p90/max",
        "reopened",
        "refused",
        "hops",
        "flagged",
    ]);
    for l in lines {
        let mark = if l.small { " *" } else { "" };
        out.add_row([
            unit(l).to_owned(),
            l.received.to_string(),
            l.closed.to_string(),
            l.within.to_string(),
            format!("{}{mark}", percent(l.share_within)),
            l.open.to_string(),
            levels(&l.overdue),
            format!(
                "{} / {} / {}",
                hours(l.hours_median),
                hours(l.hours_p90),
                hours(l.hours_max)
            ),
            l.reopened.to_string(),
            l.refused.to_string(),
            l.hops.to_string(),
            format!(
                "{} of {}, {}",
                l.flagged,
                l.judged,
                percent(l.share_flagged)
            ),
        ]);
    }
    let unknown: u64 = lines.iter().map(|l| l.unknown).sum();
    let mut text = format!(
        "{}\n{out}\n* fewer than {} closed tickets with a deadline: the share says little",
        about.title(),
        about.small
    );
    if unknown > 0 {
        // Writing to a String can't fail.
        let _ = write!(
            text,
            "\n{unknown} tickets are in no count: their history can't be read"
        );
    }
    text
}

pub fn csv(lines: &[Line]) -> anyhow::Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let most = lines
        .iter()
        .filter_map(|l| l.overdue.keys().next_back())
        .max();
    let most = most.copied().unwrap_or(0).max(5);
    let mut head: Vec<String> = [
        "unit",
        "received",
        "closed",
        "within",
        "late",
        "undated",
        "share_within",
        "small",
        "open",
    ]
    .map(str::to_owned)
    .into();
    head.extend((0..=most).map(|level| format!("overdue_level_{level}")));
    head.extend(["hours_median", "hours_p90", "hours_max"].map(str::to_owned));
    head.extend(CLASSES.iter().map(|h| format!("up_to_{h}_h")));
    head.push("longer".into());
    head.extend(
        [
            "reopened",
            "refused",
            "hops",
            "judged",
            "flagged",
            "share_flagged",
            "unknown",
        ]
        .map(str::to_owned),
    );
    out.write_record(&head)?;
    let number = |value: Option<f64>| value.map(|v| format!("{v:.4}")).unwrap_or_default();
    for l in lines {
        let mut row: Vec<String> = vec![l.unit.clone()];
        row.extend([l.received, l.closed, l.within, l.late, l.undated].map(|n| n.to_string()));
        row.extend([
            number(l.share_within),
            l.small.to_string(),
            l.open.to_string(),
        ]);
        row.extend((0..=most).map(|level| l.overdue.get(&level).copied().unwrap_or(0).to_string()));
        row.extend([l.hours_median, l.hours_p90, l.hours_max].map(number));
        row.extend(l.classes.iter().map(ToString::to_string));
        row.extend([l.reopened, l.refused, l.hops, l.judged, l.flagged].map(|n| n.to_string()));
        row.extend([number(l.share_flagged), l.unknown.to_string()]);
        out.write_record(&row)?;
    }
    Ok(String::from_utf8(out.into_inner()?)?)
}

pub fn json(about: &About<'_>, lines: &[Line]) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&json!({
        "from": about.from, "to": about.to, "until": about.until, "target": about.target,
        "clock": about.clock, "small_below": about.small, "rules": about.rules,
        "class_hours": CLASSES, "units": lines,
    }))?)
}
