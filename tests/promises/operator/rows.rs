//! `jaga locate --csv`: a row in, a row out.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jaga_tests::{shared_folder, skip};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

use crate::places::{CODES, City};
use crate::run::{Ran, SOON, open, piped};

const HEAD: &str = "lat,lon,code,name,verdict,distance_to_border_m";

async fn located(city: &City, input: impl Into<Vec<u8>>) -> Result<Ran> {
    let layer = city.layer.to_string_lossy();
    piped(&["locate", "--csv", "--layer", &layer], input).await
}

/// The rows after the header, split at the commas.
fn rows(ran: &Ran) -> Result<Vec<Vec<&str>>> {
    let mut lines = ran.out.lines();
    ensure!(lines.next() == Some(HEAD), "{ran:?}");
    Ok(lines.map(|line| line.split(',').collect()).collect())
}

#[tokio::test]
async fn every_row_is_answered_in_its_place_as_it_came() -> Result<()> {
    let city = City::new()?;
    let input = "-6.1950,+106.805\r\n-6.195,106.8101,31.73.01.1002\n\n106.805,-6.195,\n\
                 -6.25,106.805\n -6.195 ,106.805,31.73.01.1002";
    let ran = located(&city, input).await?.exits(0)?;
    let said = rows(&ran)?;
    let brief: Vec<_> = said.iter().map(|r| (r[0], r[1], r[2], r[4])).collect();
    let expected = [
        ("-6.1950", "+106.805", CODES[0], "inside"),
        ("-6.195", "106.8101", CODES[1], "near_border"),
        ("106.805", "-6.195", CODES[0], "inside"),
        ("-6.25", "106.805", "", "outside"),
        (" -6.195 ", "106.805", CODES[0], "outside"),
    ];
    ensure!(brief == expected, "{ran:?}");
    ensure!(said[1][5] == "11.07" && said[0][5] == said[2][5], "{ran:?}");
    ensure!(
        ran.err
            .contains("1 with latitude and longitude in the wrong order"),
        "{ran:?}"
    );
    // A header names the columns, in whatever order.
    let named = "id,Longitude,Latitude,claimed\n7,106.805,-6.195,31.73.01.1002\n";
    let ran = located(&city, format!("\u{feff}{named}")).await?.exits(0)?;
    let said = rows(&ran)?;
    ensure!(said[0][..3] == ["-6.195", "106.805", CODES[0]] && said[0][4] == "outside");
    let ran = located(&city, "breedte,lengte\n-6.195,106.805\n")
        .await?
        .exits(0)?;
    ensure!(
        rows(&ran)?.len() == 1,
        "a header in another tongue is one: {ran:?}"
    );
    ensure!(located(&city, "lat,lon\n").await?.exits(0)?.out.trim() == HEAD);
    Ok(())
}

#[tokio::test]
async fn a_bad_row_is_unusable_its_line_is_named_and_the_others_are_answered() -> Result<()> {
    let city = City::new()?;
    let bad: [&[u8]; 16] = [
        b"NaN,106.8",
        b"-6.2,inf",
        b"91,106.8",
        b"-6.2,181",
        b"0,0",
        b"-6,2,106,8",
        b"\"-6,2\",\"106,8\"",
        b"-6.2;106.8",
        b"-6.2",
        b"north,east",
        b"\xff\xfe-6.2,106.8",
        b"\"-6.2,106.8",
        b",",
        b"-6.2 106.8",
        b"1e999,106.8",
        b"-6.195,106.805,Atlantis",
    ];
    let mut input = Vec::new();
    for row in bad {
        input.extend_from_slice(row);
        input.extend_from_slice(b"\n-6.195,106.805\n");
    }
    let ran = located(&city, input).await?.exits(1)?;
    let said: Vec<&str> = ran.out.lines().skip(1).collect();
    ensure!(said.len() == 2 * bad.len(), "no row is lost: {ran:?}");
    for (at, pair) in said.chunks(2).enumerate() {
        let word = if at == 15 {
            ",not_applicable,"
        } else {
            ",,,unusable,"
        };
        ensure!(pair[0].contains(word), "{:?}: {}", bad[at], pair[0]);
        ensure!(pair[1].contains(",inside,"), "{}", pair[1]);
        ensure!(
            ran.err.contains(&format!("line {}: ", 2 * at + 1)),
            "{}",
            ran.err
        );
    }
    ensure!(
        ran.err.contains("32 rows: 16 inside") && ran.err.contains("16 could not"),
        "{ran:?}"
    );
    ensure!(!ran.err.contains("Atlantis"), "no values: {}", ran.err);
    Ok(())
}

