//! What the unit wrote and may do, what reporters said, and how the unit does otherwise.

use jiff::Timestamp;

use super::case::{Case, seconds};
use super::seen::{Form, Look, Seen};
use crate::closure::facts::{Rate, ReportedAgain, metres};
use crate::closure::note::{letters, normal_note};
use crate::closure::rate::shrunk;
use crate::closure::rules::{Explanation, Name, Weight};
use crate::closure::words;

/// The same words on many tickets, where they are more than what everybody writes.
pub(super) fn copied_note(case: &Case<'_>, weight: &Weight) -> Look {
    let Some(rule) = &case.rules.note else {
        return Ok(None);
    };
    let same = case.facts.same_note.ok_or(words::OTHER_NOTES)?;
    let tickets = same.tickets.saturating_sub(same.same_spot);
    let here = same.tickets >= rule.tickets;
    if !here || letters(&case.facts.note) < rule.letters as usize {
        return Ok(None);
    }
    let (form, words) = if tickets < rule.tickets {
        (Form::Withdrawn, words::one_visit())
    } else if rule.stock.contains(&normal_note(&case.facts.note)) {
        (Form::Withdrawn, words::stock_note())
    } else {
        (Form::Full, words::copied_note(tickets))
    };
    let seen = Seen::new(Name::CopiedNote, weight, form, words);
    Ok(Some(seen.figure("tickets", tickets)))
}

/// Kwitang 2023: closed by whoever held the ticket, not by whoever may act.
pub(super) fn unit_without_authority(case: &Case<'_>, weight: &Weight) -> Look {
    if case.facts.has_authority.ok_or(words::AUTHORITY)? {
        return Ok(None);
    }
    // Somebody was there: perhaps with the unit that may act.
    let there = case.readable().any(|p| case.on_the_spot(p));
    let (form, words) = if there {
        (Form::Lowered, words::without_authority_but_there())
    } else {
        (Form::Full, words::without_authority())
    };
    let name = Name::UnitWithoutAuthority;
    Ok(Some(Seen::new(name, weight, form, words)))
}

/// The reporter says that it is not done.
pub(super) fn reporter_disputes(case: &Case<'_>, weight: &Weight) -> Look {
    let after = |t: &&Timestamp| **t >= case.facts.proposed_at;
    let count = case.facts.response.disputes.iter().filter(after).count();
    if count == 0 {
        return Ok(None);
    }
    let (form, words) = if case.category.is_some_and(|c| c.recurs) {
        (Form::Lowered, words::disputed_and_recurs())
    } else if case.knows(Explanation::DisputeAtPlace)
        && case.readable().any(|p| case.shows_the_place(p))
    {
        (Form::Lowered, words::disputed_at_the_place())
    } else {
        (Form::Full, words::disputed())
    };
    let seen = Seen::new(Name::ReporterDisputes, weight, form, words);
    Ok(Some(seen.figure("disputes", count as u32)))
}

/// A low rating may be about the time it took, or the tone.
pub(super) fn low_rating(case: &Case<'_>, weight: &Weight) -> Look {
    let limit = case.rules.response.map_or(0, |r| r.low_rating);
    let rating = case.facts.response.rating.ok_or(words::RATING)?;
    let seen = || {
        Seen::new(Name::LowRating, weight, Form::Full, words::low_rating()).figure("rating", rating)
    };
    Ok((rating <= limit).then(seen))
}

/// A new report of the same kind at the same spot, soon after.
pub(super) fn reported_again(case: &Case<'_>, weight: &Weight) -> Look {
    let Some(rule) = case.rules.response else {
        return Ok(None);
    };
    let facts = case.facts;
    let counts = |r: &&ReportedAgain| {
        let after = r.at.duration_since(facts.proposed_at);
        r.ticket != facts.ticket_id
            && !after.is_negative()
            && after <= seconds(rule.again_s)
            && metres(Some(r.distance_m)).is_some_and(|m| m <= rule.again_m)
    };
    let again: Vec<_> = facts.response.again.iter().filter(counts).collect();
    let Some(first) = again.iter().map(|r| r.at).min() else {
        return Ok(None);
    };
    let (form, words) = if case.category.is_some_and(|c| c.recurs) {
        (Form::Withdrawn, words::it_recurs())
    } else {
        (Form::Full, words::reported_again())
    };
    let after = first.duration_since(facts.proposed_at);
    Ok(Some(
        Seen::new(Name::ReportedAgain, weight, form, words)
            .figure("reports", again.len() as u32)
            .figure("after_s", after.as_secs() as f64),
    ))
}

pub(super) fn outlier_unit(case: &Case<'_>, weight: &Weight) -> Look {
    outlier(case, Name::OutlierUnit, &case.facts.unit_rates, weight)
}

pub(super) fn outlier_officer(case: &Case<'_>, weight: &Weight) -> Look {
    outlier(
        case,
        Name::OutlierOfficer,
        &case.facts.officer_rates,
        weight,
    )
}

/// A rate that stays far above the city's even after shrinkage and at its low end. What the hand did
/// elsewhere bears less on a closure whose own photo is from the place.
fn outlier(case: &Case<'_>, name: Name, rates: &[Rate], weight: &Weight) -> Look {
    let Some(rule) = case.rules.outlier else {
        return Ok(None);
    };
    let measured = rates.iter().filter_map(|r| Some((r, shrunk(r, &rule)?)));
    let highest = measured.max_by(|(a, x), (b, y)| {
        let by_rate = x.times().total_cmp(&y.times());
        by_rate.then_with(|| b.of.cmp(&a.of))
    });
    let Some((rate, drawn)) = highest else {
        return Err(words::RATE);
    };
    if drawn.times() < rule.times {
        return Ok(None);
    }
    let there =
        case.knows(Explanation::OutlierAtPlace) && case.readable().any(|p| case.on_the_spot(p));
    let form = if there { Form::Lowered } else { Form::Full };
    let words = words::outlier(name, rate, there);
    Ok(Some(
        Seen::new(name, weight, form, words)
            .figure("closures", rate.own.of)
            .figure(figure(&rate.of), rate.own.count)
            .figure("rate", drawn.mean)
            .figure("rate_low", drawn.low)
            .figure("city_rate", drawn.city),
    ))
}

fn figure(of: &str) -> &'static str {
    match of {
        "refused" => "refused",
        "disputed" => "disputed",
        _ => "counted",
    }
}
