//! Evidence beside the report it answers, through all workers of one machine: an edit of the reporter's own
//! photo is held for a human, an honest photo of the same place is not, whichever photo came first.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use jaga_ledger::{Ledger, VerdictRow};
use jaga_scene::edit::problem_removed;
use jaga_scene::{PhoneShot, Problem, Rgb, Scene, State, View};
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::run::{command, finish};

const SIZE: (u32, u32) = (1600, 1200);
const EDIT: &str = "edit_of_report_photo";

/// A closure with its report and its evidence, as files.
struct Case {
    report: Vec<u8>,
    evidence: Vec<u8>,
}

/// The order in which the two photos come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Report,
    Evidence,
    Both,
}

/// What the ledger holds in the end: verdict, signals by name, and the one comparison.
#[derive(Debug, PartialEq)]
struct End {
    verdict: String,
    signals: Value,
    scene: Value,
}

impl End {
    fn has(&self, name: &str) -> bool {
        let signals = self.signals.as_array().map(Vec::as_slice);
        signals
            .unwrap_or_default()
            .iter()
            .any(|s| s["name"] == name)
    }
}

fn phone(rgb: Rgb) -> Vec<u8> {
    PhoneShot::new(rgb, None, None).jpeg()
}

fn edited() -> Case {
    let (scene, view) = (Scene::new(7, Problem::Rubbish), View::front(7));
    Case {
        report: phone(scene.render(State::Before, &view, SIZE.0, SIZE.1)),
        evidence: phone(problem_removed(&scene, &view, SIZE.0, SIZE.1).0),
    }
}

fn honest() -> Case {
    let (scene, view) = (Scene::new(7, Problem::Rubbish), View::front(7));
    let after = scene.render(State::After, &view.reshot(8), SIZE.0, SIZE.1);
    Case {
        report: phone(scene.render(State::Before, &view, SIZE.0, SIZE.1)),
        evidence: phone(after),
    }
}

/// The id that an inbox gives: place and content.
fn id(name: &str, letter: &str, bytes: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(name.as_bytes()).update(&[0]).update(bytes);
    format!("JK1-{letter}-{}", &hasher.finalize().to_hex()[..12])
}

/// A file is uploaded when it was last changed; here always at the same time.
fn put(folder: &Folder, name: &str, bytes: &[u8]) -> Result<()> {
    folder.file(name, bytes)?;
    let file = std::fs::File::options()
        .append(true)
        .open(folder.inbox().join(name))?;
    let at = UNIX_EPOCH + Duration::from_secs(1_793_600_000);
    Ok(file.set_modified(at)?)
}

/// The ticket, and a closure with this photo as its proof.
fn steps(folder: &Folder, proof: &str) -> Result<()> {
    let step = |id: &str, at: &str, step: Value| json!({"event_id": id, "ticket_id": "JK1", "occurred_at": at, "step": step});
    let steps = json!([
        step(
            "s1",
            "2026-11-02T01:00:00Z",
            json!({
                "kind": "submitted", "number": "JK1", "channel": "jaki", "category": "Sampah",
                "visibility": "public", "point": null, "kelurahan": "31.73.01.1005"
            })
        ),
        step(
            "s2",
            "2026-11-03T01:00:00Z",
            json!({
                "kind": "closure_proposed", "evidence": [proof], "note": "Sudah dibersihkan."
            })
        ),
    ]);
    folder.file("JK1/ticket.json", steps.to_string().as_bytes())
}

async fn taken(folder: &Folder) -> Result<()> {
    let up = command(["up", "--once", "--data"])?.arg(folder.data());
    finish(up.arg("--inbox").arg(folder.inbox()))
        .await?
        .exits(0)?;
    Ok(())
}

async fn verdicts(folder: &Folder) -> Result<Vec<VerdictRow>> {
    let ledger = Ledger::embedded(&folder.data().join("ledger.sqlite"), true)?;
    let verdicts = ledger.verdicts().await;
    ledger.close().await;
    Ok(verdicts?)
}

