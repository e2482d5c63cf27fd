//! The report's places: how many photos were taken where they should be, which were not, and a map.
//! Of a withheld ticket only the verdict counts; nothing of it stands in the list or on the map.

use std::collections::BTreeMap;

use jaga_contract::Role;
use jaga_geo::{Layer, Placed};
use jaga_ledger::PhotoRow;
use jaga_scene::Week;

use super::findings::Findings;
use super::map::Map;
use crate::html::{Page, esc};

/// Counts, the list of what is amiss, and the map.
pub fn section(page: &mut Page, week: &Week, seen: &Findings) {
    let layer = seen.in_force.layers.in_force_at(week.monday);
    page.section(
        "Places",
        "Each photo's position against the kelurahan of its ticket, by the layer in force when the \
         ticket was submitted. Most photos of most channels have no position.",
    );
    counts(page, seen);
    amiss(page, seen, layer);
    if let Some(map) = map(seen, layer) {
        page.drawing(&map);
        page.note(
            "grey: reporters' pins of public tickets; green, orange, red: officers' photos inside, \
             near a border, outside; a red line leads from the pin to a photo that was taken farther \
             away than is normal. Outlines: kelurahan of the layer; circles: what the built-in \
             gazetteer is sure of. The mainland only; all positions are made up.",
        );
    }
    let credit = layer.credit();
    page.note(&format!(
        "Layer {}. {} Licence: {}",
        layer.version(),
        credit.attribution,
        credit.licence
    ));
}

fn placed(row: &PhotoRow) -> Option<Placed> {
    serde_json::from_str(row.placed.as_deref()?).ok()
}

fn counts(page: &mut Page, seen: &Findings) {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for row in &seen.photos {
        let Some(verdict) = row.place_verdict.as_deref() else {
            continue;
        };
        let [reports, evidence] = counts.entry(verdict).or_default();
        *(match row.role {
            Role::Report => reports,
            Role::Evidence => evidence,
        }) += 1;
    }
    let rows = counts.into_iter().map(|(verdict, [reports, evidence])| {
        vec![esc(verdict), reports.to_string(), evidence.to_string()]
    });
    page.table(&["verdict", "report photos", "evidence photos"], rows);
}

/// Farther from the ticket's point than is normal, in another kelurahan, copied, turned or unusable.
fn is_amiss(placed: &Placed) -> bool {
    let far = placed
        .distance_to_ticket_m
        .is_some_and(|m| m > placed.tolerance_m);
    let verdict = placed.verdict.as_str();
    far || placed.swapped
        || placed.identical_to_pin
        || placed.identical_to_office.is_some()
        || placed.reroute.is_some()
        || matches!(verdict, "outside" | "unusable")
}

fn amiss(page: &mut Page, seen: &Findings, layer: &dyn Layer) {
    let rows = seen.photos.iter().filter_map(|row| {
        let placed = placed(row).filter(is_amiss)?;
        let ticket = seen.tickets.get(&row.ticket_id).filter(|t| !t.withheld)?;
        let named = |code: Option<&String>| {
            let known = code.and_then(|c| layer.places().by_code(c));
            known.map_or_else(|| code.cloned().unwrap_or_default(), |k| k.name.clone())
        };
        let metres = |m: Option<f64>| m.map_or(String::new(), |m| format!("{m:.0} m"));
        let elsewhere = placed.kelurahan.as_ref().or(placed.candidates.first());
        let sure = if placed.kelurahan.is_some() { "" } else { "?" };
        let to = placed.reroute.as_ref().map(|r| &r.to);
        let mut remarks = Vec::new();
        remarks.extend(placed.swapped.then_some("latitude and longitude turned"));
        remarks.extend(placed.identical_to_pin.then_some("copy of the pin"));
        remarks.extend(
            placed
                .identical_to_office
                .as_ref()
                .map(|_| "an office's position"),
        );
        let side = placed.side.map(|s| format!("{s:?}")).unwrap_or_default();
        Some(vec![
            esc(row.ticket_id.as_str()),
            esc(row.role.as_str()),
            esc(placed.verdict.as_str()),
            esc(&named(ticket.kelurahan.as_ref())),
            esc(&format!("{}{sure}{side}", named(elsewhere))),
            metres(placed.distance_to_ticket_m),
            metres(Some(placed.tolerance_m)),
            metres(placed.distance_to_border_m),
            esc(&named(to)),
            esc(&remarks.join(", ")),
        ])
    });
    let head = [
        "ticket",
        "photo",
        "verdict",
        "ticket's kelurahan",
        "taken in",
        "from the pin",
        "normal up to",
        "from the border",
        "re-route to",
        "",
    ];
    page.table(&head, rows);
}

fn map(seen: &Findings, layer: &dyn Layer) -> Option<String> {
    let mut map = Map::of(layer)?;
    for ticket in seen.tickets.values().filter(|t| !t.withheld) {
        if let Some(pin) = ticket.point {
            map.dot(pin, "pin", &esc(ticket.ticket_id.as_str()));
        }
    }
    for row in &seen.photos {
        // Only evidence has a position in the ledger; a withheld ticket's would tell its place.
        let ticket = seen.tickets.get(&row.ticket_id).filter(|t| !t.withheld);
        let (Some(ticket), Some(at), Some(placed)) = (ticket, row.position, placed(row)) else {
            continue;
        };
        let far = placed
            .distance_to_ticket_m
            .is_some_and(|m| m > placed.tolerance_m);
        if let (Some(pin), true) = (ticket.point, far) {
            map.line(pin, at);
        }
        map.dot(at, placed.verdict.as_str(), &esc(row.ticket_id.as_str()));
    }
    Some(map.end())
}
