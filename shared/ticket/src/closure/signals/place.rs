//! Where the photo was taken, as far as its position can be believed.

use super::case::Case;
use super::marks::is_habit;
use super::seen::{Form, Look, Seen};
use crate::closure::facts::{EvidenceFacts, metres};
use crate::closure::rules::{Name, Weight};
use crate::closure::words;

/// Metres beyond the category's tolerance.
pub(super) fn far_from_ticket(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let name = Name::FarFromTicket;
    let Some(distance) = metres(photo.distance_to_ticket_m) else {
        // In the first rules another kelurahan was the weaker form of this.
        let separate = case.rules.weights.get(Name::OtherKelurahan).is_some();
        let outside = !separate && photo.place.as_deref() == Some("outside");
        let seen = || {
            Seen::new(name, weight, Form::Lowered, words::other_kelurahan()).photos([&photo.photo])
        };
        return if outside {
            Ok(Some(seen()))
        } else {
            Err(words::POSITION)
        };
    };
    let Some(limit) = case.category.map(|c| c.far_m) else {
        return Ok(None);
    };
    if distance <= limit {
        return Ok(None);
    }
    let (form, words) = if case.shows_the_place(photo) {
        (Form::Withdrawn, words::place_is_right())
    } else if is_stale(case, photo) {
        (Form::Lowered, words::stale_position())
    } else if photo.identical_to_office && case.rules.place.is_some() {
        // Not where the photo was taken: `copied_position` says so.
        (Form::Lowered, words::position_of_an_office())
    } else if photo.place.as_deref() == Some("near_border") && near_border(case, photo) {
        (Form::Lowered, words::pin_near_border())
    } else if case.pin_is_wrong(distance) {
        (Form::Lowered, words::pin_is_wrong())
    } else if case.pin_may_be_off(distance) {
        (Form::Lowered, words::little_beyond(distance, limit))
    } else {
        (Form::Full, words::far(distance, limit))
    };
    Ok(Some(
        Seen::new(name, weight, form, words)
            .figure("distance_m", distance)
            .figure("limit_m", limit)
            .photos([&photo.photo]),
    ))
}

fn is_stale(case: &Case<'_>, photo: &EvidenceFacts) -> bool {
    let limit = case.rules.place.map(|p| i64::from(p.stale_s));
    limit.is_some_and(|limit| photo.position_age_s.is_some_and(|age| age > limit))
}

fn near_border(case: &Case<'_>, photo: &EvidenceFacts) -> bool {
    let limit = case.rules.place.map_or(0, |p| p.border_m);
    metres(photo.border_m).is_some_and(|m| m <= limit)
}

/// In another kelurahan than the ticket's, for certain.
pub(super) fn other_kelurahan(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    match photo.place.as_deref() {
        Some("outside") => {}
        Some("inside" | "near_border") => return Ok(None),
        _ => return Err(words::POSITION),
    }
    let near_pin = metres(photo.distance_to_ticket_m)
        .zip(case.category)
        .is_some_and(|(m, category)| m <= category.far_m);
    let (form, words) = if case.shows_the_place(photo) {
        (Form::Withdrawn, words::place_is_right())
    } else if near_border(case, photo) || near_pin {
        (Form::Withdrawn, words::pin_near_border())
    } else if is_stale(case, photo) {
        (Form::Lowered, words::stale_position())
    } else if photo.identical_to_office {
        (Form::Lowered, words::position_of_an_office())
    } else if metres(photo.distance_to_ticket_m).is_some_and(|m| case.pin_is_wrong(m)) {
        (Form::Lowered, words::pin_is_wrong())
    } else if metres(photo.distance_to_ticket_m).is_some_and(|m| case.pin_may_be_off(m)) {
        (Form::Lowered, words::pin_near_border())
    } else {
        (Form::Full, words::other_kelurahan())
    };
    let seen = Seen::new(Name::OtherKelurahan, weight, form, words);
    Ok(Some(seen.photos([&photo.photo])))
}

/// A position that was not measured where the photo was taken: the ticket's point itself, or, in the
/// weaker form, a listed office's.
pub(super) fn copied_position(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let habit = case.rules.place.map(|p| (p.habit_of, p.habit_share));
    let by_app = habit.is_some_and(|(of, share)| is_habit(photo.pin_copies, of, share));
    let (form, words) = if photo.identical_to_pin && by_app {
        (Form::Withdrawn, words::app_fills_in_the_pin())
    } else if photo.identical_to_pin {
        (Form::Full, words::position_of_the_pin())
    } else if photo.identical_to_office {
        (Form::Lowered, words::position_of_an_office())
    } else {
        return Ok(None);
    };
    let seen = Seen::new(Name::CopiedPosition, weight, form, words);
    Ok(Some(seen.photos([&photo.photo])))
}

/// A receiver's accuracy changes from fix to fix; a program that invents positions often forgets it.
pub(super) fn constant_accuracy(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let row = photo.same_accuracy.ok_or(words::ACCURACY)?;
    let limit = case.rules.place.map_or(u32::MAX, |p| p.same_accuracy);
    if row < limit {
        return Ok(None);
    }
    let words = words::constant_accuracy(row);
    let seen = Seen::new(Name::ConstantAccuracy, weight, Form::Full, words);
    Ok(Some(seen.figure("photos", row).photos([&photo.photo])))
}

/// Two photos of one officer that nobody could have taken one after the other.
pub(super) fn impossible_travel(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let Some(rule) = case.rules.place else {
        return Ok(None);
    };
    let before = photo.previous.as_ref().ok_or(words::PHOTO_BEFORE)?;
    let way = metres(Some(before.distance_m)).ok_or(words::PHOTO_BEFORE)?;
    if before.seconds < 0 {
        return Err(words::ORDER_OF_PHOTOS);
    }
    let possible = rule.speed_m_s * before.seconds as f64 + f64::from(rule.travel_m);
    if f64::from(way) <= possible {
        return Ok(None);
    }
    let (form, words) = if is_stale(case, photo) {
        (Form::Withdrawn, words::stale_position())
    } else if before.by_capture {
        (Form::Full, words::impossible_travel(way, before.seconds))
    } else {
        (Form::Lowered, words::sent_together())
    };
    Ok(Some(
        Seen::new(Name::ImpossibleTravel, weight, form, words)
            .figure("travel_m", way)
            .figure("elapsed_s", before.seconds as f64)
            .photos([&photo.photo, &before.photo]),
    ))
}
