//! Dated layers in a running Jaga: a kelurahan splits, and each ticket is judged by the borders of its
//! own day; a layer that is not sound changes nothing; nobody's position is told.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use jaga_ledger::Ledger;
use jaga_tests::{Jaga, eventually};
use serde_json::{Value, json};

use crate::folder::{Folder, LAT, LON, NAMED, shot};
use crate::run::{SOON, command, files, finish, holds};

const KAPUK: &str = "31.73.01.1005";
/// Made up: the true codes are not issued yet.
const SOUTH: &str = "31.73.01.1091";
const BEFORE: &str = "2026-11-01T16:59:59Z";
/// Midnight in Jakarta.
const AFTER: &str = "2026-11-01T17:00:00Z";

/// A made-up square, west, south, east, north.
fn square(code: &str, name: &str, [w, s, e, n]: [f64; 4]) -> Value {
    let ring = [[w, s], [e, s], [e, n], [w, n], [w, s]];
    json!({
        "type": "Feature", "properties": { "KODE": code, "NAMA": name },
        "geometry": { "type": "Polygon", "coordinates": [ring] }
    })
}

fn collection(features: &[Value]) -> String {
    let license = "made up";
    json!({ "type": "FeatureCollection", "license": license, "features": features }).to_string()
}

fn whole() -> String {
    let square = square(KAPUK, "Kapuk", [106.74, -6.16, 106.78, -6.12]);
    collection(&[square])
}

/// The photos' place comes to the new one.
fn split() -> String {
    collection(&[
        square(KAPUK, "Kapuk", [106.74, -6.135, 106.78, -6.12]),
        square(SOUTH, "Kapuk Selatan", [106.74, -6.16, 106.78, -6.135]),
    ])
}

/// Like `split`, its second feature crossing itself.
fn broken() -> String {
    let ring = [
        [106.74, -6.16],
        [106.78, -6.135],
        [106.78, -6.16],
        [106.74, -6.135],
        [106.74, -6.16],
    ];
    let mut crossed = square(SOUTH, "Kapuk Selatan", [0.0; 4]);
    crossed["geometry"]["coordinates"] = json!([ring]);
    collection(&[
        square(KAPUK, "Kapuk", [106.74, -6.135, 106.78, -6.12]),
        crossed,
    ])
}

fn listed(name: &str, source: &str, dates: &str) -> String {
    format!(
        "[[layer]]\nname = {name:?}\nsource = {source:?}\n{dates}\nnew_codes = [{SOUTH:?}]\n\
         properties = {{ code = \"KODE\", name = \"NAMA\" }}\nattribution = \"Kantor Contoh\"\n"
    )
}

const OFFICE: &str = "[[office]]\nname = \"Kantor Kapuk\"\nlat = -6.150123\nlon = 106.760456\n";

struct Town {
    folder: Folder,
    list: PathBuf,
}

impl Town {
    fn new() -> Result<Self> {
        let folder = Folder::empty()?;
        let list = folder.path().join("layers.toml");
        let config = format!(
            "[geo]\nlayers = {:?}\nreload_s = 1\n",
            list.display().to_string()
        );
        std::fs::write(folder.path().join("jaga.toml"), config)?;
        Ok(Self { folder, list })
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        Ok(std::fs::write(self.folder.path().join(name), text)?)
    }

    fn command(&self, args: &[&str]) -> Result<jaga_tests::JagaBuilder> {
        let config = self.folder.path().join("jaga.toml");
        let command = command(args)?.arg("--data").arg(self.folder.data());
        Ok(command.arg("--config").arg(config))
    }

    /// A ticket submitted then, of Kapuk, with a photo each.
    fn ticket(&mut self, id: &str, at: &str, visibility: &str) -> Result<()> {
        let submitted = json!([{
            "event_id": format!("{id}-0"), "ticket_id": id, "occurred_at": at,
            "step": {
                "kind": "submitted", "number": id, "channel": "jaki", "category": "Jalan Rusak",
                "visibility": visibility, "kelurahan": KAPUK,
                "point": { "lat": LAT, "lon": LON }, "address": "Jl. Rahasia 7, Kel. Kapuk Selatan"
            }
        }]);
        self.folder.file(
            &format!("{id}/ticket.json"),
            submitted.to_string().as_bytes(),
        )?;
        let seed: u64 = id.bytes().map(u64::from).sum();
        let named = |role: &str| format!("{id}/{role}/{NAMED}.jpg");
        self.folder
            .photo(&named("report"), &shot(seed, (640, 480)))?;
        let mut evidence = shot(seed + 40, (640, 480));
        evidence.gps = Some(jaga_scene::Gps::at(-6.150_123, 106.760_456));
        self.folder.photo(&named("evidence"), &evidence)
    }

