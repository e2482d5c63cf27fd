//! The operator's tools for deadlines, policies and calendars, as they are typed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on should fail here"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn jaga(args: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jaga"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let ended = child.wait_with_output().unwrap();
    // A command that does not read its input closes it.
    drop(writer.join());
    Ran {
        code: ended.status.code().unwrap(),
        out: String::from_utf8(ended.stdout).unwrap(),
        err: String::from_utf8(ended.stderr).unwrap(),
    }
}

fn says(args: &[&str]) -> String {
    let ran = jaga(args, "");
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
    ran.out.trim_end().to_owned()
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy/policy")
        .join(name)
}

fn write(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn seven_days_are_what_the_city_would_count() {
    for (from, calendar_days, working_days) in [
        ("2025-03-26", "2025-04-02", "2025-04-15"),
        ("2026-03-16", "2026-03-23", "2026-04-01"),
        ("2027-03-04", "2027-03-11", "2027-03-23"),
    ] {
        for (calendar, to) in [("24x7", calendar_days), ("asn-dki", working_days)] {
            let start = format!("{from}T10:30");
            let due = says(&["deadline", "add", "--calendar", calendar, &start, "7d"]);
            assert_eq!(due, format!("{to}T10:30:00+07:00"));
            let due = says(&["deadline", "add", "--calendar", calendar, &due, "-7d"]);
            assert_eq!(due, format!("{from}T10:30:00+07:00"));
        }
    }
    let file = shipped("calendars.toml");
    let report = jaga(&["calendar", "check", file.to_str().unwrap(), "--json"], "");
    let report: Value = serde_json::from_str(&report.out).unwrap();
    let asn = report["calendars"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["name"] == "asn-dki")
        .unwrap();
    let days: Vec<_> = asn["years"]
        .as_array()
        .unwrap()
        .iter()
        .map(|y| &y["working_days"])
        .collect();
    assert_eq!(days, [237, 240, 242]);
}

#[test]
fn a_row_is_answered_in_its_place_and_a_bad_one_is_said() {
    let args = ["deadline", "add", "--calendar", "asn-dki", "--stdin"];
    let rows = "2026-11-23T10:30,7d\n2026-11-23 15:00 90m\n\nnonsense\n2026-02-30,1d\n2026-11-23T10:30\t-1d4h\n";
    let ran = jaga(&args, rows);
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!(ran.code, 1);
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert_eq!(
        lines[..3],
        ["2026-12-02T10:30:00+07:00", "2026-11-24T08:30:00+07:00", ""]
    );
    assert!(
        lines[3].starts_with("error: ") && lines[4].starts_with("error: START"),
        "{lines:?}"
    );
    assert_eq!(lines[5], "2026-11-19T14:30:00+07:00");
    let args = [
        "deadline",
        "between",
        "--calendar",
        "asn-dki",
        "--stdin",
        "--json",
    ];
    let ran = jaga(&args, "2026-11-24,2026-11-23\n");
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &answer["working_seconds"]), (0, &json!(-27_000)));
    for (args, complaint) in [
        (
            &["add", "--calendar", "mars", "2026-11-23", "1d"][..],
            "neither a file nor one of",
        ),
        (
            &["add", "--calendar", "24x7", "2026-11-23", "1x"],
            "DURATION",
        ),
        (
            &["between", "--calendar", "24x7", "2026-11-23", "soon"],
            "END",
        ),
        (&["add", "--calendar", "24x7", "2026-11-23"], "DURATION"),
    ] {
        let ran = jaga(&[&["deadline"], args].concat(), "");
        assert!(
            ran.code == 2 && ran.out.is_empty() && ran.err.contains(complaint),
            "{args:?}: {}",
            ran.err
        );
    }
}

#[test]
fn a_calendar_comes_from_a_file_in_any_zone() {
    let folder = tempfile::tempdir().unwrap();
    let text = "version = \"1\"\n[calendars.night]\nzone = \"America/New_York\"\nsource = \"s\"\n[calendars.night.week]\nsat = [\"22:00-30:00\"]\n";
    let one = write(&folder, "night.toml", text);
    // The night on which the clock goes back has nine hours.
    let between = says(&[
        "deadline",
        "between",
        "--calendar",
        &one,
        "2026-10-31",
        "2026-11-02",
    ]);
    assert_eq!(between, "32400");
    let due = says(&[
        "deadline",
        "add",
        "--calendar",
        &one,
        "2026-10-31T12:00",
        "8h",
    ]);
    assert_eq!(due, "2026-11-01T05:00:00-05:00");
    let two = write(
        &folder,
        "two.toml",
        &format!("{text}[calendars.b]\nzone = \"UTC\"\nalways = true\nsource = \"s\"\n"),
    );
    let ran = jaga(
        &["deadline", "add", "--calendar", &two, "2026-10-31", "1h"],
        "",
    );
    assert!(
        ran.code == 2 && ran.err.contains("#NAME") | ran.err.contains("night"),
        "{}",
        ran.err
    );
    let named = says(&[
        "deadline",
        "add",
        "--calendar",
        &format!("{two}#b"),
        "2026-10-31",
        "1h",
    ]);
    assert_eq!(named, "2026-10-31T01:00:00+00:00");
    let bad = write(&folder, "bad.toml", &text.replace("30:00", "21:00"));
    let ran = jaga(&["calendar", "check", &bad], "");
    let place = "bad.toml: calendars: line 6: calendars.night.week.sat: ";
    assert!(ran.code == 1 && ran.out.contains(place), "{}", ran.out);
    let ran = jaga(
        &["deadline", "add", "--calendar", &bad, "2026-10-31", "1h"],
        "",
    );
    assert!(ran.code == 2 && ran.err.contains("line 6"), "{}", ran.err);
}

