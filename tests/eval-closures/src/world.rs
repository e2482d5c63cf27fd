//! A month of a city as it is, not as it is seen: tickets, officers, shots. Nothing here knows of
//! facts, signals or rules.

use crate::dice::Dice;

/// Metres.
pub type Point = (f64, f64);
/// Seconds since the month began; before it where negative.
pub type Time = f64;

pub const HOUR: f64 = 3600.0;
pub const DAY: f64 = 24.0 * HOUR;
/// Some 660 km² in 267 kelurahan: cells of 1.57 km.
pub const CITY: f64 = 25_700.0;
pub const CELL: f64 = 1570.0;

/// What the city calls them, how much of all they are, and whether they come back by themselves. The
/// first three by the shares of 2024, the rest a guess.
pub const CATEGORIES: [(&str, f64, bool); 8] = [
    ("Jalan Berlubang", 0.22, false),
    ("Pohon Perlu Dipangkas", 0.17, false),
    ("Parkir Liar", 0.16, true),
    ("Sampah", 0.14, true),
    ("Saluran Tersumbat", 0.10, false),
    ("Lampu Jalan Mati", 0.08, false),
    ("Pedagang Kaki Lima", 0.07, true),
    ("Trotoar Rusak", 0.06, false),
];

/// Who closed it and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    Plain,
    /// Honest, and looks odd: which way of looking odd.
    Odd(&'static str),
    /// Not done as claimed: which way.
    Faked(&'static str),
}

impl Truth {
    pub fn is_honest(self) -> bool {
        !matches!(self, Self::Faked(_))
    }
}

/// What was done to an exposure before it was sent. Shares are of the picture's area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Made {
    AsTaken,
    /// Scaled or saved again.
    Resaved,
    Banner(f64),
    Crop(f64),
    Mirror,
    Erased(f64),
    /// The share that this exposure has of a larger picture.
    Collage(f64),
    /// A screenshot, or the photo of a screen.
    Screen {
        photographed: bool,
    },
}

/// How the picture relates to the place of the report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum View {
    /// Close to the report photo's angle.
    SameAngle,
    SamePlace,
    Elsewhere,
    /// Walls, sky, night: nothing to go by.
    Blank,
}

/// What the phone wrote as its position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fix {
    Measured,
    None,
    /// An old one, of where it was so many seconds before.
    Stale(Point, f64),
    /// The ticket's pin, filled in.
    Pin,
    Office,
    /// Invented by a program, which claims always the same accuracy.
    Invented(Point),
}

/// A file that an officer sent.
#[derive(Debug, Clone)]
pub struct Photo {
    /// The press of the shutter that it goes back to.
    pub exposure: u64,
    /// Its bytes.
    pub file: u64,
    pub made: Made,
    pub view: View,
    pub at: Time,
    pub from: Point,
    pub fix: Fix,
    /// The phone's clock against the truth, seconds.
    pub clock: f64,
    /// Metadata did not survive the way.
    pub messenger: bool,
    pub marks: Vec<&'static str>,
    /// Hidden for privacy, share of the picture.
    pub blurred: f64,
}

#[derive(Debug, Clone)]
pub struct Ticket {
    pub category: usize,
    pub spot: Point,
    pub pin: Point,
    pub submitted: Time,
    pub report_exposure: u64,
}

#[derive(Debug, Clone)]
pub struct Closure {
    pub ticket: Ticket,
    pub unit: usize,
    pub officer: usize,
    pub assigned: Time,
    pub proposed: Time,
    pub note: usize,
    pub authority: bool,
    pub photos: Vec<Photo>,
    pub truth: Truth,
    /// An earlier closure of this ticket that was refused used the same photo.
    pub retried: bool,
}

pub const UNITS: usize = 30;
pub const OFFICERS_A_UNIT: usize = 4;

/// Two units have an app that fills in the pin, on every photo.
pub fn fills_in_pins(unit: usize) -> bool {
    (10..12).contains(&unit)
}

pub fn between(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// A category by its share.
pub fn category(dice: &mut Dice) -> usize {
    let mut at = dice.within(0.0, 1.0);
    for (n, (_, share, _)) in CATEGORIES.iter().enumerate() {
        at -= share;
        if at < 0.0 {
            return n;
        }
    }
    0
}

pub fn beside(dice: &mut Dice, point: Point, deviation: f64) -> Point {
    (
        point.0 + dice.normal(deviation),
        point.1 + dice.normal(deviation),
    )
}

pub fn anywhere(dice: &mut Dice) -> Point {
    (dice.within(0.0, CITY), dice.within(0.0, CITY))
}

/// The middle of a unit's area: five rows of six.
pub fn base(unit: usize) -> Point {
    let (column, row) = ((unit % 6) as f64, (unit / 6) as f64);
    ((column + 0.5) * CITY / 6.0, (row + 0.5) * CITY / 5.0)
}

pub fn ticket(dice: &mut Dice, unit: usize) -> Ticket {
    let spot = beside(dice, base(unit), 1800.0);
    // Wrong pins are an everyday case: 6 % are off by some hundred metres, 2 % were sent from home.
    let pin = if dice.chance(0.02) {
        beside(dice, spot, 1500.0)
    } else if dice.chance(0.06) {
        beside(dice, spot, 200.0)
    } else {
        beside(dice, spot, 12.0)
    };
    Ticket {
        category: category(dice),
        spot,
        pin,
        submitted: dice.within(0.0, 30.0 * DAY),
        report_exposure: dice.id(),
    }
}

/// An honest photo of the spot, as phones and messengers leave it.
pub fn honest_photo(dice: &mut Dice, spot: Point, at: Time) -> Photo {
    let view = if dice.chance(0.2) {
        View::SameAngle
    } else if dice.chance(0.05) {
        View::Blank
    } else {
        View::SamePlace
    };
    let fix = if dice.chance(0.3) {
        Fix::None
    } else if dice.chance(0.01) {
        Fix::Stale(beside(dice, spot, 3000.0), dice.within(200.0, 7000.0))
    } else {
        Fix::Measured
    };
    Photo {
        exposure: dice.id(),
        file: dice.id(),
        made: Made::AsTaken,
        view,
        at,
        from: beside(dice, spot, 15.0),
        fix,
        clock: dice.normal(60.0),
        messenger: dice.chance(0.4),
        marks: Vec::new(),
        blurred: 0.0,
    }
}

/// An ordinary closure: the officer goes there, does it, photographs it, and sends it soon.
pub fn plain(dice: &mut Dice, unit: usize) -> Closure {
    let ticket = ticket(dice, unit);
    let assigned = ticket.submitted + dice.within(0.1, 6.0) * HOUR;
    let work = assigned + dice.long_tailed(20.0, 1.0).max(0.4) * HOUR;
    let proposed = work + dice.long_tailed(0.4, 1.2) * HOUR;
    let count = 1 + usize::from(dice.chance(0.35));
    let mut photos: Vec<Photo> = (0..count)
        .map(|_| honest_photo(dice, ticket.spot, work))
        .collect();
    if fills_in_pins(unit) {
        for photo in &mut photos {
            photo.fix = Fix::Pin;
        }
    }
    Closure {
        unit,
        officer: unit * OFFICERS_A_UNIT + dice.below(OFFICERS_A_UNIT),
        assigned,
        proposed,
        // A third of the notes are one of a unit's few; the rest are written.
        note: if dice.chance(0.33) {
            dice.below(4)
        } else {
            1000 + dice.below(1_000_000)
        },
        authority: !dice.chance(0.02),
        photos,
        truth: Truth::Plain,
        retried: false,
        ticket,
    }
}
