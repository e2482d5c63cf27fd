//! A week of a city: tickets, what happened to each, and the photos that came with it.

mod case;
mod cast;
mod expected;
mod fakes;
mod odd;
mod places;
mod plan;
mod plots;
mod shots;
mod spoil;
mod story;
mod upload;

pub use case::{Case, FakeKind, Happening, Moment, OddKind, Truth};
pub use expected::Expected;
pub use upload::{Fate, Retouch, ShotPlan, Source, Upload};

use jaga_contract::PhotoId;
use jiff::{SignedDuration, Timestamp};

/// The plan of a week; the same seed gives the same plan and the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// All grows from it.
    pub seed: u64,
    /// Monday 07:00 in Jakarta; the week ends 7 days later.
    pub monday: Timestamp,
    /// In order of submission.
    pub tickets: Vec<Case>,
}

impl Week {
    /// Monday 2 November 2026, 07:00 at UTC+7: a week without a holiday.
    pub const MONDAY_UNIX_SECONDS: i64 = 1_793_577_600;

    /// Plans the week of this seed: about 120 tickets with about 400 photos.
    pub fn plan(seed: u64) -> Self {
        plan::week(seed)
    }

    /// The next Monday, 07:00.
    pub fn end(&self) -> Timestamp {
        self.monday + SignedDuration::from_hours(7 * 24)
    }

    /// All that happens, in order of time, with the index of its case.
    pub fn moments(&self) -> Vec<(usize, &Moment)> {
        let all = self.tickets.iter().enumerate();
        let mut moments: Vec<_> = all
            .flat_map(|(i, case)| case.timeline.iter().map(move |m| (i, m)))
            .collect();
        moments.sort_by_key(|(_, moment)| moment.at);
        moments
    }

    /// All uploads, in order of tickets.
    pub fn uploads(&self) -> impl Iterator<Item = &Upload> {
        self.tickets.iter().flat_map(Case::uploads)
    }

    /// One upload.
    pub fn upload(&self, photo: &PhotoId) -> Option<&Upload> {
        self.uploads().find(|upload| upload.photo_id == *photo)
    }

    /// The figures a run over this week has to come to.
    pub fn expected(&self) -> Expected {
        Expected::of(self)
    }
}
