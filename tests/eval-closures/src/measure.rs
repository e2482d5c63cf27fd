//! From the world to facts, with the noise that measuring has. What the workers can't measure yet
//! (printed dates, a screen's pattern) is not given.

use std::collections::HashMap;

use jaga_contract::{EventId, MatchKind, PhotoId, Role, TicketId, UnitId};
use jaga_ticket::closure::{
    Burst, ClosureFacts, PhotoMatch, Relation, ReportedAgain, Response, SameNote, SceneFacts,
};
use jiff::Timestamp;

use crate::dice::Dice;
use crate::likeness;
use crate::month::Month;
use crate::photo;
use crate::quarter::disputes;
use crate::rates::Rates;
use crate::whereabouts;
use crate::world::{CATEGORIES, Closure, DAY, Made, Photo, Time, beside, between};

/// 1 November 2026, midnight in Jakarta.
const EPOCH: i64 = 1_793_466_000;
const WINDOW: f64 = 900.0;

/// A closure as it was measured, and what the rivals go by.
pub struct Measured {
    pub facts: ClosureFacts,
    /// Plain PDQ finds an earlier photo within 31 bits.
    pub pdq_near: bool,
}

/// What is asked across closures.
pub struct Look<'m> {
    pub all: Vec<&'m Closure>,
    exposures: HashMap<u64, Vec<(usize, usize)>>,
    districts: &'m [f64],
    /// Of the archive: closures before this are not judged.
    pub first: usize,
}