/// Plays a case and returns how it ends.
async fn played(case: &Case, first: First) -> Result<End> {
    let folder = Folder::empty()?;
    let (report, evidence) = ("JK1/report/a.jpg", "JK1/evidence/b.jpg");
    let proof = id(evidence, "E", &case.evidence);
    steps(&folder, &proof)?;
    if first != First::Evidence {
        put(&folder, report, &case.report)?;
    }
    if first != First::Report {
        put(&folder, evidence, &case.evidence)?;
    }
    taken(&folder).await?;
    let between = verdicts(&folder).await?;
    ensure!(between.len() == 1, "{between:?}");
    // The closure is long ago: what has not come by now is missing, and nothing is known of an edit.
    let missing = between[0].signals.contains("evidence_missing");
    ensure!(missing == (first == First::Report), "{between:?}");
    let told = between[0].signals.contains(EDIT);
    ensure!(!told || first == First::Both, "{between:?}");
    put(&folder, report, &case.report)?;
    put(&folder, evidence, &case.evidence)?;
    taken(&folder).await?;
    let verdict = verdicts(&folder).await?;
    ensure!(verdict.len() == 1, "{verdict:?}");
    // A second run over the same files changes nothing.
    taken(&folder).await?;
    ensure!(verdicts(&folder).await? == verdict);
    end(&folder, &verdict[0]).await
}

async fn end(folder: &Folder, verdict: &VerdictRow) -> Result<End> {
    let ledger = Ledger::embedded(&folder.data().join("ledger.sqlite"), true)?;
    let photos = ledger.photos().await?;
    let evidence = photos.iter().find(|it| it.role.as_str() == "evidence");
    let evidence = &evidence.context("evidence")?.photo_id;
    let scenes = ledger.comparisons(evidence).await?;
    ledger.close().await;
    ensure!(scenes.len() == 1, "one pair, one row: {scenes:?}");
    let it = &scenes[0];
    Ok(End {
        verdict: verdict.verdict.clone(),
        signals: serde_json::from_str(&verdict.signals)?,
        scene: json!({"relation": it.relation, "reason": it.reason, "confidence": it.confidence,
            "aligned": it.aligned, "changed": it.changed}),
    })
}

/// The same end, whichever photo came first.
async fn ends(case: &Case) -> Result<End> {
    let both = played(case, First::Both).await?;
    for first in [First::Report, First::Evidence] {
        let other = played(case, first).await?;
        ensure!(other == both, "{first:?} first: {other:?}\nboth: {both:?}");
    }
    Ok(both)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_of_the_report_photo_is_held_whichever_came_first() -> Result<()> {
    let end = ends(&edited()).await?;
    ensure!(end.scene["relation"] == "edited_copy", "{end:?}");
    ensure!(end.verdict == "hold" && end.has(EDIT), "{end:?}");
    let changed = end.scene["changed"].as_f64().context("a share")?;
    ensure!(changed > 0.01, "{end:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_honest_photo_of_the_same_place_is_no_edit_whichever_came_first() -> Result<()> {
    let end = ends(&honest()).await?;
    ensure!(end.scene["relation"] == "same_scene", "{end:?}");
    ensure!(end.verdict != "hold" && !end.has(EDIT), "{end:?}");
    Ok(())
}

/// The report's photo is known, and its clean copy lost: that is no reason to suspect anyone, nor to stop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_photo_that_is_not_kept_makes_the_comparison_unknown() -> Result<()> {
    let (folder, case) = (Folder::empty()?, edited());
    let (report, evidence) = ("JK1/report/a.jpg", "JK1/evidence/b.jpg");
    steps(&folder, &id(evidence, "E", &case.evidence))?;
    put(&folder, report, &case.report)?;
    taken(&folder).await?;
    std::fs::remove_dir_all(folder.data().join("vault/jaga-clean"))?;
    put(&folder, evidence, &case.evidence)?;
    taken(&folder).await?;
    let verdict = verdicts(&folder).await?;
    let end = end(&folder, verdict.first().context("a verdict")?).await?;
    ensure!(
        end.scene["relation"] == "unknown" && end.scene["reason"] == "not_kept",
        "{end:?}"
    );
    ensure!(!end.has(EDIT), "{end:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_that_shows_nothing_is_unknown_with_its_reason_and_no_signal() -> Result<()> {
    let wall = PhoneShot::new(Rgb::flat(640, 480, [120; 3]), None, None);
    let case = Case {
        evidence: wall.jpeg(),
        ..honest()
    };
    let end = ends(&case).await?;
    ensure!(
        end.scene["relation"] == "unknown" && end.scene["reason"] == "too_plain",
        "{end:?}"
    );
    ensure!(
        !end.has(EDIT) && !end.has("copy_of_report_photo"),
        "{end:?}"
    );
    Ok(())
}
