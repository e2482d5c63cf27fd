//! Marks of origin and the kind of software that names itself.

use exif::Tag;
use memchr::memmem;

use super::{
    exif::Fields,
    model::{Provenance, Reading, SoftwareClass},
    sources::Sources,
    xmp::Properties,
};

/// Terms of the IPTC "digital source type" vocabulary, and credit lines, as they stand in XMP,
/// IPTC and C2PA alike. A term is matched with the end of its path, so that
/// `trainedAlgorithmicMedia` is not found inside `compositeWithTrainedAlgorithmicMedia`.
const MARKS: [(&[u8], Provenance); 12] = [
    (
        b"digitalsourcetype/trainedAlgorithmicMedia",
        Provenance::AiGenerated,
    ),
    (
        b"digitalsourcetype/algorithmicMedia",
        Provenance::AiGenerated,
    ),
    (
        b"digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
        Provenance::AiEdited,
    ),
    (
        b"digitalsourcetype/compositeSynthetic",
        Provenance::AiEdited,
    ),
    (b"digitalsourcetype/compositeCapture", Provenance::Composite),
    (b"digitalsourcetype/composite\"", Provenance::Composite),
    (b"digitalsourcetype/composite<", Provenance::Composite),
    (b"digitalsourcetype/humanEdits", Provenance::HumanEdited),
    (
        b"digitalsourcetype/minorHumanEdits",
        Provenance::HumanEdited,
    ),
    (
        b"digitalsourcetype/computationalCapture",
        Provenance::ComputationalCapture,
    ),
    (b"Made with Google AI", Provenance::MadeWithGoogleAi),
    (b"Edited with Google AI", Provenance::EditedWithGoogleAi),
];

/// Bytes searched for marks in all.
const BUDGET: usize = 4 << 20;

/// All marks, each once, in the order of the enumeration.
pub(super) fn markers(sources: &Sources) -> Vec<Provenance> {
    let mut found = Vec::new();
    let mut budget = BUDGET;
    for block in sources.xmp.iter().chain(&sources.other) {
        let head = block.get(..block.len().min(budget)).unwrap_or_default();
        budget -= head.len();
        for (mark, meaning) in MARKS {
            if !found.contains(&meaning) && memmem::find(head, mark).is_some() {
                found.push(meaning);
            }
        }
    }
    if sources.c2pa {
        found.push(Provenance::C2pa);
    }
    found.sort_unstable();
    found
}

const GENERATORS: [&str; 14] = [
    "midjourney",
    "stable diffusion",
    "dall-e",
    "dall·e",
    "firefly",
    "comfyui",
    "automatic1111",
    "imagen",
    "gemini",
    "novelai",
    "openai",
    "chatgpt",
    "grok",
    "leonardo.ai",
];
const STAMP_CAMERAS: [&str; 7] = [
    "gps map camera",
    "timemark",
    "timestamp camera",
    "solocator",
    "notecam",
    "gps camera",
    "conota",
];
const EDITORS: [&str; 20] = [
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
];

/// Sorts the software that names itself into a class.
pub(super) fn software(exif: &Fields, xmp: &Properties) -> Reading<SoftwareClass> {
    let named = exif.text(Tag::Software).map(String::from_utf8_lossy);
    let Some(name) = named.or_else(|| xmp.get("xmp:CreatorTool").map(Into::into)) else {
        return Reading::Absent;
    };
    let name = name.to_lowercase();
    let one_of = |list: &[&str]| list.iter().any(|word| name.contains(word));
    Reading::Present(if one_of(&GENERATORS) {
        SoftwareClass::Generator
    } else if one_of(&STAMP_CAMERAS) {
        SoftwareClass::StampCamera
    } else if one_of(&EDITORS) {
        SoftwareClass::Editor
    } else {
        SoftwareClass::Other
    })
}
