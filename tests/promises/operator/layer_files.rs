//! `jaga layer check` and `jaga layer diff`: what an operator learns of a file before it is in force.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::places::{CODES, City, collection, feature, square, squares};
use crate::run::{Ran, command, finish};

async fn check(file: &Path, args: &[&str]) -> Result<Ran> {
    let check = command(["layer", "check"])?.arg(file);
    finish(check.args(args.iter().copied())).await
}

#[tokio::test]
async fn a_sound_layer_is_counted_measured_and_credited() -> Result<()> {
    let city = City::new()?;
    let said = check(&city.layer, &["--json"]).await?.exits(0)?.json()?;
    ensure!(said["usable"] == true && said["features"] == 4 && said["positions"] == 20);
    ensure!(
        said["errors"] == json!([]) && said["gaps"] == json!([]) && said["overlaps"] == json!([])
    );
    let area = said["areas"][0]["area_m2"].as_f64().context("an area")?;
    ensure!((area / (1106.7 * 1105.7) - 1.0).abs() < 0.002, "{said}");
    ensure!(said["licence"] == "CC0 1.0" && said["codes"] == "kemendagri");
    let people = check(&city.layer, &[]).await?.exits(0)?.out;
    for told in [
        "4 features",
        "4.90 km2",
        "Kota Uji",
        "CC0 1.0",
        "Made up",
        "263 of",
        "can be used",
    ] {
        ensure!(people.contains(told), "{told} is not in\n{people}");
    }
    let each = check(&city.layer, &["--areas"]).await?.exits(0)?.out;
    ensure!(CODES.iter().all(|code| each.contains(code)), "{each}");
    Ok(())
}

#[tokio::test]
async fn gaps_slivers_holes_and_islands_are_told_and_do_no_harm() -> Result<()> {
    let city = City::new()?;
    let ring = |w: f64, s: f64, e: f64, n: f64| square(w, s, e, n)["coordinates"][0].clone();
    let holed = json!({"type": "MultiPolygon", "coordinates": [
        [ring(106.80, -6.20, 106.81, -6.19), ring(106.803, -6.197, 106.804, -6.196)],
        [ring(106.83, -6.20, 106.84, -6.19)],
    ]});
    // A hair wider than its place: an overlap of a third of a metre.
    let wide = square(106.809_997, -6.20, 106.82, -6.19);
    let features = [
        feature(&json!({"code": CODES[0]}), &holed),
        feature(&json!({"code": CODES[1]}), &wide),
    ];
    let file = city.put("odd.geojson", collection(&features).to_string())?;
    let said = check(&file, &["--json"]).await?.exits(0)?.json()?;
    ensure!(
        said["areas"][0]["parts"] == 2 && said["areas"][0]["holes"] == 1,
        "{said}"
    );
    ensure!(said["overlaps"][0]["fault"]["kind"] == "sliver", "{said}");
    let gap = &said["gaps"][0]["fault"];
    ensure!(
        gap["kind"] == "gap" && gap["beside"] == json!([CODES[0]]),
        "{said}"
    );
    let people = check(&file, &[]).await?.exits(0)?.out;
    ensure!(
        people.contains("1 overlaps, 1 gaps: the layer can be used"),
        "{people}"
    );
    Ok(())
}

/// A file with this geometry beside a sound feature.
fn with(city: &City, geometry: &Value) -> Result<std::path::PathBuf> {
    let features = [
        feature(
            &json!({"code": CODES[0]}),
            &square(106.80, -6.20, 106.81, -6.19),
        ),
        feature(&json!({"code": CODES[1]}), geometry),
    ];
    city.put("bad.geojson", collection(&features).to_string())
}

