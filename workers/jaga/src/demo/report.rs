//! The report: one HTML file that needs nothing else, with pictures. Of a withheld ticket the
//! reporter's photos are not shown.

use jaga_scene::Week;

use super::cards;
use super::figures::Figures;
use super::findings::Findings;
use super::places;
use super::summary::list;
use crate::html::{Page, esc, local};

/// The whole page.
pub fn page(week: &Week, seen: &Findings, figures: &Figures) -> String {
    let mut page = Page::new("Jaga: a week in Jakarta", "Jaga", "a week in Jakarta");
    tiles(&mut page, figures);
    checks(&mut page, figures);
    metadata(&mut page, figures);
    fakes(&mut page, figures);
    places::section(&mut page, week, seen);
    cards::closures(&mut page, week, seen);
    escalations(&mut page, seen);
    rejected(&mut page, seen);
    page.end()
}

fn tiles(page: &mut Page, f: &Figures) {
    let removed: usize = f.metadata.iter().map(|m| m.originals).sum();
    let left: usize = f.metadata.iter().map(|m| m.published).sum();
    let verdict = |name: &str| f.verdicts.get(name).copied().unwrap_or_default();
    let tiles = [
        (
            f.tickets.to_string(),
            "tickets",
            format!("{} withheld", f.withheld),
        ),
        (
            f.photos_in.to_string(),
            "photos",
            format!("{:.1} a second", f.photos_per_second),
        ),
        (
            f.processed.to_string(),
            "processed",
            format!("rejected: {}", list(&f.rejected)),
        ),
        (
            removed.to_string(),
            "metadata carriers removed",
            format!("{left} left"),
        ),
        (
            f.overdue.to_string(),
            "tickets overdue",
            format!("{} warnings", f.warnings),
        ),
        (
            (verdict("hold") + verdict("review")).to_string(),
            "closures to look at",
            format!("{} clear", verdict("clear")),
        ),
    ];
    page.tiles(&tiles);
}

fn checks(page: &mut Page, f: &Figures) {
    page.section("What must hold", "Each run checks its own promises.");
    let rows = f.checks.iter().map(|c| {
        let mark = if c.ok {
            "<b class=ok>ok</b>"
        } else {
            "<b class=no>NO</b>"
        };
        vec![mark.to_owned(), esc(c.promise), esc(&c.says)]
    });
    page.table(&["", "promise", "counted"], rows);
}

fn metadata(page: &mut Page, f: &Figures) {
    let below = "Files that carried it, as they came and as they are published; read by another reader \
                 than the one that removed it.";
    page.section("Metadata", below);
    let rows = f
        .metadata
        .iter()
        .filter(|m| m.originals + m.published > 0)
        .map(|m| {
            vec![
                esc(m.carrier),
                m.originals.to_string(),
                m.published.to_string(),
            ]
        });
    let published = format!("in {} published objects", f.objects);
    page.table(&["kind", "in originals", published.as_str()], rows);
}

fn fakes(page: &mut Page, f: &Figures) {
    page.section(
        "Planted closures",
        "What the week knows and the judge does not.",
    );
    let rows = f
        .fakes
        .iter()
        .map(|j| ("faked", j))
        .chain(f.honest.iter().map(|j| ("honest", j)));
    let rows = rows.map(|(group, j)| {
        let n = |n: usize| if n == 0 { String::new() } else { n.to_string() };
        vec![
            group.into(),
            esc(j.kind),
            n(j.tickets),
            n(j.hold),
            n(j.review),
            n(j.clear),
        ]
    });
    page.table(&["", "kind", "tickets", "hold", "review", "clear"], rows);
}

fn escalations(page: &mut Page, seen: &Findings) {
    page.section("Escalations", "Every level that was told, once each.");
    let mut told: Vec<_> = seen.mailbox.escalated.iter().collect();
    told.sort_by_key(|e| {
        (
            std::cmp::Reverse(e.level),
            e.ticket_id.to_string(),
            e.target.clone(),
        )
    });
    let rows = told.into_iter().map(|e| {
        vec![
            esc(e.ticket_id.as_str()),
            esc(&e.target),
            format!("{} · {}", e.level, esc(&e.role)),
            esc(&local(e.due_at)),
            format!("{:.1} h", e.overdue_seconds as f64 / 3600.0),
            esc(e.unit.as_ref().map_or("", |u| u.as_str())),
        ]
    });
    page.table(
        &["ticket", "deadline", "level", "due", "overdue by", "unit"],
        rows,
    );
}

fn rejected(page: &mut Page, seen: &Findings) {
    page.section(
        "Photos that could not be used",
        "Nothing of them is published.",
    );
    let rows = seen.mailbox.rejected.iter().map(|e| {
        vec![
            esc(e.photo_id.as_str()),
            esc(e.ticket_id.as_str()),
            esc(e.role.as_str()),
            esc(&e.reason),
            esc(&e.detail),
        ]
    });
    page.table(&["photo", "ticket", "role", "reason", "detail"], rows);
}
