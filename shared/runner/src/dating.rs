//! Dating a ticket: what intake does after each step and a sweep after each look. Pure: the history,
//! the rules and what is on record in, what is to be written out.

use std::sync::Arc;

use jaga_contract::{Moved, MovedBy, TicketRedated};
use jaga_ledger::{Dating, Dues, Known, LedgerError, Mark, Outgoing, ReDating, Told};
use jaga_ticket::{Calendars, Deadline, Done, NoPolicy, Policies, Ticket, deadlines};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What deadlines are computed by.
#[derive(Clone)]
pub struct DeadlineRules {
    /// The dated policies.
    pub policies: Arc<Policies>,
    /// The calendars.
    pub calendars: Arc<Calendars>,
    /// Digest of both, and of the program that reads them: another one makes every deadline stale.
    pub version: String,
}

/// A ticket's deadlines now, beside what is on record.
pub struct Dated {
    /// The deadlines.
    pub deadlines: Vec<Deadline>,
    /// What was told, of these deadlines.
    pub done: Done,
    /// To be kept.
    pub dating: Dating,
    /// Those that moved; not empty.
    pub moved: Option<ReDating>,
}

/// Dates a ticket. `step`: the kind of the step that came, where one did.
pub fn date(
    ticket: &Ticket,
    rules: &DeadlineRules,
    known: &Known,
    told: &[Told],
    step: Option<&str>,
) -> Result<Dated, NoPolicy> {
    let deadlines = deadlines(ticket, &rules.policies, &rules.calendars)?;
    let dues: Dues = deadlines
        .iter()
        .map(|d| {
            let runs = d.met_at.is_none();
            let mark = Mark(d.due_at.as_microsecond(), d.version.clone(), runs);
            (d.key(), mark)
        })
        .collect();
    // The same rules and another date: the history did it. Other rules may have come with a step as well;
    // then they are what nobody at the unit can have known of.
    let by = if known.rules.as_deref().is_none_or(|r| r == rules.version) {
        MovedBy::History
    } else {
        MovedBy::Rules
    };
    let why = |d: &Deadline| match by {
        MovedBy::Rules => {
            let (policy, calendars) = (&d.policy, rules.calendars.version());
            (
                format!("aturan berubah, kini kebijakan {policy}, kalender {calendars}"),
                format!("the rules changed, now policy {policy}, calendars {calendars}"),
            )
        }
        MovedBy::History => {
            let step = step.unwrap_or("-");
            (
                format!("riwayat tiket bertambah ({step})"),
                format!("the ticket's history grew ({step})"),
            )
        }
    };
    let moved: Vec<Moved> = match &known.dues {
        Some(old) => deadlines
            .iter()
            .filter_map(|d| moved(d, old.get(&d.key())?, &why(d)))
            .collect(),
        None => Vec::new(),
    };
    Ok(Dated {
        done: done(&deadlines, told),
        moved: (!moved.is_empty()).then(|| ReDating {
            number: known.re_dated + 1,
            by,
            moved,
        }),
        dating: Dating {
            dues,
            rules: rules.version.clone(),
        },
        deadlines,
    })
}

/// The event that tells of a re-dating.
pub fn re_dated(
    ticket: &Ticket,
    re_dating: &ReDating,
    source: &'static str,
    now: Timestamp,
) -> Result<Outgoing, LedgerError> {
    let id = format!("redated:{}:{}", ticket.id, re_dating.number);
    let event = TicketRedated {
        ticket_id: ticket.id.clone(),
        number: u32::try_from(re_dating.number).unwrap_or(u32::MAX),
        by: re_dating.by,
        moved: re_dating.moved.clone(),
        unit: ticket.owner.clone(),
    };
    Outgoing::new(&id, source, now, event)
}

/// What was told and still counts. A level is told once per version of its deadline; but what was told
/// at a time that is right by the new version too stays told, so that a change of rules does not tell
/// of every old breach again.
fn done(deadlines: &[Deadline], told: &[Told]) -> Done {
    let rows = told.iter().filter(|t| {
        let deadline = deadlines.iter().find(|d| d.is_named(&t.target));
        deadline.is_none_or(|d| {
            let due = if t.kind == "warn" {
                let warning = d.warnings.iter().find(|(number, _)| *number == t.level);
                warning.map(|(_, at)| *at)
            } else {
                let mut levels = d.levels.iter();
                let level = levels.find(|l| l.level == t.level && d.level_key(l) == t.target);
                level.map(|l| l.at)
            };
            t.deadline == d.version || due.is_none_or(|at| at <= t.at)
        })
    });
    Done::from_rows(rows.map(|t| (t.target.clone(), t.kind.clone(), t.level)))
}

fn moved(deadline: &Deadline, old: &Mark, why: &(String, String)) -> Option<Moved> {
    let from = Timestamp::from_microsecond(old.0).ok()?;
    if from == deadline.due_at {
        return None;
    }
    let (why_id, why_en) = why;
    let (was, is) = (local(from), local(deadline.due_at));
    Some(Moved {
        target: deadline.target.clone(),
        from,
        to: deadline.due_at,
        policy: deadline.policy.clone(),
        reason: format!(
            "Batas {} pindah dari {was} ke {is}: {why_id}. / The {} moved from {was} to {is}: \
             {why_en}.",
            deadline.title_id, deadline.title_en
        ),
    })
}

/// `2026-11-02 15:00 WIB`.
fn local(at: Timestamp) -> String {
    static ZONE: std::sync::OnceLock<TimeZone> = std::sync::OnceLock::new();
    let zone = ZONE.get_or_init(|| TimeZone::get("Asia/Jakarta").unwrap_or(TimeZone::UTC));
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M %Z")
        .to_string()
}
