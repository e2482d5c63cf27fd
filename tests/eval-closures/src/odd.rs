//! Honest closures that look odd.

use crate::dice::Dice;
use crate::world::{
    Closure, DAY, Fix, HOUR, Made, OFFICERS_A_UNIT, Photo, Truth, UNITS, View, beside,
    honest_photo, plain, ticket,
};

pub const KINDS: [&str; 18] = [
    "one visit, two reports",
    "retry after a refusal",
    "two officers, one photo",
    "collage",
    "report photo as 'before'",
    "work before the report",
    "same angle re-shot",
    "wrong pin",
    "clock in another zone",
    "clock reset",
    "faces hidden by an editor",
    "faces hidden by a model",
    "a day's work sent at once",
    "passing crew",
    "app fills in the pin",
    "sent from the office",
    "messenger and gallery",
    "cropped and dated in an app",
];

/// One odd closure, or the two of one visit.
pub fn closures(dice: &mut Dice, kind: &'static str) -> Vec<Closure> {
    let unit = dice.below(UNITS);
    let mut c = plain(dice, unit);
    c.truth = Truth::Odd(kind);
    let (report, spot) = (c.ticket.report_exposure, c.ticket.spot);
    let first = &mut c.photos[0];
    match kind {
        "one visit, two reports" => return one_visit(dice, c),
        "retry after a refusal" => c.retried = true,
        "two officers, one photo" => {
            let again = c.photos[0].clone();
            c.photos.push(again);
        }
        "collage" => {
            first.exposure = report;
            first.made = Made::Collage(dice.within(0.35, 0.6));
        }
        "report photo as 'before'" => {
            let mut before = first.clone();
            before.exposure = report;
            before.file = dice.id();
            before.made = Made::Resaved;
            before.messenger = true;
            c.photos.push(before);
        }
        "work before the report" => {
            let work = c.ticket.submitted - dice.within(1.0, 40.0) * HOUR;
            shift(&mut c, work);
        }
        "same angle re-shot" => c.photos.iter_mut().for_each(|p| p.view = View::SameAngle),
        "wrong pin" => c.ticket.pin = beside(dice, spot, 1200.0),
        "clock in another zone" => {
            let hours = dice.one_of(&[-7.0, -8.0, -5.0, 1.0, -1.0]);
            let hours = hours * HOUR;
            keep(&mut c, |p| p.clock += hours);
        }
        "clock reset" => {
            let off = -dice.within(200.0, 700.0) * DAY;
            keep(&mut c, |p| p.clock += off);
        }
        "faces hidden by an editor" => {
            let share = dice.within(0.005, 0.06);
            keep(&mut c, |p| {
                p.marks = vec!["software:editor"];
                p.blurred = share;
            });
        }
        "faces hidden by a model" => {
            let share = dice.within(0.005, 0.06);
            keep(&mut c, |p| {
                p.marks = vec!["edited_with_google_ai"];
                p.blurred = share;
            });
        }
        "a day's work sent at once" => return evening(dice, &c),
        "passing crew" => {
            c.proposed = c.assigned + dice.within(15.0, 110.0);
            let work = c.assigned - dice.within(0.0, 0.5) * HOUR;
            c.ticket.submitted = c.ticket.submitted.min(work - HOUR);
            c.photos.iter_mut().for_each(|p| p.at = work);
        }
        "app fills in the pin" => {
            let unit = 10 + dice.below(2);
            c = plain(dice, unit);
            c.truth = Truth::Odd(kind);
            keep(&mut c, |_| {});
        }
        "sent from the office" => keep(&mut c, |p| p.fix = Fix::Office),
        "messenger and gallery" => c.photos.iter_mut().for_each(|p| {
            p.messenger = true;
            p.made = Made::Resaved;
        }),
        _ => {
            let share = dice.within(0.02, 0.1);
            keep(&mut c, |p| {
                p.marks = vec!["software:editor"];
                p.made = Made::Crop(share);
            });
        }
    }
    vec![c]
}

/// Changes photos that came with their metadata.
fn keep(c: &mut Closure, change: impl Fn(&mut Photo)) {
    for photo in &mut c.photos {
        photo.messenger = false;
        change(photo);
    }
}

fn shift(c: &mut Closure, work: f64) {
    for photo in &mut c.photos {
        photo.at = work;
    }
    c.proposed = c.assigned + 2.0 * HOUR;
}

/// Six jobs of one day, sent at four in the afternoon when there is time.
fn evening(dice: &mut Dice, first: &Closure) -> Vec<Closure> {
    let officer = first.unit * OFFICERS_A_UNIT;
    let sent = (first.proposed / DAY).ceil() * DAY + 16.0 * HOUR;
    let job = |dice: &mut Dice, n: usize| {
        let mut c = plain(dice, first.unit);
        c.truth = first.truth;
        c.officer = officer;
        c.proposed = sent + dice.within(0.0, 600.0);
        c.assigned = c.assigned.min(sent - 9.5 * HOUR);
        c.ticket.submitted = c.ticket.submitted.min(c.assigned - HOUR);
        let work = sent - (8.0 - n as f64 * 1.2) * HOUR + dice.within(0.0, HOUR);
        c.photos.iter_mut().for_each(|p| p.at = work);
        c
    };
    (0..6).map(|n| job(dice, n)).collect()
}

/// A second reporter saw the same thing; the officer closes both with one photo.
fn one_visit(dice: &mut Dice, c: Closure) -> Vec<Closure> {
    let mut second = c.clone();
    let other = ticket(dice, c.unit);
    second.ticket.report_exposure = other.report_exposure;
    let pin = if dice.chance(0.08) { 200.0 } else { 12.0 };
    second.ticket.pin = beside(dice, c.ticket.spot, pin);
    second.ticket.submitted = c.ticket.submitted + dice.within(0.0, 20.0) * HOUR;
    second.assigned = second.ticket.submitted + dice.within(0.05, 3.0) * HOUR;
    second.proposed = c.proposed.max(second.assigned + 20.0) + dice.within(10.0, 1800.0);
    if dice.chance(0.5) {
        second.photos = vec![honest_photo(dice, c.ticket.spot, c.photos[0].at)];
        second.photos.push(c.photos[0].clone());
    }
    vec![c, second]
}
