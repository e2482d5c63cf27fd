//! Who reports what and when, and what is to become of it.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::places::Place;
use super::plots::Plot;
use super::story::Story;
use super::{FakeKind, OddKind, Truth, Week, spoil};
use crate::Problem;
use crate::rng::Dice;

/// Tickets of a week.
const TICKETS: usize = 120;
/// Of them carried over from the days before.
const CARRIED_OVER: usize = 8;
/// Share of the reports by day, from Monday.
const DAYS: [f64; 7] = [0.24, 0.20, 0.18, 0.14, 0.12, 0.07, 0.05];

/// A ticket to be told.
struct Part {
    submitted: Timestamp,
    plot: Plot,
    /// The second ticket of [`OddKind::OneVisit`].
    second: bool,
    ticket: String,
}

pub(super) fn week(seed: u64) -> Week {
    let monday = Timestamp::constant(Week::MONDAY_UNIX_SECONDS, 0);
    let mut week = Week {
        seed,
        monday,
        tickets: Vec::new(),
    };
    let mut dice = Dice::new(seed, "week");
    let parts = parts(&week, &mut dice);

    let mut stories: Vec<Story> = Vec::new();
    let mut fakes = Vec::new();
    let mut visit: Option<usize> = None;
    for part in parts {
        let (kind, place) = setting(part.plot, &mut dice);
        let mut story = Story::new(seed, part.ticket, part.submitted, kind, place);
        match part.plot {
            // Fakes steal from others, so they are told last.
            Plot::Fake(fake) => {
                fakes.push((fake, story));
                continue;
            }
            Plot::Odd(OddKind::OneVisit) if part.second => {
                if let Some(first) = visit.and_then(|i| stories.get(i)) {
                    story = Story::new(
                        seed,
                        story.ticket,
                        story.submitted,
                        first.kind,
                        Place::beside(&first.place, &mut dice),
                    );
                    story.play_second_of_visit(first);
                }
            }
            Plot::Odd(odd) => {
                if odd == OddKind::OneVisit {
                    visit = Some(stories.len());
                }
                story.play_odd(odd);
            }
            everyday => story.play(everyday),
        }
        stories.push(story);
    }
    let mut told = Vec::new();
    let mut nth = [0; FakeKind::ALL.len()];
    for (fake, mut story) in fakes {
        story.play_fake(fake, nth[fake as usize], &stories);
        nth[fake as usize] += 1;
        told.push(story);
    }
    stories.extend(told);
    stories.sort_by_key(|story| (story.submitted, story.ticket.clone()));
    week.tickets = stories
        .into_iter()
        .map(|story| story.end(monday, week.end()))
        .collect();
    debug_assert!(
        week.tickets
            .iter()
            .any(|case| matches!(case.truth, Truth::Faked(_)))
    );
    spoil::some(&mut week.tickets, &mut dice);
    week
}

/// Kind and place that go with a plot.
fn setting(plot: Plot, dice: &mut Dice) -> (Problem, Place) {
    let kind = match plot {
        Plot::Fake(FakeKind::EditedReport) => Problem::IllegalParking,
        // Quick or by day: lamps and floods do not fit.
        Plot::Odd(OddKind::ClockOffByZone | OddKind::ProactiveWork | OddKind::NightFlat) => {
            *dice.pick(&[Problem::Rubbish, Problem::FallenTree])
        }
        _ => match dice.whole(0, 99) {
            0..=25 => Problem::Pothole,
            26..=45 => Problem::FallenTree,
            46..=64 => Problem::IllegalParking,
            65..=81 => Problem::Rubbish,
            82..=91 => Problem::Flood,
            _ => Problem::BrokenLamp,
        },
    };
    let place = if plot == Plot::Odd(OddKind::WrongPin) {
        Place::over_the_border(dice)
    } else {
        Place::anywhere(dice)
    };
    (kind, place)
}

