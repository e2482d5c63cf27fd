//! A night's lists: what stands open at each unit, its escalated tickets, and the leadership's summary.
//! Read in pages; what is kept in memory grows with the units, not with the tickets.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::future::Future;

use jaga_contract::{NightCity, NightLevel, NightLine, NightTicket, NightUnit, UnitId};
use jaga_ledger::{LedgerError, OpenTicket, Outgoing};
use jaga_runner::Runtime;
use jiff::Timestamp;

use crate::SOURCE;

/// Tickets on a unit's list: an event has a megabyte at most.
const LISTED: usize = 500;
/// Units in the summary.
const UNITS: usize = 1000;
/// Tickets a page.
const PAGE: u32 = 1000;

#[derive(Default)]
struct Unit {
    open: u64,
    by_level: BTreeMap<u32, u64>,
    hops: u64,
    most_hops: u32,
    reopened: u64,
    listed: Vec<NightTicket>,
    more: u64,
}

/// Writes a night's lists and their events in one transaction, once. False: they were there.
pub(crate) async fn lists<F, B>(
    runtime: &Runtime,
    night: &str,
    now: Timestamp,
    mut beat: F,
) -> Result<bool, LedgerError>
where
    F: FnMut() -> B,
    B: Future<Output = Result<(), LedgerError>>,
{
    if runtime.ledger.has_night(night).await? {
        return Ok(false);
    }
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let mut tx = runtime.ledger.begin().await?;
        let page = tx.open_after(&after, PAGE).await?;
        drop(tx);
        let Some(last) = page.last() else { break };
        after = last.ticket_id.to_string();
        for ticket in page {
            let owner = ticket.owner.clone().unwrap_or_default();
            units.entry(owner).or_default().add(&ticket);
        }
        beat().await?;
    }
    let mut tx = runtime.ledger.begin().await?;
    let city = city(night, &units);
    let body = serde_json::to_string(&city).unwrap_or_default();
    if !tx.put_night(night, "*", &body).await? {
        return Ok(false);
    }
    let id = format!("night:{night}:city");
    let mut events = vec![Outgoing::new(&id, SOURCE, now, city)?];
    for (unit, sums) in units {
        let list = sums.list(night, &unit);
        let body = serde_json::to_string(&list).unwrap_or_default();
        if tx.put_night(night, &unit, &body).await? {
            let id = format!("night:{night}:unit:{unit}");
            events.push(Outgoing::new(&id, SOURCE, now, list)?);
        }
    }
    tx.emit_all(&events).await?;
    tx.commit().await?;
    Ok(true)
}

impl Unit {
    fn add(&mut self, ticket: &OpenTicket) {
        self.open += 1;
        self.hops += u64::from(ticket.hops);
        self.most_hops = self.most_hops.max(ticket.hops);
        self.reopened += u64::from(ticket.reopened);
        let Some(standing) = standing(ticket) else {
            return;
        };
        *self.by_level.entry(standing.level).or_default() += 1;
        let place = self.listed.partition_point(|t| rank(t) < rank(&standing));
        self.listed.insert(place, standing);
        if self.listed.len() > LISTED {
            self.listed.pop();
            self.more += 1;
        }
    }

    fn list(self, night: &str, unit: &str) -> NightUnit {
        NightUnit {
            night: night.to_owned(),
            unit: UnitId::new(unit).ok(),
            open: self.open,
            by_level: levels(&self.by_level),
            hops: self.hops,
            most_hops: self.most_hops,
            reopened: self.reopened,
            escalated: self.listed,
            more: self.more,
        }
    }
}

/// The highest level first, then the longest overdue.
fn rank(t: &NightTicket) -> (Reverse<u32>, Timestamp, &str) {
    (Reverse(t.level), t.due_at, t.ticket_id.as_str())
}

/// The highest level that was told of a deadline that still runs; of equal ones the longest overdue.
fn standing(ticket: &OpenTicket) -> Option<NightTicket> {
    let mut highest: Option<NightTicket> = None;
    for told in ticket.told.iter().filter(|t| t.kind == "escalate") {
        let Some(mark) = ticket.dues.get(&told.target).filter(|mark| mark.2) else {
            continue;
        };
        let Ok(due_at) = Timestamp::from_microsecond(mark.0) else {
            continue;
        };
        let this = NightTicket {
            ticket_id: ticket.ticket_id.clone(),
            // Others know the target; which start of it this is stays ours.
            target: told.target.split('#').next().unwrap_or_default().to_owned(),
            level: told.level,
            due_at,
        };
        if highest.as_ref().is_none_or(|h| rank(&this) < rank(h)) {
            highest = Some(this);
        }
    }
    highest
}

fn levels(counts: &BTreeMap<u32, u64>) -> Vec<NightLevel> {
    let all = counts.iter();
    all.map(|(&level, &tickets)| NightLevel { level, tickets })
        .collect()
}

fn city(night: &str, units: &BTreeMap<String, Unit>) -> NightCity {
    let mut by_level: BTreeMap<u32, u64> = BTreeMap::new();
    for unit in units.values() {
        for (level, count) in &unit.by_level {
            *by_level.entry(*level).or_default() += count;
        }
    }
    let mut lines: Vec<NightLine> = units
        .iter()
        .map(|(name, unit)| NightLine {
            unit: UnitId::new(name.as_str()).ok(),
            open: unit.open,
            escalated: unit.by_level.values().sum(),
            highest: unit.by_level.keys().next_back().copied().unwrap_or(0),
        })
        .collect();
    lines.sort_by_key(|l| {
        (
            Reverse(l.escalated),
            Reverse(l.open),
            l.unit.as_ref().map(ToString::to_string),
        )
    });
    let more = lines.len().saturating_sub(UNITS) as u64;
    lines.truncate(UNITS);
    NightCity {
        night: night.to_owned(),
        open: units.values().map(|u| u.open).sum(),
        by_level: levels(&by_level),
        hops: units.values().map(|u| u.hops).sum(),
        reopened: units.values().map(|u| u.reopened).sum(),
        units: lines,
        more,
    }
}
