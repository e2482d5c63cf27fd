//! `jaga locate` with a polygon layer: what one point is told. And the made-up layers for all that
//! ask for one.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::{Ran, command, finish};

/// Four kelurahan, squares of 0.01 degrees around 106.81 E, 6.19 S: south-west, south-east, north-west,
/// north-east.
pub(crate) const CODES: [&str; 4] = [
    "31.73.01.1001",
    "31.73.01.1002",
    "31.73.01.1003",
    "31.73.01.1004",
];

/// A folder with a layer in it.
pub(crate) struct City {
    pub(crate) folder: TempDir,
    pub(crate) layer: PathBuf,
}

pub(crate) fn square(west: f64, south: f64, east: f64, north: f64) -> Value {
    json!({"type": "Polygon", "coordinates": [
        [[west, south], [east, south], [east, north], [west, north], [west, south]]
    ]})
}

pub(crate) fn feature(properties: &Value, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

pub(crate) fn collection(features: &[Value]) -> Value {
    json!({
        "type": "FeatureCollection", "license": "CC0 1.0", "attribution": "Made up for a test.",
        "features": features
    })
}

/// The four squares; the border between west and east lies at this longitude.
pub(crate) fn squares(middle: f64, properties: impl Fn(&str) -> Value) -> Value {
    let frames = [
        square(106.80, -6.20, middle, -6.19),
        square(middle, -6.20, 106.82, -6.19),
        square(106.80, -6.19, middle, -6.18),
        square(middle, -6.19, 106.82, -6.18),
    ];
    let all: Vec<Value> = CODES
        .iter()
        .zip(&frames)
        .map(|(code, frame)| feature(&properties(code), frame))
        .collect();
    collection(&all)
}

impl City {
    pub(crate) fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let layer = folder.path().join("four.geojson");
        let text = squares(106.81, |code| json!({"code": code, "city": "Kota Uji"}));
        std::fs::write(&layer, text.to_string())?;
        Ok(Self { folder, layer })
    }

    pub(crate) fn put(&self, name: &str, text: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path)
    }
}

/// `jaga locate ARGS --layer FILE --json`.
async fn locate(layer: &Path, args: &[&str]) -> Result<Ran> {
    let locate = command(["locate", "--json", "--layer"])?.arg(layer);
    finish(locate.args(args.iter().copied())).await
}

#[tokio::test]
async fn a_point_in_a_layer_is_told_where_it_is_how_far_from_the_border_and_how_sure() -> Result<()>
{
    let city = City::new()?;
    let middle = locate(&city.layer, &["-6.195", "106.805"]).await?;
    let said = middle.exits(0)?.json()?;
    for key in [
        "kelurahan",
        "kecamatan",
        "kota",
        "verdict",
        "distance_to_border_m",
        "neighbours",
        "distance_to_pin_m",
        "layer",
        "confidence",
    ] {
        ensure!(said.get(key).is_some(), "{key} is missing: {said}");
    }
    ensure!(said["kelurahan"]["code"] == CODES[0] && said["kota"] == "Kota Uji");
    ensure!(said["verdict"] == "inside" && said["neighbours"] == json!([]));
    ensure!(said["confidence"] == 0.999 && said["distance_to_pin_m"].is_null());
    // Half of 0.01 degrees of latitude and, a little less, of longitude.
    let metres = |said: &Value| said["distance_to_border_m"].as_f64().unwrap_or(-1.0);
    ensure!((metres(&said) - 552.9).abs() < 1.0, "{said}");
    let version = said["layer"].as_str().unwrap_or_default();
    ensure!(version.starts_with("four@"), "{said}");
    ensure!(said["licence"] == "CC0 1.0" && said["attribution"] == "Made up for a test.");

    // Eleven metres east of the border: near it, and the neighbour is named.
    let near = locate(&city.layer, &["-6.195", "106.8101"])
        .await?
        .exits(0)?
        .json()?;
    ensure!(near["kelurahan"]["code"] == CODES[1] && near["verdict"] == "near_border");
    ensure!(near["neighbours"][0]["code"] == CODES[0], "{near}");
    ensure!((metres(&near) - 11.06).abs() < 0.1, "{near}");
    // In none, but near one: the nearest is named, and that it is only that is said.
    let pier = locate(&city.layer, &["-6.2005", "106.805"])
        .await?
        .exits(0)?
        .json()?;
    ensure!(pier["kelurahan"]["code"] == CODES[0] && pier["certainty"] == "approximate");
    ensure!(
        pier["verdict"] == "near_border" && (metres(&pier) - 55.3).abs() < 0.2,
        "{pier}"
    );
    let outside = locate(&city.layer, &["-6.25", "106.805"])
        .await?
        .exits(1)?
        .json()?;
    ensure!(outside["kelurahan"].is_null() && outside["verdict"] == "outside");
    ensure!(
        outside["outside_jakarta"] == true && metres(&outside) > 5000.0,
        "{outside}"
    );
    Ok(())
}

