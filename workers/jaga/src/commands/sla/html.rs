//! The report as one HTML file: its style and its charts are in it, and nothing is fetched.

use std::fmt::Write as _;

use super::count::{CLASSES, Line};
use super::print::{About, hours, levels, percent, unit};
use crate::html::esc;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;\
color:#1b1f24;background:#fff}table{border-collapse:collapse;width:100%}th,td{padding:.3rem .5rem;\
border-bottom:1px solid #d8dee4;text-align:right}th:first-child,td:first-child{text-align:left}\
svg{width:100%;height:auto}text{font:12px system-ui,sans-serif;fill:#1b1f24}.in{fill:#2a7f62}.late{fill:#c7522a}\
.class{fill:#3b6ea8}.small{color:#6a737d}@media(prefers-color-scheme:dark){body{background:#14171a;color:#e6e9ec}\
text{fill:#e6e9ec}th,td{border-color:#343a40}.small{color:#9aa3ac}}";

pub fn page(about: &About<'_>, lines: &[Line]) -> String {
    let mut out = String::new();
    // Writing to a String can't fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Deadlines by unit</title><style>{STYLE}</style></head><body>\n<h1>Deadlines by unit</h1>\n\
         <p>{}</p>\n<h2>Closed in time and late</h2>\n{}\n<h2>Working hours from report to closure</h2>\n{}\n",
        esc(&about.title()),
        bars(lines),
        classes(lines)
    );
    let _ = write!(
        out,
        "<h2>Figures</h2>\n<table><thead><tr><th>unit</th><th>received</th><th>closed</th><th>in time</th>\
         <th>late</th><th>share</th><th>open</th><th>overdue by level</th><th>p50 h</th><th>p90 h</th>\
         <th>max h</th><th>reopened</th><th>refused</th><th>hops</th><th>flagged</th></tr></thead><tbody>\n"
    );
    for l in lines {
        let (class, mark) = if l.small {
            (" class=\"small\"", " *")
        } else {
            ("", "")
        };
        let _ = writeln!(
            out,
            "<tr{class}><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}{mark}</td><td>{}</td>\
             <td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{} of {}</td></tr>",
            esc(unit(l)),
            l.received,
            l.closed,
            l.within,
            l.late,
            percent(l.share_within),
            l.open,
            levels(&l.overdue),
            hours(l.hours_median),
            hours(l.hours_p90),
            hours(l.hours_max),
            l.reopened,
            l.refused,
            l.hops,
            l.flagged,
            l.judged
        );
    }
    let unknown: u64 = lines.iter().map(|l| l.unknown).sum();
    let _ = write!(
        out,
        "</tbody></table>\n<p>* fewer than {} closed tickets with a deadline: the share says little. \
         Flagged: a human should look; it is no accusation.{}</p>\n</body></html>",
        about.small,
        if unknown > 0 {
            format!(" {unknown} tickets are in no count: their history can't be read.")
        } else {
            String::new()
        }
    );
    out
}

/// A bar per unit, the part in time first.
fn bars(lines: &[Line]) -> String {
    let most = lines
        .iter()
        .map(|l| l.within + l.late)
        .max()
        .unwrap_or(0)
        .max(1);
    let height = lines.len() * 22 + 4;
    let mut out = format!(
        "<svg viewBox=\"0 0 900 {height}\" role=\"img\" aria-label=\"closed in time and late, by unit\">"
    );
    for (n, l) in lines.iter().enumerate() {
        let y = n * 22 + 4;
        let wide = |count: u64| 560.0 * count as f64 / most as f64;
        let (within, late) = (wide(l.within), wide(l.late));
        let _ = write!(
            out,
            "<text x=\"0\" y=\"{t}\">{name}</text><rect class=\"in\" x=\"260\" y=\"{y}\" width=\"{within:.1}\" \
             height=\"16\"><title>{} in time</title></rect><rect class=\"late\" x=\"{x:.1}\" y=\"{y}\" \
             width=\"{late:.1}\" height=\"16\"><title>{} late</title></rect>\
             <text x=\"{after:.1}\" y=\"{t}\">{share}</text>",
            l.within,
            l.late,
            t = y + 13,
            name = esc(unit(l)),
            x = 260.0 + within,
            after = 266.0 + within + late,
            share = percent(l.share_within),
        );
    }
    out + "</svg>"
}

/// All units together: how long it took.
fn classes(lines: &[Line]) -> String {
    let sums: Vec<u64> = (0..=CLASSES.len())
        .map(|c| lines.iter().filter_map(|l| l.classes.get(c)).sum())
        .collect();
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    let mut out = String::from(
        "<svg viewBox=\"0 0 900 220\" role=\"img\" aria-label=\"distribution of working hours\">",
    );
    for (n, count) in sums.iter().enumerate() {
        let high = 160.0 * *count as f64 / most as f64;
        let label = match (
            n.checked_sub(1).and_then(|b| CLASSES.get(b)),
            CLASSES.get(n),
        ) {
            (None, Some(to)) => format!("up to {to} h"),
            (Some(from), Some(to)) => format!("{from} to {to} h"),
            (Some(from), None) => format!("over {from} h"),
            (None, None) => String::new(),
        };
        let x = n * 126 + 10;
        let _ = write!(
            out,
            "<rect class=\"class\" x=\"{x}\" y=\"{y:.1}\" width=\"100\" height=\"{high:.1}\"/>\
             <text x=\"{x}\" y=\"{top:.1}\">{count}</text><text x=\"{x}\" y=\"208\">{label}</text>",
            y = 190.0 - high,
            top = 184.0 - high,
        );
    }
    out + "</svg>"
}
