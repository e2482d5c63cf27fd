//! What calendars promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::{at, hours};
use jaga_ticket::{Calendar, Calendars, Span};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn asn() -> Calendar {
    Calendars::builtin().get("asn-dki").unwrap().clone()
}

fn always() -> Calendar {
    Calendars::builtin().get("24x7").unwrap().clone()
}

/// A calendar of one week in one zone.
fn calendar(zone: &str, week: &str) -> Calendar {
    let toml = format!(
        "version = \"t\"\n[calendars.t]\nzone = \"{zone}\"\nsource = \"a test\"\n[calendars.t.week]\n{week}\n"
    );
    Calendars::parse(&toml).unwrap().get("t").unwrap().clone()
}

fn error(toml: &str) -> String {
    Calendars::parse(toml).unwrap_err().to_string()
}

#[test]
fn seven_days_are_what_the_city_would_count() {
    let days = Span::Days(7);
    for (from, calendar_days, working_days) in [
        ("2025-03-26", "2025-04-02", "2025-04-15"),
        ("2026-03-16", "2026-03-23", "2026-04-01"),
        ("2027-03-04", "2027-03-11", "2027-03-23"),
        ("2026-11-23", "2026-11-30", "2026-12-02"),
    ] {
        let day = |text: &str| at(&format!("{text}T10:30:00+07:00"));
        assert_eq!(always().add_working(day(from), days), day(calendar_days));
        assert_eq!(asn().add_working(day(from), days), day(working_days));
        assert_eq!(
            asn().add_working(day(working_days), days.negated()),
            day(from)
        );
    }
}

#[test]
fn the_years_have_as_many_working_days_as_the_decrees_leave() {
    for (year, days) in [(2025, 237), (2026, 240), (2027, 242)] {
        let (first, last) = (date(year, 1, 1), date(year, 12, 31));
        assert_eq!(asn().working_days(first, last), days, "{year}");
    }
}

#[test]
fn office_hours_have_breaks_and_ramadan_has_shorter_ones() {
    let asn = asn();
    let on = |day: &str| {
        let midnight = at(&format!("{day}T00:00:00+07:00"));
        asn.working_between(midnight, midnight + hours(24))
            .as_secs()
            / 60
    };
    assert_eq!(on("2026-11-23"), 450, "Monday");
    assert_eq!(on("2026-11-27"), 450, "Friday");
    assert_eq!(on("2026-11-28"), 0, "Saturday");
    assert_eq!(on("2026-02-24"), 390, "a Tuesday in Ramadan");
    assert_eq!(on("2026-03-19"), 0, "Nyepi");
    let noon = at("2026-11-23T12:10:00+07:00");
    assert_eq!(asn.next_opening(noon), at("2026-11-23T12:30:00+07:00"));
    let evening = at("2026-03-17T20:00:00+07:00");
    assert_eq!(
        asn.next_opening(evening),
        at("2026-03-25T08:00:00+07:00"),
        "over Idul Fitri"
    );
    let open = at("2026-11-23T09:00:00+07:00");
    assert_eq!(asn.next_opening(open), open);
}

#[test]
fn a_full_day_ends_at_the_closing_not_at_the_next_opening() {
    let opening = at("2026-11-23T08:00:00+07:00");
    let day = Span::Time(SignedDuration::from_mins(450));
    assert_eq!(
        asn().add_working(opening, day),
        at("2026-11-23T16:00:00+07:00")
    );
    let before = at("2026-11-22T20:00:00+07:00");
    assert_eq!(
        asn().add_working(before, day),
        at("2026-11-23T16:00:00+07:00")
    );
    let closing = at("2026-11-23T16:00:00+07:00");
    assert_eq!(asn().add_working(closing, day.negated()), opening);
}

