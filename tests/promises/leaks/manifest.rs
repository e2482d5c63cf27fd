//! What real photos say about themselves, against what `ExifTool` read from them.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jaga_tests::Jaga;
use serde_json::Value;

use crate::judges::photos;
use crate::real::rows;
use crate::stripped::name;

/// Degrees: about a metre.
const NEAR: f64 = 1e-5;

/// Photos of which Jaga and `ExifTool` read different things, each with the reason.
const READ_OTHERWISE: [(&str, &str); 5] = [
    (
        "androidx+media/libraries/test_data/src/test/assets/media/heif/sample_MP.heic",
        "its EXIF says that it begins 6 bytes early: ExifTool gives up, and the time is whole",
    ),
    (
        "python-pillow+Pillow/Tests/images/avif/rot1mir1.avif",
        "it is turned and mirrored; the list knows only how it is turned",
    ),
    (
        "bep+imagemeta/testdata/images/metadata-extractor/issue-590.png",
        "XMP with `55/1 54/1 4074/100` and no hemisphere: ExifTool takes 54/1 for 1 minute 54",
    ),
    (
        "bep+imagemeta/testdata/images/goexif/2009-06-11-19-23-18-sep-2009-06-11-19-23-18a.jpg",
        "cut inside a later segment: ExifTool gives up, the EXIF before it is whole",
    ),
    (
        "bep+imagemeta/testdata/images/goexif/2011-10-28-17-50-18-sep-2011-10-28-17-50-18a.jpg",
        "cut inside a later segment: ExifTool gives up, the EXIF before it is whole",
    ),
];

/// What was compared, so that a green run has compared something.
#[derive(Default)]
struct Compared {
    positions: usize,
    nowhere: usize,
    times: usize,
    turns: usize,
}

