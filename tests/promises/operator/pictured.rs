//! Closures with real pictures through the real workers, as data: `pictured.toml`. All in one run, so that each
//! is judged among the others.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use jaga_ledger::{Ledger, VerdictRow};
use jaga_scene::PhoneShot;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::recipes::{Photo, picture, problem};
use crate::run::{command, finish};

const HOUR: i64 = 3600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scene: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    name: String,
    ticket: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    /// The place, by which everything about it is drawn.
    place: u64,
    #[serde(default = "third")]
    day: i64,
    point: Option<(f64, f64)>,
    report: Option<Photo>,
    evidence: Vec<Photo>,
    /// The closure was refused, and proposed again with the same photo.
    #[serde(default)]
    retry: bool,
    expect: Expect,
}

fn third() -> i64 {
    3
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    verdict: Option<String>,
    never: Option<String>,
    flagged: Option<bool>,
    #[serde(default)]
    has: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    #[serde(default)]
    hasnt: Vec<String>,
}

/// The id that an inbox gives: place and content.
fn id(ticket: &str, name: &str, bytes: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    let place = format!("{ticket}/evidence/{name}");
    hasher.update(place.as_bytes()).update(&[0]).update(bytes);
    format!("{ticket}-E-{}", &hasher.finalize().to_hex()[..12])
}

fn time(day: i64, hour: i64) -> Result<Timestamp> {
    let first: Timestamp = "2026-11-01T00:00:00Z".parse()?;
    Ok(Timestamp::from_second(
        first.as_second() + (day - 1) * 24 * HOUR + hour * HOUR,
    )?)
}

/// A file is uploaded when it was last changed.
fn put(folder: &Folder, name: &str, bytes: &[u8], at: Timestamp) -> Result<()> {
    folder.file(name, bytes)?;
    let file = std::fs::File::options()
        .append(true)
        .open(folder.inbox().join(name))?;
    let at: SystemTime = UNIX_EPOCH + Duration::from_secs(u64::try_from(at.as_second())?);
    Ok(file.set_modified(at)?)
}

/// Puts a ticket's photos and steps into the inbox. `sent`: the first evidence of each ticket before it.
fn lay(folder: &Folder, case: &Case, sent: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let ticket = &case.id;
    if let Some(report) = &case.report {
        let bytes = PhoneShot::new(picture(report, case.place)?, None, None).jpeg();
        put(
            folder,
            &format!("{ticket}/report/r.jpg"),
            &bytes,
            time(1, 1)?,
        )?;
    }
    let mut proof = Vec::new();
    let mut offered = vec![Vec::new()];
    for (n, photo) in case.evidence.iter().enumerate() {
        let bytes = match (&photo.like, &photo.file) {
            (Some(other), _) => sent.get(other).cloned().context("sent before")?,
            (None, Some(_)) => b"\xff\xd8\xff\xe0 not a photo at all".to_vec(),
            (None, None) => PhoneShot::new(picture(photo, case.place)?, None, None).jpeg(),
        };
        sent.entry(ticket.clone()).or_insert_with(|| bytes.clone());
        proof.push(bytes);
        offered[0].push(format!("e{n}.jpg"));
    }
    if case.retry {
        offered.push(
            proof
                .iter()
                .enumerate()
                .map(|(n, _)| format!("again{n}.jpg"))
                .collect(),
        );
    }
    let point = case.point.map(|(lat, lon)| json!({"lat": lat, "lon": lon}));
    let step = |id: &str, at: Timestamp, step: Value| json!({"event_id": format!("{ticket}-{id}"), "ticket_id": ticket, "occurred_at": at, "step": step});
    let mut steps = vec![step(
        "s",
        time(1, 0)?,
        json!({"kind": "submitted", "number": ticket, "channel": "jaki", "visibility": "public",
            "category": problem(case.place).category(), "point": point, "kelurahan": null}),
    )];
    for (round, names) in offered.iter().enumerate() {
        let hour = 3 + 6 * round as i64;
        let mut evidence = Vec::new();
        for (name, bytes) in names.iter().zip(&proof) {
            let at = time(case.day, hour - 1)?;
            put(folder, &format!("{ticket}/evidence/{name}"), bytes, at)?;
            evidence.push(id(ticket, name, bytes));
        }
        let proposed = json!({"kind": "closure_proposed", "evidence": evidence, "note": "Sudah."});
        steps.push(step(&format!("c{round}"), time(case.day, hour)?, proposed));
        if round + 1 < offered.len() {
            let refused = json!({"kind": "refused", "reason": ""});
            steps.push(step("refused", time(case.day, hour + 2)?, refused));
        }
    }
    let steps = Value::from(steps).to_string();
    folder.file(&format!("{ticket}/ticket.json"), steps.as_bytes())
}

