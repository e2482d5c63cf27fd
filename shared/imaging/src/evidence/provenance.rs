//! Marks of origin. What a model made and what a person edited are kept apart.

use exif::Tag;
use memchr::memmem;

use super::{
    c2pa::C2pa,
    exif::Fields,
    iptc::Iptc,
    model::{Provenance, Reading},
    place::{Container, Places, Subject},
    samsung,
    software::is_editor,
    sources::Sources,
    traits::user_comment,
    xmp::Properties,
};

/// Terms of the IPTC "digital source type" vocabulary, the last part of their address.
/// Photographs, scans and prints as such (`digitalCapture`, `negativeFilm`, …) are no marks.
const TERMS: [(&str, Provenance); 11] = [
    ("trainedAlgorithmicMedia", Provenance::AiGenerated),
    ("algorithmicMedia", Provenance::AiGenerated),
    ("compositeWithTrainedAlgorithmicMedia", Provenance::AiEdited),
    ("compositeSynthetic", Provenance::AiEdited),
    ("composite", Provenance::Composite),
    ("compositeCapture", Provenance::Composite),
    ("humanEdits", Provenance::HumanEdited),
    ("minorHumanEdits", Provenance::HumanEdited),
    ("digitalArt", Provenance::HumanEdited),
    ("digitalCreation", Provenance::HumanEdited),
    ("computationalCapture", Provenance::ComputationalCapture),
];

/// Credit lines, as they stand in XMP, IPTC and EXIF alike.
const CREDITS: [(&str, Provenance); 2] = [
    ("Made with Google AI", Provenance::MadeWithGoogleAi),
    ("Edited with Google AI", Provenance::EditedWithGoogleAi),
];

/// What a term of the vocabulary means, given alone or as an address.
pub(super) fn term(text: &str) -> Option<Provenance> {
    let last = text.trim().rsplit(['/', ':']).next()?;
    TERMS
        .iter()
        .find(|(name, _)| *name == last)
        .map(|(_, meaning)| *meaning)
}

/// Bytes searched for marks in all.
const BUDGET: usize = 4 << 20;

/// Everything that marks are read from.
pub(super) struct Origins<'o> {
    pub(super) sources: &'o Sources<'o>,
    pub(super) exif: &'o Fields,
    pub(super) xmp: &'o Properties<'o>,
    pub(super) iptc: &'o Iptc<'o>,
    pub(super) c2pa: &'o Reading<C2pa>,
}

/// All marks, each once, in the order of the enumeration.
pub(super) fn markers(from: &Origins<'_>, places: &mut Places<'_, '_>) -> Vec<Provenance> {
    let mut found = Vec::new();
    let mut mark = |meaning: Provenance, container: Container, block: Option<&[u8]>| {
        if !found.contains(&meaning) {
            found.push(meaning);
            places.note(Subject::Mark(meaning), container, block);
        }
    };
    if let Some(meaning) = from.xmp.get("DigitalSourceType").and_then(term) {
        mark(
            meaning,
            Container::Xmp,
            from.xmp.block(&["DigitalSourceType"]),
        );
    }
    let mut budget = BUDGET;
    for (text, block) in from.xmp.texts() {
        searched(text.as_bytes(), &mut budget, |meaning| {
            mark(meaning, Container::Xmp, Some(block));
        });
    }
    for block in &from.sources.other {
        let boxes = from.sources.c2pa && !block.starts_with(b"Photoshop");
        let container = if boxes {
            Container::Jumbf
        } else {
            Container::Iptc
        };
        searched(block, &mut budget, |meaning| {
            mark(meaning, container, Some(block));
        });
    }
    if let Reading::Present(store) = from.c2pa {
        for meaning in store.actions.iter().filter_map(|action| action.source) {
            mark(meaning, Container::Jumbf, None);
        }
    }
    if from.sources.c2pa {
        let block = from
            .sources
            .other
            .iter()
            .find(|it| !it.starts_with(b"Photoshop"));
        mark(Provenance::C2pa, Container::Jumbf, block.map(AsRef::as_ref));
    }
    generators(from, &mut mark);
    editors(from, &mut mark);
    found.sort_unstable();
    found
}

