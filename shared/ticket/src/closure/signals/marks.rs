//! What a file says of its making: by a model, with a model's help, by hand. The three are kept apart.

use super::case::Case;
use super::seen::{Form, Look, Seen};
use crate::closure::facts::{EvidenceFacts, Share};
use crate::closure::rules::{Name, Weight};
use crate::closure::words;

fn named(photo: &EvidenceFacts, list: &[String]) -> bool {
    photo.marks.iter().any(|mark| {
        let bare = mark
            .rsplit_once(':')
            .map_or(mark.as_str(), |(_, bare)| bare);
        list.iter().any(|known| known == mark || known == bare)
    })
}

/// Every change that is known of only turned, cut or encoded the picture, or hid a small part of it.
fn harmless(case: &Case<'_>, photo: &EvidenceFacts) -> Option<words::Words> {
    let edit = photo.edit.as_ref()?;
    let marks = &case.rules.marks;
    let limit = f64::from(marks.blurred_percent) / 100.0;
    let blurred = edit.blurred.filter(|share| (0.0..=limit).contains(share));
    // What was blurred is a part of what was changed: nothing else may be.
    if let Some(blurred) = blurred
        && edit
            .changed
            .is_some_and(|changed| changed <= blurred + 0.01)
        && blurred > 0.0
    {
        return Some(words::privacy_blur());
    }
    let known = |action: &String| marks.harmless.contains(action);
    let only_framed = !edit.actions.is_empty() && edit.actions.iter().all(known);
    (only_framed && edit.changed.unwrap_or(0.0) <= 0.01).then(words::only_framed)
}

/// The file declares a model as its maker.
pub(super) fn made_by_ai(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let found = named(photo, &case.rules.marks.made);
    let seen = || {
        Seen::new(Name::MadeByAi, weight, Form::Full, words::made_by_ai()).photos([&photo.photo])
    };
    Ok(found.then(seen))
}

/// The file declares that a model changed it. Phones write the same for hidden faces and for light.
pub(super) fn edited_with_ai(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let marks = &case.rules.marks;
    if !named(photo, &marks.edited_with_ai) || named(photo, &marks.made) {
        return Ok(None);
    }
    let (form, words) = match harmless(case, photo) {
        Some(words) => (Form::Lowered, words),
        None => (Form::Full, words::edited_with_ai()),
    };
    Ok(Some(changed(
        Seen::new(Name::EditedWithAi, weight, form, words),
        photo,
    )))
}

/// An editor had the picture: to crop it, to date it, to hide a face, or more.
pub(super) fn edited_by_hand(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let marks = &case.rules.marks;
    let stronger = named(photo, &marks.made) || named(photo, &marks.edited_with_ai);
    if !named(photo, &marks.edited) || stronger {
        return Ok(None);
    }
    let (form, words) = match harmless(case, photo) {
        Some(words) => (Form::Withdrawn, words),
        None => (Form::Full, words::edit_mark()),
    };
    Ok(Some(changed(
        Seen::new(Name::EditedByHand, weight, form, words),
        photo,
    )))
}

fn changed(seen: Seen, photo: &EvidenceFacts) -> Seen {
    let seen = seen.photos([&photo.photo]);
    match photo.edit.as_ref().and_then(|edit| edit.changed) {
        Some(share) => seen.figure("changed_share", share),
        None => seen,
    }
}

/// Both in one signal, as the first rules had it.
pub(super) fn ai_or_edit(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    let marks = &case.rules.marks;
    let (form, words) = if named(photo, &marks.ai) {
        (Form::Full, words::edited_with_ai())
    } else if named(photo, &marks.edited) {
        (Form::Lowered, words::edit_mark())
    } else {
        return Ok(None);
    };
    let ai = u8::from(form == Form::Full);
    let seen = Seen::new(Name::AiOrEditMark, weight, form, words);
    Ok(Some(seen.figure("ai", ai).photos([&photo.photo])))
}

/// The app, not the officer, does it so.
pub(super) fn is_habit(share: Option<Share>, least: u32, part: f64) -> bool {
    share.is_some_and(|s| s.is_habit(least, part))
}
