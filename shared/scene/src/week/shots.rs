//! Photos of a ticket: the citizen's of the problem, the officer's of the work.

use jaga_contract::{Channel, Role, Step, Submission, Visibility};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::cast::{self, Phone};
use super::story::Story;
use super::{Retouch, ShotPlan, Source, places};
use crate::phone::{Captured, Extras, Gps};
use crate::{State, View};

impl Story {
    /// The report: two or three photos, and the submission between or after them.
    pub(super) fn report(&mut self) -> Channel {
        let dice = &mut self.dice;
        let channel = cast::channel(dice);
        let geo = channel.is_geo_tagged();
        let lapor = channel.0 == "lapor";
        let submission = Submission {
            number: self.ticket.clone(),
            channel: channel.clone(),
            category: self.kind.category().to_owned(),
            visibility: if dice.chance(0.6) {
                Visibility::Private
            } else {
                Visibility::Public
            },
            anonymous: lapor && dice.chance(0.5),
            secret: lapor && dice.chance(0.4),
            point: geo.then_some(self.place.pin),
            kelurahan: (geo || dice.chance(0.7)).then(|| self.place.code()),
            address: Some(cast::address(&self.place, dice)),
        };
        let photos = if dice.chance(0.42) { 3 } else { 2 };
        let reporter = self.reporter.clone();
        let stripped = !geo || dice.chance(0.15);
        // A few take their photos home and send them from there: the phone's last fix is home.
        let from_home = dice.chance(0.04);
        let submitted = self.now;
        if !geo {
            self.holder = cast::intake_desk();
        }
        self.step(None, Step::Submitted(submission));
        for n in 0..photos {
            let plan = self.report_plan(&reporter, n, stripped, from_home);
            // The CRM tells of a photo a moment before or after it tells of the ticket.
            self.now = submitted + SignedDuration::from_secs(self.dice.whole(-6, 30));
            self.send(Role::Report, Source::Jpeg(Box::new(plan)), None);
        }
        self.now = submitted + SignedDuration::from_secs(40);
        channel
    }

    fn report_plan(&mut self, phone: &Phone, n: i64, stripped: bool, home: bool) -> ShotPlan {
        let dice = &mut self.dice;
        let seed = dice.bits();
        let front = View {
            dx: dice.real(-0.06, 0.06),
            zoom: dice.real(1.0, 1.06),
            ..View::front(seed)
        };
        let view = if n == 0 { front } else { View::somewhere(seed) };
        let taken = self.submitted - SignedDuration::from_secs(dice.whole(60, 2400) - n * 15);
        let spot = if home {
            places::moved(
                self.place.spot,
                dice.double(900.0, 2200.0),
                dice.double(-900.0, 900.0),
            )
        } else {
            places::jitter(self.place.spot, 12.0, dice)
        };
        let mut plan = self.plan(phone, view, State::Before, taken);
        plan.gps = (phone.has_gps && !stripped).then_some(Gps {
            lat: spot.lat,
            lon: spot.lon,
            ..self.fix(phone)
        });
        if stripped {
            plan.extras = Extras::stripped();
        }
        plan
    }

    fn fix(&mut self, phone: &Phone) -> Gps {
        let accuracy = (self.dice.double(3.0, 14.0) * 10.0).round() / 10.0;
        Gps {
            accuracy_m: phone.has_accuracy.then_some(accuracy),
            ..Gps::at(0.0, 0.0)
        }
    }

    fn plan(&self, phone: &Phone, view: View, state: State, taken: Timestamp) -> ShotPlan {
        ShotPlan {
            scene_seed: self.scene_seed,
            kind: self.kind,
            state,
            view,
            size: phone.size,
            retouch: Retouch::None,
            captured: Some(Captured::jakarta(taken)),
            gps: None,
            model: phone.model,
            extras: phone.extras.clone(),
            quality: phone.quality,
        }
    }

    /// An honest photo of the finished work, taken some minutes ago at the spot.
    pub(super) fn proof(&mut self) -> ShotPlan {
        let phone = self.officer.clone();
        let view = View::somewhere(self.dice.bits());
        let taken = self.now - SignedDuration::from_secs(self.dice.whole(90, 900));
        let spot = places::jitter(self.place.spot, 10.0, &mut self.dice);
        let mut plan = self.plan(&phone, view, State::After, taken);
        if phone.has_gps {
            plan.gps = Some(Gps {
                lat: spot.lat,
                lon: spot.lon,
                ..self.fix(&phone)
            });
        }
        if phone.prints_date {
            plan.retouch = Retouch::Banner(self.banner(taken));
        }
        plan
    }

    /// What a stamp app prints.
    pub(super) fn banner(&self, taken: Timestamp) -> Vec<String> {
        let local = Offset::constant(7).to_datetime(taken);
        vec![
            local.strftime("%d-%m-%Y %H:%M").to_string(),
            format!("KEL. {}", self.place.given_to.name),
        ]
    }
}
