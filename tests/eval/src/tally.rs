//! Counts, and how sure they are.

use std::io::Write as _;

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use jaga_likeness::Relation;

use crate::tiers::Said;

/// One line on standard output.
pub fn line(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// What a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Edited copy and identical are right.
    Edit,
    /// An edited copy is wrong.
    Honest,
    /// Anything but unrelated and unknown is wrong.
    Unrelated,
}

struct Row {
    name: String,
    kind: Kind,
    counts: [u32; 5],
    found: u32,
    found_real: (u32, u32),
    spent: Vec<f64>,
}

pub struct Tally {
    tier: &'static str,
    rows: Vec<Row>,
}

fn place(relation: Relation) -> usize {
    match relation {
        Relation::Identical => 0,
        Relation::EditedCopy => 1,
        Relation::SameScene => 2,
        Relation::Unknown => 3,
        Relation::Unrelated => 4,
    }
}

impl Tally {
    pub fn new(tier: &'static str) -> Self {
        Self {
            tier,
            rows: Vec::new(),
        }
    }

    fn row(&mut self, name: &str, kind: Kind) -> &mut Row {
        let at = self.rows.iter().position(|row| row.name == name);
        let at = at.unwrap_or_else(|| {
            self.rows.push(Row {
                name: name.to_owned(),
                kind,
                counts: [0; 5],
                found: 0,
                found_real: (0, 0),
                spent: Vec::new(),
            });
            self.rows.len() - 1
        });
        &mut self.rows[at]
    }

    pub fn edit(&mut self, name: &str, made: bool, said: &Said) {
        let row = self.row(name, Kind::Edit);
        row.see(said);
        // Sky painted over sky leaves the same picture: both answers say that it was used again. The
        // columns keep them apart.
        let found = matches!(said.relation, Relation::EditedCopy | Relation::Identical);
        row.found += u32::from(found);
        if !made {
            row.found_real.0 += u32::from(found);
            row.found_real.1 += 1;
        }
    }

    pub fn honest(&mut self, name: &str, said: &Said) {
        let row = self.row(name, Kind::Honest);
        row.see(said);
        let wrong = matches!(said.relation, Relation::EditedCopy | Relation::Identical);
        row.found += u32::from(wrong);
    }

    pub fn unrelated(&mut self, name: &str, said: &Said) {
        let row = self.row(name, Kind::Unrelated);
        row.see(said);
        let right = matches!(said.relation, Relation::Unrelated | Relation::Unknown);
        row.found += u32::from(!right);
    }

    pub fn print(mut self) -> Result<()> {
        line(&format!("\n{}\n", self.tier))?;
        let parts = [
            (Kind::Edit, "edited or saved again: found", "found"),
            (Kind::Honest, "honest: taken for an edited copy", "wrong"),
            (Kind::Unrelated, "unrelated: taken for related", "wrong"),
        ];
        for (kind, title, column) in parts {
            let mut table = Table::new();
            table.load_style(ASCII_MARKDOWN);
            table.set_header([
                title,
                "pairs",
                column,
                "%",
                "95 % interval",
                "real photos",
                "ident",
                "edited",
                "same",
                "unkn",
                "unrel",
                "ms, median",
                "ms, worst",
            ]);
            for cell in table.column_iter_mut().skip(1) {
                cell.set_cell_alignment(CellAlignment::Right);
            }
            let mut total = (0, 0);
            for row in self.rows.iter_mut().filter(|row| row.kind == kind) {
                total.0 += row.found;
                total.1 += row.all();
                table.add_row(row.cells());
            }
            if total.1 > 0 {
                let (low, high) = wilson(total.0, total.1);
                line(&format!("{table}"))?;
                line(&format!(
                    "all: {} of {} = {:.2} % ({low:.2} to {high:.2})\n",
                    total.0,
                    total.1,
                    percent(total.0, total.1)
                ))?;
            }
        }
        Ok(())
    }
}

impl Row {
    fn see(&mut self, said: &Said) {
        self.counts[place(said.relation)] += 1;
        self.spent.push(said.spent);
    }

    fn all(&self) -> u32 {
        self.counts.iter().sum()
    }

    fn cells(&mut self) -> Vec<String> {
        let all = self.all();
        let (low, high) = wilson(self.found, all);
        self.spent.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (self.spent.len() as f64 * share) as usize;
            let most = self.spent.len().saturating_sub(1);
            self.spent.get(place.min(most)).map_or(0.0, |it| *it)
        };
        let mut cells = vec![
            self.name.clone(),
            all.to_string(),
            self.found.to_string(),
            format!("{:.1}", percent(self.found, all)),
            format!("{low:.1} to {high:.1}"),
        ];
        cells.push(match self.found_real {
            (_, 0) => String::new(),
            (found, all) => format!("{found}/{all}"),
        });
        cells.extend(self.counts.iter().map(u32::to_string));
        cells.push(format!("{:.0}", at(0.5)));
        cells.push(format!("{:.0}", at(1.0)));
        cells
    }
}

fn percent(part: u32, all: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(all.max(1))
}

/// The interval that holds the true share with 95 % (Wilson, 1927), in percent.
fn wilson(found: u32, all: u32) -> (f64, f64) {
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