/// What does not fit, in words.
fn faults(case: &Case, found: &VerdictRow) -> Result<Vec<String>> {
    let signals: Vec<Value> = serde_json::from_str(&found.signals)?;
    let weighs = |name: &String| {
        let mut all = signals.iter();
        all.any(|s| s["name"] == name.as_str() && s["strength"] != "withdrawn")
    };
    let (expect, verdict) = (&case.expect, &found.verdict);
    let flagged = verdict != "clear";
    let fits = [
        expect.verdict.as_ref().is_none_or(|v| v == verdict),
        expect.never.as_ref().is_none_or(|v| v != verdict),
        expect.flagged.is_none_or(|f| f == flagged),
        expect.has.iter().all(weighs),
        expect.any.is_empty() || expect.any.iter().any(weighs),
        !expect.hasnt.iter().any(weighs),
    ];
    let names = ["verdict", "never", "flagged", "has", "any", "hasnt"];
    let wrong = names.iter().zip(fits).filter(|(_, fits)| !fits);
    Ok(wrong.map(|(name, _)| (*name).to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closures_with_real_pictures_are_judged_as_their_scenes_say() -> Result<()> {
    let file: File = toml::from_str(include_str!("pictured.toml"))?;
    let folder = Folder::empty()?;
    let mut sent = BTreeMap::new();
    let cases = || {
        file.scene
            .iter()
            .flat_map(|s| s.ticket.iter().map(|t| (&s.name, t)))
    };
    for (_, case) in cases() {
        lay(&folder, case, &mut sent)?;
    }
    let verdicts = verdicts_after(&folder).await?;
    fit(cases(), &verdicts)
}

/// The earlier closure's photo may be late: its worker was down, or it was tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_screenshot_is_flagged_though_the_photo_that_it_shows_comes_after_it() -> Result<()> {
    let file: File = toml::from_str(include_str!("pictured.toml"))?;
    let folder = Folder::empty()?;
    let screens = file.scene.iter();
    let screens = screens.filter(|it| it.name.starts_with("a screenshot of another closure's"));
    let cases: Vec<(&String, &Case)> = screens
        .flat_map(|it| it.ticket.iter().map(|case| (&it.name, case)))
        .collect();
    ensure!(cases.len() == 4, "pairs of a photo and its screenshot");
    let (mut sent, mut verdicts) = (BTreeMap::new(), Vec::new());
    for late in [true, false] {
        for (_, case) in cases.iter().filter(|it| (it.1.day > third()) == late) {
            lay(&folder, case, &mut sent)?;
        }
        verdicts = verdicts_after(&folder).await?;
    }
    fit(cases.into_iter(), &verdicts)
}

/// All workers of one machine, until nothing is left to do.
async fn verdicts_after(folder: &Folder) -> Result<Vec<VerdictRow>> {
    let up = command(["up", "--once", "--data"])?.arg(folder.data());
    finish(up.arg("--inbox").arg(folder.inbox()))
        .await?
        .exits(0)?;
    let ledger = Ledger::embedded(&folder.data().join("ledger.sqlite"), true)?;
    let verdicts = ledger.verdicts().await?;
    ledger.close().await;
    Ok(verdicts)
}

/// Whether each closure was told what it must be, and nothing else.
fn fit<'a>(
    cases: impl Iterator<Item = (&'a String, &'a Case)>,
    verdicts: &[VerdictRow],
) -> Result<()> {
    let mut wrong = Vec::new();
    for (name, case) in cases {
        let last = if case.retry { "c1" } else { "c0" };
        let closure = format!("{}-{last}", case.id);
        let found = verdicts.iter().find(|v| v.closure_id.as_str() == closure);
        let found = found.with_context(|| format!("{closure} has no verdict"))?;
        for fault in faults(case, found)? {
            let signals: Vec<Value> = serde_json::from_str(&found.signals)?;
            let seen: Vec<String> = signals
                .iter()
                .map(|s| format!("{} ({})", s["name"], s["strength"]))
                .collect();
            wrong.push(format!(
                "{name}, {}: {fault}: {} {seen:?}",
                case.id, found.verdict
            ));
        }
    }
    ensure!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    Ok(())
}
