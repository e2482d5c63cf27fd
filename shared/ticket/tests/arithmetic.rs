//! Working time against a clock that is watched minute by minute, in zones of every kind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use std::fmt::Write as _;

use common::{at, hours};
use jaga_ticket::{Calendar, Calendars, Span};
use jiff::civil::{Date, Weekday, date};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// Zones with clocks that go forward and back by an hour, by half an hour, in the other half of the
/// year, in Ramadan, no longer, and never; one with a day that did not exist.
const ZONES: &[&str] = &[
    "Asia/Jakarta",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Pacific/Apia",
    "UTC",
];

/// Minutes of each weekday from Monday; past midnight they count on. Some begin or end inside an hour that
/// is told twice on some day (mostly from one to three in the morning).
type Week = [&'static [(u32, u32)]; 7];

const WEEKS: &[Week] = &[
    // Office hours with a break.
    [
        &[(480, 720), (750, 960)],
        &[(480, 720), (750, 960)],
        &[(480, 720), (750, 960)],
        &[(480, 720), (750, 960)],
        &[(480, 705), (765, 990)],
        &[],
        &[],
    ],
    // Nights, each of the day that it begins on.
    [
        &[(1320, 1800)],
        &[(1320, 1800)],
        &[],
        &[(1320, 1800)],
        &[(1320, 2040)],
        &[(1200, 1440)],
        &[(0, 300)],
    ],
    // Every minute but one, and three minutes a week.
    [
        &[(0, 1440)],
        &[(0, 1440)],
        &[(0, 1439)],
        &[(0, 1440)],
        &[(0, 1440)],
        &[(0, 1440)],
        &[(0, 1440)],
    ],
    [&[(719, 722)], &[], &[], &[], &[], &[], &[]],
    // Three shifts on weekends.
    [
        &[],
        &[],
        &[],
        &[],
        &[],
        &[(300, 420), (420, 600), (1100, 1439)],
        &[(0, 60), (601, 1000), (1380, 1440)],
    ],
    // Edges in the hours that come twice.
    [
        &[(20, 90)],
        &[(110, 1400)],
        &[(1385, 1410)],
        &[(1400, 1530)],
        &[],
        &[(1350, 1530)],
        &[(100, 110), (115, 170)],
    ],
];

const HOLIDAYS: &[(Date, Date)] = &[
    (date(2025, 3, 28), date(2025, 4, 7)),
    (date(2025, 10, 26), date(2025, 10, 26)),
    (date(2026, 3, 18), date(2026, 3, 24)),
    (date(2026, 11, 1), date(2026, 11, 2)),
];

/// A Saturday that is worked, and a holiday that is worked after all.
const EXTRA: &[Date] = &[date(2026, 3, 14), date(2026, 3, 20)];
const EXTRA_HOURS: &[(u32, u32)] = &[(540, 600), (660, 700)];

/// What the file says, and the same as the watcher reads it.
#[derive(Debug, Clone)]
struct Made {
    calendar: Calendar,
    zone: TimeZone,
    week: Week,
}

fn made(zone: &str, week: Week) -> Made {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let clock = |m: u32| format!("{:02}:{:02}", m / 60, m % 60);
    let list = |shifts: &[(u32, u32)]| {
        let shifts = shifts
            .iter()
            .map(|(a, b)| format!("\"{}-{}\"", clock(*a), clock(*b)));
        shifts.collect::<Vec<_>>().join(", ")
    };
    let mut toml = format!(
        "version = \"t\"\n[calendars.t]\nzone = \"{zone}\"\nsource = \"a test\"\nholidays = [\"h\"]\n[calendars.t.week]\n"
    );
    for (name, shifts) in names.iter().zip(week) {
        writeln!(toml, "{name} = [{}]", list(shifts)).unwrap();
    }
    for day in EXTRA {
        let hours = list(EXTRA_HOURS);
        writeln!(
            toml,
            "[[calendars.t.extra]]\ndate = {day}\nhours = [{hours}]\nsource = \"a test\""
        )
        .unwrap();
    }
    for (from, to) in HOLIDAYS {
        writeln!(
            toml,
            "[[holidays.h]]\ndate = {from}\nto = {to}\nname = \"h\"\nkind = \"national\"\nstatus = \"decided\"\nsource = \"s\""
        )
        .unwrap();
    }
    let calendar = Calendars::parse(&toml).unwrap().get("t").unwrap().clone();
    let zone = TimeZone::get(zone).unwrap();
    Made {
        calendar,
        zone,
        week,
    }
}

impl Made {
    fn shifts(&self, day: Date) -> &[(u32, u32)] {
        if EXTRA.contains(&day) {
            return EXTRA_HOURS;
        }
        if HOLIDAYS.iter().any(|(from, to)| *from <= day && day <= *to) {
            return &[];
        }
        self.week[day.weekday().to_monday_zero_offset() as usize]
    }

    /// Whether the clock on the wall says that somebody works in this minute. Of an hour that comes twice
    /// the first one counts: what begins or ends within it does so once.
    fn open(&self, t: Timestamp) -> bool {
        let local = self.zone.to_datetime(t);
        let minute = local.hour() as u32 * 60 + local.minute() as u32;
        let again = self.twice(local.date(), minute)
            && self.zone.to_ambiguous_timestamp(local).earlier().unwrap() < t;
        let within = |day: Date, minute: u32| {
            let mut shifts = self.shifts(day).iter();
            shifts.any(|(from, to)| {
                let begun = *from <= minute || again && self.twice(day, *from);
                let ended = minute >= *to || again && self.twice(day, *to);
                begun && !ended
            })
        };
        within(local.date(), minute) || within(local.date().yesterday().unwrap(), minute + 1440)
    }

    /// Whether a minute of a day, which may be the next day's, comes twice.
    fn twice(&self, day: Date, minute: u32) -> bool {
        let days = jiff::Span::new().days(i64::from(minute / 1440));
        let (hour, minute) = (minute % 1440 / 60, minute % 60);
        let local = day.saturating_add(days).at(hour as i8, minute as i8, 0, 0);
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        matches!(ambiguous.offset(), AmbiguousOffset::Fold { .. })
    }
}

fn some() -> impl Strategy<Value = Made> {
    let index = (0..ZONES.len(), 0..WEEKS.len());
    index.prop_map(|(zone, week)| made(ZONES[zone], WEEKS[week]))
}

/// Whole minutes around the changes of clocks of 2025 and 2026, and around the holidays.
fn minutes() -> impl Strategy<Value = Timestamp> {
    let around = prop::sample::select(vec![
        "2025-03-08T00:00Z",
        "2025-03-29T00:00Z",
        "2025-04-05T00:00Z",
        "2025-10-04T00:00Z",
        "2025-10-25T00:00Z",
        "2025-11-01T00:00Z",
        "2026-02-14T00:00Z",
        "2026-03-07T00:00Z",
        "2026-03-19T00:00Z",
        "2026-03-28T00:00Z",
        "2026-10-24T00:00Z",
        "2026-10-31T00:00Z",
        "2022-03-20T00:00Z",
        "2022-09-20T00:00Z",
        "2011-12-28T00:00Z",
        "2009-03-21T00:00Z",
    ]);
    (around, -4 * 1440_i64..4 * 1440)
        .prop_map(|(day, minute)| at(day) + SignedDuration::from_mins(minute))
}

fn minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_measured_is_what_a_watcher_counts(m in some(), a in minutes(), length in 0_i64..6 * 1440) {
        let b = a + SignedDuration::from_mins(length);
        let counted = (0..length).filter(|n| m.open(a + SignedDuration::from_mins(*n))).count();
        let expected = SignedDuration::from_mins(counted as i64);
        prop_assert_eq!(m.calendar.working_between(a, b), expected);
        prop_assert_eq!(m.calendar.working_between(b, a), -expected);
    }

    #[test]
    fn what_is_added_ends_when_a_watcher_has_counted_it(m in some(), a in minutes(), work in 1_i64..600) {
        let (mut t, mut left) = (a, work);
        while left > 0 && t < a + hours(24 * 40) {
            left -= i64::from(m.open(t));
            t += minute();
        }
        prop_assume!(left == 0);
        prop_assert_eq!(m.calendar.add_working(a, Span::Time(SignedDuration::from_mins(work))), t);
    }

    #[test]
    fn what_is_taken_away_began_when_a_watcher_has_counted_it(m in some(), a in minutes(), work in 1_i64..600) {
        let (mut t, mut left) = (a, work);
        while left > 0 && t > a - hours(24 * 40) {
            t -= minute();
            left -= i64::from(m.open(t));
        }
        prop_assume!(left == 0);
        prop_assert_eq!(m.calendar.add_working(a, Span::Time(SignedDuration::from_mins(-work))), t);
    }

    #[test]
    fn openings_and_closings_are_where_a_watcher_sees_them(m in some(), a in minutes()) {
        let limit = 60 * 24 * 40;
        let ahead = (0..limit).map(|n| a + SignedDuration::from_mins(n)).find(|t| m.open(*t));
        if let Some(open) = ahead {
            prop_assert_eq!(m.calendar.next_opening(a), open);
        }
        let behind = (0..limit).map(|n| a - SignedDuration::from_mins(n)).find(|t| m.open(*t - minute()));
        if let Some(close) = behind {
            prop_assert_eq!(m.calendar.last_closing(a), close);
        }
    }

    #[test]
    fn working_days_are_days_on_which_a_shift_begins(m in some(), a in minutes(), n in 1_i64..30) {
        let local = m.zone.to_datetime(a);
        for (sign, days) in [(1_i64, n), (-1, -n)] {
            let (mut day, mut left) = (local.date(), n);
            while left > 0 {
                day = if sign > 0 { day.tomorrow() } else { day.yesterday() }.unwrap();
                left -= i64::from(!m.shifts(day).is_empty());
            }
            let expected = m.zone.to_ambiguous_timestamp(day.to_datetime(local.time()));
            prop_assert_eq!(m.calendar.add_working(a, Span::Days(days)), expected.compatible().unwrap());
        }
    }

    /// The table of the usual years answers as the walk does, inside it, at its ends and outside, also
    /// where shifts end inside an hour that is told twice.
    #[test]
    fn the_table_answers_as_the_walk_does(
        m in some(), odd in any::<bool>(),
        (a, b) in (1_400_000_000_000_i64..2_500_000_000_000, 1_400_000_000_000_i64..2_500_000_000_000),
        near in any::<bool>(), work in -400 * 3_600_000_i64..400 * 3_600_000, n in -40_i64..40,
    ) {
        let calendar = if odd { twice_told() } else { m.calendar };
        let walk = calendar.walking();
        let a = Timestamp::from_millisecond(a).unwrap();
        // The walk is slow over decades.
        let b = if near { Timestamp::from_millisecond(b).unwrap() } else { a };
        let b = b.clamp(a - hours(24 * 60), a + hours(24 * 60));
        prop_assert_eq!(calendar.working_between(a, b), walk.working_between(a, b));
        let spans = [Span::Time(SignedDuration::from_millis(work)), Span::Days(n)];
        for span in spans {
            prop_assert_eq!(calendar.add_working(a, span), walk.add_working(a, span), "{}", span);
        }
        prop_assert_eq!(calendar.next_opening(a), walk.next_opening(a));
    }
}

