//! Photos that other people made.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::judges::{Judges, judges, leak, photos, wrong};
use crate::stripped::{Fate, STILL, Told, format, handled, name, pairs, strip};

/// Photos that can be shown and are refused all the same, each with its reason and the code that it
/// is refused with.
const REFUSED: [(&str, &str, &str); 3] = [
    (
        "androidx+media/libraries/test_data/src/test/assets/media/webp/black_large.webp",
        "too_many_pixels",
        "144 megapixels, above the limit of 100",
    ),
    (
        "exiftool+exiftool/t/images/DNG.dng",
        "unsupported_format",
        "a raw photo: Pillow shows its preview of 8 x 8, and no preview is taken for the picture",
    ),
    (
        "python-pillow+Pillow/Tests/images/separate_planar_extra_samples.tiff",
        "unsupported_format",
        "numbers with a sign, and the second of its two planes is not in the file",
    ),
];

/// Photos of which the oracle can't compare the pixels, or takes more for the picture than a viewer
/// does: what it says of them, and why. The project's own judge compares them as people see them.
const SEEN_OTHERWISE: [(&str, &str, &str); 5] = [
    (
        "AOMediaCodec+libavif/tests/data/colors-animated-8bpc-alpha-exif-xmp.avif",
        "frames-changed",
        "it compares transparency too, of which a JPEG has none: what shines through is white",
    ),
    (
        "python-pillow+Pillow/Tests/images/hopper.Lab.tif",
        "differs",
        "it compares lightness, a and b with red, green and blue",
    ),
    (
        "python-pillow+Pillow/Tests/images/ifd_tag_type.tiff",
        "differs",
        "it compares 16 bits of grey with red, green and blue",
    ),
    (
        "python-pillow+Pillow/Tests/images/tiff_strip_cmyk_jpeg.tif",
        "differs",
        "it compares four inks with red, green, blue and alpha",
    ),
    (
        GLUED,
        "reencoded+frames-changed",
        "two files glued together, the first without its last byte: browsers show the first, \
         Pillow takes the second for a frame",
    ),
];
const GLUED: &str = "python-pillow+Pillow/Tests/images/test_extents_transparency.gif";

/// Originals that Pillow can't show: a broken one, and kinds that it does not know.
const UNSEEN: usize = 5;

/// A row of the collection's list.
pub(crate) struct Row {
    pub(crate) carries: String,
    pub(crate) expected: serde_json::Value,
}

/// The list, by file.
pub(crate) fn rows(folder: &Path) -> Result<BTreeMap<String, Row>> {
    let list = std::fs::read_to_string(folder.join("MANIFEST.tsv"))?;
    let row = |line: &str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let [file, .., carries, expected] = parts.as_slice() else {
            anyhow::bail!("a short row");
        };
        let expected = serde_json::from_str(expected)?;
        let carries = (*carries).to_owned();
        Ok(((*file).to_owned(), Row { carries, expected }))
    };
    list.lines().skip(1).map(row).collect()
}

#[tokio::test]
async fn real_photos_leak_nothing_and_stay_as_they_are() -> Result<()> {
    let (Some(judges), Some(photos)) = (judges(), photos()) else {
        return Ok(());
    };
    let work = tempfile::tempdir()?;
    let (from, to) = (photos.join("public"), work.path().join("to"));
    let rows = rows(&from)?;
    let mut told = strip(&from, &to).await?;
    told.retain(|one| rows.contains_key(name(&one.input, &from)));
    ensure!(told.len() == rows.len(), "an answer for every photo");

    let mut faults = refused(&told, &rows, &from)?;
    let pairs = pairs(&told);
    ensure!(pairs.len() >= 140, "only {} were cleaned", pairs.len());
    for (verdict, pair) in judges
        .oracle(&photos, &pairs, work.path())?
        .iter()
        .zip(&pairs)
    {
        let name = name(pair.0, &from);
        let listed = SEEN_OTHERWISE.iter().find(|it| it.0 == name);
        let what = match listed {
            Some((_, says, _)) if verdict["px"] == *says => leak(verdict),
            Some(_) => Some("listed, but the oracle says something else".to_owned()),
            None => wrong(verdict, pair.2),
        };
        faults.extend(what.map(|what| format!("{name}: {what}")));
    }
    faults.extend(own(&judges, pairs, &from, work.path())?);
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// Refused photos that can be shown, other than those on the list; and what is on it for nothing.
fn refused(told: &[Told], rows: &BTreeMap<String, Row>, from: &Path) -> Result<Vec<String>> {
    let handled = handled(told)?;
    let mut listed: Vec<_> = REFUSED.iter().map(|it| (it.0, it.1)).collect();
    let mut faults = Vec::new();
    for one in told {
        let Fate::Refused { error } = &one.fate else {
            continue;
        };
        let name = name(&one.input, from);
        let before = listed.len();
        listed.retain(|it| *it != (name, error));
        let shown = !rows.get(name).context("a row")?.carries.contains("!pil");
        let whole = error == "unsupported_format" && !handled.contains(format(&one.input)?);
        if shown && listed.len() == before && !whole {
            faults.push(format!("{name} can be shown, but is refused: {error}"));
        }
    }
    faults.extend(listed.iter().map(|it| format!("{}: not refused", it.0)));
    Ok(faults)
}

/// What the project's own judge finds, which sees pictures as people do and has other lists.
fn own(
    judges: &Judges,
    mut pairs: Vec<(&Path, &Path, &str)>,
    from: &Path,
    work: &Path,
) -> Result<Vec<String>> {
    for pair in &mut pairs {
        if name(pair.0, from) == GLUED {
            pair.2 = STILL;
        }
    }
    let verdicts = judges.judge(&pairs, work)?;
    let unseen = verdicts
        .iter()
        .filter(|it| it["pixels"] == "original undecodable");
    let unseen = unseen.count();
    ensure!(unseen <= UNSEEN, "{unseen} originals could not be compared");
    Ok(verdicts
        .iter()
        .filter(|it| it["wrong"].as_array().is_none_or(|wrong| !wrong.is_empty()))
        .map(ToString::to_string)
        .collect())
}
