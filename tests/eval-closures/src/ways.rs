//! Twelve ways not to do the work, each clumsily, as most would, or carefully.

use crate::dice::Dice;
use crate::world::{
    Closure, DAY, Fix, HOUR, Made, Photo, Truth, UNITS, View, anywhere, beside, plain,
};

/// Name, and whether it leaves something that is near-certain when seen.
pub const WAYS: [(&str, bool); 12] = [
    ("same file again", true),
    ("same photo, new date", true),
    ("same photo, reworked", true),
    ("edit of the report photo", true),
    ("the report photo itself", true),
    ("made by AI, marked", true),
    ("old photo, time kept", true),
    ("photo of another place", false),
    ("invented position", false),
    ("screen of a photo", false),
    ("closed in seconds", false),
    ("wrong unit, note only", false),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skill {
    Clumsy,
    Usual,
    Careful,
}

/// A faked closure; `earlier` are honest photos that were evidence before, with when they were sent.
pub fn closure(dice: &mut Dice, way: &'static str, earlier: &[(f64, Photo)]) -> Closure {
    let skill = match dice.within(0.0, 1.0) {
        x if x < 0.4 => Skill::Clumsy,
        x if x < 0.8 => Skill::Usual,
        _ => Skill::Careful,
    };
    // A tenth of the units does most of it.
    let few = dice.chance(0.7);
    let unit = dice.below(if few { UNITS / 10 } else { UNITS });
    let mut c = plain(dice, unit);
    c.truth = Truth::Faked(way);
    c.photos.truncate(1);
    let mut photo = c.photos[0].clone();
    photo.view = View::Elsewhere;
    match way {
        "same file again" | "same photo, new date" | "same photo, reworked" => {
            let before: Vec<_> = earlier
                .iter()
                .filter(|(t, _)| *t < c.proposed - HOUR)
                .collect();
            if let Some((_, old)) = before.get(dice.below(before.len())) {
                photo = reused(dice, way, skill, old);
            }
        }
        "edit of the report photo" | "the report photo itself" => {
            photo.exposure = c.ticket.report_exposure;
            photo.file = dice.id();
            photo.messenger = skill != Skill::Clumsy;
            photo.at = c.ticket.submitted - 600.0;
            photo.made = if way == "the report photo itself" {
                Made::Resaved
            } else {
                Made::Erased(dice.within(0.05, 0.4))
            };
            photo.fix = Fix::None;
            if way.starts_with("edit") && skill == Skill::Clumsy && dice.chance(0.5) {
                photo.marks = vec!["ai_edited"];
            }
        }
        "made by AI, marked" => {
            let marks = [
                "ai_generated",
                "made_with_google_ai",
                "software:generator",
                "ai_edited",
            ];
            photo.marks = vec![*dice.one_of(&marks)];
            photo.messenger = false;
            photo.fix = Fix::None;
        }
        "old photo, time kept" => {
            photo.messenger = false;
            photo.at = c.ticket.submitted - dice.within(2.5, 200.0) * DAY;
            // The careful kept one of the very place.
            photo.from = if skill == Skill::Careful {
                beside(dice, c.ticket.spot, 20.0)
            } else {
                anywhere(dice)
            };
            photo.view = if skill == Skill::Careful {
                View::SamePlace
            } else {
                View::Elsewhere
            };
        }
        "photo of another place" => {
            let way = dice.long_tailed(2500.0, 0.7);
            photo.from = (c.ticket.spot.0 + way, c.ticket.spot.1);
            photo.messenger = skill == Skill::Careful || dice.chance(0.3);
        }
        "invented position" => invented(dice, skill, &c, &mut photo),
        "screen of a photo" => {
            photo.exposure = if dice.chance(0.5) || earlier.is_empty() {
                c.ticket.report_exposure
            } else {
                dice.one_of(earlier).1.exposure
            };
            photo.file = dice.id();
            photo.made = Made::Screen {
                photographed: skill != Skill::Clumsy,
            };
            photo.messenger = skill == Skill::Careful;
            photo.fix = Fix::None;
        }
        "closed in seconds" => in_seconds(dice, skill, &mut c, &mut photo),
        _ => {
            c.authority = false;
            c.note = 2;
            photo.messenger = true;
            photo.view = if dice.chance(0.5) {
                View::Blank
            } else {
                View::Elsewhere
            };
        }
    }
    if let Some(first) = c.photos.first_mut() {
        *first = photo;
    }
    c
}

/// The careful wait a while and so leave less; the clumsy send no photo.
fn in_seconds(dice: &mut Dice, skill: Skill, c: &mut Closure, photo: &mut Photo) {
    c.proposed = c.assigned + dice.within(8.0, 90.0);
    c.note = 1;
    photo.at = c.proposed - dice.within(0.0, 30.0) * DAY;
    photo.messenger = skill != Skill::Clumsy;
    match skill {
        Skill::Careful => c.proposed = c.assigned + dice.within(0.1, 2.0) * HOUR,
        Skill::Clumsy => c.photos.clear(),
        Skill::Usual => {}
    }
}

fn reused(dice: &mut Dice, way: &str, skill: Skill, old: &Photo) -> Photo {
    let mut photo = old.clone();
    match way {
        "same file again" => return photo,
        "same photo, new date" => {
            photo.made = Made::Banner(dice.within(0.03, 0.12));
            photo.marks = if dice.chance(0.3) {
                vec!["software:editor"]
            } else {
                Vec::new()
            };
            photo.messenger = skill != Skill::Clumsy || photo.messenger;
        }
        _ => {
            photo.made = match skill {
                Skill::Clumsy => Made::Resaved,
                Skill::Usual => Made::Crop(dice.within(0.02, 0.1)),
                Skill::Careful if dice.chance(0.5) => Made::Mirror,
                Skill::Careful => Made::Crop(dice.within(0.1, 0.2)),
            };
            photo.messenger = true;
        }
    }
    photo.file = dice.id();
    photo
}

/// A program gives the phone a position; the photo is of whatever was at hand.
fn invented(dice: &mut Dice, skill: Skill, c: &Closure, photo: &mut Photo) {
    photo.messenger = false;
    photo.from = anywhere(dice);
    photo.fix = match skill {
        Skill::Clumsy => Fix::Pin,
        Skill::Usual | Skill::Careful => {
            let spread = if skill == Skill::Careful { 25.0 } else { 2.0 };
            Fix::Invented(beside(dice, c.ticket.pin, spread))
        }
    };
}
