//! Two citizens who report the same thing: a proposal to merge their tickets.

use std::collections::BTreeSet;

use jaga_contract::{Role, TicketId};
use jaga_geo::{Position, distance_m};
use jaga_ledger::{Ledger, LedgerError, PhotoRow, Similar, TicketRow};
use jiff::SignedDuration;

/// Two reports of one thing come within days of each other.
const WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Two pins on one thing.
const METRES: f64 = 250.0;

/// Tickets that a report's photo says are about the same thing: reports of others, of the same category,
/// the same place, within days. Of public tickets only: that two private reports show one picture may point
/// at a person.
pub(crate) async fn merge_with(
    ledger: &Ledger,
    photo: &PhotoRow,
    ticket: Option<&TicketRow>,
    matches: &[Similar],
) -> Result<Vec<TicketId>, LedgerError> {
    let Some(own) = ticket.filter(|it| !it.withheld && photo.role == Role::Report) else {
        return Ok(Vec::new());
    };
    let candidates: BTreeSet<&TicketId> = matches
        .iter()
        .filter(|it| it.role == Role::Report && !it.withheld && it.ticket_id != own.ticket_id)
        .map(|it| &it.ticket_id)
        .collect();
    let mut found = Vec::new();
    for id in candidates {
        let Some(other) = ledger.ticket(id).await? else {
            continue;
        };
        if is_of_the_same(own, &other) {
            found.push(id.clone());
        }
    }
    Ok(found)
}

fn is_of_the_same(one: &TicketRow, other: &TicketRow) -> bool {
    let category = one.category.is_some() && one.category == other.category;
    let within = match (one.submitted_at, other.submitted_at) {
        (Some(a), Some(b)) => a.duration_since(b).abs() <= WITHIN,
        _ => false,
    };
    let open = other.ended_at.is_none();
    !other.withheld && open && category && within && same_place(one, other)
}

/// By their pins; where one has none, by the kelurahan.
fn same_place(one: &TicketRow, other: &TicketRow) -> bool {
    let position = |it: &TicketRow| {
        let (lat, lon) = it.point?;
        Position::repaired(lat, lon).ok().map(|it| it.0)
    };
    match (position(one), position(other)) {
        (Some(a), Some(b)) => distance_m(a, b) <= METRES,
        _ => one.kelurahan.is_some() && one.kelurahan == other.kelurahan,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use jiff::{Timestamp, ToSpan as _};

    use super::*;

    fn ticket(id: &str) -> TicketRow {
        TicketRow {
            ticket_id: TicketId::new(id).unwrap(),
            state: "submitted".into(),
            submitted_at: Some(Timestamp::UNIX_EPOCH),
            channel: None,
            category: Some("Jalan Rusak".into()),
            withheld: false,
            point: Some((-6.2, 106.8)),
            kelurahan: Some("31.73.01.1005".into()),
            address: None,
            owner: None,
            next_at: None,
            ended_at: None,
            hops: 0,
            reopened: 0,
        }
    }

    #[test]
    fn two_reports_of_one_thing_are_of_the_same_and_others_are_not() {
        let one = ticket("T1");
        assert!(is_of_the_same(&one, &ticket("T2")));
        let near = TicketRow {
            point: Some((-6.201, 106.801)),
            ..ticket("T2")
        };
        assert!(is_of_the_same(&one, &near));
        let without_pin = TicketRow {
            point: None,
            ..ticket("T2")
        };
        assert!(is_of_the_same(&one, &without_pin));
        let later = |hours: i64| Some(Timestamp::UNIX_EPOCH + hours.hours());
        let others = [
            TicketRow {
                withheld: true,
                ..ticket("T2")
            },
            TicketRow {
                category: None,
                ..ticket("T2")
            },
            TicketRow {
                category: Some("Pohon".into()),
                ..ticket("T2")
            },
            TicketRow {
                point: Some((-6.21, 106.8)),
                ..ticket("T2")
            },
            TicketRow {
                point: None,
                kelurahan: None,
                ..ticket("T2")
            },
            TicketRow {
                submitted_at: later(15 * 24),
                ..ticket("T2")
            },
            TicketRow {
                submitted_at: None,
                ..ticket("T2")
            },
            TicketRow {
                ended_at: later(1),
                ..ticket("T2")
            },
        ];
        for (index, other) in others.iter().enumerate() {
            assert!(!is_of_the_same(&one, other), "{index}");
        }
    }
}
