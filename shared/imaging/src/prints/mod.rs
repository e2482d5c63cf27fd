//! What a photo looks like, in several kinds: so that it is found again when it was mirrored, when a date
//! was printed over its edge, when an edge was cut off.
//!
//! Of each photo few fingerprints are kept, and with many others of the same photo is asked: memory is
//! paid for each photo ever seen, a question once. The README has the recall and the cost of each kind.

mod frame;
mod plane;
mod waves;
mod windows;

use serde::{Deserialize, Serialize};

use crate::{
    cells,
    decode::Brightness,
    pdq::{self, Fingerprint, NOTHING},
};
use plane::Plane;

/// The part of a picture that a fingerprint is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    Whole,
    /// Without an eighth of its height at the top and at the bottom.
    Banded,
    /// The three quarters of its width and height in the middle.
    Centre,
    /// What lies between flat bars, as in a screenshot: of one picture none, or one for each place where they may end.
    Framed,
}

/// What was done to the one picture to make the other, if they match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Nothing that a fingerprint of the whole would see.
    None,
    /// Left and right are exchanged.
    Mirrored,
    /// They differ in the bands at top or bottom.
    Banded,
    /// One shows a part of the other.
    Cropped,
}

/// A question: has any photo this fingerprint among those of its part?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// To be compared with the kept fingerprints of this part.
    pub part: Part,
    /// What a match means.
    pub change: Change,
    /// The fingerprint.
    pub print: Fingerprint,
}

/// The fingerprints of a photo besides that of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prints {
    /// To be kept: [`Part::Banded`].
    pub banded: Fingerprint,
    /// To be kept: [`Part::Centre`].
    pub centre: Fingerprint,
    /// To be kept: [`Part::Framed`], at most nine.
    pub framed: Vec<Fingerprint>,
    /// To be asked with and forgotten.
    pub questions: Vec<Question>,
}

fn ask(part: Part, change: Change, print: Fingerprint) -> Question {
    Question {
        part,
        change,
        print,
    }
}

/// Of a picture without structure to hash.
fn nothing() -> (Fingerprint, Prints) {
    let prints = Prints {
        banded: NOTHING,
        centre: NOTHING,
        framed: Vec::new(),
        questions: [Change::None, Change::Mirrored]
            .map(|change| ask(Part::Whole, change, NOTHING))
            .into(),
    };
    (NOTHING, prints)
}

/// The fingerprint of the whole, and the others; the whole is PDQ as published.
pub(crate) fn prints(picture: &Brightness<'_>, orientation: u8) -> (Fingerprint, Prints) {
    if !pdq::is_hashable(picture) {
        return nothing();
    }
    let (cells, finer) = cells::of_two(picture, orientation);
    let (whole, mirrored) = pdq::of_cells(&cells);
    let framed = frame::windows(&finer);
    let mut plane = Plane::new(finer);
    let mut questions = vec![
        ask(Part::Whole, Change::None, whole),
        ask(Part::Whole, Change::Mirrored, mirrored),
    ];
    let all_but_bands = plane.window(windows::ALL, windows::BANDED);
    let banded = all_but_bands.straight();
    let centre = plane.window(windows::MIDDLE, windows::MIDDLE).straight();
    questions.push(ask(Part::Banded, Change::Banded, banded));
    // Mirrored, and a date printed over it.
    let mirrored = all_but_bands.mirrored();
    questions.push(ask(Part::Banded, Change::Mirrored, mirrored));
    // Both were cut, each in its own way, or both bear borders.
    questions.push(ask(Part::Centre, Change::Cropped, centre));
    let of_whole = windows::of_whole().map(|it| (Part::Whole, it));
    let of_centre = windows::of_centre().map(|it| (Part::Centre, it));
    for (part, (across, down)) in of_whole.chain(of_centre) {
        let print = plane.window(across, down).straight();
        questions.push(ask(part, Change::Cropped, print));
    }
    // A screenshot shows another picture between bars, whichever of the two comes first; or both are screenshots.
    let framed = framed.into_iter();
    let framed = framed.map(|(across, down)| plane.window(across, down).straight());
    let framed: Vec<Fingerprint> = framed.collect();
    questions.push(ask(Part::Framed, Change::Cropped, whole));
    for print in &framed {
        for part in [Part::Whole, Part::Framed] {
            questions.push(ask(part, Change::Cropped, *print));
        }
    }
    let prints = Prints {
        banded,
        centre,
        framed,
        questions,
    };
    (whole, prints)
}
