//! A closure's photos in line with the others of the same hand.

use std::collections::BTreeMap;

use jaga_contract::{PhotoId, TicketId};
use jaga_geo::{Placed, same_accuracy};
use jaga_ledger::HandPhoto;
use jaga_ticket::closure::{Previous, Share};
use jaga_ticket::{Closure, Ticket};

use crate::around::metres;

/// One photo among the others of its hand.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) same_accuracy: Option<u32>,
    pub(crate) previous: Option<Previous>,
    pub(crate) pin_copies: Option<Share>,
    pub(crate) officer_camera: Option<Share>,
}

/// What each photo of the closure is among the others of its hand, by their own times or else by their
/// uploads; and the tickets of later photos for which one of these counts: in a row of `least` with one
/// accuracy, on an officer's way, or among those that are at the pin.
pub(crate) fn line_up(
    ticket: &Ticket,
    closure: &Closure,
    mut photos: Vec<HandPhoto>,
    least: u32,
) -> (BTreeMap<PhotoId, Row>, Vec<(String, TicketId)>) {
    let (mut rows, mut wakes) = (BTreeMap::new(), Vec::new());
    let when = |p: &HandPhoto| p.captured_at.unwrap_or(p.uploaded_at);
    photos.sort_by(|a, b| (when(b), &b.photo_id).cmp(&(when(a), &a.photo_id)));
    let at_pin: Vec<Option<bool>> = photos.iter().map(copies_pin).collect();
    for (at, own) in photos.iter().enumerate() {
        if !closure.evidence.contains(&own.photo_id) {
            continue;
        }
        // Only what came before: else each new photo would change every verdict of before.
        let earlier = photos.iter().skip(at + 1);
        let by_officer = closure.officer.is_some();
        rows.insert(
            own.photo_id.clone(),
            Row {
                same_accuracy: same_accuracy(photos.iter().skip(at).map(accuracy)),
                pin_copies: share(at_pin.iter().skip(at + 1).copied().flatten()),
                previous: earlier
                    .clone()
                    .filter(|_| by_officer)
                    .find_map(|p| way(own, p)),
                officer_camera: share(
                    earlier
                        .filter(|_| by_officer)
                        .filter_map(|p| p.traces.as_ref()?.camera),
                ),
            },
        );
        // Later ones have not counted this one, if it came late.
        let same = |p: &HandPhoto| accuracy(p).is_some() && accuracy(p) == accuracy(own);
        let in_row = photos.iter().filter(|p| same(p)).count() as u32 >= least;
        let next = photos.iter().take(at).rfind(|p| p.position.is_some());
        let counts = |p: &HandPhoto, at_pin: Option<bool>| {
            let follows = by_officer && next.is_some_and(|n| n.photo_id == p.photo_id);
            (in_row && same(p)) || follows || at_pin == Some(true)
        };
        let key = format!("line:{}", own.photo_id);
        let later = photos.iter().zip(&at_pin).take(at);
        let later = later.filter(|(p, pin)| p.ticket_id != ticket.id && counts(p, **pin));
        wakes.extend(later.map(|(p, _)| (key.clone(), p.ticket_id.clone())));
    }
    (rows, wakes)
}

fn accuracy(photo: &HandPhoto) -> Option<f64> {
    photo.traces.as_ref()?.accuracy_m
}

fn copies_pin(photo: &HandPhoto) -> Option<bool> {
    photo.position?;
    Some(placed(photo.placed.as_deref())?.identical_to_pin)
}

/// All of a photo's place as the ledger keeps it; of photos from before layers only the verdict is known.
pub(crate) fn placed(kept: Option<&str>) -> Option<Placed> {
    serde_json::from_str(kept?).ok()
}

fn share(answers: impl Iterator<Item = bool>) -> Option<Share> {
    let (mut count, mut of) = (0, 0);
    for yes in answers {
        count += u32::from(yes);
        of += 1;
    }
    (of > 0).then_some(Share { count, of })
}

/// The way from an earlier photo of the officer to this one.
fn way(own: &HandPhoto, earlier: &HandPhoto) -> Option<Previous> {
    let times = own.captured_at.zip(earlier.captured_at);
    let (to, from) = times.unwrap_or((own.uploaded_at, earlier.uploaded_at));
    Some(Previous {
        photo: earlier.photo_id.clone(),
        distance_m: metres(own.position, earlier.position)?,
        seconds: to.duration_since(from).as_secs().max(0),
        by_capture: times.is_some(),
    })
}