    /// The ticket's rows of `jaga report photos`, report first, once both are there.
    async fn rows(&self, id: &str) -> Result<(Value, Value)> {
        eventually(SOON, || async {
            let command = command(["report", "photos", "--json", "--data"])?;
            let rows = finish(command.arg(self.folder.data())).await?.json()?;
            let row = |role: &str| {
                let rows = rows.as_array().context("a list")?;
                let found = rows.iter().find(|r| r["ticket"] == id && r["role"] == role);
                found.cloned().with_context(|| format!("{id} {role}"))
            };
            Ok((row("report")?, row("evidence")?))
        })
        .await
    }

    async fn judged(&self, id: &str, place: &str, layer: &str, reroute: &str) -> Result<()> {
        let (report, evidence) = self.rows(id).await?;
        for row in [&report, &evidence] {
            let by = row["layer"].as_str().unwrap_or_default();
            ensure!(
                row["place"] == place && by.starts_with(layer),
                "{id}: {row}"
            );
        }
        ensure!(report["reroute"] == reroute, "{id}: {report}");
        ensure!(evidence["reroute"] == "", "evidence is no wrong address");
        Ok(())
    }
}

const LOADED: &str = "jaga_layer_loads_total{outcome=\"loaded\"}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kelurahan_splits_and_each_ticket_is_judged_by_the_borders_of_its_day() -> Result<()> {
    let mut town = Town::new()?;
    let until = "valid_to = \"2026-11-02\"";
    town.write("whole.geojson", &whole())?;
    town.write("layers.toml", &listed("before", "whole.geojson", ""))?;
    let inbox = town.folder.inbox();
    let mut jaga = town.command(&["up"])?.arg("--inbox").arg(inbox).start()?;
    jaga.ready(SOON).await?;
    jaga.metric_is(LOADED, 1.0, SOON).await?;
    town.ticket("JK1", AFTER, "public")?;
    town.judged("JK1", "inside", "before@", "").await?;

    // A layer that crosses itself changes nothing, and is told once.
    let list = [
        listed("before", "whole.geojson", until),
        listed(
            "after",
            "vault:jaga-reference/split.geojson",
            "valid_from = 2026-11-02",
        ),
        OFFICE.to_owned(),
    ];
    let bucket = town.folder.data().join("vault/jaga-reference");
    std::fs::create_dir_all(&bucket)?;
    std::fs::write(bucket.join("split.geojson"), broken())?;
    std::fs::write(&town.list, list.concat())?;
    jaga.metric_is("jaga_layers_refused", 1.0, SOON).await?;
    town.ticket("JK2", AFTER, "public")?;
    town.judged("JK2", "inside", "before@", "").await?;
    let refused = "jaga_layer_loads_total{outcome=\"refused\"}";
    jaga.metric_is(refused, 1.0, SOON).await?;
    let told = format!("feature 1 ({SOUTH})");
    ensure!(jaga.stderr().contains(&told), "{}", jaga.stderr());

    // The sound one is taken without a restart.
    std::fs::write(bucket.join("split.geojson"), split())?;
    jaga.metric_is(LOADED, 2.0, SOON).await?;
    jaga.metric_is("jaga_layers_refused", 0.0, SOON).await?;
    town.ticket("JK3", AFTER, "public")?;
    town.ticket("JK4", BEFORE, "public")?;
    town.ticket("JK5", AFTER, "private")?;
    let proposed = format!("{SOUTH} strong");
    town.judged("JK3", "outside", "after@", &proposed).await?;
    town.judged("JK4", "inside", "before@", "").await?;
    // Of a private report not even the kelurahan.
    town.judged("JK5", "outside", "after@", "").await?;

    in_the_ledger(&town).await?;
    // What is not sent yet when it is told to stop is sent after the next start.
    let all_are_sent = async || {
        let sent = sent(&town)?.len();
        ensure!(sent == 10, "an event a photo: {sent}");
        Ok(())
    };
    eventually(SOON, all_are_sent).await?;
    jaga.sigterm();
    jaga.wait(SOON).await?;
    nothing_is_told(&town, &jaga).await
}

