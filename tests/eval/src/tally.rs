//! Counts, and how sure they are.

use std::io::Write as _;

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};

use crate::tiers::Said;
use crate::views::{VIEWS, View};

/// One line on standard output.
pub fn line(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// What the truth of a row's pairs is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One was made from the other.
    Edit,
    /// Two exposures of one place, or of two places alike.
    Honest,
    /// Nothing in common.
    Unrelated,
}

struct Row {
    name: String,
    kind: Kind,
    /// With whether the photo is a real one.
    pairs: Vec<(Said, bool)>,
}

#[derive(Default)]
pub struct Tally(Vec<Row>);

impl Tally {
    pub fn add(&mut self, name: &str, kind: Kind, real: bool, said: Said) {
        let at = self.0.iter().position(|row| row.name == name);
        let at = at.unwrap_or_else(|| {
            self.0.push(Row {
                name: name.to_owned(),
                kind,
                pairs: Vec::new(),
            });
            self.0.len() - 1
        });
        self.0[at].pairs.push((said, real));
    }

    pub fn print(&self) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        for view in &VIEWS {
            line(&format!("\n## {}\n", view.name))?;
            for (kind, title, column) in [
                (Kind::Edit, "edited or saved again: found", "found"),
                (Kind::Honest, view.honest, "wrong"),
                (Kind::Unrelated, "unrelated: taken for related", "wrong"),
            ] {
                self.table(view, kind, [title, column])?;
            }
        }
        Ok(())
    }

    fn table(&self, view: &View, kind: Kind, [title, column]: [&str; 2]) -> Result<()> {
        let rows: Vec<&Row> = self.0.iter().filter(|row| row.kind == kind).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let mut table = Table::new();
        table.load_style(ASCII_MARKDOWN);
        let ends = ["real photos", "ms, median", "ms, worst"];
        let mut header = vec![title, "pairs", column, "%", "95 % interval", "goal"];
        header.extend(view.answers.iter().chain(&ends));
        table.set_header(header);
        for cell in table.column_iter_mut().skip(1) {
            cell.set_cell_alignment(CellAlignment::Right);
        }
        let mut total = (0, 0);
        for row in rows {
            let (counted, all) = row.counted(view, |_| true);
            total = (total.0 + counted, total.1 + all);
            table.add_row(row.cells(view));
        }
        line(&format!("{table}"))?;
        let (low, high) = wilson(total.0, total.1);
        let share = percent(total.0, total.1);
        line(&format!(
            "all: {} of {} = {share:.2} % ({low:.2} to {high:.2})\n",
            total.0, total.1
        ))
    }
}

impl Row {
    /// How many count, of how many.
    fn counted(&self, view: &View, of: impl Fn(&(Said, bool)) -> bool) -> (u32, u32) {
        let first = (view.counted)(self.kind);
        let pairs = self.pairs.iter().filter(|it| of(it));
        pairs.fold((0, 0), |(some, all), (said, _)| {
            let counts = (view.answer)(said) < first;
            (some + u32::from(counts), all + 1)
        })
    }

    fn cells(&self, view: &View) -> Vec<String> {
        let (counted, all) = self.counted(view, |_| true);
        let (low, high) = wilson(counted, all);
        let share = percent(counted, all);
        let goal = (view.goal)(&self.name).filter(|_| self.kind == Kind::Edit);
        let goal = goal.map_or_else(String::new, |goal| {
            let short = if share < goal { ", short" } else { "" };
            format!("{goal}{short}")
        });
        let mut cells = vec![
            self.name.clone(),
            all.to_string(),
            counted.to_string(),
            format!("{share:.1}"),
            format!("{low:.1} to {high:.1}"),
            goal,
        ];
        cells.extend((0..view.answers.len()).map(|answer| {
            let said = self
                .pairs
                .iter()
                .filter(|it| (view.answer)(&it.0) == answer);
            said.count().to_string()
        }));
        cells.push(match self.counted(view, |it| it.1) {
            (_, 0) => String::new(),
            (some, all) => format!("{some}/{all}"),
        });
        let mut spent: Vec<f64> = self.pairs.iter().map(|it| (view.spent)(&it.0)).collect();
        spent.sort_by(f64::total_cmp);
        let ms = |at: usize| {
            spent
                .get(at)
                .map_or_else(String::new, |it| format!("{it:.0}"))
        };
        cells.push(ms(spent.len() / 2));
        cells.push(ms(spent.len().saturating_sub(1)));
        cells
    }
}

pub fn percent(part: u32, all: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(all.max(1))
}

/// The interval that holds the true share with 95 % (Wilson, 1927), in percent.
pub fn wilson(found: u32, all: u32) -> (f64, f64) {
    let (n, z) = (f64::from(all.max(1)), 1.96_f64);
    let p = f64::from(found) / n;
    let middle = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let by = 100.0 / (1.0 + z * z / n);
    (
        ((middle - half) * by).max(0.0),
        ((middle + half) * by).min(100.0),
    )
}
