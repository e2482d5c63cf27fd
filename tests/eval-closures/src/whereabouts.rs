//! Where an officer was when a ticket came: by the last photo that says so.

use jaga_contract::PhotoId;

use crate::dice::Dice;
use crate::measure::{Look, photo_id};
use crate::photo::position;
use crate::world::{Fix, base, between};

/// Older photos say nothing.
const SHORTLY: f64 = 900.0;

pub struct Way {
    pub metres: f64,
    pub earlier_s: u32,
    pub photo: PhotoId,
}

/// Half of the units send their officers' handles.
pub fn of(look: &Look<'_>, n: usize) -> Option<Way> {
    let c = look.all[n];
    // Dice of its own: what else is measured stays as it was without this.
    let dice = &mut Dice::new(c.ticket.report_exposure);
    if !c.unit.is_multiple_of(2) {
        return None;
    }
    let mut last: Option<(f64, usize, usize)> = None;
    for (o, other) in look.all.iter().enumerate() {
        if other.officer != c.officer || o == n {
            continue;
        }
        for (k, photo) in other.photos.iter().enumerate() {
            let says = matches!(photo.fix, Fix::Measured | Fix::Invented(_)) && !photo.messenger;
            let earlier = c.assigned - photo.at - photo.clock;
            let shortly = (0.0..=SHORTLY).contains(&earlier);
            if says && shortly && last.is_none_or(|(least, ..)| earlier < least) {
                last = Some((earlier, o, k));
            }
        }
    }
    let (earlier, o, k) = last?;
    let other = look.all[o];
    let from = position(dice, &other.photos[k], other.ticket.pin, base(other.unit))?;
    Some(Way {
        metres: between(from, c.ticket.pin),
        earlier_s: earlier as u32,
        photo: photo_id(o, k)?,
    })
}
