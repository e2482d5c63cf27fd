//! Telling one ticket: a clock that only goes forward, and the things that happen on it.

use jaga_contract::{EventId, PhotoId, Role, Step, TicketChanged, TicketId, UnitId};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::cast::{self, Phone, id};
use super::places::Place;
use super::{Case, Happening, Moment, Source, Truth, Upload};
use crate::rng::Dice;
use crate::{Problem, Scene};

/// A ticket while it is told.
pub(super) struct Story {
    pub(super) dice: Dice,
    pub(super) ticket: String,
    pub(super) kind: Problem,
    pub(super) place: Place,
    pub(super) scene_seed: u64,
    /// The present.
    pub(super) now: Timestamp,
    pub(super) submitted: Timestamp,
    pub(super) reporter: Phone,
    pub(super) officer: Phone,
    pub(super) truth: Truth,
    pub(super) holder: UnitId,
    told: Vec<(Timestamp, Happening)>,
    counts: [usize; 3],
}

impl Story {
    pub(super) fn new(
        seed: u64,
        ticket: String,
        submitted: Timestamp,
        kind: Problem,
        place: Place,
    ) -> Self {
        let mut dice = Dice::new(seed, &ticket);
        let officer = Phone::of(&format!("OFFICER-{ticket}"), &mut dice);
        let reporter = Phone::of(&format!("REPORTER-{ticket}"), &mut dice);
        let scene_seed = dice.bits();
        Self {
            holder: cast::kelurahan_office(&place),
            dice,
            ticket,
            kind,
            place,
            scene_seed,
            now: submitted,
            submitted,
            reporter,
            officer,
            truth: Truth::Honest,
            told: Vec::new(),
            counts: [0; 3],
        }
    }

    /// Moves to a street where the problem fills about this share of the picture.
    pub(super) fn where_it_fills(&mut self, share: f64) {
        let tries = (0..32)
            .map(|_| self.dice.bits())
            .collect::<Vec<_>>()
            .into_iter();
        let off = |seed| (Scene::new(seed, self.kind).problem_share() - share).abs();
        let best = tries
            .map(|seed| (seed, off(seed)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        self.scene_seed = best.map_or(self.scene_seed, |(seed, _)| seed);
    }

    /// Lets so many minutes pass.
    pub(super) fn wait(&mut self, low: f64, high: f64) {
        let seconds = self.dice.double(low * 60.0, high * 60.0) as i64;
        self.now += SignedDuration::from_secs(seconds.max(1));
    }

    /// Lets exactly so many seconds pass.
    pub(super) fn seconds(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    /// If it is dark, waits for the next morning: outdoor work is done by day.
    pub(super) fn until_day(&mut self) {
        let local = Offset::constant(7).to_datetime(self.now);
        let hour = i64::from(local.hour());
        if !(7..16).contains(&hour) {
            let hours = if hour >= 16 { 31 - hour } else { 7 - hour };
            let minutes = hours * 60 - i64::from(local.minute()) + self.dice.whole(5, 200);
            self.now += SignedDuration::from_mins(minutes);
        }
    }

    /// Tells one step by a unit.
    pub(super) fn step(&mut self, unit: Option<UnitId>, step: Step) {
        self.counts[0] += 1;
        let event_id: EventId = id(format!("{}-{}", self.ticket, self.counts[0]));
        let change = TicketChanged {
            event_id,
            ticket_id: id(self.ticket.clone()),
            occurred_at: self.now,
            unit,
            step,
        };
        self.told.push((self.now, Happening::Ticket(change)));
    }

    /// The same by the unit that holds the ticket.
    pub(super) fn by_holder(&mut self, step: Step) {
        self.step(Some(self.holder.clone()), step);
    }

    /// Passes the ticket sideways.
    pub(super) fn coordinate(&mut self, to: UnitId) {
        self.by_holder(Step::Coordinated { to: to.clone() });
        self.holder = to;
    }

    /// Passes the ticket down.
    pub(super) fn disposition(&mut self, to: UnitId) {
        self.by_holder(Step::Dispositioned { to: to.clone() });
        self.holder = to;
    }

    /// Sends a photo in.
    pub(super) fn send(&mut self, role: Role, source: Source, from: Option<PhotoId>) -> PhotoId {
        let (slot, letter) = if role == Role::Report {
            (1, 'R')
        } else {
            (2, 'E')
        };
        self.counts[slot] += 1;
        let photo: PhotoId = id(format!("P-{}-{letter}{}", self.ticket, self.counts[slot]));
        let upload = Upload {
            photo_id: photo.clone(),
            role,
            uploaded_at: self.now,
            source,
            derived_from: from,
        };
        self.told.push((self.now, Happening::Upload(upload)));
        photo
    }

    /// The photos told so far.
    pub(super) fn uploads(&self) -> impl Iterator<Item = &Upload> {
        self.told.iter().filter_map(|(_, what)| match what {
            Happening::Upload(upload) => Some(upload),
            Happening::Ticket(_) => None,
        })
    }

    /// The ticket's case within the week; what comes later is not told.
    pub(super) fn end(mut self, monday: Timestamp, end: Timestamp) -> Case {
        self.told.sort_by_key(|(at, _)| *at);
        let within = self.told.into_iter().filter(|(at, _)| *at < end);
        let timeline: Vec<_> = within
            .map(|(at, what)| Moment {
                at: at.max(monday),
                what,
            })
            .collect();
        let closed = timeline.iter().any(|moment| {
            matches!(&moment.what, Happening::Ticket(change)
                if matches!(change.step, Step::ClosureProposed { .. }))
        });
        Case {
            ticket_id: id::<TicketId>(self.ticket),
            kind: self.kind,
            spot: self.place.spot,
            kelurahan: id(self.place.kelurahan.code.clone()),
            timeline,
            truth: if closed { self.truth } else { Truth::Open },
        }
    }
}
