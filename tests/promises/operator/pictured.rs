//! Closures with real pictures through the real workers, as data: `pictured.toml`. All in one run, so that each
//! is judged among the others.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use jaga_ledger::{Ledger, VerdictRow};
use jaga_scene::edit::{Area, banner, crop, mirror, problem_removed};
use jaga_scene::{PhoneShot, Problem, Rgb, Scene, State, View};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::run::{command, finish};

const SIZE: (u32, u32) = (1280, 960);
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
struct Photo {
    /// Another ticket's place.
    of: Option<u64>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    view: String,
    #[serde(default)]
    edit: Vec<String>,
    like: Option<String>,
    file: Option<String>,
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

/// What is wrong at a place: never traffic that drives on by itself.
fn problem(place: u64) -> Problem {
    [Problem::Rubbish, Problem::Pothole, Problem::FallenTree][place as usize % 3]
}

fn picture(photo: &Photo, own: u64) -> Result<Rgb> {
    let place = photo.of.unwrap_or(own);
    let scene = Scene::new(place, problem(place));
    let front = View::front(place);
    let view = match photo.view.as_str() {
        "front" => front,
        "again" => front.reshot(place + 1000),
        "step" => View::somewhere(place + 2000),
        other => anyhow::bail!("no such view: {other}"),
    };
    let state = match photo.state.as_str() {
        "before" => State::Before,
        "after" => State::After,
        other => anyhow::bail!("no such state: {other}"),
    };
    let mut rgb = scene.render(state, &view, SIZE.0, SIZE.1);
    for edit in &photo.edit {
        let (name, text) = edit.split_once(':').unwrap_or((edit, ""));
        match name {
            "removed" => rgb = problem_removed(&scene, &view, SIZE.0, SIZE.1).0,
            "date" => banner(&mut rgb, &[text]),
            "mirror" => rgb = mirror(&rgb),
            "saved" => rgb = rgb.shrink(SIZE.0 * 4 / 5, SIZE.1 * 4 / 5),
            "crop" => rgb = cropped(&rgb),
            "screen" => rgb = on_a_screen(&rgb, Rgb::flat(1080, 2340, [0; 3])),
            "viewer" => rgb = on_a_screen(&rgb, viewer()),
            "collage" => {
                let after = scene.render(State::After, &front.reshot(place + 3000), SIZE.0, SIZE.1);
                rgb = beside(&rgb, &after);
            }
            other => anyhow::bail!("no such edit: {other}"),
        }
    }
    Ok(rgb)
}

/// A twentieth off at each side.
fn cropped(rgb: &Rgb) -> Rgb {
    let (x, y) = (rgb.width / 20, rgb.height / 20);
    let (width, height) = (rgb.width - 2 * x, rgb.height - 2 * y);
    crop(
        rgb,
        Area {
            x,
            y,
            width,
            height,
        },
    )
}

/// A picture as wide as a phone's screen, in the middle of it.
fn on_a_screen(rgb: &Rgb, mut screen: Rgb) -> Rgb {
    let height = rgb.height * screen.width / rgb.width;
    let smaller = rgb.shrink(screen.width, height);
    let below = (screen.height - height) / 2;
    paste(&mut screen, &smaller, (0, below));
    screen
}

/// A viewer's screen: white, with a dark bar above and a row of buttons below.
fn viewer() -> Rgb {
    let mut screen = Rgb::flat(1080, 2340, [250; 3]);
    paste(&mut screen, &Rgb::flat(1080, 210, [32, 33, 36]), (0, 0));
    for n in 0..4 {
        let button = Rgb::flat(96, 96, [95, 99, 104]);
        paste(&mut screen, &button, (90 + n * 250, 2180));
    }
    screen
}

/// Two pictures of one size, left and right.
fn beside(left: &Rgb, right: &Rgb) -> Rgb {
    let mut both = Rgb::flat(left.width * 2, left.height, [0; 3]);
    paste(&mut both, left, (0, 0));
    paste(&mut both, right, (left.width, 0));
    both
}

fn paste(onto: &mut Rgb, what: &Rgb, (x, y): (u32, u32)) {
    for row in 0..what.height {
        for column in 0..what.width {
            onto.set_pixel(x + column, y + row, what.pixel(column, row));
        }
    }
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
    let up = command(["up", "--once", "--data"])?.arg(folder.data());
    finish(up.arg("--inbox").arg(folder.inbox()))
        .await?
        .exits(0)?;
    let ledger = Ledger::embedded(&folder.data().join("ledger.sqlite"), true)?;
    let verdicts = ledger.verdicts().await?;
    ledger.close().await;
    let mut wrong = Vec::new();
    for (name, case) in cases() {
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
