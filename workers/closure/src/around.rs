//! What else the same hand closed, and what was reported again: read from the ledger, so that it can be
//! counted. An officer's closures where the CRM names the officer, else the unit's.

use std::collections::{BTreeMap, BTreeSet};

use jaga_contract::{PhotoId, TicketId};
use jaga_geo::{Position, distance_m};
use jaga_ledger::{Beside, Hand, HandPhoto, Ledger, LedgerError, TicketRow};
use jaga_ticket::closure::{
    Burst, Near, ReportedAgain, Response, Rules, SameNote, burst, earlier_words, note_digest,
};
use jaga_ticket::{Closure, Ticket};
use jiff::{SignedDuration, Timestamp};

use crate::line::{Row, line_up};
use crate::past::Past;
use crate::whereabouts::{Whereabouts, measured, whereabouts};

/// Notes are compared over this long before a closure.
const NOTES: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Evidence of a hand is looked through this far to both sides of a closure.
const PHOTOS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The longest way within the city: from its south to Kepulauan Seribu, metres.
const WIDEST_M: f64 = 100_000.0;

/// What stands around one closure.
#[derive(Default)]
pub(crate) struct Around {
    pub(crate) burst: Option<Burst>,
    pub(crate) same_note: Option<SameNote>,
    pub(crate) response: Response,
    /// By photo.
    pub(crate) rows: BTreeMap<PhotoId, Row>,
    pub(crate) past: Past,
    pub(crate) whereabouts: Option<Whereabouts>,
    /// Other tickets whose closures may be seen in another light now, and what may have changed.
    pub(crate) wakes: BTreeSet<(String, TicketId)>,
}

impl Around {
    pub(crate) async fn load(
        ledger: &Ledger,
        (ticket, own): (&Ticket, Option<&TicketRow>),
        closure: &Closure,
        disputes: &[Timestamp],
        rules: &Rules,
    ) -> Result<Self, LedgerError> {
        let mut around = Self {
            response: response(ticket, disputes, closure),
            ..Self::default()
        };
        let point = own.and_then(|t| t.point);
        around.reported_again(ledger, closure, own, rules).await?;
        let by_officer = closure.officer.as_ref().map(Hand::Officer);
        let Some(hand) = by_officer.or(closure.unit.as_ref().map(Hand::Unit)) else {
            return Ok(around);
        };
        around
            .count_burst(ledger, ticket, closure, (hand, point), rules)
            .await?;
        around
            .count_words(ledger, ticket, closure, point, rules)
            .await?;
        let (from, to) = (before(closure, PHOTOS), after(closure, PHOTOS));
        let photos = ledger.evidence_by(hand, from, to).await?;
        if closure.officer.is_some() {
            let (assigned_at, accepted_at) = taken_up(ticket, closure);
            around.whereabouts = assigned_at
                .or(accepted_at)
                .and_then(|at| whereabouts(&photos, &ticket.id, (at, point), rules));
            around
                .wake_ways(ledger, closure, (hand, &photos), rules)
                .await?;
        }
        let least = rules.place.map_or(u32::MAX, |p| p.same_accuracy);
        let (rows, later) = line_up(ticket, closure, photos, least);
        around.rows = rows;
        around.wakes.extend(later);
        Ok(around)
    }