/// The verdict with its distances; a position of evidence alone.
async fn in_the_ledger(town: &Town) -> Result<()> {
    let ledger = Ledger::embedded(&town.folder.data().join("ledger.sqlite"), true)?;
    let rows = ledger.photos().await?;
    for row in &rows {
        let report = row.role == jaga_contract::Role::Report;
        ensure!(row.position.is_none() == report, "{}", row.photo_id);
        let placed: Value = serde_json::from_str(row.placed.as_deref().context("placed")?)?;
        ensure!(placed["layer"] == row.place_layer.clone().unwrap_or_default());
        let border = placed["distance_to_border_m"].as_f64().context("metres")?;
        let rounded = (border / 10.0).fract().abs() < 1e-9;
        ensure!(
            rounded == report,
            "ways of a report's photo are coarse: {border}"
        );
        if row.ticket_id.as_str() == "JK3" {
            ensure!((900.0..1800.0).contains(&border), "{border}");
            let office = if report {
                Value::Null
            } else {
                "Kantor Kapuk".into()
            };
            ensure!(placed["identical_to_office"] == office, "{placed}");
        }
    }
    let layers = ledger.layers().await?;
    ensure!(layers.len() == 2 && layers.iter().all(|l| l.attribution == "Kantor Contoh"));
    ledger.close().await;
    Ok(())
}

/// Neither a coordinate nor the address nor a file's name, in logs, metrics, events or reports; and of
/// the private ticket no kelurahan in an event.
async fn nothing_is_told(town: &Town, jaga: &Jaga) -> Result<()> {
    let command = town.command(&["doctor"])?;
    let doctor = finish(command).await?.exits(0)?;
    for shown in [
        "before@",
        "after@",
        "before 2026-11-02",
        "from 2026-11-02",
        "2 kelurahan",
        "made up",
        "Kantor Contoh",
    ] {
        ensure!(doctor.out.contains(shown), "{shown}: {}", doctor.out);
    }
    let report = command_of(town, &["report", "photos"]).await?;
    ensure!(
        report.contains("Kantor Contoh") && report.contains("made up"),
        "{report}"
    );
    let mut told = vec![
        ("the log".to_owned(), jaga.stderr().into_bytes()),
        ("the report".to_owned(), report.into_bytes()),
        ("doctor".to_owned(), doctor.out.into_bytes()),
    ];
    for (name, bytes) in sent(town)? {
        if holds(&bytes, b"JK5") {
            ensure!(!holds(&bytes, b"31.73"), "{name}");
            ensure!(!holds(&bytes, b"after@"), "{name}");
        }
        if holds(&bytes, b"JK3") && holds(&bytes, b"\"report\"") {
            ensure!(holds(&bytes, b"\"reroute\"") && holds(&bytes, SOUTH.as_bytes()));
        }
        told.push((name, bytes));
    }
    for (what, bytes) in &told {
        for needle in ["6.1449", "106.7632", "6.1501", "106.7604", "Rahasia", NAMED] {
            ensure!(!holds(bytes, needle.as_bytes()), "{what} says {needle}");
        }
    }
    Ok(())
}

/// The events of photos that went out.
fn sent(town: &Town) -> Result<Vec<(String, Vec<u8>)>> {
    let mut sent = files(&town.folder.data().join("bus"))?;
    sent.retain(|(_, bytes)| holds(bytes, b"jaga.photo.processed.v1"));
    Ok(sent)
}

async fn command_of(town: &Town, args: &[&str]) -> Result<String> {
    let command = command(args)?.arg("--data").arg(town.folder.data());
    Ok(finish(command).await?.exits(0)?.out)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_that_is_not_sound_stops_the_start_with_an_error_per_feature() -> Result<()> {
    let town = Town::new()?;
    town.write("broken.geojson", &broken())?;
    town.write("layers.toml", &listed("after", "broken.geojson", ""))?;
    let told = format!("feature 1 ({SOUTH})");
    finish(town.command(&["up"])?)
        .await?
        .exits(2)?
        .complains(&told)?;
    std::fs::remove_file(&town.list)?;
    finish(town.command(&["up"])?)
        .await?
        .exits(2)?
        .complains("layers.toml")?;
    town.write("layers.toml", "[[layer]]\nsource = \"x\"\n")?;
    finish(town.command(&["up"])?)
        .await?
        .exits(2)?
        .complains("layer 1")?;
    Ok(())
}
