//! What a photo says, in words for a clerk: what is known, what is not, and what each mark can mean.

use jaga_imaging::{
    C2pa, Capture, CaptureSource, Coding, Facts, Found, Gps, GpsSource, Inspection, Integrity,
    Provenance, Reading, Refusal, SoftwareClass, Subject, Thumbnail, Trait,
};

/// A fix older than this, in seconds, is worth a word.
const STALE_S: i64 = 300;

/// The lines of one photo: name and text.
pub fn lines(seen: &Inspection, taken: &Result<Facts, Refusal>) -> Vec<(&'static str, String)> {
    let evidence = &seen.evidence;
    let at = |subject| evidence.place(subject).map(place).unwrap_or_default();
    let size = seen.dimensions;
    let size = size.map_or("unknown size".into(), |(w, h)| format!("{w} x {h}"));
    let mut out = vec![
        ("picture", format!("{}, {size}", seen.format.as_str())),
        ("orientation", orientation(seen.orientation)),
        (
            "taken",
            reading(&evidence.capture, taken_at) + &at(Subject::Capture),
        ),
        (
            "position",
            reading(&evidence.gps, position) + &at(Subject::Gps),
        ),
        (
            "camera",
            reading(&evidence.camera, |()| "names itself".into()) + &at(Subject::Camera),
        ),
        (
            "software",
            reading(&evidence.software, |it| class(*it).into()) + &at(Subject::Software),
        ),
    ];
    for mark in &evidence.provenance {
        let text = meaning(*mark).to_owned() + &at(Subject::Mark(*mark));
        out.push(("mark", text));
    }
    if evidence.c2pa != Reading::Absent {
        out.push((
            "history",
            reading(&evidence.c2pa, history) + &at(Subject::C2pa),
        ));
    }
    if evidence.thumbnail != Reading::Absent {
        let text = reading(&evidence.thumbnail, thumbnail) + &at(Subject::Thumbnail);
        out.push(("thumbnail", text));
    }
    if let Reading::Present(coding) = &evidence.coding {
        out.push(("coding", encoder(coding)));
    }
    out.extend(evidence.traits.iter().map(|it| ("hint", hint(*it).into())));
    for carrier in &evidence.carriers {
        let text = format!("{} ({} bytes)", carrier.carrier, carrier.bytes);
        out.push(("carries", text));
    }
    match taken {
        Ok(facts) => out.push((
            "looks like",
            format!(
                "{} (quality {})",
                facts.fingerprint.pdq.to_hex(),
                facts.fingerprint.quality
            ),
        )),
        Err(refusal) => out.push(("refused", format!("{}: {}", refusal.code, refusal.detail))),
    }
    out
}

fn reading<T>(reading: &Reading<T>, show: impl Fn(&T) -> String) -> String {
    match reading {
        Reading::Present(value) => show(value),
        Reading::Absent => "not said (unknown, not suspicious)".into(),
        Reading::Unreadable(flaw) => format!("unreadable ({flaw:?})").to_lowercase(),
    }
}

fn place(found: &Found) -> String {
    let container = format!("{:?}", found.container).to_lowercase();
    let (offset, length) = (found.offset, found.length);
    format!("  [{container}, {length} bytes at {offset}]")
}

fn orientation(value: Option<u8>) -> String {
    match value {
        None => "not said: as stored".into(),
        Some(1) => "1, as stored".into(),
        Some(it @ (6 | 8 | 3)) => {
            let turn = [
                (6, "a quarter turn to the right"),
                (8, "a quarter turn to the left"),
            ];
            let turn = turn.iter().find(|(value, _)| *value == it);
            format!("{it}, {}", turn.map_or("a half turn", |(_, words)| words))
        }
        Some(it) => format!("{it}, mirrored"),
    }
}

fn taken_at(capture: &Capture) -> String {
    let zone = capture
        .at
        .offset_seconds
        .map_or("no zone".into(), |seconds| {
            let sign = if seconds < 0 { '-' } else { '+' };
            let minutes = seconds.abs() / 60;
            format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        });
    let source = match capture.source {
        CaptureSource::ExifOriginal => "the camera's own time",
        CaptureSource::ExifDigitized => "the camera's second time",
        CaptureSource::Xmp => "XMP, written by software",
        CaptureSource::Iptc => "IPTC, written by software",
        CaptureSource::Gps => "the satellite clock",
        CaptureSource::PngText => "a text, weak",
        CaptureSource::PngTime => "last change of the file, weak",
    };
    let clock = capture.at.local.strftime("%Y-%m-%d %H:%M:%S");
    let second = capture
        .gps_utc
        .filter(|_| capture.source != CaptureSource::Gps);
    let second = second.map_or(String::new(), |utc| {
        format!(
            "; satellite clock {} UTC",
            utc.strftime("%Y-%m-%d %H:%M:%S")
        )
    });
    format!("{clock} ({zone}; {source}{second})")
}