#[tokio::test]
async fn a_claim_is_held_against_the_layer_and_a_pin_against_the_point() -> Result<()> {
    let city = City::new()?;
    let claim = async |claimed: &str, lon: &str| {
        locate(&city.layer, &["-6.195", lon, "--claimed", claimed]).await
    };
    let right = claim(CODES[0], "106.805").await?.exits(0)?.json()?;
    ensure!(right["verdict"] == "inside", "{right}");
    let next_door = claim(CODES[1], "106.8099").await?.exits(0)?.json()?;
    ensure!(next_door["verdict"] == "near_border" && next_door["kelurahan"]["code"] == CODES[0]);
    let wrong = claim(CODES[1], "106.805").await?.exits(1)?.json()?;
    ensure!(
        wrong["verdict"] == "outside" && wrong["claimed"]["code"] == CODES[1],
        "{wrong}"
    );
    claim("Atlantis", "106.805")
        .await?
        .exits(2)?
        .complains("Atlantis")?;
    // The accuracy widens the border band.
    let wide = [
        "-6.195",
        "106.805",
        "--claimed",
        CODES[1],
        "--accuracy",
        "600",
    ];
    let wide = locate(&city.layer, &wide).await?.exits(0)?.json()?;
    ensure!(wide["verdict"] == "near_border", "{wide}");

    let pinned = ["-6.195", "106.805", "--pin", "-6.195,106.806"];
    let pinned = locate(&city.layer, &pinned).await?.exits(0)?.json()?;
    let metres = pinned["distance_to_pin_m"].as_f64().unwrap_or(-1.0);
    ensure!((metres - 110.68).abs() < 0.1, "{pinned}");
    let people = command([
        "locate",
        "106.805",
        "-6.195",
        "--pin",
        "-6.195,106.805",
        "--layer",
    ])?;
    let people = finish(people.arg(&city.layer)).await?.exits(0)?.out;
    for told in [
        "31.73.01.1001",
        "wrong order",
        "inside",
        "copied",
        "CC0 1.0",
        "Made up",
    ] {
        ensure!(people.contains(told), "{told} is not in\n{people}");
    }
    Ok(())
}

#[tokio::test]
async fn the_layer_of_the_day_answers_and_the_gazetteer_where_there_is_none() -> Result<()> {
    let city = City::new()?;
    city.put("four.toml", "name = 'old'\nvalid_from = '2020-01-01'\n")?;
    let moved = squares(106.807, |code| json!({"kode": code}));
    let new = city.put("moved.geojson", moved.to_string())?;
    city.put(
        "moved.toml",
        "valid_from = '2027-01-01'\nproperties = { code = 'kode' }\n",
    )?;
    let on = async |day: &str| {
        let locate = command([
            "locate", "--json", "-6.195", "106.808", "--at", day, "--layer",
        ])?;
        finish(locate.arg(&city.layer).arg("--layer").arg(&new)).await
    };
    let before = on("2026-12-31").await?.exits(0)?.json()?;
    ensure!(before["kelurahan"]["code"] == CODES[0], "{before}");
    let after = on("2027-01-01").await?.exits(0)?.json()?;
    ensure!(after["kelurahan"]["code"] == CODES[1], "{after}");
    let long_ago = on("2019-12-31").await?;
    ensure!(
        long_ago.err.contains("2019-12-31"),
        "it is said: {}",
        long_ago.err
    );
    let long_ago = long_ago.json()?;
    ensure!(
        long_ago["layer"]
            .as_str()
            .is_some_and(|l| l.starts_with("gazetteer"))
    );
    on("tomorrow").await?.exits(2)?.complains("tomorrow")?;
    city.put(
        "moved.toml",
        "valid_from = '2020-01-01'\nproperties = { code = 'kode' }\n",
    )?;
    on("2027-01-01").await?.exits(2)?.complains("same day")?;
    city.put("moved.toml", "valid_form = '2020-01-01'\n")?;
    let typo = on("2027-01-01").await?.exits(2)?.complains("valid_form")?;
    ensure!(typo.err.contains("moved.toml"), "{}", typo.err);
    Ok(())
}

#[tokio::test]
async fn a_layer_that_can_not_be_used_is_named_and_nothing_is_answered() -> Result<()> {
    let city = City::new()?;
    let cases = [
        (
            city.folder.path().join("nowhere.geojson"),
            "nowhere.geojson",
        ),
        (city.folder.path().to_owned(), "is a folder"),
        (city.put("empty.geojson", "")?, "empty"),
        (
            city.put("garbage.geojson", b"\xff\x00garbage")?,
            "no GeoJSON",
        ),
        (
            city.put(
                "other.geojson",
                squares(106.81, |c| json!({"kode": c})).to_string(),
            )?,
            "\"code\"",
        ),
    ];
    for (path, named) in cases {
        locate(&path, &["-6.195", "106.805"])
            .await?
            .exits(2)?
            .complains(named)?;
    }
    // Said on the command line, the mapping holds.
    let mapped = city.folder.path().join("other.geojson");
    let args = ["-6.195", "106.805", "--property", "code=kode"];
    locate(&mapped, &args).await?.exits(0)?;
    for bad in ["kode", "zip=kode", "code="] {
        let args = ["-6.195", "106.805", "--property", bad];
        locate(&mapped, &args).await?.exits(2)?.complains(bad)?;
    }
    Ok(())
}