#[tokio::test]
async fn what_is_no_table_is_said_and_what_can_not_go_together_too() -> Result<()> {
    let city = City::new()?;
    for empty in ["", "\n\n"] {
        located(&city, empty)
            .await?
            .exits(2)?
            .complains("is empty")?;
    }
    for args in [
        &["locate", "--csv", "-6.2", "106.8"][..],
        &["locate", "--csv", "--json"],
        &["locate", "--csv", "--claimed", "Kapuk"],
        &["locate", "--csv", "--pin", "-6.2,106.8"],
        &["locate", "--csv", "--accuracy", "-1"],
        &["locate"],
        &["locate", "-6.2"],
    ] {
        let ran = piped(args, "").await?.exits(2)?;
        ensure!(
            ran.out.is_empty() && !ran.err.is_empty(),
            "{args:?}: {ran:?}"
        );
    }
    let many = "x\n".repeat(1000);
    let ran = located(&city, many).await?.exits(1)?;
    ensure!(
        ran.out.lines().count() == 1001 && ran.err.contains("980 more lines"),
        "{}",
        ran.err
    );
    ensure!(
        ran.err.lines().count() == 22 && !ran.err.contains('\r'),
        "no bar: {}",
        ran.err
    );
    Ok(())
}

#[tokio::test]
async fn rows_are_answered_while_more_are_to_come_and_in_constant_memory() -> Result<()> {
    let city = City::new()?;
    let layer = city.layer.to_string_lossy();
    let mut jaga = open(&["locate", "--csv", "--layer", &layer])?.spawn()?;
    let mut input = jaga.stdin.take().context("its input")?;
    let mut output = BufReader::new(jaga.stdout.take().context("its output")?).lines();
    let mut next = async || {
        let line = timeout(SOON, output.next_line())
            .await
            .context("no row")??;
        line.context("it ended")
    };
    input.write_all(b"-6.195,106.805\n").await?;
    ensure!(next().await? == HEAD);
    ensure!(next().await?.contains(CODES[0]));
    input.write_all(b"-6.195,106.8").await?;
    input.write_all(b"15\n").await?;
    ensure!(
        next().await?.contains(CODES[1]),
        "a row that came in two pieces"
    );
    // A line of a hundred megabytes, then one that is sound.
    let block = vec![b'7'; 1 << 20];
    for _ in 0..100 {
        input.write_all(&block).await?;
    }
    input.write_all(b"\n-6.185,106.805\n").await?;
    ensure!(next().await? == ",,,,unusable,");
    ensure!(next().await?.contains(CODES[2]));
    let status = std::fs::read_to_string(format!("/proc/{}/status", jaga.id().unwrap_or(0)))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak: u64 = peak
        .and_then(|p| p.trim().strip_suffix(" kB")?.parse().ok())
        .context("VmHWM")?;
    ensure!(peak < 80_000, "{peak} kB for one long line");
    drop(input);
    let ended = timeout(Duration::from_secs(30), jaga.wait()).await??;
    ensure!(ended.code() == Some(1), "the long line counts: {ended}");
    Ok(())
}

/// On the real polygons, where a tester has them.
#[tokio::test]
async fn the_distance_vectors_come_out_right_through_the_command_line() -> Result<()> {
    let folder = shared_folder().map(|shared| shared.join("geo"));
    let Some(folder) = folder.filter(|geo| geo.join("distance_vectors.csv").is_file()) else {
        skip("the distance vectors are absent");
        return Ok(());
    };
    let vectors = std::fs::read(folder.join("distance_vectors.csv"))?;
    let layer = folder.join("jakarta_kelurahan.geojson");
    let args = ["locate", "--csv", "--layer", &layer.to_string_lossy()];
    let ran = piped(&args, vectors.clone()).await?.exits(0)?;
    let mut said = csv::Reader::from_reader(ran.out.as_bytes());
    let mut expected = csv::Reader::from_reader(vectors.as_slice());
    let (mut right, mut nearest) = (0, 0);
    for (said, expected) in said.records().zip(expected.records()) {
        let (said, expected) = (said?, expected?);
        let number = |text: &str| text.parse::<f64>().ok();
        let metres = number(&said[5]).context("a distance")?;
        let true_m = number(&expected[5]).or(number(&expected[7]));
        let is_near = |m: f64| (metres - m).abs() <= 0.05 + 0.001 * m;
        ensure!(true_m.is_none_or(is_near), "{expected:?}: {said:?}");
        if expected[3].is_empty() && !said[2].is_empty() {
            // In no polygon, but within 100 m of one: the nearest is named.
            ensure!(said[2] == expected[6] && metres <= 100.0 && &said[4] == "near_border");
            nearest += 1;
        } else {
            ensure!(said[2] == expected[3], "{expected:?}: {said:?}");
        }
        right += 1;
    }
    ensure!(
        (right, nearest) == (180, 4),
        "{right}, of which {nearest} in no polygon"
    );
    Ok(())
}
