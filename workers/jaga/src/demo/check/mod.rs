//! What must hold. Each check says what it counted.

mod events;
mod media;

use std::collections::{BTreeMap, BTreeSet};

use jaga_contract::{EventId, Step};
use jaga_scene::Week;
use serde::Serialize;

use crate::demo::findings::Findings;
use crate::demo::stage::Played;

/// One promise, kept or not.
#[derive(Debug, Serialize)]
pub struct Check {
    pub promise: &'static str,
    pub ok: bool,
    pub says: String,
}

fn check(promise: &'static str, ok: bool, says: String) -> Check {
    Check { promise, ok, says }
}

/// All of them.
pub fn all(week: &Week, played: &Played, seen: &Findings) -> Vec<Check> {
    vec![
        outcomes(played, seen),
        fates(played, seen),
        nothing_lost(played, seen),
        events::photo_events(seen),
        events::action_events(seen),
        events::verdict_events(seen),
        media::leaks(played, seen),
        media::carriers(seen),
        events::withheld(seen),
        media::quarantine(seen),
        media::sealed(seen),
        levels(seen),
        verdicts(week, seen),
        media::objects(seen),
    ]
}

fn outcomes(played: &Played, seen: &Findings) -> Check {
    let told: BTreeSet<_> = played.originals.keys().collect();
    let known: BTreeSet<_> = seen.photos.iter().map(|p| &p.photo_id).collect();
    let legal = ["processed", "rejected", "parked"];
    let odd = seen
        .photos
        .iter()
        .filter(|p| !legal.contains(&p.outcome.as_str()))
        .count();
    let ok = told == known && odd == 0 && seen.photos.len() == known.len();
    check(
        "every photo has exactly one outcome",
        ok,
        format!("{} of {}", known.len(), told.len()),
    )
}

fn fates(played: &Played, seen: &Findings) -> Check {
    let wrong = |p: &&jaga_ledger::PhotoRow| {
        let usable = played
            .originals
            .get(&p.photo_id)
            .and_then(|about| about.usable);
        usable.is_some_and(|usable| usable != (p.outcome == "processed"))
    };
    let wrong: Vec<_> = seen
        .photos
        .iter()
        .filter(wrong)
        .map(|p| p.photo_id.as_str())
        .collect();
    let drawn = played
        .originals
        .values()
        .filter(|a| a.usable.is_some())
        .count();
    let says = format!(
        "{} of {drawn} drawn ones otherwise {}",
        wrong.len(),
        first(&wrong)
    );
    check(
        "pictures are processed, other files rejected",
        wrong.is_empty(),
        says,
    )
}

fn nothing_lost(played: &Played, seen: &Findings) -> Check {
    let wakings = seen.open.ended.saturating_sub(played.firsts as i64);
    let ok = seen.open.is_none()
        && seen.answered
        && seen.open.ended >= played.firsts as i64
        && seen.parked.is_empty();
    let says = format!(
        "{} messages and {} repeats told, {} ended ({wakings} of them wakings), {} unsent, {} parked",
        played.firsts,
        played.repeats,
        seen.open.ended,
        seen.open.unsent,
        seen.parked.len()
    );
    check("no message lost", ok, says)
}

fn levels(seen: &Findings) -> Check {
    let mut ladders: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for a in seen.actions.iter().filter(|a| a.kind == "escalate") {
        ladders
            .entry((&a.ticket_id, &a.target))
            .or_default()
            .push(a.level);
    }
    let early = seen
        .actions
        .iter()
        .filter(|a| a.kind == "escalate" && a.at < a.due_at)
        .count();
    let uneven = ladders
        .values_mut()
        .filter_map(|levels| {
            levels.sort_unstable();
            let whole = levels.iter().zip(1..).all(|(level, n)| *level == n);
            (!whole).then_some(())
        })
        .count();
    let says = format!(
        "{} ladders, {uneven} with a gap or a repeat, {early} levels early",
        ladders.len()
    );
    check(
        "levels come 1, 2, 3 … once each, none early",
        early == 0 && uneven == 0,
        says,
    )
}

fn verdicts(week: &Week, seen: &Findings) -> Check {
    let steps = week.tickets.iter().flat_map(jaga_scene::week::Case::steps);
    let proposed: BTreeSet<&EventId> = steps
        .filter(|s| matches!(s.step, Step::ClosureProposed { .. }))
        .map(|s| &s.event_id)
        .collect();
    let judged: BTreeSet<_> = seen.verdicts.iter().map(|v| &v.closure_id).collect();
    let says = format!("{} of {}", judged.len(), proposed.len());
    check("every closure has a verdict", proposed == judged, says)
}

fn first(names: &[&str]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!("({})", names[..names.len().min(5)].join(", "))
    }
}