/// Looks for terms by their address and for credit lines. A term is taken with what ends it, so
/// that `composite` is not found within `compositeCapture`.
fn searched(block: &[u8], budget: &mut usize, mut mark: impl FnMut(Provenance)) {
    const ADDRESS: &[u8] = b"digitalsourcetype/";
    let head = block.get(..block.len().min(*budget)).unwrap_or_default();
    *budget -= head.len();
    for at in memmem::find_iter(head, ADDRESS).take(64) {
        let rest = head.get(at + ADDRESS.len()..).unwrap_or_default();
        let word = rest
            .iter()
            .take(64)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let word = rest.get(..word).and_then(|it| std::str::from_utf8(it).ok());
        // In CBOR the next text's head, a letter, may follow at once: then the longest known term
        // that the word begins with is meant.
        let exact = word.and_then(term);
        let longest = || {
            let begun = |(name, _): &&(&str, _)| word.is_some_and(|it| it.starts_with(name));
            let all = TERMS.iter().filter(begun);
            all.max_by_key(|(name, _)| name.len()).map(|(_, it)| *it)
        };
        if let Some(meaning) = exact.or_else(longest) {
            mark(meaning);
        }
    }
    for (line, meaning) in CREDITS {
        if memmem::find(head, line.as_bytes()).is_some() {
            mark(meaning);
        }
    }
}

/// What programs that make pictures from words leave: settings in text, or a graph in JSON.
fn generators<'o>(
    from: &Origins<'o>,
    mark: &mut impl FnMut(Provenance, Container, Option<&'o [u8]>),
) {
    let settings = |text: &[u8]| {
        let head = text.get(..text.len().min(64 << 10)).unwrap_or_default();
        let holds = |word: &str| memmem::find(head, word.as_bytes()).is_some();
        holds("Steps: ") && (holds("Sampler: ") || holds("CFG scale: "))
    };
    let graph = |text: &[u8]| text.trim_ascii_start().starts_with(b"{");
    for note in &from.sources.notes {
        let made = match note.keyword {
            b"parameters" => settings(&note.value),
            b"prompt" | b"workflow" => graph(&note.value),
            b"Dream" | b"sd-metadata" | b"invokeai_metadata" | b"invokeai_graph" => true,
            _ => false,
        };
        if made {
            mark(
                Provenance::GeneratorData,
                Container::Text,
                Some(&note.value),
            );
        }
    }
    if user_comment(from.exif).is_some_and(|text| settings(&text)) {
        let block = from.sources.exif.first().map(AsRef::as_ref);
        mark(Provenance::GeneratorData, Container::Exif, block);
    }
}

/// What editors leave besides their name.
fn editors<'o>(from: &Origins<'o>, mark: &mut impl FnMut(Provenance, Container, Option<&'o [u8]>)) {
    if let Some(item) = samsung::re_edit(from.sources.trailer) {
        mark(Provenance::SamsungReEdit, Container::Trailer, Some(item));
    }
    // The history lists events; the first of them alone is the making of the file.
    if let Some(block) = from.xmp.holding("stEvt:action=\"saved\"").or_else(|| {
        from.xmp
            .holding("<stEvt:action>saved<")
            .or_else(|| from.xmp.holding("action=\"edited\""))
    }) {
        mark(Provenance::EditHistory, Container::Xmp, Some(block));
    }
    if from.iptc.photoshop {
        mark(
            Provenance::PhotoshopResources,
            Container::Iptc,
            from.iptc.block,
        );
    }
    let named = |text: &[u8]| {
        let head = text.get(..text.len().min(256)).unwrap_or_default();
        is_editor(&String::from_utf8_lossy(head))
    };
    if let Some(comment) = from.sources.comments.iter().find(|it| named(it)) {
        mark(Provenance::EditorComment, Container::Comment, Some(comment));
    }
    let note = from.sources.notes.iter();
    let comment = note.filter(|it| matches!(it.keyword, b"Comment" | b"comment"));
    if let Some(note) = comment.into_iter().find(|it| named(&it.value)) {
        mark(
            Provenance::EditorComment,
            Container::Text,
            Some(&note.value),
        );
    }
    if from.exif.text(Tag::ImageDescription).is_some_and(named) {
        let block = from.sources.exif.first().map(AsRef::as_ref);
        mark(Provenance::EditorComment, Container::Exif, block);
    }
}
