//! The figures of a planned week, for the table at the end of a run.

use std::collections::BTreeMap;

use jaga_contract::{Role, Step};

use super::{FakeKind, Fate, OddKind, Truth, Week};

/// What a run over the week has to come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Tickets.
    pub tickets: usize,
    /// Of them withheld from the public (private or secret).
    pub withheld: usize,
    /// Steps of all histories.
    pub steps: usize,
    /// Uploads.
    pub photos: usize,
    /// Of them citizens'.
    pub report_photos: usize,
    /// Of them officers'.
    pub evidence_photos: usize,
    /// Of all, those that must be rejected.
    pub unusable: usize,
    /// Proposed closures; a ticket that was refused may have two.
    pub closures: usize,
    /// Tickets with an honest, plain closure.
    pub honest: usize,
    /// Tickets with an honest closure that looks odd.
    pub odd: BTreeMap<OddKind, usize>,
    /// Tickets with a faked closure.
    pub fakes: BTreeMap<FakeKind, usize>,
    /// Tickets without a closure.
    pub open: usize,
}

impl Expected {
    pub(super) fn of(week: &Week) -> Self {
        let mut sum = Self {
            tickets: week.tickets.len(),
            ..Self::default()
        };
        for case in &week.tickets {
            match case.truth {
                Truth::Honest => sum.honest += 1,
                Truth::HonestOdd(kind) => *sum.odd.entry(kind).or_default() += 1,
                Truth::Faked(kind) => *sum.fakes.entry(kind).or_default() += 1,
                Truth::Open => sum.open += 1,
            }
            for step in case.steps() {
                sum.steps += 1;
                match &step.step {
                    Step::Submitted(report) => sum.withheld += usize::from(report.is_withheld()),
                    Step::ClosureProposed { .. } => sum.closures += 1,
                    _ => {}
                }
            }
            for upload in case.uploads() {
                sum.photos += 1;
                match upload.role {
                    Role::Report => sum.report_photos += 1,
                    Role::Evidence => sum.evidence_photos += 1,
                }
                sum.unusable += usize::from(upload.fate() == Fate::Unusable);
            }
        }
        sum
    }
}
