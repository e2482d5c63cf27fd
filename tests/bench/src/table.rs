//! The report on standard output.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};

use crate::cost::Spread;
use crate::photos::Photo;
use crate::{Entrant, Rounds, goals::ratios};

/// One line.
pub fn line(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

fn table(columns: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(columns);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn spread(spread: Option<Spread>, digits: usize) -> [String; 2] {
    spread.map_or_else(Default::default, |it| {
        [
            format!("{:.digits$}", it.median),
            format!("{:.digits$} to {:.digits$}", it.low, it.high),
        ]
    })
}

/// When, where, and under which load.
pub fn heading(jaga: &Path) -> Result<()> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |it| it.trim_start_matches(['\t', ' ', ':']));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = read("/proc/loadavg");
    let load = load.split(' ').take(3).collect::<Vec<_>>().join(" ");
    // The one place where a report may say when it was made.
    let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_REALTIME)?;
    let now = jiff::Timestamp::from_second(now.tv_sec())?;
    line(&format!(
        "{now}, {model}, {cores} cores, load {load}; child: {}",
        jaga.display()
    ))?;
    line(
        "Milliseconds of processor time per photo, all threads and children; quartiles in between.\n",
    )
}

/// One photo's entrants.
pub fn photo(photo: &Photo, rounds: &Rounds, memory: f64) -> Result<()> {
    let megabytes = photo.bytes.len() as f64 / 1e6;
    line(&format!(
        "{}, {megabytes:.2} MB, {} rounds; the child's peak memory {memory:.0} MiB",
        photo.name,
        rounds.len()
    ))?;
    let mut rows = table(&["", "ms", "quartiles", "x floor", "x Jaga", "photos/s/core"]);
    for entrant in Entrant::ALL {
        let values = || {
            let all = rounds.iter().flatten();
            all.filter(move |it| it.0 == entrant).map(|it| it.1)
        };
        if values().next().is_none() {
            continue;
        }
        let [median, quartiles] = spread(Spread::of(values()), 1);
        let ratio = |to| spread(ratios(rounds, entrant, to), 2)[0].clone();
        let rate = Spread::of(values()).map_or(0.0, |it| 1000.0 / it.median.max(0.001));
        rows.add_row([
            entrant.name().to_owned(),
            median,
            quartiles,
            ratio(Entrant::Floor),
            ratio(Entrant::Sandboxed),
            format!("{rate:.1}"),
        ]);
    }
    line(&format!("{rows}\n"))
}

/// What is measured apart.
pub fn parts(rate: Option<Spread>, start: Option<Spread>) -> Result<()> {
    let ([rate, rates], [start, starts]) = (spread(rate, 2), spread(start, 2));
    line(&format!("Strip and verification: {rate} GB/s ({rates})"))?;
    line(&format!(
        "Start and end of a child without a photo: {start} ms ({starts})\n"
    ))
}

/// What a format costs.
pub struct FormatRow {
    pub name: String,
    pub bytes: usize,
    pub alone: Option<Spread>,
    pub boxed: Option<Spread>,
    pub memory: f64,
}

/// All formats.
pub fn formats(rows: &[FormatRow]) -> Result<()> {
    let mut out = table(&[
        "",
        "MB",
        "in process, ms",
        "with child, ms",
        "child's peak, MiB",
    ]);
    for row in rows {
        out.add_row([
            row.name.clone(),
            format!("{:.2}", row.bytes as f64 / 1e6),
            spread(row.alone, 1)[0].clone(),
            spread(row.boxed, 1)[0].clone(),
            format!("{:.0}", row.memory),
        ]);
    }
    line(&format!("{out}\n"))
}
