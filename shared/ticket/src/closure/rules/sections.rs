//! The sections of a rules file. What may be left out was not in the first rules: without it, Jaga
//! judges as it did then.

use serde::Deserialize;

/// Points from which a verdict holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// `review` from here.
    pub review: u32,
    /// `hold` from here.
    pub hold: u32,
    /// Soft signals hold only if they are of so many families.
    #[serde(default = "one")]
    pub families: u32,
}

fn one() -> u32 {
    1
}

/// When a fingerprint counts as near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// PDQ bits apart, at most.
    pub distance: u32,
    /// PDQ quality, at least.
    pub quality: u8,
}

/// When the comparison of two photos counts.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// How sure it must be, 0 to 1.
    pub confidence: f64,
    /// From here on an edited copy is a hard signal; between the two it is the weaker form.
    pub sure: f64,
    /// A photo of which another shows at most this share has more to show: a collage.
    pub collage: f64,
    /// A copy of which at most this share differs is the photo itself, saved again.
    pub unchanged: f64,
}

/// How far clocks may be off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// Of a phone's clock, seconds.
    pub clock_tolerance_s: u32,
    /// Of a time without a zone, seconds.
    pub zone_tolerance_s: u32,
    /// Work on the spot this long before the report, seconds, may have been done before it came.
    #[serde(default)]
    pub before_report_s: Option<u32>,
    /// How far a printed or stated day may be from the photo's own time, seconds.
    #[serde(default)]
    pub date_tolerance_s: Option<u32>,
}

/// When several closures were one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneVisit {
    /// Metres between the tickets' points, at most.
    pub metres: u32,
    /// Seconds between the uploads, at most.
    pub within_s: u32,
    /// At one spot up to this many seconds apart, it may be one job that was told of later: the
    /// weaker form.
    #[serde(default)]
    pub one_job_s: Option<u32>,
}

/// Which marks mean what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// Made or changed by a model, for `ai_or_edit_mark`.
    #[serde(default)]
    pub ai: Vec<String>,
    /// Made by a model.
    #[serde(default)]
    pub made: Vec<String>,
    /// Changed by a model.
    #[serde(default)]
    pub edited_with_ai: Vec<String>,
    /// Changed by a person or an editor.
    pub edited: Vec<String>,
    /// Actions that leave what the picture shows.
    #[serde(default)]
    pub harmless: Vec<String>,
    /// The largest share of a picture that is hidden for privacy, 0 to 100 per cent.
    #[serde(default)]
    pub blurred_percent: u32,
}

/// When a position says something.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Up to so many metres beyond a border it may be the pin that is wrong.
    pub border_m: u32,
    /// A position older than this is of another place, seconds.
    pub stale_s: u32,
    /// Nobody travels faster, metres a second.
    pub speed_m_s: f64,
    /// Ways below this are not measured, metres: two positions are each off by tens.
    pub travel_m: u32,
    /// So many equal accuracies in a row.
    pub same_accuracy: u32,
    /// An app that fills in the pin does so always: of at least `habit_of` photos this share.
    pub habit_share: f64,
    /// See `habit_share`.
    pub habit_of: u32,
    /// Where an officer was is taken from a photo of theirs up to so many seconds before the assignment.
    /// Absent: the worker does not ask, and it is unknown.
    #[serde(default)]
    pub officer_s: Option<u32>,
    /// A reporter's pin is often off by so many metres: up to so far beyond the category's tolerance a photo
    /// is far in the weaker form. Absent: in the full form from the tolerance on.
    #[serde(default)]
    pub pin_m: Option<u32>,
}

/// When closures come in a burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Burst {
    /// So many of one hand, those at one spot counted once, …
    pub closures: u32,
    /// … within so many seconds: what the worker counts by.
    pub window_s: u32,
    /// If their photos were taken this far apart each, they were only sent together.
    pub each_s: u32,
}

/// When a photo's file says something.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traces {
    /// The pattern of a photographed screen, 0 to 1, at least.
    pub screen_pattern: f64,
    /// PDQ bits between thumbnail and picture, more than.
    pub thumbnail_distance: u32,
    /// One cell's difference between them, at least.
    pub thumbnail_difference: u8,
    /// Unevenness of coefficients, per cent, at least.
    pub double_compression: u8,
    /// The officer's other photos name a camera in this share …
    pub camera_share: f64,
    /// … of at least so many.
    pub camera_of: u32,
}

/// When the same words say something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// On so many other tickets, away from the spot.
    pub tickets: u32,
    /// Shorter notes are everybody's, letters and digits.
    pub letters: u32,
    /// Notes that everybody writes, as [`normal_note`](crate::closure::normal_note) gives them.
    pub stock: Vec<String>,
}

/// What reporters say after a closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// A rating of at most this is low.
    pub low_rating: u8,
    /// A report of the same kind within so many metres …
    pub again_m: u32,
    /// … and seconds after the closure.
    pub again_s: u32,
}

/// When a rate is far from the city's.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlier {
    /// Fewer closures than this say nothing.
    pub least: u32,
    /// So many closures of the city's rate are added to each unit's own, unless the variance between
    /// units was measured.
    pub prior: f64,
    /// Even the low end of the rate is so many times the city's.
    pub times: f64,
    /// Closures are counted over so many seconds before the closure in question, … Absent: the worker
    /// counts none, and rates are unknown.
    #[serde(default)]
    pub window_s: Option<u32>,
    /// … each with the answers of its first so many seconds, and not those that are younger.
    #[serde(default)]
    pub follow_s: Option<u32>,
}

/// Closures that are looked at without a reason.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Of clear closures, 0 to 1.
    pub share: f64,
}

/// Who may close what: units outside the list have no authority for these categories.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Words of a category's name, lower case.
    pub words: Vec<String>,
    /// Beginnings of the ids of units that may close it.
    pub units: Vec<String>,
}

/// Tolerances of one group of categories.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// For people.
    pub name: String,
    /// Words of a category's name, lower case.
    pub words: Vec<String>,
    /// How far evidence may be from the pin, metres.
    pub far_m: u32,
    /// A plausible minimum from assignment to closure, seconds.
    pub too_fast_s: u32,
    /// What is done comes back by itself: parked cars, hawkers, litter.
    #[serde(default)]
    pub recurs: bool,
}