#[test]
fn daylight_saving_adds_and_takes_real_hours() {
    // New York 2026: forward on 8 March at 02:00, back on 1 November at 02:00.
    let night = calendar("America/New_York", "sun = [\"00:00-06:00\"]");
    let spring = at("2026-03-08T00:00:00-05:00");
    assert_eq!(night.working_between(spring, spring + hours(24)), hours(5));
    let autumn = at("2026-11-01T00:00:00-04:00");
    assert_eq!(night.working_between(autumn, autumn + hours(24)), hours(7));
    assert_eq!(
        night.add_working(autumn, Span::hours(7)),
        at("2026-11-01T06:00:00-05:00")
    );
    // An interval that the clock jumps over is no time at all.
    let gap = calendar(
        "America/New_York",
        "sun = [\"02:15-02:45\", \"03:00-04:00\"]",
    );
    assert_eq!(gap.working_between(spring, spring + hours(24)), hours(1));
    assert_eq!(gap.next_opening(spring), at("2026-03-08T03:00:00-04:00"));
    // A day is the same time of day, not 24 hours.
    let always =
        "version = \"t\"\n[calendars.t]\nzone = \"Europe/Berlin\"\nalways = true\nsource = \"\"";
    let always = Calendars::parse(always).unwrap().get("t").unwrap().clone();
    let saturday = at("2026-03-28T12:00:00+01:00");
    assert_eq!(
        always.add_working(saturday, Span::Days(1)),
        at("2026-03-29T12:00:00+02:00")
    );
}

#[test]
fn an_extra_day_beats_a_holiday() {
    let toml = r#"
        version = "t"
        [calendars.t]
        zone = "Asia/Jakarta"
        source = "a test"
        holidays = ["h"]
        [calendars.t.week]
        mon = ["08:00-16:00"]
        [[calendars.t.extra]]
        date = 2026-11-30
        hours = ["08:00-10:00"]
        source = "a test"
        [[holidays.h]]
        date = 2026-11-23
        to = 2026-11-30
        name = "a week off"
        kind = "national"
        status = "decided"
        source = "a test"
    "#;
    let calendar = Calendars::parse(toml).unwrap().get("t").unwrap().clone();
    let from = at("2026-11-22T00:00:00+07:00");
    assert_eq!(
        calendar.working_between(from, from + hours(14 * 24)),
        hours(2)
    );
    assert_eq!(
        calendar
            .holidays(date(2026, 11, 1), date(2026, 11, 30))
            .count(),
        8
    );
}

#[test]
fn a_wrong_calendar_is_refused_with_its_line_and_key() {
    let head = "version = \"t\"\n[calendars.t]\nzone = \"Asia/Jakarta\"\nsource = \"s\"\n";
    let week = "[calendars.t.week]\nmon = [\"08:00-12:00\"]\n";
    let holiday = |date: &str| {
        format!(
            "{head}{week}[[holidays.h]]\ndate = {date}\nname = \"n\"\nkind = \"national\"\nstatus = \"decided\"\nsource = \"s\"\n"
        )
    };
    let cases = [
        (
            format!("{head}colour = 1\n{week}"),
            "line 5: calendars.t.colour: unknown field",
        ),
        (
            format!("{head}{week}tue = [\"08:00-12:00\", \"11:00-13:00\"]"),
            "line 7: calendars.t.week.tue: intervals overlap",
        ),
        (
            format!("{head}{week}tue = [\"22:00-06:00\"]"),
            "ends before it starts",
        ),
        (format!("{head}{week}tue = [\"late\"]"), "is no interval"),
        (
            format!("{head}holidays = [\"mars\"]\n{week}"),
            "line 5: calendars.t.holidays[0]: unknown holidays \"mars\"",
        ),
        (head.to_owned(), "calendars.t.week: has no hour at all"),
        (
            format!("{head}always = true\n{week}"),
            "calendars.t.always: always open",
        ),
        (
            head.replace("Jakarta", "Atlantis") + week,
            "line 3: calendars.t.zone: \"Asia/Atlantis\" is no time zone",
        ),
        (holiday("2026-02-29"), "line 8: holidays.h[0].date: "),
        (holiday("2026-13-01"), "line 8: holidays.h[0].date: "),
        (holiday("2026-02-28T10:00:00"), "is no plain date"),
        (holiday("2026-02-28\nto = 2026-02-27"), "before it starts"),
        (
            holiday("2026-02-28\nto = 9999-02-27"),
            "longer than ten years",
        ),
        ("version = ".to_owned(), "line 1: version: "),
        (
            format!("{head}{week}tue = [\"20:00-30:00\"]\nwed = [\"05:00-12:00\"]"),
            "calendars.t.week.tue: the shift of tue lasts into the one of wed",
        ),
        (
            head.replace("\"t\"", "\"\"") + week,
            "version: may not be empty",
        ),
    ];
    for (toml, expected) in cases {
        let text = error(&toml);
        assert!(text.starts_with("calendars: "), "{text}");
        assert!(text.contains(expected), "{text:?} lacks {expected:?}");
    }
    let season = "[[calendars.t.seasons]]\nname = \"a\"\nfrom = 2026-01-01\nto = 2026-02-01\nhours = \"t\"\nstatus = \"decided\"\nsource = \"s\"\n";
    let text = error(&format!("{head}{week}{season}{season}"));
    assert!(
        text.contains("calendars.t.seasons[1]: overlaps \"a\""),
        "{text}"
    );
    let text = error(&format!("{head}{week}{}", season.replace("\"t\"", "\"u\"")));
    assert!(text.contains("no calendar \"u\""), "{text}");
}

