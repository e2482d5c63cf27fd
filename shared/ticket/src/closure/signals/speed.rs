//! Closed faster than the work, the way, or one pair of hands allows.

use jiff::SignedDuration;

use super::case::{Case, captured, seconds};
use super::seen::{Form, Look, Seen};
use crate::closure::facts::metres;
use crate::closure::rules::{Name, Weight};
use crate::closure::words::{self, Words};

/// Less time than the category plausibly takes, from the earliest moment the unit can have known:
/// its assignment, or the report itself. Taking a ticket up late and closing it at once is common, so
/// acceptance counts only where nothing else is known.
pub(super) fn too_fast(case: &Case<'_>, weight: &Weight) -> Look {
    let facts = case.facts;
    let from = facts
        .assigned_at
        .or(facts.submitted_at)
        .or(facts.accepted_at)
        .ok_or(words::WHEN_ASSIGNED)?;
    let elapsed = facts.proposed_at.duration_since(from);
    let Some(limit) = case.category.map(|c| c.too_fast_s) else {
        return Ok(None);
    };
    // A closure before its assignment is a contradiction of clocks, not a fast one.
    if elapsed.is_negative() || elapsed >= seconds(limit) {
        return Ok(None);
    }
    let (form, words) =
        already_done(case, from).unwrap_or_else(|| (Form::Full, words::too_fast(elapsed)));
    Ok(Some(
        Seen::new(Name::TooFast, weight, form, words)
            .figure("elapsed_s", elapsed.as_secs() as f64)
            .figure("limit_s", limit)
            .photos(case.readable().map(|p| &p.photo).take(1)),
    ))
}

/// The photos say how it could be fast. Not in the first rules.
fn already_done(case: &Case<'_>, from: jiff::Timestamp) -> Option<(Form, Words)> {
    let window = case.rules.capture.before_report_s?;
    let facts = case.facts;
    if case.readable().any(|p| case.has_sibling(p)) {
        return Some((Form::Withdrawn, words::one_visit()));
    }
    let since = facts.submitted_at.unwrap_or(from);
    let done = case.readable().any(|photo| {
        let in_time = captured(photo).is_some_and(|at| {
            let before = from.duration_since(at);
            !before.is_negative() && since.duration_since(at) <= seconds(window)
        });
        in_time && case.on_the_spot(photo)
    });
    if done {
        return Some((Form::Withdrawn, words::done_before_assignment()));
    }
    let there = case.readable().any(|photo| case.shows_the_place(photo));
    there.then(|| (Form::Lowered, words::fast_but_there()))
}

/// The way from where the officer was takes longer than the closure took.
pub(super) fn too_fast_for_distance(case: &Case<'_>, weight: &Weight) -> Look {
    let Some(rule) = case.rules.place else {
        return Ok(None);
    };
    let facts = case.facts;
    let from = facts
        .assigned_at
        .or(facts.accepted_at)
        .ok_or(words::WHEN_ASSIGNED)?;
    let way = metres(facts.travel_m).ok_or(words::WHERE_OFFICER_WAS)?;
    let elapsed = facts.proposed_at.duration_since(from);
    // Since the photo the officer may have been on the way already.
    let earlier = facts.travel_s.unwrap_or(0);
    let moving = elapsed.as_secs() as f64 + f64::from(earlier);
    let possible = rule.speed_m_s * moving + f64::from(rule.travel_m);
    if elapsed.is_negative() || f64::from(way) <= possible {
        return Ok(None);
    }
    let (form, words) = already_done(case, from)
        .unwrap_or_else(|| (Form::Full, words::too_fast_for_distance(way, elapsed)));
    let seen = Seen::new(Name::TooFastForDistance, weight, form, words)
        .figure("travel_m", way)
        .figure("elapsed_s", elapsed.as_secs() as f64)
        .photos(&facts.travel_from);
    Ok(Some(match facts.travel_s {
        Some(earlier) => seen.figure("earlier_s", earlier),
        None => seen,
    }))
}

/// More closures at once than one pair of hands can do; those at one spot are one.
pub(super) fn burst(case: &Case<'_>, weight: &Weight) -> Look {
    let Some(rule) = case.rules.burst else {
        return Ok(None);
    };
    let seen = case.facts.burst.ok_or(words::CLOSURES_AROUND)?;
    let places = seen.closures - seen.same_spot.saturating_sub(1).min(seen.closures);
    if places < rule.closures {
        return Ok(None);
    }
    let needed = SignedDuration::from_secs(i64::from(rule.each_s) * i64::from(places - 1));
    let worked = seen.captured_span_s.is_some_and(|s| seconds(s) >= needed);
    let (form, words) = if worked {
        (Form::Withdrawn, words::sent_together())
    } else {
        (Form::Full, words::burst(places, rule.window_s))
    };
    let seen = Seen::new(Name::Burst, weight, form, words);
    Ok(Some(
        seen.figure("closures", places)
            .figure("window_s", rule.window_s),
    ))
}
