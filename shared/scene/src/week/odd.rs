//! Honest closures that look odd.

use jaga_contract::{Role, Step};
use jiff::SignedDuration;

use super::story::Story;
use super::{OddKind, Retouch, ShotPlan, Source, Truth, cast};
use crate::phone::{Captured, Extras};

impl Story {
    /// Plays a ticket that is honest and odd in this way. [`OddKind::OneVisit`] is the first of
    /// its two tickets; see [`Story::play_second_of_visit`].
    pub(super) fn play_odd(&mut self, kind: OddKind) {
        self.truth = Truth::HonestOdd(kind);
        if kind == OddKind::ClockOffByZone {
            // Phones that write no offset cannot be wrong about it.
            self.officer.model = crate::PhoneModel::ALL[0];
            self.officer.has_gps = true;
        }
        self.report();
        match kind {
            OddKind::ClockOffByZone => {
                // Quick enough that one hour off puts the photo before the ticket.
                self.wait(2.0, 5.0);
                self.by_holder(Step::Accepted);
                self.wait(34.0, 44.0);
                let mut plan = self.proof();
                let taken = self.now - SignedDuration::from_mins(2);
                plan.captured = Some(Captured::mistaken_zone(taken, 8));
                plan.retouch = Retouch::None;
                self.close_with(plan);
            }
            OddKind::ProactiveWork => {
                self.wait(4.0, 9.0);
                self.by_holder(Step::Accepted);
                self.wait(15.0, 40.0);
                let mut plan = self.proof();
                let before = SignedDuration::from_mins(self.dice.whole(15, 45));
                let taken = self.submitted - before;
                plan.captured = Some(Captured::jakarta(taken));
                if plan.retouch != Retouch::None {
                    plan.retouch = Retouch::Banner(self.banner(taken));
                }
                self.close_with(plan);
            }
            OddKind::NightFlat => {
                self.take_on(15.0, 200.0);
                self.wait(60.0, 600.0);
                self.until_day();
                // From some hour between 7 and 16 into the evening.
                self.wait(12.0 * 60.0, 13.0 * 60.0);
                let mut plan = self.proof();
                plan.view = plan.view.at_night();
                plan.size = (1024, 768);
                plan.quality = 55;
                plan.retouch = Retouch::None;
                self.close_with(plan);
            }
            OddKind::MessengerStripped => {
                let plan = self.later_proof();
                let stripped = ShotPlan {
                    extras: Extras::stripped(),
                    gps: None,
                    captured: None,
                    ..plan
                };
                self.close_with(ShotPlan {
                    quality: 72,
                    ..stripped
                });
            }
            OddKind::SameAngle => {
                let mut plan = self.later_proof();
                let report = self
                    .uploads()
                    .find_map(|upload| upload.plan())
                    .map(|p| (p.view, p.size));
                if let Some((view, size)) = report {
                    plan.view = view.reshot(self.dice.bits());
                    plan.size = size;
                }
                plan.retouch = Retouch::None;
                self.close_with(plan);
            }
            OddKind::RetryUpload => {
                let plan = self.later_proof();
                let first = self.send(Role::Evidence, Source::Jpeg(Box::new(plan)), None);
                self.propose(vec![first.clone()]);
                self.refused();
                self.wait(30.0, 200.0);
                let same = Source::SameBytes(first.clone());
                let again = self.send(Role::Evidence, same, Some(first));
                let more = self.proof();
                let more = self.send(Role::Evidence, Source::Jpeg(Box::new(more)), None);
                self.propose(vec![again, more]);
            }
            OddKind::OneVisit | OddKind::WrongPin => {
                self.officer.has_gps = true;
                let plan = self.later_proof();
                self.close_with(plan);
            }
        }
        self.validated((3, 5));
    }

    /// The neighbour's ticket about the same thing: closed two minutes later with the same file.
    pub(super) fn play_second_of_visit(&mut self, first: &Story) {
        self.truth = Truth::HonestOdd(OddKind::OneVisit);
        self.scene_seed = first.scene_seed;
        self.report();
        self.wait(30.0, 60.0);
        self.coordinate(cast::sudin(&self.place, self.kind));
        self.wait(5.0, 15.0);
        self.by_holder(Step::Accepted);
        let proof = first.uploads().find(|upload| upload.role == Role::Evidence);
        let Some(proof) = proof else { return };
        self.now = self.now.max(proof.uploaded_at) + SignedDuration::from_secs(110);
        let photo = proof.photo_id.clone();
        let same = self.send(
            Role::Evidence,
            Source::SameBytes(photo.clone()),
            Some(photo),
        );
        self.propose(vec![same]);
        self.validated((4, 5));
    }

    /// Taken on, worked on, photographed.
    fn later_proof(&mut self) -> ShotPlan {
        self.take_on(15.0, 200.0);
        self.wait(90.0, 1200.0);
        self.until_day();
        self.proof()
    }

    /// Sends this one photo and proposes the closure.
    pub(super) fn close_with(&mut self, plan: ShotPlan) {
        let photo = self.send(Role::Evidence, Source::Jpeg(Box::new(plan)), None);
        self.propose(vec![photo]);
    }
}