    async fn count_burst(
        &mut self,
        ledger: &Ledger,
        ticket: &Ticket,
        closure: &Closure,
        (hand, point): (Hand<'_>, Option<(f64, f64)>),
        rules: &Rules,
    ) -> Result<(), LedgerError> {
        let Some(rule) = rules.burst else {
            return Ok(());
        };
        let window = SignedDuration::from_secs(i64::from(rule.window_s));
        let (from, to) = (before(closure, window), after(closure, window));
        let mut beside = ledger.closures_by(hand, from, to).await?;
        let captured = beside
            .iter()
            .find(|b| b.closure_id == closure.event_id)
            .and_then(|b| b.captured);
        beside.retain(|b| b.ticket_id != ticket.id);
        let others: Vec<Near> = beside.iter().map(|b| near(b, point)).collect();
        let own = this(ticket, closure, captured);
        let (found, who) = burst(&own, &others, rule.window_s, rules.one_visit.metres);
        self.burst = Some(found);
        let places = found.closures.saturating_sub(found.same_spot - 1);
        if places >= rule.closures {
            // The span of the photos' times may change with every photo that comes.
            let key = format!("burst:{}:{}", closure.event_id, captured.is_some());
            let wakes = who.into_iter().map(|n| (key.clone(), n.ticket.clone()));
            self.wakes.extend(wakes);
        }
        Ok(())
    }

    async fn count_words(
        &mut self,
        ledger: &Ledger,
        ticket: &Ticket,
        closure: &Closure,
        point: Option<(f64, f64)>,
        rules: &Rules,
    ) -> Result<(), LedgerError> {
        let (Some(rule), Some(unit)) = (&rules.note, &closure.unit) else {
            return Ok(());
        };
        let Some(note) = note_digest(&closure.note) else {
            return Ok(());
        };
        let (from, to) = (before(closure, NOTES), after(closure, NOTES));
        let saying = ledger.closures_saying(&note, unit, from, to).await?;
        let others: Vec<Near> = saying.iter().map(|b| near(b, point)).collect();
        let own = this(ticket, closure, None);
        let found = earlier_words(&own, &others, rules.one_visit.metres);
        self.same_note = Some(found);
        // This closure came late: those after it have not counted it yet. In the usual order there are
        // none.
        let enough = others.len() as u32 > rule.tickets;
        let later = others
            .iter()
            .filter(|n| enough && n.proposed_at > closure.proposed_at && n.ticket != ticket.id);
        let key = format!("words:{}", closure.event_id);
        self.wakes
            .extend(later.map(|n| (key.clone(), n.ticket.clone())));
        Ok(())
    }

    /// This closure's photos may say where the officer was when later closures were assigned, and have come
    /// after those were judged. In the usual order there are none.
    async fn wake_ways(
        &mut self,
        ledger: &Ledger,
        closure: &Closure,
        (hand, photos): (Hand<'_>, &[HandPhoto]),
        rules: &Rules,
    ) -> Result<(), LedgerError> {
        let Some(place) = rules.place.filter(|p| p.officer_s.is_some()) else {
            return Ok(());
        };
        // Whose closure came later than that can have come from anywhere.
        let reach = SignedDuration::try_from_secs_f64(WIDEST_M / place.speed_m_s);
        let reach = reach.unwrap_or(PHOTOS).min(PHOTOS);
        let own = photos
            .iter()
            .filter(|p| closure.evidence.contains(&p.photo_id));
        for (photo, at) in own.filter_map(|p| Some((p, measured(p, rules)?))) {
            let to = at.saturating_add(reach).unwrap_or(at);
            let later = ledger.closures_by(hand, at, to).await?;
            let others = later.into_iter().filter(|b| b.ticket_id != photo.ticket_id);
            let key = format!("way:{}", photo.photo_id);
            self.wakes
                .extend(others.map(|b| (key.clone(), b.ticket_id)));
        }
        Ok(())
    }

    /// Public reports of the same kind close by, after the closure.
    async fn reported_again(
        &mut self,
        ledger: &Ledger,
        closure: &Closure,
        own: Option<&TicketRow>,
        rules: &Rules,
    ) -> Result<(), LedgerError> {
        let (Some(rule), Some(own)) = (rules.response, own) else {
            return Ok(());
        };
        let (Some(point), Some(category)) = (own.point, &own.category) else {
            return Ok(());
        };
        let reach = SignedDuration::from_secs(i64::from(rule.again_s));
        let span = (closure.proposed_at, after(closure, reach));
        let found = ledger.reports_near(category, point, span).await?;
        let again = found.into_iter().filter(|r| r.ticket_id != own.ticket_id);
        self.response.again = again
            .filter_map(|r| {
                Some(ReportedAgain {
                    distance_m: metres(Some(point), Some(r.point))?,
                    ticket: r.ticket_id,
                    at: r.submitted_at,
                })
            })
            .filter(|r| r.distance_m <= f64::from(rule.again_m))
            .collect();
        Ok(())
    }
}

/// The stars since the closure, and when the reporter had the ticket opened again.
fn response(ticket: &Ticket, disputes: &[Timestamp], closure: &Closure) -> Response {
    let since = |at: &Timestamp| *at >= closure.proposed_at;
    let rated = ticket.ratings.iter().filter(|(at, _)| since(at));
    Response {
        disputes: disputes.iter().copied().filter(since).collect(),
        rating: rated.map(|(_, stars)| *stars).min(),
        again: Vec::new(),
    }
}

/// When the ticket was assigned and when accepted: only what happened before a closure bears on it.
pub(crate) fn taken_up(
    ticket: &Ticket,
    closure: &Closure,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let before = |at: &Timestamp| *at <= closure.proposed_at;
    (
        ticket.assigned_at.filter(before),
        ticket.accepted_at.filter(before),
    )
}

fn near(beside: &Beside, point: Option<(f64, f64)>) -> Near {
    Near {
        ticket: beside.ticket_id.clone(),
        proposed_at: beside.proposed_at,
        apart_m: metres(point, beside.point),
        captured: beside.captured,
    }
}

fn this(ticket: &Ticket, closure: &Closure, captured: Option<(Timestamp, Timestamp)>) -> Near {
    Near {
        ticket: ticket.id.clone(),
        proposed_at: closure.proposed_at,
        apart_m: Some(0.0),
        captured,
    }
}

pub(crate) fn metres(a: Option<(f64, f64)>, b: Option<(f64, f64)>) -> Option<f64> {
    let position = |(lat, lon)| Position::repaired(lat, lon).ok().map(|(p, _)| p);
    Some(distance_m(position(a?)?, position(b?)?))
}

fn before(closure: &Closure, reach: SignedDuration) -> Timestamp {
    let at = closure.proposed_at;
    at.saturating_sub(reach).unwrap_or(at)
}

fn after(closure: &Closure, reach: SignedDuration) -> Timestamp {
    let at = closure.proposed_at;
    at.saturating_add(reach).unwrap_or(at)
}
