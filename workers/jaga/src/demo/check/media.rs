//! Is what lies in the vault what may lie there, and all of it?

use jaga_contract::Role;

use super::{Check, check};
use crate::demo::carriers::Carriers;
use crate::demo::findings::Findings;
use crate::demo::stage::Played;

pub fn leaks(played: &Played, seen: &Findings) -> Check {
    let in_originals: usize = played.originals.values().map(|a| a.present).sum();
    let objects = seen.objects.values().filter(|o| o.leaks).count();
    let elsewhere = if seen.leaks.is_empty() {
        "nowhere else".into()
    } else {
        seen.leaks.join(", ")
    };
    let says = format!(
        "{} secrets, found {in_originals} times in the originals; in {objects} of {} objects, {elsewhere}",
        seen.secrets,
        seen.objects.len()
    );
    // A search that finds nothing in the originals would prove nothing.
    let ok = objects == 0 && seen.leaks.is_empty() && in_originals > 0;
    check("no secret in objects, events, ledger or log", ok, says)
}

pub fn carriers(seen: &Findings) -> Check {
    let all: Carriers = seen
        .objects
        .values()
        .flat_map(|o| o.carriers.iter().copied())
        .collect();
    let names: Vec<_> = all.into_iter().collect();
    let says = if names.is_empty() {
        "none left".into()
    } else {
        names.join(", ")
    };
    check(
        "no carrier of metadata in any object",
        names.is_empty(),
        says,
    )
}

pub fn quarantine(seen: &Findings) -> Check {
    let processed = seen.photos.iter().filter(|p| p.outcome == "processed");
    let left = processed
        .filter(|p| seen.quarantine.contains(p.photo_id.as_str()))
        .count();
    let says = format!(
        "{left} left; {} of rejected ones wait for their end",
        seen.quarantine.len() - left
    );
    check(
        "no original of a processed photo in quarantine",
        left == 0,
        says,
    )
}

pub fn sealed(seen: &Findings) -> Check {
    let evidence = || {
        seen.photos
            .iter()
            .filter(|p| p.role == Role::Evidence && p.outcome == "processed")
    };
    let kept = |p: &&jaga_ledger::PhotoRow| {
        let digest = p
            .upload_digest
            .as_ref()
            .and_then(|d| blake3::Hash::from_hex(d).ok());
        digest.is_some_and(|d| seen.sealed.contains(&jaga_vault::content_key(&d, "bin")))
    };
    let (all, kept) = (evidence().count(), evidence().filter(kept).count());
    check(
        "every evidence original sealed",
        all == kept,
        format!("{kept} of {all}"),
    )
}

pub fn objects(seen: &Findings) -> Check {
    let keys = seen.photos.iter().flat_map(|p| {
        p.clean_key
            .iter()
            .chain(p.renditions.iter().map(|r| &r.key))
    });
    let missing = keys.filter(|key| !seen.objects.contains_key(*key)).count();
    let bent = seen.objects.values().filter(|o| !o.true_to_key).count();
    let says = format!(
        "{} objects, {missing} missing, {bent} untrue",
        seen.objects.len()
    );
    check(
        "every object there and true to its key",
        missing == 0 && bent == 0,
        says,
    )
}
