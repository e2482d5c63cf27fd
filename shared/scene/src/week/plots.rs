//! How tickets go: the everyday ways, quick, slow, stuck and refused.

use jaga_contract::{PhotoId, Role, Step};
use jiff::SignedDuration;

use super::story::Story;
use super::{FakeKind, OddKind, Source, cast};
use crate::Problem;

/// What is to happen to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plot {
    /// Done in time, validated.
    Plain,
    /// The first action comes after its 6 hours.
    SlowStart,
    /// Done on the sixth or seventh day.
    SlowWork,
    /// Refused once, done better, validated.
    Refused,
    /// Validated, reopened by the reporter, done again.
    Reopened,
    /// The reporter is asked and answers.
    Asked,
    /// The reporter is asked and is silent.
    Unanswered,
    /// Accepted with a declared finish beyond the week.
    Estimate,
    /// Accepted, and still being worked on.
    Working,
    /// Nobody touches it.
    Untouched,
    /// Passed from unit to unit.
    Stuck,
    /// The report is turned down.
    TurnedDown,
    /// Faked.
    Fake(FakeKind),
    /// Honest, but odd.
    Odd(OddKind),
}

impl Story {
    /// From the report to a unit that works on it; the first action after so many minutes.
    pub(super) fn take_on(&mut self, low: f64, high: f64) {
        self.wait(low, high);
        let own_work = matches!(self.kind, Problem::Rubbish | Problem::Pothole);
        let sudin = cast::sudin(&self.place, self.kind);
        match self.dice.whole(0, 9) {
            0..=4 if own_work => {}
            0..=7 => {
                self.coordinate(sudin);
                self.wait(20.0, 300.0);
            }
            _ => {
                self.coordinate(cast::dinas(self.kind));
                self.wait(60.0, 330.0);
                self.disposition(sudin);
                self.wait(30.0, 300.0);
            }
        }
        self.by_holder(Step::Accepted);
    }

    /// One or two honest photos.
    pub(super) fn proofs(&mut self) -> Vec<PhotoId> {
        let count = if self.dice.chance(0.35) { 2 } else { 1 };
        let mut photos = Vec::new();
        for _ in 0..count {
            let plan = self.proof();
            photos.push(self.send(Role::Evidence, Source::Jpeg(Box::new(plan)), None));
            let pause = self.dice.whole(5, 50);
            self.seconds(pause);
        }
        photos
    }

    /// Work, proof, closure.
    pub(super) fn work_and_close(&mut self, low: f64, high: f64) {
        self.wait(low, high);
        self.until_day();
        let photos = self.proofs();
        self.propose(photos);
    }

    /// The unit says it is done.
    pub(super) fn propose(&mut self, evidence: Vec<PhotoId>) {
        let pause = self.dice.whole(20, 400);
        self.seconds(pause);
        self.propose_now(evidence);
    }

    /// The same without a pause.
    pub(super) fn propose_now(&mut self, evidence: Vec<PhotoId>) {
        let notes = [
            "Sudah ditindaklanjuti oleh petugas di lapangan.",
            "Telah dikerjakan, mohon validasi.",
            "Selesai dikerjakan hari ini.",
        ];
        let note = (*self.dice.pick(&notes)).to_owned();
        self.by_holder(Step::ClosureProposed {
            evidence,
            note,
            officer: None,
        });
    }

    /// Biro Pemerintahan agrees, and some reporters give stars.
    pub(super) fn validated(&mut self, stars: (i64, i64)) {
        self.wait(180.0, 1900.0);
        self.step(Some(cast::validator()), Step::Validated);
        if self.dice.chance(0.3) {
            self.wait(30.0, 900.0);
            let stars = self.dice.whole(stars.0, stars.1) as u8;
            self.step(None, Step::Rated { stars });
        }
    }

    /// Biro Pemerintahan does not agree.
    pub(super) fn refused(&mut self) {
        self.wait(120.0, 900.0);
        let reason = "Kondisi di lapangan belum sesuai.".to_owned();
        self.step(Some(cast::validator()), Step::Refused { reason });
    }

    /// Plays an everyday plot. Fakes and odd ones have their own players.
    pub(super) fn play(&mut self, plot: Plot) {
        self.report();
        match plot {
            Plot::Plain | Plot::Fake(_) | Plot::Odd(_) => self.plain(),
            Plot::SlowStart => {
                self.take_on(8.0 * 60.0, 34.0 * 60.0);
                self.work_and_close(120.0, 2400.0);
                self.validated((2, 4));
            }
            Plot::SlowWork => {
                self.take_on(20.0, 300.0);
                let day = SignedDuration::from_hours(24 * 5 + self.dice.whole(8, 40));
                self.now = self.now.max(self.submitted + day);
                self.work_and_close(10.0, 120.0);
                self.validated((1, 4));
            }
            Plot::Refused => {
                self.take_on(15.0, 300.0);
                self.work_and_close(60.0, 1500.0);
                self.refused();
                self.work_and_close(120.0, 900.0);
                self.validated((3, 5));
            }
            Plot::Reopened => {
                self.plain();
                self.wait(60.0, 600.0);
                let reason = "Masalah yang sama muncul lagi.".to_owned();
                self.step(None, Step::Reopened { reason });
                self.work_and_close(120.0, 1200.0);
            }
            Plot::Asked | Plot::Unanswered => {
                self.take_on(15.0, 300.0);
                self.wait(30.0, 400.0);
                self.by_holder(Step::InformationRequested);
                if plot == Plot::Asked {
                    self.wait(300.0, 3000.0);
                    self.step(None, Step::InformationReceived);
                    self.work_and_close(60.0, 1500.0);
                    self.validated((3, 5));
                }
            }
            Plot::Estimate => {
                self.take_on(15.0, 300.0);
                self.wait(60.0, 900.0);
                let finish_at = self.now + SignedDuration::from_hours(24 * self.dice.whole(9, 21));
                let reason = "Menunggu material.".to_owned();
                self.by_holder(Step::EstimateDeclared { finish_at, reason });
            }
            Plot::Working => self.take_on(15.0, 340.0),
            Plot::Untouched => {}
            Plot::Stuck => {
                for _ in 0..self.dice.whole(2, 4) {
                    self.wait(120.0, 900.0);
                    let other = *self.dice.pick(&Problem::ALL);
                    let to = cast::sudin(&self.place, other);
                    self.coordinate(to);
                }
            }
            Plot::TurnedDown => {
                self.wait(60.0, 330.0);
                let reason = "Bukan kewenangan Pemprov DKI Jakarta.".to_owned();
                self.by_holder(Step::Rejected { reason });
            }
        }
    }

    fn plain(&mut self) {
        self.take_on(15.0, 330.0);
        self.work_and_close(60.0, 2600.0);
        self.validated((3, 5));
    }
}
