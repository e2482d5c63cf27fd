//! A small town's tickets and photos, made from a seed, and the CRM's messages about them.

use bytes::Bytes;
use jaga_broker::{Exchange, Outgoing};
use jaga_contract::{
    Envelope, EventData, EventId, KelurahanCode, ObjectRef, PhotoId, PhotoUploaded, Point, Role,
    Step, Submission, TicketChanged, TicketId, Told, Visibility,
};
use jaga_scene::{Captured, Gps, PhoneShot, Problem, Scene, State, View};
use jiff::{SignedDuration, Timestamp};
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// Everything the CRM knows.
pub struct Town {
    pub steps: Vec<TicketChanged>,
    pub photos: Vec<Photo>,
    seed: u64,
}

pub struct Photo {
    pub upload: PhotoUploaded,
    pub jpeg: Vec<u8>,
    pub secrets: Vec<Vec<u8>>,
}

pub const LAT: f64 = -6.1765;
pub const LON: f64 = 106.8268;

impl Town {
    /// `tickets` tickets with two report photos and one evidence photo each, closed two hours later.
    /// Every second ticket is private.
    pub fn new(seed: u64, tickets: usize, bucket: &str) -> Self {
        let start: Timestamp = "2026-11-02T01:00:00Z".parse().unwrap();
        let mut town = Self {
            steps: Vec::new(),
            photos: Vec::new(),
            seed,
        };
        for n in 0..tickets {
            let id = TicketId::new(format!("JK{n:06}")).unwrap();
            let at = start + SignedDuration::from_secs(n as i64);
            let closed = at + SignedDuration::from_hours(2);
            let mut evidence = Vec::new();
            for k in 0..3_u64 {
                let role = if k == 2 { Role::Evidence } else { Role::Report };
                let taken = if k == 2 { closed } else { at } - SignedDuration::from_mins(5);
                let photo = photo(&id, k, role, taken, seed ^ (n as u64 * 8 + k), bucket);
                if role == Role::Evidence {
                    evidence.push(photo.upload.photo_id.clone());
                }
                town.photos.push(photo);
            }
            let visibility = if n % 2 == 0 {
                Visibility::Public
            } else {
                Visibility::Private
            };
            town.steps.push(step(
                &id,
                0,
                at,
                Step::Submitted(submission(&id, visibility)),
            ));
            town.steps.push(step(
                &id,
                1,
                at + SignedDuration::from_mins(30),
                Step::Accepted,
            ));
            let proposed = Step::ClosureProposed {
                evidence,
                note: "Sudah ditangani.".into(),
                officer: None,
            };
            town.steps.push(step(&id, 2, closed, proposed));
        }
        town
    }

    /// Every message `times` times, out of order.
    pub fn messages(&self, times: usize) -> Vec<Outgoing> {
        let steps = self
            .steps
            .iter()
            .map(|s| outgoing(s.event_id.clone(), s.occurred_at, s));
        let photos = self
            .photos
            .iter()
            .map(|p| outgoing(p.event_id(), p.upload.uploaded_at, &p.upload));
        let all: Vec<Outgoing> = steps.chain(photos).collect();
        let mut repeated: Vec<Outgoing> = Vec::new();
        for n in 0..times {
            repeated.extend(all.iter().cloned().map(|mut m| {
                // Only the batch's own name for it: the event inside is the same.
                m.message_id = format!("{}/{n}", m.message_id);
                m
            }));
        }
        repeated.shuffle(&mut ChaCha8Rng::seed_from_u64(self.seed));
        repeated
    }

    pub fn closures(&self) -> usize {
        self.steps
            .iter()
            .filter(|s| matches!(s.step, Step::ClosureProposed { .. }))
            .count()
    }
}

impl Photo {
    pub fn event_id(&self) -> EventId {
        EventId::new(format!("up-{}", self.upload.photo_id)).unwrap()
    }
}

pub fn outgoing<T: EventData + Clone>(id: EventId, at: Timestamp, data: &T) -> Outgoing {
    let event = Envelope::new(id, "/crm", at, data.clone());
    Outgoing {
        message_id: event.id.to_string(),
        exchange: Exchange::Crm,
        routing_key: T::TYPE.into(),
        body: Bytes::from(event.to_bytes().unwrap()),
    }
}

fn step(ticket: &TicketId, n: usize, at: Timestamp, step: Step) -> TicketChanged {
    TicketChanged {
        event_id: EventId::new(format!("{ticket}-{n}")).unwrap(),
        ticket_id: ticket.clone(),
        occurred_at: at,
        unit: None,
        step,
    }
}

pub fn submission(ticket: &TicketId, visibility: Visibility) -> Submission {
    Submission {
        category: "Jalan rusak".into(),
        visibility,
        point: Some(Point { lat: LAT, lon: LON }),
        kelurahan: Some(KelurahanCode::new("31.71.01.1001").unwrap()),
        ..crate::report::submission(ticket.as_str())
    }
}

pub fn photo(
    ticket: &TicketId,
    k: u64,
    role: Role,
    taken: Timestamp,
    seed: u64,
    bucket: &str,
) -> Photo {
    let gps = Gps::at(LAT + 0.0001 * (seed % 7) as f64, LON);
    photo_of((ticket, k, role), (taken, Some(gps)), seed, bucket)
}

/// A photo that says where it was taken, and when; one that does not say where comes bare, as from a messenger.
pub fn photo_of(
    (ticket, k, role): (&TicketId, u64, Role),
    (taken, gps): (Timestamp, Option<Gps>),
    seed: u64,
    bucket: &str,
) -> Photo {
    let id = PhotoId::new(format!("{ticket}-{k}")).unwrap();
    let state = if role == Role::Evidence {
        State::After
    } else {
        State::Before
    };
    let scene = Scene::new(seed, Problem::Pothole);
    let rgb = scene.render(state, &View::front(seed), 480, 360);
    let clock = gps.is_some().then(|| Captured::jakarta(taken));
    let bare = gps.is_none();
    let mut shot = PhoneShot::new(rgb, clock, gps);
    if !bare {
        shot.extras = jaga_scene::Extras::full(id.as_str());
    }
    Photo {
        secrets: shot.secrets(),
        jpeg: shot.jpeg(),
        upload: PhotoUploaded {
            photo_id: id.clone(),
            ticket_id: ticket.clone(),
            role,
            object: ObjectRef {
                bucket: bucket.into(),
                key: format!("upload/{id}"),
            },
            uploaded_at: taken + SignedDuration::from_mins(1),
            told: Told::default(),
        },
    }
}
