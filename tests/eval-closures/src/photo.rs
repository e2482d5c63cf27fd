//! What a photo's file says, as far as it arrives.

use jaga_ticket::closure::{
    CapturedAt, Edit, EvidenceFacts, EvidenceOutcome, Previous, Share, Thumbnail, TimeMark,
    TimeSource,
};

use crate::dice::Dice;
use crate::measure::{Look, at, photo_id};
use crate::world::{CELL, Fix, Made, Photo, Point, between};

/// Phones are off by metres, between houses by tens of metres.
fn measured(dice: &mut Dice, from: Point) -> Point {
    let deviation = if dice.chance(0.05) { 60.0 } else { 8.0 };
    (
        from.0 + dice.normal(deviation),
        from.1 + dice.normal(deviation),
    )
}

/// The position that the file claims.
pub fn position(dice: &mut Dice, p: &Photo, pin: Point, office: Point) -> Option<Point> {
    if p.messenger {
        return None;
    }
    match p.fix {
        Fix::None => None,
        Fix::Measured => Some(measured(dice, p.from)),
        Fix::Stale(at, _) => Some(measured(dice, at)),
        Fix::Pin => Some(pin),
        Fix::Office => Some(office),
        Fix::Invented(at) => Some(at),
    }
}

pub fn facts(dice: &mut Dice, look: &Look<'_>, n: usize, k: usize) -> Option<EvidenceFacts> {
    let c = look.all[n];
    let p = &c.photos[k];
    let mut facts = EvidenceFacts::bare(photo_id(n, k)?, EvidenceOutcome::Processed);
    // One in two hundred uploads breaks off or can't be read.
    if dice.chance(0.005) {
        facts.outcome = if dice.chance(0.5) {
            EvidenceOutcome::Missing
        } else {
            EvidenceOutcome::Rejected {
                reason: "truncated".to_owned(),
            }
        };
        return Some(facts);
    }
    let office = crate::world::base(c.unit);
    if !p.messenger && !matches!(p.made, Made::Screen { .. }) {
        facts.captured_at = Some(CapturedAt {
            at: at(p.at + p.clock),
            zone_known: dice.chance(0.7),
        });
        facts.marks = p.marks.iter().map(|m| (*m).to_owned()).collect();
        let gps = matches!(p.fix, Fix::Measured | Fix::Stale(..));
        if gps && dice.chance(0.5) {
            facts.times.push(TimeMark {
                at: at(p.at),
                source: TimeSource::Gps,
                date_only: false,
            });
        }
    }
    if let Some(claimed) = position(dice, p, c.ticket.pin, office) {
        place(&mut facts, claimed, c.ticket.pin);
        facts.identical_to_pin = p.fix == Fix::Pin;
        facts.identical_to_office = p.fix == Fix::Office;
        if let Fix::Stale(_, age) = p.fix {
            facts.position_age_s = dice.chance(0.6).then_some(age as i64);
        }
        facts.previous = previous(dice, look, n, p, claimed);
        facts.same_accuracy = Some(accuracy(dice, look, n, p));
    }
    let unit = look.all.iter().filter(|o| o.unit == c.unit);
    let with: Vec<&Photo> = unit
        .flat_map(|o| &o.photos)
        .filter(|p| !p.messenger && p.fix != Fix::None)
        .collect();
    facts.pin_copies = Some(Share {
        count: with.iter().filter(|p| p.fix == Fix::Pin).count() as u32,
        of: with.len() as u32,
    });
    form(dice, p, &mut facts);
    Some(facts)
}