#[tokio::test]
async fn position_time_and_orientation_are_those_that_exiftool_reads() -> Result<()> {
    let Some(photos) = photos() else {
        return Ok(());
    };
    let folder = photos.join("public");
    let rows = rows(&folder)?;
    let mut jaga = Jaga::command("inspect")?
        .arg("--json")
        .args(rows.keys().map(|file| folder.join(file)))
        .run(Duration::from_mins(5))
        .await?;
    ensure!(
        jaga.try_wait().is_some_and(|it| it.code().is_some()),
        "no end"
    );
    let said: Vec<Value> = jaga
        .stdout()
        .lines()
        .map(|line| serde_json::from_str(line).context("no JSON"))
        .collect::<Result<_>>()?;
    ensure!(
        said.len() == rows.len(),
        "an answer for every photo: {}",
        jaga.log_tail()
    );
    // A format of which no file is taken is not handled yet.
    let handled: BTreeSet<&str> = said
        .iter()
        .filter(|it| it["refused"].is_null())
        .filter_map(|it| it["format"].as_str())
        .collect();

    let (mut faults, mut compared) = (Vec::new(), Compared::default());
    for said in &said {
        let input = said["input"].as_str().context("an input")?;
        let name = name(input.as_ref(), &folder);
        let expected = &rows.get(name).context("a row")?.expected;
        if !said["format"]
            .as_str()
            .is_some_and(|it| handled.contains(it))
        {
            continue;
        }
        let mut found = [
            position(said, expected, &mut compared),
            time(said, expected, &mut compared),
            turn(said, expected, &mut compared),
        ]
        .into_iter()
        .flatten()
        .peekable();
        if !READ_OTHERWISE.iter().any(|it| it.0 == name) {
            faults.extend(found.map(|what| format!("{name}: {what}")));
        } else if found.peek().is_none() {
            faults.push(format!("{name}: listed, but read alike"));
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    ensure!(
        compared.positions >= 20
            && compared.nowhere >= 60
            && compared.times >= 45
            && compared.turns >= 40,
        "compared only {} positions, {} without one, {} times, {} orientations",
        compared.positions,
        compared.nowhere,
        compared.times,
        compared.turns
    );
    Ok(())
}

/// The position that `ExifTool` can read and that can be meant.
fn expected_position(expected: &Value) -> Option<(f64, f64)> {
    ["gps_composite", "gps_xmp"]
        .iter()
        .filter_map(|key| {
            Some((
                expected[key]["lat"].as_f64()?,
                expected[key]["lon"].as_f64()?,
            ))
        })
        .find(|(lat, lon)| {
            let null = *lat == 0.0 && *lon == 0.0;
            lat.abs() <= 90.0 && lon.abs() <= 180.0 && !null
        })
}

fn position(said: &Value, expected: &Value, compared: &mut Compared) -> Option<String> {
    let read = &said["gps"]["present"];
    let read = read["lat"].as_f64().zip(read["lon"].as_f64());
    match (expected_position(expected), read) {
        (None, None) => compared.nowhere += 1,
        (None, Some(_)) => return Some("a position where there is none".to_owned()),
        (Some(_), None) => return Some("no position".to_owned()),
        (Some(expected), Some(read)) => {
            let near = |a: f64, b: f64| (a - b).abs() <= NEAR;
            if !near(expected.0, read.0) || !near(expected.1, read.1) {
                return Some("another position".to_owned());
            }
            compared.positions += 1;
        }
    }
    None
}

/// The camera's own time; where there is none, any that `ExifTool` read.
fn time(said: &Value, expected: &Value, compared: &mut Compared) -> Option<String> {
    let told = &expected["time"];
    let set = |key: &str| {
        let text = told[key].as_str()?;
        let there = text.len() >= 19 && !text.starts_with("0000");
        there.then(|| text[..19].to_owned())
    };
    let original = set("ExifIFD:DateTimeOriginal").or_else(|| set("ExifIFD:CreateDate"));
    let at = &said["capture"]["present"]["at"];
    let read = at["local"].as_str().map(|local| {
        let exif = local.replace('T', " ");
        let (day, clock) = exif.split_at(exif.len().min(10));
        format!(
            "{}{}",
            day.replace('-', ":"),
            clock.get(..9).unwrap_or(clock)
        )
    });
    match (original, read) {
        (Some(original), Some(read)) if original == read => compared.times += 1,
        (Some(_), Some(_)) => return Some("another time".to_owned()),
        (Some(_), None) => return Some("no time".to_owned()),
        (None, Some(read)) => {
            let any = told.as_object().into_iter().flatten();
            let known = any
                .filter_map(|it| it.1.as_str())
                .any(|it| it.starts_with(&read));
            if !known {
                return Some("a time that ExifTool does not read".to_owned());
            }
        }
        (None, None) => {}
    }
    let zone = told["ExifIFD:OffsetTimeOriginal"]
        .as_str()
        .and_then(seconds);
    let read = at["offset_seconds"].as_i64();
    (zone.is_some() && zone != read).then(|| "another zone".to_owned())
}

/// `+05:30` in seconds.
fn seconds(zone: &str) -> Option<i64> {
    let (sign, rest) = (zone.get(..1)?, zone.get(1..)?);
    let (hours, minutes) = rest.split_once(':')?;
    let size = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    Some(if sign == "-" { -size } else { size })
}

fn turn(said: &Value, expected: &Value, compared: &mut Compared) -> Option<String> {
    let wanted = if matches!(said["format"].as_str(), Some("heif" | "avif")) {
        // A box of the container decides there, and without one the pixels lie as they are seen:
        // what EXIF says beside it is no instruction (ISO/IEC 23008-12, ISO/IEC 23000-22).
        let quarters = expected["irot"].as_u64().unwrap_or(0);
        [1, 8, 3, 6].get(usize::try_from(quarters).ok()?).copied()
    } else {
        let exif = expected["orientation"].as_i64();
        exif.filter(|it| (1..=8).contains(it))
    }?;
    compared.turns += 1;
    let read = said["orientation"].as_i64().unwrap_or(1);
    (read != wanted).then(|| format!("orientation {read}, not {wanted}"))
}