/// Calendars that differ in all that matters: breaks, nights, daylight saving, split at midnight.
fn calendars() -> impl Strategy<Value = Calendar> {
    prop_oneof![
        Just(asn()),
        Just(always()),
        Just(calendar(
            "America/New_York",
            "mon = [\"09:00-17:00\"]\nsun = [\"00:00-04:00\"]"
        )),
        Just(calendar(
            "Australia/Lord_Howe",
            "sat = [\"20:00-24:00\"]\nsun = [\"00:00-03:00\", \"10:00-11:30\"]"
        )),
        Just(calendar(
            "Europe/London",
            "sun = [\"00:30-01:30\", \"01:45-02:15\"]\nwed = [\"00:00-24:00\"]"
        )),
    ]
}

/// 2025 to 2027, to the millisecond.
fn instants() -> impl Strategy<Value = Timestamp> {
    (1_735_689_600_000_i64..1_830_297_600_000)
        .prop_map(|ms| Timestamp::from_millisecond(ms).unwrap())
}

fn lengths() -> impl Strategy<Value = SignedDuration> {
    (0_i64..400 * 3_600_000).prop_map(SignedDuration::from_millis)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn adding_and_measuring_are_inverse(c in calendars(), t in instants(), d in lengths()) {
        let later = c.add_working(t, Span::Time(d));
        prop_assert!(later >= t);
        prop_assert_eq!(c.working_between(t, later), d);
        let earlier = c.add_working(t, Span::Time(-d));
        prop_assert!(earlier <= t);
        prop_assert_eq!(c.working_between(earlier, t), d);
    }

    #[test]
    fn measuring_adds_up(c in calendars(), mut ts in prop::array::uniform3(instants())) {
        ts.sort();
        let [a, b, d] = ts;
        prop_assert_eq!(c.working_between(a, b) + c.working_between(b, d), c.working_between(a, d));
        prop_assert_eq!(c.working_between(d, a), -c.working_between(a, d));
    }

    #[test]
    fn later_starts_and_longer_spans_end_no_earlier(
        c in calendars(), a in instants(), b in instants(), d in lengths(), e in lengths(), n in 0_i64..90,
    ) {
        let (a, b) = (a.min(b), a.max(b));
        let (d, e) = (d.min(e), d.max(e));
        prop_assert!(c.add_working(a, Span::Time(d)) <= c.add_working(b, Span::Time(d)));
        prop_assert!(c.add_working(a, Span::Time(d)) <= c.add_working(a, Span::Time(e)));
        prop_assert!(c.add_working(a, Span::Days(n)) <= c.add_working(a, Span::Days(n + 1)));
    }

    #[test]
    fn the_next_opening_is_worked_and_nothing_before_it_is(c in calendars(), t in instants()) {
        let open = c.next_opening(t);
        prop_assert!(open >= t);
        prop_assert_eq!(c.working_between(t, open), SignedDuration::ZERO);
        let tick = SignedDuration::from_nanos(1);
        prop_assert_eq!(c.working_between(open, open + tick), tick);
    }
}