/// Kelurahan are cells; the ticket's is that of its pin.
fn place(facts: &mut EvidenceFacts, claimed: Point, pin: Point) {
    facts.distance_to_ticket_m = Some(between(claimed, pin));
    let low = ((pin.0 / CELL).floor() * CELL, (pin.1 / CELL).floor() * CELL);
    let beyond = |value: f64, low: f64| (low - value).max(value - low - CELL);
    let (x, y) = (beyond(claimed.0, low.0), beyond(claimed.1, low.1));
    let outside = x.max(0.0).hypot(y.max(0.0));
    let border = if outside > 0.0 { outside } else { -x.max(y) };
    facts.border_m = Some(border);
    let verdict = if border <= 50.0 {
        "near_border"
    } else if outside > 0.0 {
        "outside"
    } else {
        "inside"
    };
    facts.place = Some(verdict.to_owned());
}

/// The officer's photo before this one by the photos' own times, if both have time and position.
fn previous(
    dice: &mut Dice,
    look: &Look<'_>,
    n: usize,
    p: &Photo,
    claimed: Point,
) -> Option<Previous> {
    let officer = look.all[n].officer;
    let own = p.at + p.clock;
    let mut last: Option<(f64, usize, usize)> = None;
    for (o, other) in look.all.iter().enumerate() {
        if other.officer != officer || o == n {
            continue;
        }
        for (j, theirs) in other.photos.iter().enumerate() {
            let time = theirs.at + theirs.clock;
            let usable =
                !theirs.messenger && theirs.fix != Fix::None && theirs.exposure != p.exposure;
            if usable && time <= own && last.is_none_or(|(t, ..)| t < time) {
                last = Some((time, o, j));
            }
        }
    }
    let (time, o, j) = last?;
    let other = look.all[o];
    let office = crate::world::base(other.unit);
    let theirs = position(dice, &other.photos[j], other.ticket.pin, office)?;
    Some(Previous {
        photo: photo_id(o, j)?,
        distance_m: between(theirs, claimed),
        seconds: (own - time) as i64,
        by_capture: true,
    })
}

/// Equal accuracies in a row: programs that invent positions forget it; some phones round.
fn accuracy(dice: &mut Dice, look: &Look<'_>, n: usize, p: &Photo) -> u32 {
    if !matches!(p.fix, Fix::Invented(_)) {
        return if dice.chance(0.01) { 9 } else { 1 };
    }
    let c = look.all[n];
    let own = look
        .all
        .iter()
        .take(n + 1)
        .filter(|o| o.officer == c.officer);
    let invented = own
        .flat_map(|o| &o.photos)
        .filter(|p| matches!(p.fix, Fix::Invented(_)));
    invented.count() as u32
}

/// Traits, coding, thumbnail, edit.
fn form(dice: &mut Dice, p: &Photo, facts: &mut EvidenceFacts) {
    let mut say = |name: &str| facts.traits.push(name.to_owned());
    let screen = matches!(
        p.made,
        Made::Screen {
            photographed: false
        }
    );
    if p.messenger {
        say("stripped");
        if dice.chance(0.7) {
            say("messenger_size");
        }
        if screen || dice.chance(0.15) {
            say("screen_size");
        }
    } else if screen {
        say("screen_size");
        if dice.chance(0.5) {
            say("says_screenshot");
        }
    }
    facts.camera = Some(!p.messenger && !screen);
    let coded_twice = p.messenger || p.made != Made::AsTaken;
    let unevenness = if coded_twice {
        dice.within(10.0, 80.0)
    } else {
        dice.within(0.0, 9.0)
    };
    facts.double_compression = Some(unevenness as u8);
    if p.messenger {
        return;
    }
    if p.blurred > 0.0 && dice.chance(0.5) {
        facts.edit = Some(Edit {
            actions: Vec::new(),
            changed: Some(p.blurred + dice.within(0.0, 0.008)),
            blurred: Some(p.blurred),
        });
    }
    // Most editors write a new thumbnail.
    if matches!(p.made, Made::Erased(_) | Made::Crop(_)) && dice.chance(0.2) {
        facts.thumbnail = Some(Thumbnail {
            distance: dice.within(30.0, 110.0) as u32,
            quality: 80,
            largest_difference: dice.within(40.0, 180.0) as u8,
            reframed: false,
        });
    }
}
