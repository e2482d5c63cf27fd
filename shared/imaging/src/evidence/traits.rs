//! What the file's form hints at: a screenshot, a messenger's copy. Hints, never verdicts: honest
//! evidence often comes through a messenger.

use exif::{Tag, Value};
use serde::{Deserialize, Serialize};

use super::{exif::Fields, model::Reading, sources::Sources, xmp::Properties};

/// One trait of the file's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trait {
    /// A comment or XMP calls it a screenshot, as phones and computers write.
    SaysScreenshot,
    /// No camera names itself, and the size is that of a screen.
    ScreenSize,
    /// Nothing but the picture: no EXIF, XMP, IPTC, text or trailer. Messengers, web sites and
    /// privacy tools send pictures so.
    Stripped,
    /// Stripped, and the long side is one to which messengers scale: 1280, 1600, 2048, 2560, 4096.
    MessengerSize,
}

const MESSENGER_SIDES: [u32; 5] = [1280, 1600, 2048, 2560, 4096];
/// Screens of phones: short sides, with long sides of about twice that.
const PHONE_SIDES: [u32; 22] = [
    720, 750, 828, 1080, 1125, 1170, 1179, 1200, 1206, 1220, 1242, 1260, 1264, 1280, 1284, 1290,
    1320, 1344, 1440, 1480, 1640, 640,
];
/// Screens of older phones, tablets and computers, long side first.
const SCREENS: [(u32, u32); 22] = [
    (1136, 640),
    (1280, 720),
    (1280, 800),
    (1334, 750),
    (1366, 768),
    (1440, 900),
    (1536, 864),
    (1600, 900),
    (1680, 1050),
    (1920, 1080),
    (1920, 1200),
    (2048, 1536),
    (2208, 1242),
    (2360, 1640),
    (2388, 1668),
    (2560, 1440),
    (2560, 1600),
    (2732, 2048),
    (2880, 1800),
    (2960, 1848),
    (3024, 1964),
    (3840, 2160),
];

/// All traits, each once, in the order of the enumeration.
pub(super) fn traits(
    sources: &Sources<'_>,
    exif: &Fields,
    xmp: &Properties<'_>,
    size: Option<(u32, u32)>,
) -> Vec<Trait> {
    let mut found = Vec::new();
    let camera = exif.camera() != Reading::Absent;
    if says_screenshot(sources, exif, xmp) {
        found.push(Trait::SaysScreenshot);
    }
    let Some((width, height)) = size else {
        return found;
    };
    let (long, short) = (width.max(height), width.min(height));
    if !camera && screen(long, short) {
        found.push(Trait::ScreenSize);
    }
    // What belongs to the coding of the picture tells nothing of its way.
    let stripped = sources.carriers.iter().all(|it| {
        matches!(
            it.carrier.as_str(),
            "jfif" | "icc" | "adobe" | "animation" | "junk"
        )
    });
    if stripped {
        found.push(Trait::Stripped);
        if MESSENGER_SIDES.contains(&long) {
            found.push(Trait::MessengerSize);
        }
    }
    found
}

fn screen(long: u32, short: u32) -> bool {
    // A header may claim any size.
    let (wide, narrow) = (u64::from(long) * 100, u64::from(short));
    let slim = wide >= narrow * 195 && wide <= narrow * 245;
    (slim && PHONE_SIDES.contains(&short)) || SCREENS.contains(&(long, short))
}

fn says_screenshot(sources: &Sources<'_>, exif: &Fields, xmp: &Properties<'_>) -> bool {
    let says = |text: &[u8]| {
        text.get(..text.len().min(64))
            .is_some_and(|head| head.to_ascii_lowercase().starts_with(b"screenshot"))
    };
    let source = xmp.get("DigitalSourceType");
    source.is_some_and(|it| it.ends_with("screenCapture"))
        || user_comment(exif).is_some_and(|text| says(&text))
        || exif.text(Tag::ImageDescription).is_some_and(says)
        || ["UserComment", "description"]
            .iter()
            .any(|name| xmp.get(name).is_some_and(|text| says(text.as_bytes())))
        || sources
            .notes
            .iter()
            .any(|note| says(&note.value) || says(note.keyword))
}

/// The head of EXIF's user comment, without its character code and without the zeros of UTF-16.
pub(super) fn user_comment(exif: &Fields) -> Option<Vec<u8>> {
    let Value::Undefined(bytes, _) = exif.value(Tag::UserComment)? else {
        return None;
    };
    let text = bytes.get(8..)?;
    let head = text.get(..text.len().min(8192)).unwrap_or_default();
    Some(head.iter().copied().filter(|byte| *byte != 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_are_known_and_cameras_are_not_screens() {
        for (long, short) in [(2400, 1080), (2796, 1290), (1334, 750), (1920, 1080)] {
            assert!(screen(long, short), "{long} x {short}");
        }
        for (long, short) in [
            (4000, 3000),
            (4032, 3024),
            (1600, 1200),
            (1280, 960),
            (0, 0),
        ] {
            assert!(!screen(long, short), "{long} x {short}");
        }
    }
}
