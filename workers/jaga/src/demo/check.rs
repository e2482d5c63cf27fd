//! What must hold. Each check says what it counted.

use std::collections::{BTreeMap, BTreeSet};

use jaga_contract::{EventId, Role, Step};
use jaga_scene::Week;
use serde::Serialize;

use super::carriers::Carriers;
use super::findings::Findings;
use super::stage::Played;

/// One promise, kept or not.
#[derive(Debug, Serialize)]
pub struct Check {
    pub check: &'static str,
    pub ok: bool,
    pub says: String,
}

fn check(check: &'static str, ok: bool, says: String) -> Check {
    Check { check, ok, says }
}

/// All of them.
pub fn all(week: &Week, played: &Played, seen: &Findings) -> Vec<Check> {
    vec![
        outcomes(played, seen),
        fates(played, seen),
        nothing_lost(played, seen),
        photo_events(seen),
        action_events(seen),
        verdict_events(seen),
        leaks(played, seen),
        carriers(seen),
        withheld(seen),
        quarantine(seen),
        sealed(seen),
        levels(seen),
        verdicts(week, seen),
        objects(seen),
    ]
}

fn outcomes(played: &Played, seen: &Findings) -> Check {
    let told: BTreeSet<_> = played.originals.keys().collect();
    let known: BTreeSet<_> = seen.photos.iter().map(|p| &p.photo_id).collect();
    let legal = ["processed", "rejected", "parked"];
    let odd = seen.photos.iter().filter(|p| !legal.contains(&p.outcome.as_str())).count();
    let ok = told == known && odd == 0 && seen.photos.len() == known.len();
    check("every photo has exactly one outcome", ok, format!("{} of {}", known.len(), told.len()))
}

fn fates(played: &Played, seen: &Findings) -> Check {
    let wrong = |p: &&jaga_ledger::PhotoRow| {
        let usable = played.originals.get(&p.photo_id).and_then(|about| about.usable);
        usable.is_some_and(|usable| usable != (p.outcome == "processed"))
    };
    let wrong: Vec<_> = seen.photos.iter().filter(wrong).map(|p| p.photo_id.as_str()).collect();
    let drawn = played.originals.values().filter(|a| a.usable.is_some()).count();
    let says = format!("{} of {drawn} drawn ones otherwise {}", wrong.len(), first(&wrong));
    check("pictures are processed, other files rejected", wrong.is_empty(), says)
}

fn nothing_lost(played: &Played, seen: &Findings) -> Check {
    let wakings = seen.open.ended.saturating_sub(played.firsts as i64);
    let ok = seen.open.is_none()
        && seen.answered
        && seen.open.ended >= played.firsts as i64
        && seen.parked.is_empty();
    let says = format!(
        "{} messages and {} repeats told, {} ended ({wakings} of them wakings), {} unsent, {} parked",
        played.firsts, played.repeats, seen.open.ended, seen.open.unsent, seen.parked.len()
    );
    check("no message lost", ok, says)
}

fn photo_events(seen: &Findings) -> Check {
    let told = seen.mailbox.photo_counts();
    let due: BTreeMap<_, _> =
        seen.photos.iter().filter(|p| p.outcome != "parked").map(|p| (&p.photo_id, 1)).collect();
    let twice = seen.mailbox.ids.values().filter(|n| **n > 1).count();
    let says = format!("{} photos, {} told, {twice} events came twice", due.len(), told.len());
    check("each photo's outcome told once", told == due && twice == 0, says)
}

fn action_events(seen: &Findings) -> Check {
    let told = seen.mailbox.action_counts();
    let due: BTreeMap<_, _> = seen
        .actions
        .iter()
        .map(|a| ((a.ticket_id.to_string(), a.target.clone(), a.kind, a.level), 1))
        .collect();
    let says = format!("{} written, {} told", due.len(), told.values().sum::<usize>());
    check("each warning and level told once", told == due, says)
}

fn verdict_events(seen: &Findings) -> Check {
    let told = seen.mailbox.verdict_counts();
    let due: BTreeMap<_, _> = seen.verdicts.iter().map(|v| (&v.closure_id, v.revision)).collect();
    let says = format!("{} written, {} told", due.values().sum::<u32>(), told.values().sum::<u32>());
    check("each verdict told once", told == due, says)
}

