//! About eighty photos, made at test time by Pillow, libheif, pypng and piexif.

use anyhow::{Result, ensure};

use crate::judges::judges;
use crate::stripped::{Fate, format, handled, name, pairs, strip};

/// Formats that have been handled since the first version: these may never be excused again.
const NEVER_EXCUSED: [&str; 3] = ["jpeg", "png", "webp"];

#[tokio::test]
async fn photos_by_other_writers_lose_their_secrets_and_keep_their_pixels() -> Result<()> {
    let Some(judges) = judges() else {
        return Ok(());
    };
    let work = tempfile::tempdir()?;
    let (from, to) = (work.path().join("from"), work.path().join("to"));
    let made: usize = judges.own("make.py", &[&from])?.trim().parse()?;
    ensure!(made >= 60, "only {made} photos could be made");

    let told = strip(&from, &to).await?;
    ensure!(told.len() == made, "{} answers", told.len());
    let handled = handled(&told)?;
    for format in NEVER_EXCUSED {
        ensure!(handled.contains(format), "no {format} was cleaned");
    }
    let mut wrong = Vec::new();
    for one in &told {
        if let Fate::Refused { error } = &one.fate {
            let whole = error == "unsupported_format" && !handled.contains(format(&one.input)?);
            if !whole {
                wrong.push(format!("{}: refused: {error}", name(&one.input, &from)));
            }
        }
    }
    // A judge that finds nothing in the originals would find nothing anywhere.
    let originals: Vec<_> = told
        .iter()
        .map(|one| (one.input.as_path(), one.input.as_path(), "lossless"))
        .collect();
    for verdict in judges.judge(&originals, work.path())? {
        let found = verdict["wrong"].as_array().is_some_and(|it| !it.is_empty());
        ensure!(found && verdict["planted"] == true, "blind: {verdict}");
    }
    for verdict in judges.judge(&pairs(&told), work.path())? {
        if verdict["wrong"].as_array().is_none_or(|it| !it.is_empty()) {
            wrong.push(verdict.to_string());
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
