//! What the checks before a change find: mistakes that are allowed, days from elsewhere, what would move.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::*;
use jaga_contract::Step;
use jaga_ticket::calendar::{self, Status, ics};
use jaga_ticket::policy::{self, Severity};
use jaga_ticket::{Calendars, Policies, Ruling, shifts};
use jiff::civil::date;

fn parse(text: &str) -> Policies {
    Policies::parse(text, &Calendars::builtin()).unwrap()
}

fn findings(text: &str) -> Vec<(Severity, &'static str, String)> {
    let found = parse(text).check(&Calendars::builtin());
    found
        .into_iter()
        .map(|f| (f.severity, f.kind, format!("{}: {}", f.at, f.says)))
        .collect()
}

/// Two more policies below the shipped one.
fn with(edits: &[(&str, &str)]) -> String {
    let mut second = policy::BUILTIN.replace("zone = \"Asia/Jakarta\"\n", "");
    second = second.replace("version = \"jakarta-2026-11\"", "version = \"second\"");
    for (from, to) in edits {
        assert!(second.contains(from), "{from}");
        second = second.replacen(from, to, 1);
    }
    format!("{}\n{second}", policy::BUILTIN)
}

#[test]
fn the_shipped_policy_has_no_problem() {
    let found = findings(policy::BUILTIN);
    assert!(found.iter().all(|f| f.0 == Severity::Note), "{found:#?}");
}

#[test]
fn rules_that_never_run_and_tickets_without_one_are_found() {
    let problem = |text: &str, kind: &str, says: &str| {
        let found = findings(text);
        let hit = found
            .iter()
            .any(|f| f.0 == Severity::Problem && f.1 == kind && f.2.contains(says));
        assert!(hit, "{kind}: {says}: {found:#?}");
    };
    let lapor = "# enforce_from = 2026-12-01\n";
    let only = "when = { channels = [\"lapor\"] }\n";
    // The first of the same day takes everything.
    problem(
        &with(&[(lapor, only)]),
        "unreachable",
        "second: jakarta-2026-11 begins on the same day",
    );
    let one = |from: &str, to: &str| {
        assert!(policy::BUILTIN.contains(from), "{from}");
        policy::BUILTIN.replacen(from, to, 1)
    };
    problem(&one(lapor, only), "gap", "every policy has conditions");
    let jaki = one(lapor, "when = { channels = [\"jaki\"] }\n");
    problem(
        &jaki,
        "unreachable",
        "jakarta-2026-11.lapor_forward: it is for channels lapor",
    );
    problem(
        &one("until = [\"refused\", \"reopened\"]", "until = [\"rated\"]"),
        "no_effect",
        "validation: rated in `until`",
    );
    problem(
        &one("before = [\"24h\"]", "before = [\"6d\"]"),
        "no_effect",
        "red_mark: a warning 6d before",
    );
    let pause = "[policy.pause]\nat_most = \"10d\"\nclock = \"asn-dki\"\n";
    problem(&one(pause, ""), "no_effect", "red_mark: pauses = true");
    // A later one for all takes over what an earlier one was for.
    let both = with(&[("2017-01-01", "2017-01-02")]).replacen(lapor, only, 1);
    let found = findings(&both);
    assert!(
        found
            .iter()
            .any(|f| f.1 == "overlap" && f.2.contains("from 2017-01-01T17:00:00Z on second")),
        "{found:#?}"
    );
    let old = ticket([("2016-11-02T08:00:00Z", submitted())]);
    let unmatched = parse(policy::BUILTIN).unmatched([&old], &Calendars::builtin());
    assert_eq!((unmatched.len(), unmatched[0].kind), (1, "unmatched"));
}

#[test]
fn a_dry_run_says_which_deadlines_move_from_when_to_when_and_why() {
    let (old, calendars) = (Policies::builtin(), Calendars::builtin());
    let longer = parse(&policy::BUILTIN.replace("limit = \"7d\"", "limit = \"9d\""));
    let later = calendar::BUILTIN.replacen("version = \"2026-11\"", "version = \"2026-12\"", 1)
        + "\n[[holidays.indonesia]]\ndate = 2026-11-05\nname = \"Pilkada\"\nkind = \"national\"\nstatus = \"decided\"\nsource = \"Keppres\"\n";
    let later = Calendars::parse(&later).unwrap();
    let report = ticket([
        ("2026-11-02T08:00:00+07:00", submitted()),
        ("2026-11-04T08:00:00+07:00", closure()),
    ]);
    let now = Ruling {
        policies: &old,
        calendars: &calendars,
    };
    assert_eq!(shifts(&report, now, now), []);
    let found = shifts(
        &report,
        now,
        Ruling {
            policies: &old,
            calendars: &later,
        },
    );
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].target, "validation");
    assert_eq!(found[0].from, Some(at("2026-11-06T08:00:00+07:00")));
    assert_eq!(found[0].to, Some(at("2026-11-09T08:00:00+07:00")));
    let why = found[0].why.join("\n");
    assert!(
        why.contains("calendar version 2026-12 instead of 2026-11"),
        "{why}"
    );
    assert!(
        why.contains("now: closed on 2026-11-05: Pilkada (Keppres)"),
        "{why}"
    );
    let open = ticket([("2026-11-02T08:00:00+07:00", submitted())]);
    let found = shifts(
        &open,
        now,
        Ruling {
            policies: &longer,
            calendars: &calendars,
        },
    );
    assert_eq!((found.len(), found[0].target.as_str()), (1, "resolution"));
    assert_eq!(found[0].why, ["limit 9d instead of 7d"]);
    let met = ticket([
        ("2026-11-02T08:00:00+07:00", submitted()),
        (
            "2026-11-04T08:00:00+07:00",
            Step::Rejected {
                reason: String::new(),
            },
        ),
    ]);
    assert_eq!(
        shifts(
            &met,
            now,
            Ruling {
                policies: &longer,
                calendars: &calendars
            }
        ),
        []
    );
}

