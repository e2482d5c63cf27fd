//! What stands around a closure: other closures of the same hand, counted the same way whatever the order
//! in which they came to be known.

use std::collections::BTreeMap;

use jaga_contract::TicketId;
use jiff::{SignedDuration, Timestamp};

use super::facts::{Burst, SameNote};

/// Another closure of the same hand, or this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// Its ticket.
    pub ticket: TicketId,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// Metres between its ticket's point and this one's; `None` where one is unknown.
    pub apart_m: Option<f64>,
    /// First and last capture of its evidence, by the photos' own times.
    pub captured: Option<(Timestamp, Timestamp)>,
}

impl Near {
    fn at_spot(&self, spot_m: u32) -> bool {
        self.apart_m.is_some_and(|m| m <= f64::from(spot_m))
    }
}

/// The fullest stretch of `window_s` seconds that contains `own`, and the closures in it (each ticket once,
/// its closure that is nearest in time). `others` may contain closures of the same ticket: a retry is no
/// second closure, and is left out.
pub fn burst<'a>(
    own: &Near,
    others: &'a [Near],
    window_s: u32,
    spot_m: u32,
) -> (Burst, Vec<&'a Near>) {
    let window = SignedDuration::from_secs(i64::from(window_s));
    let away = |n: &Near| n.proposed_at.duration_since(own.proposed_at).abs();
    let mut nearest: BTreeMap<&TicketId, &Near> = BTreeMap::new();
    for other in others {
        if other.ticket != own.ticket && away(other) <= window {
            let entry = nearest.entry(&other.ticket).or_insert(other);
            if (away(other), other.proposed_at) < (away(entry), entry.proposed_at) {
                *entry = other;
            }
        }
    }
    let within = |start: Timestamp| {
        let holds = |n: &&&Near| {
            let since = n.proposed_at.duration_since(start);
            !since.is_negative() && since <= window
        };
        nearest.values().filter(holds).copied().collect::<Vec<_>>()
    };
    // A fullest stretch begins at one of the closures up to this one.
    let starts = nearest
        .values()
        .map(|n| n.proposed_at)
        .filter(|t| *t <= own.proposed_at)
        .chain([own.proposed_at]);
    let mut best: Vec<&Near> = Vec::new();
    let mut starts: Vec<Timestamp> = starts.collect();
    starts.sort_unstable();
    for start in starts {
        let found = within(start);
        if found.len() > best.len() {
            best = found;
        }
    }
    let same_spot = best.iter().filter(|n| n.at_spot(spot_m)).count();
    let spans = best.iter().map(|n| n.captured).chain([own.captured]);
    let (mut first, mut last, mut known) = (Timestamp::MAX, Timestamp::MIN, 0_u32);
    for (from, to) in spans.flatten() {
        (first, last, known) = (first.min(from), last.max(to), known + 1);
    }
    let captured_span_s =
        (known >= 2).then(|| last.duration_since(first).as_secs().clamp(0, 1 << 31) as u32);
    let burst = Burst {
        closures: 1 + best.len() as u32,
        same_spot: 1 + same_spot as u32,
        captured_span_s,
    };
    (burst, best)
}

/// How many other tickets were closed with the same words before this one. Only those before: the first
/// to use words copies nobody, and a later copy changes no earlier verdict.
pub fn earlier_words(own: &Near, saying: &[Near], spot_m: u32) -> SameNote {
    let mut tickets: BTreeMap<&TicketId, bool> = BTreeMap::new();
    for other in saying {
        let earlier = (other.proposed_at, &other.ticket) < (own.proposed_at, &own.ticket);
        if earlier && other.ticket != own.ticket {
            *tickets.entry(&other.ticket).or_default() |= other.at_spot(spot_m);
        }
    }
    SameNote {
        tickets: tickets.len() as u32,
        same_spot: tickets.values().filter(|here| **here).count() as u32,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn near(ticket: &str, minute: i64, apart_m: Option<f64>) -> Near {
        Near {
            ticket: TicketId::new(ticket).unwrap(),
            proposed_at: Timestamp::from_second(minute * 60).unwrap(),
            apart_m,
            captured: None,
        }
    }

    #[test]
    fn the_fullest_stretch_with_the_closure_in_it_counts_and_a_retry_does_not() {
        let own = near("A", 100, None);
        let others = [
            near("B", 86, Some(5000.0)),
            near("C", 90, Some(20.0)),
            near("D", 101, None),
            near("E", 102, None),
            near("E", 104, None),
            near("F", 113, None),
            near("A", 99, Some(0.0)),
            near("G", 60, None),
        ];
        let (found, who) = burst(&own, &others, 900, 100);
        // From minute 90 to 105: A, C, D, E; from 100 to 115: A, D, E, F; from 86 to 101: A, B, C, D.
        assert_eq!(found.closures, 4);
        assert_eq!(who.len(), 3);
        let mut turned = others.to_vec();
        turned.reverse();
        assert_eq!(burst(&own, &turned, 900, 100).0, found);
    }

    #[test]
    fn the_span_of_captures_is_over_the_whole_burst_and_unknown_from_one_photo() {
        let time = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let mut own = near("A", 100, None);
        own.captured = Some((time(40), time(41)));
        let mut other = near("B", 101, None);
        assert_eq!(
            burst(&own, &[other.clone()], 900, 100).0.captured_span_s,
            None
        );
        other.captured = Some((time(10), time(11)));
        let (found, _) = burst(&own, &[other], 900, 100);
        assert_eq!(found.captured_span_s, Some(31 * 60));
    }

    #[test]
    fn only_earlier_tickets_with_the_same_words_count_and_each_once() {
        let own = near("C", 100, None);
        let saying = [
            near("A", 10, Some(9.0)),
            near("A", 20, Some(9.0)),
            near("B", 99, None),
            near("D", 101, None),
            near("C", 50, Some(0.0)),
        ];
        let found = earlier_words(&own, &saying, 100);
        assert_eq!((found.tickets, found.same_spot), (2, 1));
    }
}
