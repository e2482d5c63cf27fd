//! The figures of a run: for the table, for `--json` and for the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use jaga_contract::TicketId;
use jaga_scene::Week;
use jaga_scene::week::{Case, Truth};
use serde::Serialize;

use super::carriers::NAMES;
use super::check::Check;
use super::findings::Findings;
use super::home::Home;
use super::stage::Played;

/// One kind of metadata, before and after.
#[derive(Serialize)]
pub struct Carried {
    pub carrier: &'static str,
    /// Uploads that had it.
    pub originals: usize,
    /// Published objects that have it.
    pub published: usize,
}

/// How the closures of one kind were judged, by ticket.
#[derive(Serialize, Default)]
pub struct Judged {
    pub kind: &'static str,
    pub tickets: usize,
    pub hold: usize,
    pub review: usize,
    pub clear: usize,
}

#[derive(Serialize)]
pub struct Figures {
    pub seed: u64,
    pub seconds: f64,
    pub tickets: usize,
    pub withheld: usize,
    pub photos_in: usize,
    pub megabytes_in: f64,
    pub processed: usize,
    pub parked: usize,
    pub rejected: BTreeMap<String, usize>,
    pub photos_per_second: f64,
    pub messages: usize,
    pub repeats: usize,
    pub metadata: Vec<Carried>,
    pub objects: usize,
    pub places: BTreeMap<String, usize>,
    pub states: BTreeMap<String, i64>,
    pub overdue: usize,
    pub warnings: usize,
    pub levels: BTreeMap<u32, usize>,
    pub verdicts: BTreeMap<String, usize>,
    pub fakes: Vec<Judged>,
    pub honest: Vec<Judged>,
    pub media: PathBuf,
    pub ledger: PathBuf,
    pub report: PathBuf,
    /// The folder of review cards, and how many there are.
    pub cards: PathBuf,
    pub cards_written: usize,
    pub log: PathBuf,
    pub checks: Vec<Check>,
}

impl Figures {
    pub fn of(
        week: &Week,
        played: &Played,
        seen: &Findings,
        checks: Vec<Check>,
        home: &Home,
        cards: usize,
        took: Duration,
    ) -> Self {
        let outcome = |name: &str| seen.photos.iter().filter(|p| p.outcome == name).count();
        let rejected = seen.photos.iter().filter(|p| p.outcome == "rejected");
        let processed = seen.photos.iter().filter(|p| p.outcome == "processed");
        let name = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".into());
        let escalated = || seen.actions.iter().filter(|a| a.kind == "escalate");
        let (fakes, honest) = judged(week, seen);
        Self {
            seed: week.seed,
            seconds: took.as_secs_f64(),
            tickets: week.tickets.len(),
            withheld: seen.tickets.values().filter(|t| t.withheld).count(),
            photos_in: played.originals.len(),
            megabytes_in: played.bytes as f64 / 1e6,
            processed: outcome("processed"),
            parked: outcome("parked"),
            rejected: counted(rejected.map(|p| name(&p.reason))),
            photos_per_second: played.originals.len() as f64 / played.seconds.max(0.001),
            messages: played.firsts,
            repeats: played.repeats,
            metadata: metadata(played, seen),
            objects: seen.objects.len(),
            places: counted(processed.map(|p| name(&p.place_verdict))),
            states: seen.states.iter().cloned().collect(),
            overdue: escalated()
                .map(|a| &a.ticket_id)
                .collect::<BTreeSet<_>>()
                .len(),
            warnings: seen.actions.iter().filter(|a| a.kind == "warn").count(),
            levels: counted(escalated().map(|a| a.level)),
            verdicts: counted(seen.verdicts.iter().map(|v| v.verdict.clone())),
            fakes,
            honest,
            media: home.dir.join("vault"),
            ledger: home.dir.join("ledger.sqlite"),
            report: home.report(),
            cards: home.cards(),
            cards_written: cards,
            log: home.log(),
            checks,
        }
    }

    /// Everything that must hold held.
    pub fn well(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }
}

fn counted<K: Ord>(items: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}

fn metadata(played: &Played, seen: &Findings) -> Vec<Carried> {
    NAMES
        .into_iter()
        .map(|carrier| Carried {
            carrier,
            originals: played
                .originals
                .values()
                .filter(|a| a.carriers.contains(carrier))
                .count(),
            published: seen
                .objects
                .values()
                .filter(|o| o.carriers.contains(carrier))
                .count(),
        })
        .collect()
}

/// The kinds of closures, fakes and honest ones, with the worst verdict of each ticket's closures.
fn judged(week: &Week, seen: &Findings) -> (Vec<Judged>, Vec<Judged>) {
    let mut fakes: BTreeMap<&'static str, Judged> = BTreeMap::new();
    let mut honest: BTreeMap<&'static str, Judged> = BTreeMap::new();
    for Case {
        ticket_id, truth, ..
    } in &week.tickets
    {
        let (table, kind) = match truth {
            Truth::Faked(kind) => (&mut fakes, kind.as_str()),
            Truth::HonestOdd(kind) => (&mut honest, kind.as_str()),
            Truth::Honest => (&mut honest, "plain"),
            Truth::Open => continue,
        };
        let line = table.entry(kind).or_insert(Judged {
            kind,
            ..Judged::default()
        });
        line.tickets += 1;
        match worst(seen, ticket_id) {
            Some("hold") => line.hold += 1,
            Some("review") => line.review += 1,
            _ => line.clear += 1,
        }
    }
    (
        fakes.into_values().collect(),
        honest.into_values().collect(),
    )
}

fn worst<'a>(seen: &'a Findings, ticket: &TicketId) -> Option<&'a str> {
    let own = seen.verdicts.iter().filter(|v| v.ticket_id == *ticket);
    own.map(|v| v.verdict.as_str()).max_by_key(|v| match *v {
        "hold" => 2,
        "review" => 1,
        _ => 0,
    })
}
