//! A closure as the statistics see it, and the strata it falls into.

use jaga_contract::{Strength, Verdict};
use serde::{Deserialize, Serialize};

/// A reviewer's word on a closure. Never Jaga's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The work was done.
    Genuine,
    /// It was not, and the closure says so.
    Fake,
    /// It can't be told.
    Unclear,
}

impl Decision {
    /// The name on record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Fake => "fake",
            Self::Unclear => "unclear",
        }
    }

    /// By its name on record.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Genuine, Self::Fake, Self::Unclear]
            .into_iter()
            .find(|decision| decision.as_str() == name)
    }
}

/// The newest decision on a closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// What the reviewer said.
    pub decision: Decision,
    /// The closure was clear then and nothing but chance had brought it to review.
    pub by_chance: bool,
}

/// A closure.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The unit that closed it; empty where unknown.
    pub unit: String,
    /// The month it was closed in, `2026-11`.
    pub month: String,
    /// The verdict that stands.
    pub verdict: Verdict,
    /// Clear, and drawn by chance; `None`: not on record.
    pub sample: Option<bool>,
    /// The signals that weigh in it, each once, in their strongest form.
    pub signals: Vec<(String, Strength)>,
    /// What the reviewer said.
    pub decided: Option<Decided>,
}

/// Where a closure stands for the estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stratum {
    /// Held.
    Hold,
    /// To be reviewed.
    Review,
    /// Clear, and drawn by chance.
    Drawn,
    /// Clear, and neither drawn nor decided: what the drawn ones stand for.
    Rest,
    /// Clear, and decided for another reason than chance: it stands for itself alone.
    Known,
    /// Clear, from before draws were on record: chance could not draw it, and nothing stands for it.
    Before,
}

impl Case {
    /// Its stratum. What was decided while chance alone had brought it up stays drawn, even where
    /// newer rules draw others.
    pub fn stratum(&self) -> Stratum {
        match (self.verdict, self.decided, self.sample) {
            (Verdict::Hold, ..) => Stratum::Hold,
            (Verdict::Review, ..) => Stratum::Review,
            (Verdict::Clear, Some(decided), _) if decided.by_chance => Stratum::Drawn,
            (Verdict::Clear, Some(_), _) => Stratum::Known,
            (Verdict::Clear, None, Some(true)) => Stratum::Drawn,
            (Verdict::Clear, None, Some(false)) => Stratum::Rest,
            (Verdict::Clear, None, None) => Stratum::Before,
        }
    }
}

/// Counts of one stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// All of it.
    pub closures: u64,
    /// Decided so.
    pub genuine: u64,
    /// Decided so.
    pub fake: u64,
    /// Decided so.
    pub unclear: u64,
}

impl Tally {
    /// Adds one.
    pub fn add(&mut self, decided: Option<Decided>) {
        self.closures += 1;
        match decided.map(|d| d.decision) {
            Some(Decision::Genuine) => self.genuine += 1,
            Some(Decision::Fake) => self.fake += 1,
            Some(Decision::Unclear) => self.unclear += 1,
            None => {}
        }
    }

    /// Genuine or fake.
    pub fn told(&self) -> u64 {
        self.genuine + self.fake
    }

    /// Not decided.
    pub fn open(&self) -> u64 {
        self.closures - self.told() - self.unclear
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            closures: self.closures + other.closures,
            genuine: self.genuine + other.genuine,
            fake: self.fake + other.fake,
            unclear: self.unclear + other.unclear,
        }
    }
}

/// Counts of every stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "each is the like-named stratum")]
pub struct Strata {
    pub hold: Tally,
    pub review: Tally,
    pub drawn: Tally,
    pub rest: Tally,
    pub known: Tally,
    pub before: Tally,
}

impl Strata {
    /// Adds one.
    pub fn add(&mut self, case: &Case) {
        self.of(case.stratum()).add(case.decided);
    }

    fn of(&mut self, stratum: Stratum) -> &mut Tally {
        match stratum {
            Stratum::Hold => &mut self.hold,
            Stratum::Review => &mut self.review,
            Stratum::Drawn => &mut self.drawn,
            Stratum::Rest => &mut self.rest,
            Stratum::Known => &mut self.known,
            Stratum::Before => &mut self.before,
        }
    }

    /// Held and to be reviewed.
    pub fn flagged(&self) -> Tally {
        self.hold.and(self.review)
    }

    /// All of it.
    pub fn closures(&self) -> u64 {
        let clear = self.drawn.closures + self.rest.closures;
        clear + self.known.closures + self.before.closures + self.flagged().closures
    }

    /// So many closures one decided closure of this stratum stands for; `None` where none was decided.
    pub fn weight(&self, stratum: Stratum) -> Option<f64> {
        let (tally, stands_for) = match stratum {
            Stratum::Hold => (self.hold, self.hold.closures),
            Stratum::Review => (self.review, self.review.closures),
            Stratum::Drawn => (self.drawn, self.drawn.closures + self.rest.closures),
            Stratum::Known => return Some(1.0),
            Stratum::Rest | Stratum::Before => return None,
        };
        (tally.told() > 0).then(|| stands_for as f64 / tally.told() as f64)
    }
}