pub fn at(time: Time) -> Timestamp {
    Timestamp::from_second(EPOCH + time as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub fn photo_id(closure: usize, photo: usize) -> Option<PhotoId> {
    PhotoId::new(format!("p{closure}-{photo}")).ok()
}

fn ticket_id(closure: usize) -> Option<TicketId> {
    TicketId::new(format!("JK{closure}")).ok()
}

pub fn month(month: &Month, seed: u64) -> Vec<(usize, Measured)> {
    let mut dice = Dice::new(seed ^ 0x6d65_6173_7572_6521);
    let all: Vec<&Closure> = month.archive.iter().chain(&month.closures).collect();
    let mut exposures: HashMap<u64, Vec<(usize, usize)>> = HashMap::new();
    for (n, c) in all.iter().enumerate() {
        for (k, p) in c.photos.iter().enumerate() {
            exposures.entry(p.exposure).or_default().push((n, k));
        }
    }
    let look = Look {
        first: month.archive.len(),
        districts: &month.quarter.districts,
        all,
        exposures,
    };
    let rates = Rates::of(&month.quarter);
    let judged = look.first..look.all.len();
    judged
        .filter_map(|n| Some((n - look.first, closure(&mut dice, &look, n, &rates)?)))
        .collect()
}

fn closure(dice: &mut Dice, look: &Look<'_>, n: usize, rates: &Rates) -> Option<Measured> {
    let c = look.all[n];
    let (name, _, recurs) = CATEGORIES[c.ticket.category];
    let mut pdq_near = false;
    let mut evidence = Vec::new();
    for (k, p) in c.photos.iter().enumerate() {
        let mut facts = photo::facts(dice, look, n, k)?;
        if facts.outcome == jaga_ticket::closure::EvidenceOutcome::Processed {
            (facts.matches, facts.scenes) = alike(dice, look, n, k, p, &mut pdq_near)?;
        }
        evidence.push(facts);
    }
    let way = whereabouts::of(look, n);
    let note = note(c.unit, c.note);
    let facts = ClosureFacts {
        ticket_id: ticket_id(n)?,
        closure: EventId::new(format!("e{n}")).ok()?,
        submitted_at: Some(at(c.ticket.submitted)),
        accepted_at: None,
        assigned_at: Some(at(c.assigned)),
        proposed_at: at(c.proposed),
        category: name.to_owned(),
        unit: UnitId::new(format!("unit-{}", c.unit)).ok(),
        has_authority: dice.chance(0.8).then_some(c.authority),
        travel_m: way.as_ref().map(|w| w.metres),
        travel_s: way.as_ref().map(|w| w.earlier_s),
        travel_from: way.map(|w| w.photo),
        report_distance_m: report_distance(dice, c),
        burst: Some(burst(look, n)),
        same_note: Some(same_note(look, n)),
        note,
        response: response(dice, c, recurs, look.districts[c.unit])?,
        unit_rates: rates.units[c.unit].clone(),
        // Half of the units send their officers' handles.
        officer_rates: if c.unit.is_multiple_of(2) {
            rates.officers[c.officer].clone()
        } else {
            Vec::new()
        },
        evidence,
    };
    Some(Measured { facts, pdq_near })
}

/// Half of the reports' photos say where they were taken: at the thing, whatever the pin says. Kept in steps
/// of ten metres.
fn report_distance(dice: &mut Dice, c: &Closure) -> Option<f64> {
    let from = beside(dice, c.ticket.spot, 20.0);
    let told = dice.chance(0.5);
    told.then(|| (between(from, c.ticket.pin) / 10.0).round() * 10.0)
}

fn note(unit: usize, note: usize) -> String {
    let letter = |n: usize| char::from(b'a' + (n % 26) as u8);
    if note < 1000 {
        let (a, b) = (letter(unit), letter(note));
        format!("Telah dilakukan penanganan di lokasi oleh regu {a} unit kami sesuai perintah {b}")
    } else {
        let word: String = [note, note / 26, note / 676, note / 17_576]
            .map(letter)
            .iter()
            .collect();
        format!("Pekerjaan di depan toko {word} selesai pagi tadi, material sudah diangkut")
    }
}

fn same_note(look: &Look<'_>, n: usize) -> SameNote {
    let c = look.all[n];
    let same = |o: &&&Closure| {
        o.unit == c.unit && o.note == c.note && (o.proposed - c.proposed).abs() < 30.0 * DAY
    };
    let others: Vec<_> = look.all.iter().filter(same).collect();
    let here = others.iter().filter(|o| near(o, c)).count();
    SameNote {
        tickets: others.len() as u32 - 1,
        same_spot: here as u32 - 1,
    }
}

fn near(a: &Closure, b: &Closure) -> bool {
    between(a.ticket.pin, b.ticket.pin) <= 100.0
}

fn burst(look: &Look<'_>, n: usize) -> Burst {
    let c = look.all[n];
    let of = |o: &&&Closure| o.officer == c.officer && (o.proposed - c.proposed).abs() <= WINDOW;
    let others: Vec<_> = look.all.iter().filter(of).collect();
    let photos = others
        .iter()
        .flat_map(|o| &o.photos)
        .filter(|p| !p.messenger);
    let times: Vec<f64> = photos.map(|p| p.at + p.clock).collect();
    let first = times.iter().copied().fold(f64::INFINITY, f64::min);
    let last = times.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Burst {
        closures: others.len() as u32,
        same_spot: others.iter().filter(|o| near(o, c)).count() as u32,
        captured_span_s: (times.len() > 1).then_some((last - first) as u32),
    }
}

/// Two weeks later. Few reporters answer: of work that was not done a quarter disputes it, of work that
/// was done one in forty, or one in twelve where it comes back by itself. Guesses.
fn response(dice: &mut Dice, c: &Closure, recurs: bool, district: f64) -> Option<Response> {
    let honest = c.truth.is_honest();
    let disputes = disputes(honest, recurs, district);
    let [low, again] = match (honest, recurs) {
        (false, _) => [0.2, 0.15],
        (true, true) => [0.05, 0.15],
        (true, false) => [0.04, 0.015],
    };
    let later = |dice: &mut Dice| at(c.proposed + dice.within(0.1, 13.0) * DAY);
    Some(Response {
        disputes: if dice.chance(disputes) {
            vec![later(dice)]
        } else {
            Vec::new()
        },
        rating: if dice.chance(low) {
            Some(1)
        } else {
            dice.chance(0.2).then_some(4)
        },
        again: if dice.chance(again) {
            vec![ReportedAgain {
                ticket: TicketId::new("JKagain").ok()?,
                at: later(dice),
                distance_m: dice.within(0.0, 90.0),
            }]
        } else {
            Vec::new()
        },
    })
}

type Alike = (Vec<PhotoMatch>, Vec<SceneFacts>);

/// Other uses of the exposure that the index finds, a look-alike now and then, and the comparisons.
fn alike(
    dice: &mut Dice,
    look: &Look<'_>,
    n: usize,
    k: usize,
    p: &Photo,
    pdq_near: &mut bool,
) -> Option<Alike> {
    let c = look.all[n];
    let (mut matches, mut scenes) = (Vec::new(), Vec::new());
    let quality = if dice.chance(0.05) { 30 } else { 80 };
    for (o, j) in look
        .exposures
        .get(&p.exposure)
        .into_iter()
        .flatten()
        .copied()
    {
        let (other, theirs) = (look.all[o], &look.all[o].photos[j]);
        if (o, j) == (n, k) {
            continue;
        }
        let bytes = theirs.file == p.file && !(p.messenger ^ theirs.messenger);
        let found = bytes || dice.chance(likeness::index(p.made) * likeness::index(theirs.made));
        let pdq = bytes || dice.chance(likeness::pdq(p.made) * likeness::pdq(theirs.made));
        *pdq_near |= pdq && o != n && other.proposed <= c.proposed && quality >= 50;
        if !found {
            continue;
        }
        let reports = dice.chance(0.3) && between(other.ticket.spot, c.ticket.spot) < 1.0;
        matches.push(PhotoMatch {
            photo: photo_id(o, j)?,
            ticket: ticket_id(o)?,
            role: Role::Evidence,
            kind: if bytes {
                MatchKind::SameBytes
            } else {
                MatchKind::Near
            },
            distance: if bytes {
                0
            } else {
                dice.within(2.0, 30.0) as u32
            },
            quality,
            other_uploaded_at: at(other.proposed),
            same_ticket: o == n,
            same_closure: o == n,
            other_ticket_point_distance_m: Some(between(other.ticket.pin, c.ticket.pin)),
            reports_same_place: reports.then_some(true),
        });
        if !bytes {
            let made = if p.made == Made::AsTaken {
                theirs.made
            } else {
                p.made
            };
            let (relation, confidence) = likeness::one_exposure(dice, made);
            scenes.push(SceneFacts {
                photo: photo_id(o, j)?,
                role: Role::Evidence,
                same_ticket: o == n,
                relation,
                confidence,
                reason: None,
                aligned: None,
                changed: None,
            });
        }
    }
    if c.retried {
        let again = PhotoId::new(format!("p{n}-refused")).ok()?;
        let mut retry = look_alike(dice, c, again, ticket_id(n)?);
        retry.kind = MatchKind::SameBytes;
        retry.same_ticket = true;
        matches.push(retry);
    }
    // One photo in a hundred looks like an older one of somewhere else.
    if dice.chance(0.01) {
        let other = PhotoId::new(format!("p{n}-{k}-alike")).ok()?;
        let found = look_alike(dice, c, other.clone(), TicketId::new("JKalike").ok()?);
        *pdq_near |= found.quality >= 50;
        matches.push(found);
        if dice.chance(0.7) {
            scenes.push(SceneFacts {
                photo: other,
                role: Role::Evidence,
                same_ticket: false,
                relation: Relation::Unrelated,
                confidence: dice.within(0.6, 1.0),
                reason: None,
                aligned: None,
                changed: None,
            });
        }
    }
    report(dice, n, c, p, pdq_near, &mut matches, &mut scenes)?;
    Some((matches, scenes))
}

fn look_alike(dice: &mut Dice, c: &Closure, photo: PhotoId, ticket: TicketId) -> PhotoMatch {
    PhotoMatch {
        photo,
        ticket,
        role: Role::Evidence,
        kind: MatchKind::Near,
        distance: dice.within(18.0, 31.0) as u32,
        quality: if dice.chance(0.5) { 40 } else { 70 },
        other_uploaded_at: at(c.proposed - dice.within(0.2, 30.0) * DAY),
        same_ticket: false,
        same_closure: false,
        other_ticket_point_distance_m: Some(dice.within(500.0, 20_000.0)),
        reports_same_place: None,
    }
}

/// Against the ticket's own report photo: the fingerprint, and always the comparison.
fn report(
    dice: &mut Dice,
    n: usize,
    c: &Closure,
    p: &Photo,
    pdq_near: &mut bool,
    matches: &mut Vec<PhotoMatch>,
    scenes: &mut Vec<SceneFacts>,
) -> Option<()> {
    let report = PhotoId::new(format!("r{n}")).ok()?;
    let own = p.exposure == c.ticket.report_exposure;
    let (relation, confidence) = if own {
        likeness::one_exposure(dice, p.made)
    } else {
        likeness::two_exposures(dice, p.view)
    };
    if own {
        *pdq_near |= dice.chance(likeness::pdq(p.made));
    }
    if own && dice.chance(likeness::index(p.made)) {
        matches.push(PhotoMatch {
            photo: report.clone(),
            ticket: ticket_id(n)?,
            role: Role::Report,
            kind: MatchKind::Near,
            distance: dice.within(2.0, 30.0) as u32,
            quality: 80,
            other_uploaded_at: at(c.ticket.submitted),
            same_ticket: true,
            same_closure: false,
            other_ticket_point_distance_m: Some(0.0),
            reports_same_place: None,
        });
    }
    let (aligned, changed) = match p.made {
        Made::Collage(share) => (share + dice.normal(0.03), dice.within(0.0, 0.05)),
        Made::Erased(share) => (0.98, share + dice.normal(0.03)),
        Made::Crop(_) => (1.0, 0.02),
        _ => (0.97, dice.within(0.0, 0.03)),
    };
    let measured = own && relation >= Relation::EditedCopy;
    scenes.push(SceneFacts {
        photo: report,
        role: Role::Report,
        same_ticket: true,
        relation,
        confidence,
        reason: None,
        aligned: measured.then(|| aligned.clamp(0.0, 1.0)),
        changed: measured.then(|| changed.clamp(0.0, 1.0)),
    });
    Some(())
}
