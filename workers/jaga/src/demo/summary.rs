//! The table at the end.

use std::collections::BTreeMap;
use std::fmt::Display;

use comfy_table::{LineStyle, Table, TableStyle};

use super::figures::{Figures, Judged};
use crate::output::say;

/// Says everything.
pub fn print(f: &Figures) {
    photos(f);
    metadata(f);
    tickets(f);
    closures(f);
    checks(f);
    say(&format!("media    {}", f.media.display()));
    say(&format!("ledger   {}", f.ledger.display()));
    say(&format!("report   {}", f.report.display()));
    let index = f.cards.join("index.html");
    say(&format!(
        "cards    {} ({} closures to look at)",
        index.display(),
        f.cards_written
    ));
    say(&format!("log      {}", f.log.display()));
    let held = f.checks.iter().filter(|c| c.ok).count();
    say(&format!(
        "a week in {:.0} s; {held} of {} promises held",
        f.seconds,
        f.checks.len()
    ));
}

fn photos(f: &Figures) {
    let mut out = table(["photos", "", ""]);
    out.add_row([
        "in",
        &f.photos_in.to_string(),
        &format!("{:.0} MB", f.megabytes_in),
    ]);
    let rate = format!("{:.1} a second, drawing them included", f.photos_per_second);
    out.add_row(["processed", &f.processed.to_string(), &rate]);
    let rejected: usize = f.rejected.values().sum();
    out.add_row(["rejected", &rejected.to_string(), &list(&f.rejected)]);
    out.add_row(["parked", &f.parked.to_string(), ""]);
    let placed: usize = f.places.values().sum();
    out.add_row(["place verdicts", &placed.to_string(), &list(&f.places)]);
    show(&out);
}

fn metadata(f: &Figures) {
    let published = format!("in {} published objects", f.objects);
    let mut out = table(["metadata", "in originals", published.as_str()]);
    for line in f.metadata.iter().filter(|m| m.originals + m.published > 0) {
        out.add_row([
            line.carrier,
            &line.originals.to_string(),
            &line.published.to_string(),
        ]);
    }
    show(&out);
}

fn tickets(f: &Figures) {
    let mut out = table(["tickets", "", ""]);
    let withheld = format!("{} of them withheld from the public", f.withheld);
    out.add_row(["all", &f.tickets.to_string(), &withheld]);
    out.add_row(["by state", "", &list(&f.states)]);
    let levels: BTreeMap<String, usize> = f
        .levels
        .iter()
        .map(|(level, n)| (format!("level {level}"), *n))
        .collect();
    out.add_row([
        "overdue",
        &f.overdue.to_string(),
        &format!("told to {}", list(&levels)),
    ]);
    out.add_row(["warnings", &f.warnings.to_string(), ""]);
    let told = format!("and {} repeats", f.repeats);
    out.add_row(["messages", &f.messages.to_string(), &told]);
    show(&out);
}

fn closures(f: &Figures) {
    let judged: usize = f.verdicts.values().sum();
    say(&format!(
        "closures judged: {judged} ({})",
        list(&f.verdicts)
    ));
    let mut out = table([
        "planted fakes",
        "tickets",
        "found: hold",
        "found: review",
        "missed",
    ]);
    rows(&mut out, &f.fakes);
    show(&out);
    let mut out = table([
        "honest closures",
        "tickets",
        "flagged: hold",
        "flagged: review",
        "clear",
    ]);
    rows(&mut out, &f.honest);
    show(&out);
}

fn rows(out: &mut Table, lines: &[Judged]) {
    let row = |name: &str, figures: [usize; 4]| {
        let mut cells = vec![name.to_owned()];
        cells.extend(figures.map(|n| if n == 0 { String::new() } else { n.to_string() }));
        cells
    };
    for j in lines {
        out.add_row(row(j.kind, [j.tickets, j.hold, j.review, j.clear]));
    }
    let sum = |of: fn(&Judged) -> usize| lines.iter().map(of).sum();
    out.add_row(row(
        "all",
        [
            sum(|j| j.tickets),
            sum(|j| j.hold),
            sum(|j| j.review),
            sum(|j| j.clear),
        ],
    ));
}

fn checks(f: &Figures) {
    let mut out = table(["", "what must hold", ""]);
    for c in &f.checks {
        out.add_row([if c.ok { "ok" } else { "NO" }, c.promise, &c.says]);
    }
    show(&out);
}

/// One line under the head and none between rows: there are many rows.
fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    let line = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(line));
    table.set_header(head);
    table
}

/// Without the blanks at the ends of lines.
fn show(table: &Table) {
    for line in table.lines() {
        say(line.trim_end());
    }
    say("");
}

/// `a 3, b 1`, or a dash.
pub fn list<K: Display, N: Display>(counts: &BTreeMap<K, N>) -> String {
    if counts.is_empty() {
        return "-".to_owned();
    }
    counts
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect::<Vec<_>>()
        .join(", ")
}