/// All tickets with number, time and plot, in order of time.
fn parts(week: &Week, dice: &mut Dice) -> Vec<Part> {
    let mut times = Vec::new();
    for (day, share) in DAYS.iter().enumerate() {
        let count = ((TICKETS - CARRIED_OVER) as f64 * share).round() as usize;
        times.extend((0..count).map(|_| week.monday + moment_of(day as i64, dice)));
    }
    times.sort();
    let mut parts = Vec::new();
    let mut add = |submitted, plot, second| {
        parts.push(Part {
            submitted,
            plot,
            second,
            ticket: String::new(),
        });
    };
    let before = [
        Plot::Untouched,
        Plot::SlowWork,
        Plot::Untouched,
        Plot::Stuck,
        Plot::SlowWork,
        Plot::Working,
        Plot::Untouched,
        Plot::Stuck,
    ];
    for plot in before {
        add(
            week.monday - SignedDuration::from_mins(dice.whole(200, 4600)),
            plot,
            false,
        );
    }
    let (early, late) = plots(dice);
    for (submitted, plot) in times.into_iter().zip(early.into_iter().chain(late)) {
        add(submitted, plot, false);
        if plot == Plot::Odd(OddKind::OneVisit) {
            add(
                submitted + SignedDuration::from_mins(dice.whole(6, 25)),
                plot,
                true,
            );
        }
    }
    parts.sort_by_key(|part| part.submitted);
    number(&mut parts, dice);
    parts
}

/// A time of that day, mostly between 6 and 22 h; the first hour is short so that the week starts
/// with a few.
fn moment_of(day: i64, dice: &mut Dice) -> SignedDuration {
    let hour = if dice.chance(0.93) {
        dice.double(0.05, 15.0)
    } else {
        dice.double(15.0, 23.9)
    };
    SignedDuration::from_secs(day * 86_400 + (hour * 3600.0) as i64)
}

/// The plots: those that need days ahead of them, then those that fit anywhere.
fn plots(dice: &mut Dice) -> (Vec<Plot>, Vec<Plot>) {
    let many = |plot: Plot, count: usize| std::iter::repeat_n(plot, count);
    let mut first: Vec<Plot> = many(Plot::SlowWork, 3)
        .chain(many(Plot::Untouched, 3))
        .collect();
    first.extend(many(Plot::Plain, 9));
    dice.shuffle(&mut first);

    let mut early: Vec<Plot> = FakeKind::ALL.map(Plot::Fake).to_vec();
    let twice = [
        FakeKind::ReusedEvidence,
        FakeKind::NewDateBanner,
        FakeKind::EditedReport,
        FakeKind::FarAway,
    ];
    early.extend(twice.map(Plot::Fake));
    early.extend(OddKind::ALL.map(Plot::Odd));
    early.push(Plot::Odd(OddKind::MessengerStripped));
    early.extend(
        many(Plot::Refused, 5)
            .chain(many(Plot::Reopened, 3))
            .chain(many(Plot::Asked, 3)),
    );
    early.extend(many(Plot::SlowStart, 8).chain(many(Plot::Plain, 12)));
    dice.shuffle(&mut early);
    // Who steals needs something to steal: those come after most of the others (a stable sort).
    let steals = |plot: &Plot| {
        matches!(
            plot,
            Plot::Fake(FakeKind::ReusedEvidence | FakeKind::NewDateBanner)
        )
    };
    early.sort_by_key(steals);
    first.extend(early);

    let mut late: Vec<Plot> = many(Plot::Plain, 26)
        .chain(many(Plot::Working, 6))
        .collect();
    late.extend(many(Plot::Untouched, 2).chain(many(Plot::Stuck, 4)));
    late.extend(many(Plot::Unanswered, 2).chain(many(Plot::Estimate, 3)));
    late.extend(many(Plot::TurnedDown, 2).chain(many(Plot::SlowStart, 4)));
    dice.shuffle(&mut late);
    (first, late)
}

/// Numbers as the city gives them: JK, the day, a running number with gaps.
fn number(parts: &mut [Part], dice: &mut Dice) {
    let mut day = String::new();
    let mut running = 0;
    for part in parts {
        let date = Offset::constant(7)
            .to_datetime(part.submitted)
            .strftime("%y%m%d")
            .to_string();
        if date != day {
            running = dice.whole(1, 20);
            day = date;
        }
        part.ticket = format!("JK{day}{running:04}");
        running += dice.whole(1, 12);
    }
}