const ICS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20280101\r\nDTEND;VALUE=DATE:20280102\r\n\
SUMMARY:Tahun Baru\r\n  Masehi\\, libur\r\nBEGIN:VALARM\r\nDESCRIPTION:Observance\r\nEND:VALARM\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20280225\r\nDURATION:P2D\r\nSUMMARY:Cuti Bersama \"Idul\" Fitri\r\nSTATUS:TENTATIVE\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20280421\r\nSUMMARY:Hari Kartini\r\nDESCRIPTION:Observance\\nTo hide\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

#[test]
fn holidays_are_taken_from_icalendar_and_read_again_as_rows() {
    let found = ics::read(ICS).unwrap();
    let days: Vec<_> = found
        .holidays
        .iter()
        .map(|h| (h.first, h.last, h.name.as_str()))
        .collect();
    assert_eq!(
        days,
        [
            (
                date(2028, 1, 1),
                date(2028, 1, 1),
                "Tahun Baru Masehi, libur"
            ),
            (
                date(2028, 2, 25),
                date(2028, 2, 26),
                "Cuti Bersama \"Idul\" Fitri"
            ),
        ]
    );
    assert!(found.holidays[1].collective_leave && found.holidays[1].status == Status::Estimated);
    assert_eq!(found.left_out, [(18, "Hari Kartini".to_owned())]);
    let rows: String = found
        .holidays
        .iter()
        .map(|h| h.to_toml("indonesia", "SKB \"2028\""))
        .collect();
    let calendars = Calendars::parse(&format!("{}\n{rows}", calendar::BUILTIN)).unwrap();
    let asn = calendars.get("asn-dki").unwrap();
    let read: Vec<_> = asn.holidays(date(2028, 1, 1), date(2028, 12, 31)).collect();
    assert_eq!(read.len(), 3);
    assert_eq!(
        (read[2].1.name.as_str(), read[2].1.source.as_str()),
        ("Cuti Bersama \"Idul\" Fitri", "SKB \"2028\"")
    );
}

#[test]
fn what_could_become_a_wrong_day_off_is_refused_with_its_line() {
    for (from, to, says) in [
        (
            "20280101",
            "20280132",
            "line 4: DTSTART: \"20280132\" does not exist",
        ),
        (
            ";VALUE=DATE:20280101",
            ":20280101T080000Z",
            "line 4: DTSTART: \"20280101T080000Z\" has a time of day",
        ),
        (
            "DTEND;VALUE=DATE:20280102",
            "RRULE:FREQ=YEARLY",
            "line 5: RRULE: repeats",
        ),
        ("20280102", "20271231", "line 3: DTEND: lies before"),
        (
            "20280102",
            "20290102",
            "line 3: DTEND: lies before DTSTART, or more",
        ),
        (
            "P2D",
            "PT2H",
            "line 14: DURATION: \"PT2H\" is no length of days",
        ),
        ("BEGIN:VCALENDAR", "BEGIN:VCARD", "line 1: BEGIN"),
        ("VERSION:2.0", "VERSION", "line 2: line: has no value"),
        (
            "SUMMARY:Hari Kartini\r\nDESCRIPTION:Observance\\nTo hide",
            "X:1",
            "line 18: SUMMARY: is missing",
        ),
        (
            "END:VEVENT\r\nEND:VCALENDAR\r\n",
            "",
            "END: the file ends inside an event",
        ),
    ] {
        assert!(ICS.contains(from), "{from}");
        let text = ics::read(&ICS.replacen(from, to, 1))
            .unwrap_err()
            .to_string();
        assert!(text.contains(says), "{text:?} lacks {says:?}");
    }
}

#[test]
fn a_calendar_is_told_in_figures() {
    let report = Calendars::builtin().get("asn-dki").unwrap().report();
    let years: Vec<_> = report
        .years
        .iter()
        .map(|y| (y.year, y.working_days, y.longest_closure))
        .collect();
    // The closures that the decrees leave, of which the longest of 2025 was eleven days.
    assert_eq!(
        years,
        [
            (2025, 237, Some((date(2025, 3, 28), 11))),
            (2026, 240, Some((date(2026, 3, 18), 7))),
            (2027, 242, Some((date(2027, 3, 6), 10))),
        ]
    );
    assert!(
        report
            .notes
            .iter()
            .any(|n| n.contains("Idul Fitri is estimated")),
        "{:?}",
        report.notes
    );
}