fn position(gps: &Gps) -> String {
    let mut text = vec![format!("{:.6}, {:.6}", gps.lat, gps.lon)];
    if let Some(metres) = gps.accuracy_m {
        text.push(format!("good to {metres} m"));
    }
    if let Some(dop) = gps.dop {
        text.push(format!("dilution {dop}"));
    }
    if let Some(age) = gps.age_s.filter(|age| age.abs() > STALE_S) {
        let side = if age > 0 { "older" } else { "younger" };
        let minutes = age.abs() / 60;
        text.push(format!(
            "{minutes} minutes {side} than the photo (may be another place)"
        ));
    }
    if gps.source == GpsSource::Xmp {
        text.push("written by software".into());
    }
    text.join(", ")
}

const fn class(software: SoftwareClass) -> &'static str {
    match software {
        SoftwareClass::Generator => "makes pictures from words",
        SoftwareClass::Editor => "edits pictures (blurring a face is an edit too)",
        SoftwareClass::StampCamera => "prints place and time onto pictures",
        SoftwareClass::Other => "names itself, nothing known of it (mostly a phone's own)",
    }
}

const fn meaning(mark: Provenance) -> &'static str {
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

fn history(told: &C2pa) -> String {
    let names: Vec<String> = told
        .actions
        .iter()
        .map(|action| {
            let kind = format!("{:?}", action.kind).to_lowercase();
            let source = action.source;
            source.map_or(kind.clone(), |it| format!("{kind} ({})", meaning(it)))
        })
        .collect();
    let steps = if names.is_empty() {
        "no steps".into()
    } else {
        names.join(", ")
    };
    let state = match told.integrity {
        Integrity::PresentUnchecked => "nothing of it could be checked",
        Integrity::HashesAgreeSignatureUnchecked => {
            "its hashes agree, its signature is not checked"
        }
        Integrity::HashMismatch => "ITS HASHES DISAGREE: changed after it was signed",
        Integrity::Unsigned => "it is not signed",
    };
    let parts = &told.ingredients;
    let from = parts.parent + parts.component + parts.input + parts.other;
    format!("{steps}; made from {from} other pictures; {state}")
}

fn thumbnail(thumbnail: &Thumbnail) -> String {
    let Some(like) = thumbnail.likeness else {
        return "there, not compared".into();
    };
    let shape = format!("{} x {}", like.width, like.height);
    let turned = if like.turned { ", turned" } else { "" };
    let words = if like.pdq_quality < 50 {
        "too plain to compare"
    } else if like.pdq_distance <= 31 {
        "shows the picture"
    } else if like.pdq_distance <= 60 {
        "nearly shows the picture"
    } else {
        "shows something else, or a part"
    };
    format!(
        "{shape}{turned}, {words} ({} of 256 bits apart, brightness {} apart, {} at most)",
        like.pdq_distance, like.mean_difference, like.largest_difference
    )
}

fn encoder(coding: &Coding) -> String {
    let quality = coding.quality.map_or("unknown".into(), |it| it.to_string());
    let tables = if coding.standard_tables {
        "the usual tables"
    } else {
        "its own tables"
    };
    let passes = if coding.progressive {
        ", progressive"
    } else {
        ""
    };
    // The names of samplings stand in JSON.
    let sampling = serde_json::to_value(coding.sampling).unwrap_or_default();
    let sampling = sampling.as_str().unwrap_or_default();
    format!(
        "quality about {quality}, {tables} ({}), {sampling}{passes}",
        coding.tables
    )
}

const fn hint(hint: Trait) -> &'static str {
    match hint {
        Trait::SaysScreenshot => "calls itself a screenshot",
        Trait::ScreenSize => "has the size of a screen, and no camera",
        Trait::Stripped => "nothing but the picture, as messengers send it",
        Trait::MessengerSize => "has a size to which messengers scale",
    }
}
