//! The kind of software that names itself, by lists of names. The name itself is not kept.

use exif::Tag;

use super::{
    exif::Fields,
    iptc::Iptc,
    model::{Flaw, Reading, SoftwareClass},
    place::{Container, Places, Subject},
    sources::Sources,
    xmp::Properties,
};

/// Whole words, lower case: "grok" is not found in "grokking", nor "vsco" in a model's number.
const GENERATORS: [&str; 22] = [
    "midjourney",
    "stable diffusion",
    "stable-diffusion",
    "dall-e",
    "dall·e",
    "firefly",
    "comfyui",
    "automatic1111",
    "invokeai",
    "fooocus",
    "google imagen",
    "imagen 2",
    "imagen 3",
    "imagen 4",
    "gemini",
    "nano banana",
    "novelai",
    "openai",
    "chatgpt",
    "grok",
    "leonardo.ai",
    "ideogram",
];
const STAMP_CAMERAS: [&str; 9] = [
    "gps map camera",
    "timemark",
    "timestamp camera",
    "timestamp",
    "solocator",
    "notecam",
    "gps camera",
    "conota",
    "marki",
];
const EDITORS: [&str; 28] = [
    "photoshop",
    "lightroom",
    "gimp",
    "snapseed",
    "picsart",
    "canva",
    "pixelmator",
    "affinity",
    "paint.net",
    "inshot",
    "vsco",
    "facetune",
    "meitu",
    "photoscape",
    "picasa",
    "acdsee",
    "photodirector",
    "polarr",
    "remini",
    "luminar",
    "capcut",
    "pixlr",
    "photoroom",
    "touchretouch",
    "photoeditor",
    "photo editor",
    "krita",
    "paint shop pro",
];

/// Whether a text names an editor.
pub(super) fn is_editor(text: &str) -> bool {
    names(&text.to_lowercase(), &EDITORS)
}

/// A word of the list stands in the text, and no letter beside it. Digits may follow: versions.
fn names(text: &str, list: &[&str]) -> bool {
    list.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).and_then(|it| it.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|it| it.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphabetic)
        })
    })
}

fn class(name: &str) -> SoftwareClass {
    let name = name.to_lowercase();
    if names(&name, &GENERATORS) {
        SoftwareClass::Generator
    } else if names(&name, &EDITORS) {
        SoftwareClass::Editor
    } else if names(&name, &STAMP_CAMERAS) {
        SoftwareClass::StampCamera
    } else {
        SoftwareClass::Other
    }
}

/// How much a class tells; the first software of the most telling class is taken.
const fn weight(class: SoftwareClass) -> u8 {
    match class {
        SoftwareClass::Generator => 3,
        SoftwareClass::Editor => 2,
        SoftwareClass::StampCamera => 1,
        SoftwareClass::Other => 0,
    }
}

/// Sorts the software that names itself into a class: each of a file's names counts, since an
/// editor may leave the camera's beside its own.
pub(super) fn software(
    sources: &Sources<'_>,
    exif: &Fields,
    xmp: &Properties<'_>,
    iptc: &Iptc<'_>,
    places: &mut Places<'_, '_>,
) -> Reading<SoftwareClass> {
    let mut best: Option<(SoftwareClass, Container, Option<&[u8]>)> = None;
    let mut see = |name: &[u8], container, block| {
        let head = name.get(..name.len().min(256)).unwrap_or_default();
        let class = class(&String::from_utf8_lossy(head));
        if best.is_none_or(|(known, ..)| weight(class) > weight(known)) {
            best = Some((class, container, block));
        }
    };
    let block = sources.exif.first().map(AsRef::as_ref);
    let tags = [Tag::Software, Tag(exif::Context::Tiff, 0x000b)];
    for tag in tags {
        if let Some(name) = exif.text(tag) {
            see(name, Container::Exif, block);
        }
    }
    for name in ["CreatorTool", "Software"] {
        if let Some(text) = xmp.get(name) {
            see(text.as_bytes(), Container::Xmp, xmp.block(&[name]));
        }
    }
    if let Some(name) = iptc.program {
        see(name, Container::Iptc, iptc.block);
    }
    for note in sources.notes.iter().filter(|it| it.keyword == b"Software") {
        see(&note.value, Container::Text, Some(&note.value));
    }
    let Some((class, container, block)) = best else {
        if exif.is_malformed(&tags) {
            return Reading::Unreadable(Flaw::Malformed);
        }
        return Reading::Absent;
    };
    places.note(Subject::Software, container, block);
    Reading::Present(class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole_words_of_any_case_and_version() {
        assert_eq!(class("Adobe Photoshop 27.1"), SoftwareClass::Editor);
        assert_eq!(class("PicsArt"), SoftwareClass::Editor);
        assert_eq!(class("GIMP2.10"), SoftwareClass::Editor);
        assert_eq!(class("DALL·E 3"), SoftwareClass::Generator);
        assert_eq!(class("GPS Map Camera"), SoftwareClass::StampCamera);
        assert_eq!(class("S921BXXU1AWM9"), SoftwareClass::Other);
        assert_eq!(class("Procesador de imagen 1"), SoftwareClass::Other);
        assert_eq!(class("grokking"), SoftwareClass::Other);
        assert_eq!(class(""), SoftwareClass::Other);
    }
}
