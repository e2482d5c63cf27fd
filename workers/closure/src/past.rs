//! What became of the hand's earlier closures, beside the city's: counted from the ledger, by people's answers
//! alone. Whose answer comes late wakes the closures that would be seen in another light by it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jaga_contract::{EventId, TicketId};
use jaga_ledger::{AnsweredRow, Hand, Ledger, LedgerError, Tx};
use jaga_ticket::closure::section::Outlier;
use jaga_ticket::closure::{
    Answered, Before, City, Counted, Rate, Rules, answers, bears_on, counted, span,
};
use jaga_ticket::{Closure, History, Ticket};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

/// The city's counts are good for so long, or until something came late here: one more closure moves them
/// by one in thousands.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// Closures of so many days may be judged at once without counting the city again for each.
const DAYS: usize = 100;
const DAY: i64 = 24 * 3600;

/// The city's counts, one for the closures of each day, counted once for all of them.
#[derive(Default)]
pub(crate) struct Cities(Mutex<BTreeMap<Key, (Timestamp, Arc<City>)>>);

/// The day, and the rule's window and follow: rules may change while the worker runs.
type Key = (i64, Option<u32>, Option<u32>);

impl Cities {
    async fn at(
        &self,
        ledger: &Ledger,
        (at, now): (Timestamp, Timestamp),
        rule: &Outlier,
    ) -> Result<Arc<City>, LedgerError> {
        let day = at.as_second().div_euclid(DAY);
        // Held while it is counted: others of that day wait for it instead of counting too.
        let mut known = self.0.lock().await;
        let key = (day, rule.window_s, rule.follow_s);
        if let Some((counted, city)) = known.get(&key)
            && now.duration_since(*counted).abs() < FRESH
        {
            return Ok(city.clone());
        }
        let start = Timestamp::from_second(day * DAY).unwrap_or(at);
        let mut city = City::default();
        if let Some(((from, to), follow_s)) = span(start, rule).zip(rule.follow_s) {
            let rows = ledger.answered_in_city(from, to, follow_s).await?;
            city = City::of(rows.into_iter().map(|row| {
                let counted = Counted {
                    of: row.of,
                    refused: row.refused,
                    disputed: row.disputed,
                };
                (row.unit, row.category, counted)
            }));
        }
        if known.len() >= DAYS {
            known.pop_first();
        }
        let city = Arc::new(city);
        known.insert(key, (now, city.clone()));
        Ok(city)
    }
}

impl Cities {
    /// What came late is in the counts of all later days.
    async fn forget(&self, from: Timestamp) {
        let day = from.as_second().div_euclid(DAY);
        self.0.lock().await.split_off(&(day, None, None));
    }
}

/// The rates of a closure's unit and officer.
#[derive(Default)]
pub(crate) struct Past {
    pub(crate) unit: Vec<Rate>,
    pub(crate) officer: Vec<Rate>,
}

/// Who closed it: the unit, and the officer where the CRM names one.
fn hands(closure: &Closure) -> [Option<Hand<'_>>; 2] {
    [
        closure.unit.as_ref().map(Hand::Unit),
        closure.officer.as_ref().map(Hand::Officer),
    ]
}

impl Past {
    pub(crate) async fn load(
        ledger: &Ledger,
        cities: &Cities,
        closure: &Closure,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<Self, LedgerError> {
        let mut past = Self::default();
        let at = closure.proposed_at;
        let Some(rule) = &rules.outlier else {
            return Ok(past);
        };
        let Some((from, to)) = span(at, rule) else {
            return Ok(past);
        };
        let mut rates = [Vec::new(), Vec::new()];
        for (hand, rates) in hands(closure).into_iter().zip(&mut rates) {
            let Some(hand) = hand else { continue };
            let rows = ledger.answered_by(hand, from, to).await?;
            // Too few say nothing: then the city need not be asked.
            if rows.len() < rule.least as usize {
                continue;
            }
            let before: Vec<Before> = rows.into_iter().map(before).collect();
            let city = cities.at(ledger, (at, now), rule).await?;
            *rates = city.rates(&counted(&before, at, rule));
        }
        [past.unit, past.officer] = rates;
        Ok(past)
    }
}

fn before(row: AnsweredRow) -> Before {
    Before {
        category: row.category,
        answered: Answered {
            closure: row.closure_id,
            proposed_at: row.proposed_at,
            refused_at: row.refused_at,
            disputed_at: row.disputed_at,
        },
    }
}

/// Keeps what became of the ticket's closures. Where that is news, and late, the tickets of closures that it
/// bears on, each with a name for what was news; in the usual order there are none.
pub(crate) async fn note(
    (ledger, tx): (&Ledger, &mut Tx),
    cities: &Cities,
    (ticket, history): (&Ticket, &History),
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<(String, TicketId)>, LedgerError> {
    let mut wakes = Vec::new();
    for answered in answers(history.steps()) {
        let known = ticket
            .closures
            .iter()
            .find(|c| c.event_id == answered.closure);
        let Some(closure) = known else { continue };
        let (refused, disputed) = (answered.refused_at, answered.disputed_at);
        if !tx.note_answer(&closure.event_id, refused, disputed).await? {
            continue;
        }
        let Some(rule) = &rules.outlier else { continue };
        let category = ticket.submission.as_ref().map(|s| s.category.clone());
        let news = Before {
            category: category.unwrap_or_default(),
            answered,
        };
        for hand in hands(closure).into_iter().flatten() {
            let found = late(ledger, cities, hand, &news, rule, now).await?;
            let key = name(&closure.event_id, refused, disputed);
            wakes.extend(found.into_iter().map(|ticket| (key.clone(), ticket)));
        }
    }
    Ok(wakes)
}

/// The tickets of a hand's later closures that were judged without the news and that it bears on.
async fn late(
    ledger: &Ledger,
    cities: &Cities,
    hand: Hand<'_>,
    news: &Before,
    rule: &Outlier,
    now: Timestamp,
) -> Result<Vec<TicketId>, LedgerError> {
    let at = news.answered.proposed_at;
    let Some((window_s, follow_s)) = rule.window_s.zip(rule.follow_s) else {
        return Ok(Vec::new());
    };
    let after = |seconds: u32| {
        let long = SignedDuration::from_secs(seconds.into());
        at.saturating_add(long).unwrap_or(at)
    };
    let (first, last) = (after(follow_s), after(window_s));
    let later = ledger.closures_by(hand, first, last).await?;
    let Some(newest) = later.first().map(|b| b.proposed_at) else {
        return Ok(Vec::new());
    };
    let (from, _) = span(first, rule).unwrap_or((at, at));
    let rows = ledger.answered_by(hand, from, last).await?;
    let mut past: Vec<Before> = rows.into_iter().map(before).collect();
    past.retain(|b| b.answered.closure != news.answered.closure);
    past.push(news.clone());
    cities.forget(first).await;
    // The newest sees the most of the city.
    let city = cities.at(ledger, (newest, now), rule).await?;
    let times: Vec<Timestamp> = later.iter().map(|b| b.proposed_at).collect();
    let bears = bears_on(&past, &news.answered.closure, &times, &city, rule);
    let found = later.into_iter().zip(bears).filter(|(_, bears)| *bears);
    Ok(found.map(|(beside, _)| beside.ticket_id).collect())
}

/// The same news wakes once.
fn name(closure: &EventId, refused: Option<Timestamp>, disputed: Option<Timestamp>) -> String {
    let us = |at: Option<Timestamp>| at.map_or(0, Timestamp::as_microsecond);
    format!("past:{closure}:{}:{}", us(refused), us(disputed))
}