fn leaks(played: &Played, seen: &Findings) -> Check {
    let in_originals: usize = played.originals.values().map(|a| a.present).sum();
    let objects = seen.objects.values().filter(|o| o.leaks).count();
    let elsewhere = if seen.leaks.is_empty() { "nowhere else".into() } else { seen.leaks.join(", ") };
    let says = format!(
        "{} secrets, found {in_originals} times in the originals; in {objects} of {} objects, {elsewhere}",
        seen.secrets, seen.objects.len()
    );
    // A search that finds nothing in the originals would prove nothing.
    let ok = objects == 0 && seen.leaks.is_empty() && in_originals > 0;
    check("no secret in objects, events, ledger or log", ok, says)
}

fn carriers(seen: &Findings) -> Check {
    let all: Carriers = seen.objects.values().flat_map(|o| o.carriers.iter().copied()).collect();
    let names: Vec<_> = all.into_iter().collect();
    let says = if names.is_empty() { "none left".into() } else { names.join(", ") };
    check("no carrier of metadata in any object", names.is_empty(), says)
}

fn withheld(seen: &Findings) -> Check {
    let events = seen.mailbox.processed.iter();
    let of_withheld: Vec<_> = events
        .filter(|e| e.role == Role::Report && seen.is_withheld(&e.ticket_id))
        .collect();
    let shown = of_withheld.iter().filter(|e| e.published.is_some()).count();
    let says = format!("{shown} of {} published", of_withheld.len());
    check("no report photo of a withheld ticket published", shown == 0, says)
}

fn quarantine(seen: &Findings) -> Check {
    let processed = seen.photos.iter().filter(|p| p.outcome == "processed");
    let left = processed.filter(|p| seen.quarantine.contains(p.photo_id.as_str())).count();
    let says = format!("{left} left; {} of rejected ones wait for their end", seen.quarantine.len() - left);
    check("no original of a processed photo in quarantine", left == 0, says)
}

fn sealed(seen: &Findings) -> Check {
    let evidence = || seen.photos.iter().filter(|p| p.role == Role::Evidence && p.outcome == "processed");
    let kept = |p: &&jaga_ledger::PhotoRow| {
        let digest = p.upload_digest.as_ref().and_then(|d| blake3::Hash::from_hex(d).ok());
        digest.is_some_and(|d| seen.sealed.contains(&jaga_vault::content_key(&d, "bin")))
    };
    let (all, kept) = (evidence().count(), evidence().filter(kept).count());
    check("every evidence original sealed", all == kept, format!("{kept} of {all}"))
}

fn levels(seen: &Findings) -> Check {
    let mut ladders: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for a in seen.actions.iter().filter(|a| a.kind == "escalate") {
        ladders.entry((&a.ticket_id, &a.target)).or_default().push(a.level);
    }
    let early = seen.actions.iter().filter(|a| a.kind == "escalate" && a.at < a.due_at).count();
    let uneven = ladders
        .values_mut()
        .filter_map(|levels| {
            levels.sort_unstable();
            let whole = levels.iter().zip(1..).all(|(level, n)| *level == n);
            (!whole).then_some(())
        })
        .count();
    let says = format!("{} ladders, {uneven} with a gap or a repeat, {early} levels early", ladders.len());
    check("levels come 1, 2, 3 … once each, none early", early == 0 && uneven == 0, says)
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

fn objects(seen: &Findings) -> Check {
    let keys = seen.photos.iter().flat_map(|p| {
        p.clean_key.iter().chain(p.renditions.iter().map(|r| &r.key))
    });
    let missing = keys.filter(|key| !seen.objects.contains_key(*key)).count();
    let bent = seen.objects.values().filter(|o| !o.true_to_key).count();
    let says = format!("{} objects, {missing} missing, {bent} untrue", seen.objects.len());
    check("every object there and true to its key", missing == 0 && bent == 0, says)
}

fn first(names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!("({})", names[..names.len().min(5)].join(", ")) }
}
