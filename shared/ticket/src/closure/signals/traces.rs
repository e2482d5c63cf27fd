//! What the file's form says: a screen, an earlier encoding, a missing camera. All of it is weak:
//! messengers and galleries leave the same.

use super::case::{Case, stripped};
use super::marks::is_habit;
use super::seen::{Form, Look, Seen};
use crate::closure::facts::EvidenceFacts;
use crate::closure::rules::{Name, Weight};
use crate::closure::words;

/// A photo of a screen, or a screenshot.
pub(super) fn screen_photo(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let Some(rule) = case.rules.traces else {
        return Ok(None);
    };
    let has = |name: &str| photo.traits.iter().any(|t| t == name);
    let pattern = photo.screen_pattern.filter(|p| p.is_finite());
    let (form, words) = if has("says_screenshot") {
        (Form::Full, words::screenshot())
    } else if pattern.is_some_and(|p| p >= rule.screen_pattern) {
        (Form::Full, words::photo_of_a_screen())
    } else if has("screen_size") && stripped(photo) {
        // Messengers scale to sizes that screens have too.
        (Form::Withdrawn, words::messenger())
    } else if has("screen_size") {
        (Form::Lowered, words::size_of_a_screen())
    } else {
        return Ok(None);
    };
    let seen = Seen::new(Name::ScreenPhoto, weight, form, words).photos([&photo.photo]);
    Ok(Some(match pattern {
        Some(pattern) => seen.figure("screen_pattern", pattern),
        None => seen,
    }))
}

/// The thumbnail shows something else; coefficients were rounded twice; the camera that otherwise
/// names itself does not.
pub(super) fn editing_traces(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let Some(rule) = case.rules.traces else {
        return Ok(None);
    };
    let nothing = photo.thumbnail.is_none()
        && photo.double_compression.is_none()
        && (photo.camera.is_none() || photo.officer_camera.is_none());
    if nothing {
        return Err(words::FILE_TRACES);
    }
    let thumbnail = photo.thumbnail.is_some_and(|t| {
        let far = t.distance > rule.thumbnail_distance && t.quality >= case.rules.near.quality;
        far && t.largest_difference >= rule.thumbnail_difference && !t.reframed
    });
    let twice = photo
        .double_compression
        .is_some_and(|u| u >= rule.double_compression);
    let habit = is_habit(photo.officer_camera, rule.camera_of, rule.camera_share);
    let lost = photo.camera == Some(false) && habit;
    if !(thumbnail || twice || lost) {
        return Ok(None);
    }
    let (form, words) = if thumbnail {
        (Form::Full, words::other_thumbnail())
    } else if stripped(photo) {
        (Form::Withdrawn, words::messenger())
    } else if lost {
        (Form::Lowered, words::camera_missing())
    } else {
        (Form::Lowered, words::encoded_twice())
    };
    let seen = Seen::new(Name::EditingTraces, weight, form, words).photos([&photo.photo]);
    let seen = match photo.thumbnail {
        Some(t) => seen.figure("thumbnail_bits", t.distance),
        None => seen,
    };
    Ok(Some(match photo.double_compression {
        Some(unevenness) => seen.figure("unevenness_percent", unevenness),
        None => seen,
    }))
}