/// Shifts that end within the hours that are told twice.
fn twice_told() -> Calendar {
    let toml = "version = \"t\"\n[calendars.t]\nzone = \"Europe/London\"\nsource = \"s\"\n[calendars.t.week]\n\
        sat = [\"23:00-25:20\"]\nsun = [\"01:20-01:40\", \"01:50-02:15\"]\nwed = [\"08:00-16:00\"]\n";
    Calendars::parse(toml).unwrap().get("t").unwrap().clone()
}

#[test]
fn a_night_shift_belongs_to_the_day_on_which_it_begins() {
    let m = made("Asia/Jakarta", WEEKS[1]);
    let c = &m.calendar;
    // Friday's shift lasts from 22:00 to 10:00 on Saturday.
    let inside = at("2026-11-28T03:00:00+07:00");
    assert_eq!(c.next_opening(inside), inside);
    assert_eq!(
        c.add_working(inside, Span::hours(8)),
        at("2026-11-28T21:00:00+07:00")
    );
    assert_eq!(
        c.last_closing(at("2026-11-28T12:00:00+07:00")),
        at("2026-11-28T10:00:00+07:00")
    );
    // Wednesday has none, though Tuesday's lasts into it.
    assert!(!c.is_working_day(date(2026, 11, 25)));
    assert_eq!(
        c.add_working(at("2026-11-24T23:00:00+07:00"), Span::Days(1)),
        at("2026-11-26T23:00:00+07:00")
    );
    assert_eq!(date(2026, 11, 25).weekday(), Weekday::Wednesday);
}

#[test]
fn a_time_of_day_that_the_clock_jumps_over_is_as_much_later() {
    let c = made("America/New_York", WEEKS[2]).calendar;
    let gap = c.add_working(at("2026-03-07T02:30:00-05:00"), Span::Days(1));
    assert_eq!(gap, at("2026-03-08T03:30:00-04:00"));
    let fold = c.add_working(at("2026-10-31T01:30:00-04:00"), Span::Days(1));
    assert_eq!(
        fold,
        at("2026-11-03T01:30:00-05:00"),
        "after the holidays of this calendar"
    );
    let both: Span = "1d4h".parse().unwrap();
    let friday = at("2026-11-20T14:00:00+07:00");
    let asn = made("Asia/Jakarta", WEEKS[0]).calendar;
    assert_eq!(
        asn.add_working(friday, both),
        at("2026-11-24T10:00:00+07:00")
    );
    assert_eq!(
        asn.add_working(friday, both.negated()),
        at("2026-11-19T09:30:00+07:00")
    );
}