#[tokio::test]
async fn each_fault_names_its_feature_and_what_to_do_and_the_exit_code_says_no() -> Result<()> {
    let city = City::new()?;
    let bow = json!({"type": "Polygon", "coordinates": [
        [[106.82, -6.2], [106.83, -6.19], [106.83, -6.2], [106.82, -6.185], [106.82, -6.2]]
    ]});
    let open = json!({"type": "Polygon", "coordinates": [
        [[106.82, -6.2], [106.83, -6.2], [106.83, -6.19], [106.82, -6.19]]
    ]});
    let date_line = square(-179.0, -6.2, 179.0, -6.19);
    let cases = [
        (bow, "sides cross"),
        (open, "not closed"),
        (
            square(106.80, -6.20, 106.81, -6.19),
            "the same shape as feature 0",
        ),
        (square(106.805, -6.20, 106.815, -6.19), "overlaps feature 0"),
        (square(-6.20, 106.80, -6.19, 106.81), "wrong order"),
        (
            square(700_000.0, 9_310_000.0, 701_000.0, 9_311_000.0),
            "EPSG:4326",
        ),
        (date_line, "antimeridian"),
        (square(0.0, 51.0, 0.1, 51.1), "outside Indonesia"),
        (
            json!({"type": "Point", "coordinates": [106.8, -6.2]}),
            "not Polygon",
        ),
        (json!(null), "not Polygon"),
    ];
    for (geometry, told) in cases {
        let file = with(&city, &geometry)?;
        let ran = check(&file, &[]).await?.exits(1)?;
        ensure!(
            ran.out.contains("feature 1 (31.73.01.1002): "),
            "{}",
            ran.out
        );
        ensure!(
            ran.out.contains(told) && ran.out.contains("can't be used"),
            "{told}: {}",
            ran.out
        );
        let said = check(&file, &["--json"]).await?.exits(1)?.json()?;
        ensure!(
            said["usable"] == false && said["errors"][0]["feature"] == 1,
            "{said}"
        );
        ensure!(said["errors"][0]["fault"]["kind"].is_string(), "{said}");
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_no_layer_is_told_what_it_is() -> Result<()> {
    let city = City::new()?;
    let crs = squares(106.81, |code| json!({"code": code}));
    let mut wrong = crs.clone();
    wrong["crs"] = json!({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32748"}});
    let twice = collection(&[
        feature(
            &json!({"code": CODES[0]}),
            &square(106.80, -6.20, 106.81, -6.19),
        ),
        feature(
            &json!({"code": CODES[0]}),
            &square(106.82, -6.20, 106.83, -6.19),
        ),
    ]);
    let unknown = squares(
        106.81,
        |code| json!({"code": code.replace("31.73", "99.99")}),
    );
    let unmapped = squares(106.81, |code| json!({"kode_kel": code, "nama": "x"}));
    let huge = city.folder.path().join("huge.geojson");
    std::fs::File::create(&huge)?.set_len(100 << 20)?;
    let cases = [
        (city.put("a.geojson", "")?, "empty"),
        (city.put("b.geojson", b"\xff\xfe\x00")?, "no GeoJSON"),
        (city.put("c.geojson", "{\"type\":")?, "line 1, column"),
        (
            city.put("d.geojson", wrong.to_string())?,
            "reproject to EPSG:4326",
        ),
        (
            city.put("e.geojson", twice.to_string())?,
            "the same code as feature 0",
        ),
        (city.put("f.geojson", unknown.to_string())?, "in no list"),
        (
            city.put("g.geojson", unmapped.to_string())?,
            "properties kode_kel, nama",
        ),
        (city.put("h.geojson", collection(&[]).to_string())?, "empty"),
        (huge, "104857600 bytes"),
    ];
    for (file, told) in cases {
        let ran = check(&file, &[]).await?.exits(1)?;
        ensure!(ran.out.contains(told), "{told}: {}", ran.out);
        ensure!(ran.out.contains("can't be used"), "{}", ran.out);
    }
    check(&city.folder.path().join("nowhere.geojson"), &[])
        .await?
        .exits(2)?
        .complains("nowhere.geojson")?;
    check(city.folder.path(), &[])
        .await?
        .exits(2)?
        .complains("is a folder")?;
    Ok(())
}

#[tokio::test]
async fn published_files_need_no_mapping_and_others_are_mapped_by_flag_or_file() -> Result<()> {
    let city = City::new()?;
    let bps = |code: &str| format!("ID3174070{}", code.replace("31.73.01.1", ""));
    let ocha = squares(
        106.81,
        |code| json!({"ADM4_PCODE": bps(code), "ADM4_EN": "Kapuk"}),
    );
    let ocha = city.put("ocha.geojson", ocha.to_string())?;
    let said = check(&ocha, &["--json"]).await?.exits(0)?.json()?;
    ensure!(
        said["codes"] == "bps2020" && said["properties"]["code"] == "ADM4_PCODE",
        "{said}"
    );
    let big = squares(106.81, |code| json!({"KDEPUM": code, "WADMKD": code}));
    let big = city.put("big.geojson", big.to_string())?;
    let said = check(&big, &["--json"]).await?.exits(0)?.json()?;
    ensure!(
        said["codes"] == "kemendagri" && said["areas"][0]["name"] == CODES[0],
        "{said}"
    );

    let own = squares(106.81, |code| json!({"kode": code.replace("1004", "1007")}));
    let own = city.put("own.geojson", own.to_string())?;
    let flags = ["--property", "code=kode", "--new-code", "31.73.01.1007"];
    check(&own, &flags).await?.exits(0)?;
    check(&own, &flags[..2]).await?.exits(1)?;
    city.put(
        "own.toml",
        "properties = { code = 'kode' }\nnew_codes = ['31.73.01.1007']\n",
    )?;
    check(&own, &[]).await?.exits(0)?;
    Ok(())
}

#[tokio::test]
async fn a_new_layer_is_told_apart_from_the_old_code_by_code() -> Result<()> {
    let city = City::new()?;
    let diff = async |new: &Path, args: &[&str]| {
        let diff = command(["layer", "diff"])?.arg(&city.layer).arg(new);
        finish(diff.args(args.iter().copied())).await
    };
    let same = diff(&city.layer, &["--json"]).await?.exits(0)?.json()?;
    ensure!(
        same["unchanged"] == 4 && same["moved"] == json!([]),
        "{same}"
    );

    // A strip of 0.001 degrees changes hands, and one kelurahan gets a code that no list has yet.
    let strip = squares(
        106.811,
        |code| json!({"code": code.replace("1004", "1007")}),
    );
    let strip = city.put("strip.geojson", strip.to_string())?;
    let said = diff(&strip, &["--json"]).await?.exits(0)?.json()?;
    ensure!(said["came"][0]["code"] == "31.73.01.1007" && said["went"][0]["code"] == CODES[3]);
    let moved = said["moved"].as_array().context("a list")?;
    ensure!(moved.len() == 3 && said["unchanged"] == 0, "{said}");
    for m in moved {
        let metres = m["farthest_m"].as_f64().context("metres")?;
        let ground = m["lost_m2"].as_f64().unwrap_or(0.0) + m["gained_m2"].as_f64().unwrap_or(0.0);
        ensure!((metres - 110.7).abs() < 0.5, "{m}");
        ensure!((ground / (110.67 * 1105.7) - 1.0).abs() < 0.01, "{m}");
    }
    let people = diff(&strip, &[]).await?.exits(0)?.out;
    ensure!(
        people.contains("1 came, 1 went, 0 renamed, 3 moved, 0 unchanged"),
        "{people}"
    );
    let bad = city.put("bad.geojson", "{")?;
    diff(&bad, &[]).await?.exits(2)?.complains("bad.geojson")?;
    diff(&city.folder.path().join("nowhere"), &[])
        .await?
        .exits(2)?
        .complains("nowhere")?;
    Ok(())
}