fn steps(second: &Value) -> String {
    let first = json!({
        "event_id": "e1", "ticket_id": "JK1", "occurred_at": "2026-03-16T03:00:00Z",
        "step": {"kind": "submitted", "number": "JK1", "channel": "lapor", "category": "Jalan", "visibility": "public"}
    });
    format!("[\n{first},\n{second}\n]\n")
}

fn step(event: &str, at: &str, step: &Value) -> Value {
    json!({"event_id": event, "ticket_id": "JK1", "occurred_at": at, "step": step})
}

#[test]
fn a_history_that_contradicts_itself_is_counted_and_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = "2026-03-16T05:00:00Z";
    let accepted = json!({"kind": "accepted"});
    let sound = write(&folder, "sound.json", &steps(&step("e2", at, &accepted)));
    let said: Value =
        serde_json::from_str(&says(&["deadline", "--history", &sound, "--json"])).unwrap();
    let forward = &said["deadlines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|d| d["target"] == "lapor_forward")
        .unwrap();
    assert_eq!(forward["due_at"], "2026-03-26T03:00:00Z");
    let added: Vec<_> = forward["moves"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["by"])
        .collect();
    assert_eq!(added, ["holiday"; 5], "{forward}");
    for (second, place) in [
        (
            step("e2", at, &json!({"kind": "reopened"})),
            "line 3: [1].step: e2: reopened while open",
        ),
        (
            step("e2", "2026-03-15T05:00:00Z", &accepted),
            "line 3: [1].step: e2: dated before the submission",
        ),
        (
            step("e1", at, &accepted),
            "line 3: [1].step: e1: different steps under one event id",
        ),
        (
            step("e2", at, &json!({"kind": "teleported"})),
            "line 3: [1].step",
        ),
        (
            step("e2", "2026-02-30T05:00:00Z", &accepted),
            "line 3: [1].occurred_at",
        ),
        (json!({"event_id": "e2"}), "line 3: [1]: missing field"),
    ] {
        let file = write(&folder, "bad.json", &steps(&second));
        let ran = jaga(&["deadline", "--history", &file, "--json"], "");
        assert!(
            ran.code == 2 && ran.err.contains(&format!("bad.json: {place}")),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_policy_is_checked_and_a_change_is_tried_before_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let old = shipped("jakarta.toml");
    let old = old.to_str().unwrap();
    let text = std::fs::read_to_string(old).unwrap();
    let history = write(
        &folder,
        "h.json",
        &steps(&step(
            "e2",
            "2026-03-16T05:00:00Z",
            &json!({"kind": "accepted"}),
        )),
    );
    assert!(says(&["policy", "check", old, "--history", &history]).contains("1 tickets looked at"));
    let new = write(
        &folder,
        "new.toml",
        &text.replace("limit = \"7d\"", "limit = \"9d\""),
    );
    let moved = says(&["policy", "diff", old, &new, "--history", &history]);
    assert!(
        moved.contains(
            "JK1 resolution: from 2026-03-23 10:00:00 WIB to 2026-03-25 10:00:00 WIB: limit 9d"
        ),
        "{moved}"
    );
    let late = write(
        &folder,
        "late.toml",
        &text.replace("effective_from = 2017-01-01", "effective_from = 2027-01-01"),
    );
    let ran = jaga(&["policy", "check", &late, "--history", &history], "");
    assert!(
        ran.code == 1
            && ran
                .out
                .contains("problem: JK1: unmatched: no policy is in force"),
        "{}",
        ran.out
    );
    let bad = write(
        &folder,
        "bad.toml",
        &text.replacen("limit = \"6h\"", "limit = \"-6h\"", 1),
    );
    let ran = jaga(&["policy", "check", &bad], "");
    assert!(
        ran.code == 1 && ran.out.contains("policy[0].target[0].limit: \"-6h\""),
        "{}",
        ran.out
    );
}

#[test]
fn holidays_are_imported_and_known_ones_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let event = |day: &str, name: &str| {
        format!("BEGIN:VEVENT\nDTSTART;VALUE=DATE:{day}\nSUMMARY:{name}\nEND:VEVENT\n")
    };
    let ics = format!(
        "BEGIN:VCALENDAR\n{}{}END:VCALENDAR\n",
        event("20261225", "Natal"),
        event("20280101", "Tahun Baru")
    );
    let file = write(&folder, "h.ics", &ics);
    let rows = says(&[
        "calendar", "import", &file, "--source", "SKB 2028", "--unless", "asn-dki",
    ]);
    assert!(
        rows.contains("date = 2028-01-01") && !rows.contains("2026-12-25"),
        "{rows}"
    );
    let calendars = std::fs::read_to_string(shipped("calendars.toml")).unwrap();
    let grown = write(&folder, "grown.toml", &format!("{calendars}\n{rows}\n"));
    let due = says(&[
        "deadline",
        "add",
        "--calendar",
        &format!("{grown}#asn-dki"),
        "2027-12-31T09:00",
        "1d",
    ]);
    assert_eq!(due, "2028-01-03T09:00:00+07:00");
    let bad = write(&folder, "bad.ics", &ics.replace("20280101", "20280132"));
    let ran = jaga(&["calendar", "import", &bad, "--source", "s"], "");
    assert!(
        ran.code == 2 && ran.err.contains("bad.ics: line 7: DTSTART"),
        "{}",
        ran.err
    );
}
