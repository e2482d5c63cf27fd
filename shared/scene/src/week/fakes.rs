//! Faked closures. Nothing was done; the ticket says it was.

use jaga_contract::{Role, Step};
use jiff::SignedDuration;

use super::places::{self, distance};
use super::story::Story;
use super::{FakeKind, Retouch, ShotPlan, Source, Truth, Upload, cast};
use crate::phone::{AiMark, Captured, Extras, Gps};
use crate::{State, View};

impl Story {
    /// Plays a ticket that is faked in this way. `others` are honest tickets to steal from; `nth`
    /// counts the fakes of this kind from 0.
    pub(super) fn play_fake(&mut self, kind: FakeKind, nth: usize, others: &[Story]) {
        self.truth = Truth::Faked(kind);
        if kind == FakeKind::EditedReport {
            // The first leaves nearly the whole picture as it was, which a fingerprint still sees
            // through; the second changes so much that only comparing pixels shows the rest.
            self.reporter.size = (1280, 960);
            self.where_it_fills(if nth == 0 { 0.02 } else { 0.2 });
        }
        self.report();
        self.take_on(15.0, 240.0);
        if kind == FakeKind::FourteenSeconds {
            self.fourteen_seconds();
            return;
        }
        self.wait(120.0, 1500.0);
        self.until_day();
        match kind {
            FakeKind::ReusedEvidence => {
                let donor = self
                    .donor(others, false)
                    .map(|upload| upload.photo_id.clone());
                if let Some(photo) = donor {
                    let same = Source::SameBytes(photo.clone());
                    let photo = self.send(Role::Evidence, same, Some(photo));
                    self.propose(vec![photo]);
                }
            }
            FakeKind::NewDateBanner => {
                let donor = self
                    .donor(others, true)
                    .map(|d| (d.photo_id.clone(), d.plan().cloned()));
                if let Some((photo, Some(plan))) = donor {
                    let retouch = Retouch::Banner(self.banner(self.now));
                    let extras = Extras::stripped();
                    let plan = ShotPlan {
                        retouch,
                        extras,
                        captured: None,
                        gps: None,
                        ..plan
                    };
                    let source = Source::Jpeg(Box::new(plan));
                    let photo = self.send(Role::Evidence, source, Some(photo));
                    self.propose(vec![photo]);
                }
            }
            FakeKind::EditedReport => return self.edited_report(),
            FakeKind::NoEvidence => self.propose(Vec::new()),
            FakeKind::OlderThanTicket => {
                let mut plan = self.proof();
                let days = SignedDuration::from_hours(24 * self.dice.whole(3, 12));
                plan.captured = Some(Captured::jakarta(self.submitted - days));
                plan.retouch = Retouch::None;
                self.close_with(plan);
            }
            FakeKind::FarAway => {
                let mut plan = self.proof();
                let away = self.dice.double(3000.0, 8000.0);
                let spot = places::moved(self.place.spot, -away, away * 0.3);
                plan.gps = Some(Gps {
                    accuracy_m: Some(6.0),
                    ..Gps::at(spot.lat, spot.lon)
                });
                plan.scene_seed = self.dice.bits();
                self.close_with(plan);
            }
            FakeKind::AiMarked | FakeKind::FourteenSeconds => {
                let mut plan = self.proof();
                // A model's picture: clean, with its mark, with a phone's time and place put in.
                plan.view = View {
                    noise: 0.6,
                    ..plan.view
                };
                plan.extras.ai = Some(AiMark::Edited);
                plan.retouch = Retouch::None;
                self.close_with(plan);
            }
        }
        // Half of them get through.
        if self.dice.chance(0.5) {
            self.validated((1, 2));
        } else {
            self.wait(200.0, 900.0);
        }
    }

    /// Kalisari: the reporter's own photo without the problem; validated; the reporter is angry.
    fn edited_report(&mut self) {
        let own = self
            .uploads()
            .find(|upload| upload.role == Role::Report)
            .cloned();
        let Some((photo, Some(plan))) = own.map(|u| (u.photo_id.clone(), u.plan().cloned())) else {
            return;
        };
        let plan = ShotPlan {
            retouch: Retouch::ProblemRemoved,
            extras: Extras::stripped(),
            captured: None,
            gps: None,
            quality: plan.quality.max(84),
            ..plan
        };
        let photo = self.send(Role::Evidence, Source::Jpeg(Box::new(plan)), Some(photo));
        self.propose(vec![photo]);
        self.wait(180.0, 900.0);
        self.step(Some(cast::validator()), Step::Validated);
        self.wait(20.0, 120.0);
        self.step(None, Step::Rated { stars: 1 });
        self.wait(5.0, 60.0);
        let reason = "Kondisi di lokasi tidak berubah.".to_owned();
        self.step(None, Step::Reopened { reason });
    }

    fn fourteen_seconds(&mut self) {
        let stock = ShotPlan {
            scene_seed: self.dice.bits(),
            view: View::front(self.dice.bits()),
            state: State::After,
            captured: None,
            gps: None,
            extras: Extras::stripped(),
            retouch: Retouch::None,
            ..self.proof()
        };
        self.seconds(8);
        let photo = self.send(Role::Evidence, Source::Jpeg(Box::new(stock)), None);
        self.seconds(6);
        self.propose_now(vec![photo]);
        self.validated((1, 2));
    }

    /// An honest photo of the same kind of work, sent before now for a place at least 500 m away;
    /// with a printed date if one is to be replaced. The latest one: it is the one at hand.
    fn donor<'a>(&self, others: &'a [Story], printed: bool) -> Option<&'a Upload> {
        let fits = |other: &&Story| distance(other.place.spot, self.place.spot) > 500.0;
        let of_kind = |same_kind: bool| {
            others
                .iter()
                .filter(fits)
                .filter(move |other| !same_kind || other.kind == self.kind)
                .flat_map(Story::uploads)
                .filter(|upload| upload.role == Role::Evidence && upload.uploaded_at < self.now)
                .filter(|upload| match upload.plan().map(|plan| &plan.retouch) {
                    Some(Retouch::Banner(_)) => true,
                    Some(_) => !printed,
                    None => false,
                })
                .max_by_key(|upload| upload.uploaded_at)
        };
        of_kind(true).or_else(|| of_kind(false))
    }
}
