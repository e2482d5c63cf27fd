//! What each mark, flaw and place can mean, in words for a clerk.

use jaga_imaging::{
    ActionKind, CaptureSource, Container, Flaw, Integrity, Provenance, SoftwareClass, Trait,
};

/// Why what is there is not used. Many phones write such values without meaning them.
pub const fn flaw(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Block => "the block that may have held it can't be read",
        Flaw::Malformed => "not written the way such a value is",
        Flaw::OutOfRange => "a number that no such value can have",
        Flaw::Incomplete => "half of it is missing",
        Flaw::UnknownReference => "says neither north nor south, or neither east nor west",
        Flaw::Swapped => "latitude and longitude are perhaps swapped",
        Flaw::NullIsland => "0, 0: what phones write that know no position",
        Flaw::UnsetClock => "a clock that was never set",
    }
}

pub const fn container(container: Container) -> &'static str {
    match container {
        Container::Exif => "EXIF",
        Container::Xmp => "XMP",
        Container::Iptc => "IPTC",
        Container::Jumbf => "C2PA's boxes",
        Container::Text => "a text of the PNG",
        Container::Comment => "a comment",
        Container::Trailer => "behind the picture",
        Container::Tables => "its first tables",
    }
}

pub const fn source(source: CaptureSource) -> &'static str {
    match source {
        CaptureSource::ExifOriginal => "the camera's own time",
        CaptureSource::ExifDigitized => "the camera's second time",
        CaptureSource::Xmp => "XMP, written by software",
        CaptureSource::Iptc => "IPTC, written by software",
        CaptureSource::Gps => "the satellite clock",
        CaptureSource::PngText => "a text, weak",
        CaptureSource::PngTime => "last change of the file, weak",
    }
}

pub const fn action(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Created => "made or taken",
        ActionKind::Opened => "opened",
        ActionKind::Placed => "another picture put in",
        ActionKind::Edited => "changed",
        ActionKind::Framed => "turned, scaled or cut",
        ActionKind::Converted => "encoded anew",
        ActionKind::Other => "another step",
    }
}

pub const fn integrity(integrity: Integrity) -> &'static str {
    match integrity {
        Integrity::PresentUnchecked => "nothing of it could be checked",
        Integrity::HashesAgreeSignatureUnchecked => {
            "its hashes agree, its signature is not checked"
        }
        Integrity::HashMismatch => "ITS HASHES DISAGREE: changed after it was signed",
        Integrity::Unsigned => "it is not signed",
    }
}

pub const fn class(software: SoftwareClass) -> &'static str {
    match software {
        SoftwareClass::Generator => "makes pictures from words",
        SoftwareClass::Editor => "edits pictures (blurring a face is an edit too)",
        SoftwareClass::StampCamera => "prints place and time onto pictures",
        SoftwareClass::Other => "names itself, nothing known of it (mostly a phone's own)",
    }
}

pub const fn meaning(mark: Provenance) -> &'static str {
    match mark {
        Provenance::AiGenerated => "says it was made by a model",
        Provenance::AiEdited => "says parts of it were made by a model",
        Provenance::Composite => "says it is composed of several pictures",
        Provenance::HumanEdited => "says a person edited it",
        Provenance::ComputationalCapture => "joined by the camera from several (ordinary)",
        Provenance::MadeWithGoogleAi => "credit line \"Made with Google AI\"",
        Provenance::EditedWithGoogleAi => "credit line \"Edited with Google AI\"",
        Provenance::C2pa => "carries a C2PA history (says nothing by itself)",
        Provenance::GeneratorData => "carries the settings of a program that makes pictures",
        Provenance::SamsungReEdit => "was edited in Samsung's gallery",
        Provenance::EditHistory => "carries an editor's history",
        Provenance::PhotoshopResources => "was saved by Photoshop or a relative",
        Provenance::EditorComment => "a comment names an editor",
    }
}

pub const fn hint(hint: Trait) -> &'static str {
    match hint {
        Trait::SaysScreenshot => "calls itself a screenshot",
        Trait::ScreenSize => "has the size of a screen, and no camera",
        Trait::Stripped => "nothing but the picture, as messengers send it",
        Trait::MessengerSize => "has a size to which messengers scale",
    }
}
