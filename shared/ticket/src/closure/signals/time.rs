//! When the photo was taken, against the ticket and against what is printed on it.

use jiff::{SignedDuration, Timestamp};

use super::case::{Case, captured, gps_time, seconds};
use super::seen::{Form, Look, Seen};
use crate::closure::facts::{EvidenceFacts, TimeMark, TimeSource};
use crate::closure::rules::{Name, Weight};
use crate::closure::words::{self, Words};

const HOUR: i64 = 3600;
/// Clocks of the earth are at most so many hours apart.
const HOURS: i64 = 14;

/// A capture time before the report existed. Without a zone the time may be off by
/// `zone_tolerance_s`: within that it is only a hint.
pub(super) fn captured_before_ticket(
    case: &Case<'_>,
    photo: &EvidenceFacts,
    weight: &Weight,
) -> Look {
    let submitted = case.facts.submitted_at.ok_or(words::WHEN_REPORTED)?;
    let own = photo.captured_at;
    let Some(at) = own.map(|c| c.at).or_else(|| gps_time(photo)) else {
        return Err(words::WHEN_TAKEN);
    };
    let earlier = submitted.duration_since(at);
    let capture = case.rules.capture;
    let clock = seconds(capture.clock_tolerance_s);
    if earlier <= clock {
        return Ok(None);
    }
    // A receiver's time is in UTC.
    let zone_known = own.is_none_or(|c| c.zone_known);
    let certain = zone_known || earlier.saturating_sub(seconds(capture.zone_tolerance_s)) > clock;
    let plain = || words::captured_before(earlier, zone_known);
    let (form, words) = explained(case, photo, at, earlier).unwrap_or_else(|| {
        if certain {
            (Form::Full, plain())
        } else {
            (Form::Lowered, plain())
        }
    });
    let seen = Seen::new(Name::CapturedBeforeTicket, weight, form, words)
        .figure("earlier_s", earlier.as_secs() as f64)
        .figure("tolerance_s", capture.clock_tolerance_s)
        .photos([&photo.photo]);
    Ok(Some(if zone_known {
        seen
    } else {
        seen.figure("zone_tolerance_s", capture.zone_tolerance_s)
    }))
}

/// Why a photo may honestly be older than its ticket. Not in the first rules.
fn explained(
    case: &Case<'_>,
    photo: &EvidenceFacts,
    at: Timestamp,
    earlier: SignedDuration,
) -> Option<(Form, Words)> {
    let window = case.rules.capture.before_report_s?;
    let clock = seconds(case.rules.capture.clock_tolerance_s);
    let submitted = case.facts.submitted_at?;
    if let Some(gps) = gps_time(photo)
        && submitted.duration_since(gps) <= clock
    {
        return Some((Form::Withdrawn, words::clock_was_off()));
    }
    if case.has_sibling(photo) {
        return Some((Form::Withdrawn, words::one_visit()));
    }
    let agrees = gps_time(photo).is_some_and(|gps| gps.duration_since(at).abs() <= clock);
    if !agrees && is_zone_off(case, at) {
        return Some((Form::Lowered, words::clock_in_another_zone()));
    }
    (earlier <= seconds(window) && case.on_the_spot(photo))
        .then(|| (Form::Lowered, words::work_before_report()))
}

/// The photo was sent as it was taken, but for whole hours: the clock stood in another zone.
fn is_zone_off(case: &Case<'_>, at: Timestamp) -> bool {
    let clock = i64::from(case.rules.capture.clock_tolerance_s);
    let behind = case.facts.proposed_at.duration_since(at).as_secs();
    let hours = (behind + HOUR / 2).div_euclid(HOUR);
    (1..=HOURS).contains(&hours) && (behind - hours * HOUR).abs() <= clock
}

/// A printed or stated time that does not agree with the photo's own, or with ticket and closure.
pub(super) fn date_contradiction(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let Some(tolerance) = case.rules.capture.date_tolerance_s else {
        return Ok(None);
    };
    let told = |m: &&TimeMark| matches!(m.source, TimeSource::Printed | TimeSource::Stated);
    let mut marks: Vec<&TimeMark> = photo.times.iter().filter(told).collect();
    if marks.is_empty() {
        return Err(words::WHEN_TOLD);
    }
    marks.sort_by_key(|m| (m.source, m.at, m.date_only));
    let own = captured(photo);
    let faults = marks
        .into_iter()
        .filter_map(|mark| fault(case, mark, own, tolerance));
    let Some((form, off, words)) = faults.max_by_key(|(form, off, _)| (*form == Form::Full, *off))
    else {
        return Ok(None);
    };
    let seen = Seen::new(Name::DateContradiction, weight, form, words);
    Ok(Some(
        seen.figure("off_s", off as f64)
            .figure("tolerance_s", tolerance)
            .photos([&photo.photo]),
    ))
}

fn fault(
    case: &Case<'_>,
    mark: &TimeMark,
    own: Option<Timestamp>,
    tolerance: u32,
) -> Option<(Form, i64, Words)> {
    // A day alone is known to half a day.
    let slack =
        seconds(tolerance) + SignedDuration::from_hours(if mark.date_only { 12 } else { 0 });
    let against = |at: Timestamp| {
        let off = mark.at.duration_since(at).abs();
        (off > slack).then_some(off)
    };
    if let Some(off) = own.and_then(against) {
        return Some((Form::Full, off.as_secs(), words::dates_differ(off)));
    }
    let early = case.facts.submitted_at?.duration_since(mark.at);
    let late = mark.at.duration_since(case.facts.proposed_at);
    if early > slack {
        // Alone, a printed date is as good as the app's clock.
        Some((Form::Lowered, early.as_secs(), words::printed_before(early)))
    } else if late > slack {
        Some((Form::Lowered, late.as_secs(), words::printed_after(late)))
    } else {
        None
    }
}
