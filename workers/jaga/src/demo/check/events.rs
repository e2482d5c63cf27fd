//! Was everything told, once, and nothing that may not be?

use std::collections::BTreeMap;

use jaga_contract::Role;

use super::{Check, check};
use crate::demo::findings::Findings;

pub fn photo_events(seen: &Findings) -> Check {
    let told = seen.mailbox.photo_counts();
    let due: BTreeMap<_, _> = seen
        .photos
        .iter()
        .filter(|p| p.outcome != "parked")
        .map(|p| (&p.photo_id, 1))
        .collect();
    let twice = seen.mailbox.ids.values().filter(|n| **n > 1).count();
    let says = format!(
        "{} photos, {} told, {twice} events came twice",
        due.len(),
        told.len()
    );
    check(
        "each photo's outcome told once",
        told == due && twice == 0,
        says,
    )
}

pub fn action_events(seen: &Findings) -> Check {
    let told = seen.mailbox.action_counts();
    let mut due: BTreeMap<_, usize> = BTreeMap::new();
    for a in &seen.actions {
        // A target that started anew is `validation#2` in the ledger and `validation` to others.
        let target = a.target.split('#').next().unwrap_or_default().to_owned();
        *due.entry((a.ticket_id.to_string(), target, a.kind, a.level))
            .or_default() += 1;
    }
    let says = format!(
        "{} written, {} told",
        due.values().sum::<usize>(),
        told.values().sum::<usize>()
    );
    check("each warning and level told once", told == due, says)
}

pub fn verdict_events(seen: &Findings) -> Check {
    let told = seen.mailbox.verdict_counts();
    let due: BTreeMap<_, _> = seen
        .verdicts
        .iter()
        .map(|v| (&v.closure_id, v.revision))
        .collect();
    let says = format!(
        "{} written, {} told",
        due.values().sum::<u32>(),
        told.values().sum::<u32>()
    );
    check("each verdict told once", told == due, says)
}

pub fn withheld(seen: &Findings) -> Check {
    let events = seen.mailbox.processed.iter();
    let of_withheld: Vec<_> = events
        .filter(|e| e.role == Role::Report && seen.is_withheld(&e.ticket_id))
        .collect();
    let shown = of_withheld.iter().filter(|e| e.published.is_some()).count();
    let says = format!("{shown} of {} published", of_withheld.len());
    check(
        "no report photo of a withheld ticket published",
        shown == 0,
        says,
    )
}
