//! What a photo says, in words for a clerk: what is known, what is not, and what each mark can mean.

use jaga_imaging::{
    C2pa, Capture, CaptureSource, Coding, Device, DoubleCompression, Evidence, Facts, Found, Gps,
    GpsSource, Reading, Subject, Thumbnail,
};

use super::meanings::{action, class, container, flaw, hint, integrity, meaning, source};
use super::{Seen, ages};

/// Counts of coefficients that leave their slope by more per cent than this were rounded twice.
const EVEN: u8 = 10;

/// A name and a text.
type Line = (&'static str, String);

/// The lines of one photo.
pub fn lines(it: &Seen) -> Vec<Line> {
    let seen = &it.told.seen;
    let size = seen.dimensions;
    let size = size.map_or("unknown size".into(), |(w, h)| format!("{w} x {h}"));
    let mut out = vec![
        ("picture", format!("{}, {size}", seen.format.as_str())),
        ("orientation", orientation(seen.orientation)),
    ];
    out.extend(said(&seen.evidence));
    match (&it.told.taken, &it.refused) {
        (Ok(facts), _) => out.extend(taken_apart(it.upload, facts)),
        (Err(_), refused) => {
            out.push(("upload", digest(it.upload.to_hex().as_str())));
            let refused = refused.iter();
            out.extend(refused.map(|it| ("refused", format!("{}: {}", it.code, it.advice()))));
        }
    }
    out
}

/// What the file says about itself.
fn said(evidence: &Evidence) -> Vec<Line> {
    let at = |subject| evidence.place(subject).map(place).unwrap_or_default();
    let capture = evidence.capture.present();
    let mut out = vec![
        (
            "taken",
            reading(&evidence.capture, taken_at) + &at(Subject::Capture),
        ),
        (
            "changed",
            reading(&evidence.modified, |it| ages::clock(it, "")) + &at(Subject::Modified),
        ),
        (
            "position",
            reading(&evidence.gps, |gps| position(gps, capture)) + &at(Subject::Gps),
        ),
        (
            "camera",
            reading(&evidence.camera, |()| "names itself".into()) + &at(Subject::Camera),
        ),
        ("device", device(evidence.device) + &at(Subject::Device)),
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
        out.push(("coding", encoder(coding) + &at(Subject::Coding)));
        out.push(("saved twice", twice(coding.double)));
    }
    out.extend(evidence.traits.iter().map(|it| ("hint", hint(*it).into())));
    for carrier in &evidence.carriers {
        let text = format!("{} ({} bytes)", carrier.carrier, carrier.bytes);
        out.push(("carries", text));
    }
    out
}

/// What is known from its pixels.
fn taken_apart(upload: blake3::Hash, facts: &Facts) -> Vec<Line> {
    let print = &facts.fingerprint;
    let like = format!("{} (quality {})", print.pdq.to_hex(), print.quality);
    vec![
        ("looks like", like),
        ("upload", digest(upload.to_hex().as_str())),
        ("pixels", digest(&hex::encode(facts.pixel_digest))),
    ]
}

fn digest(hex: &str) -> String {
    format!("BLAKE3 {hex}")
}

fn reading<T>(reading: &Reading<T>, show: impl Fn(&T) -> String) -> String {
    match reading {
        Reading::Present(value) => show(value),
        Reading::Absent => "not said (unknown, not suspicious)".into(),
        Reading::Unreadable(it) => format!("not usable: {}", flaw(*it)),
    }
}

fn place(found: &Found) -> String {
    let (container, offset, length) = (container(found.container), found.offset, found.length);
    format!("  [{container}, {length} bytes at {offset}]")
}

fn orientation(value: Option<u8>) -> String {
    match value {
        None => "not said: as stored".into(),
        Some(1) => "1, as stored".into(),
        Some(3) => "3, a half turn".into(),
        Some(6) => "6, a quarter turn to the right".into(),
        Some(8) => "8, a quarter turn to the left".into(),
        Some(it) => format!("{it}, mirrored"),
    }
}

fn taken_at(capture: &Capture) -> String {
    let second = capture
        .gps_utc
        .filter(|_| capture.source != CaptureSource::Gps);
    let second = second.map_or(String::new(), |utc| {
        let utc = utc.strftime("%Y-%m-%d %H:%M:%S");
        format!("; satellite clock {utc} UTC")
    });
    let remark = format!("{}{second}", source(capture.source));
    ages::clock(&capture.at, &remark)
}

fn position(gps: &Gps, capture: Option<&Capture>) -> String {
    let mut text = vec![format!("{:.6}, {:.6}", gps.lat, gps.lon)];
    if let Some(metres) = gps.accuracy_m {
        text.push(format!("good to {metres} m"));
    }
    if let Some(dop) = gps.dop {
        text.push(format!("dilution {dop}"));
    }
    if gps.source == GpsSource::Xmp {
        text.push("written by software".into());
    }
    text.extend(ages::fix(gps, capture));
    text.join(", ")
}

/// That it is there, never what it is: it points at a person.
fn device(device: Device) -> String {
    let all = [
        (device.serial, "a serial number"),
        (device.owner, "an owner's name"),
        (device.lens, "a lens"),
        (device.maker_note, "the maker's own notes"),
    ];
    let there = all.iter().filter(|(there, _)| *there);
    let there: Vec<&str> = there.map(|(_, name)| *name).collect();
    if there.is_empty() {
        return "no serial number, owner, lens or maker's notes".into();
    }
    format!("{} (there, never shown)", there.join(", "))
}

fn history(told: &C2pa) -> String {
    let steps = told.actions.iter().map(|step| {
        let kind = action(step.kind);
        let source = step.source;
        source.map_or(kind.to_owned(), |it| format!("{kind} ({})", meaning(it)))
    });
    let steps: Vec<String> = steps.collect();
    let steps = if steps.is_empty() {
        "no steps".into()
    } else {
        steps.join(", ")
    };
    let parts = &told.ingredients;
    let from = parts.parent + parts.component + parts.input + parts.other;
    let state = integrity(told.integrity);
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

fn twice(double: Option<DoubleCompression>) -> String {
    let Some(it) = double else {
        return "can't be told from this file".into();
    };
    let figures = format!("uneven by {} %, {} % at most", it.unevenness, it.highest);
    if it.unevenness > EVEN {
        format!("traces of an earlier JPEG ({figures}): messengers and galleries leave them too")
    } else {
        format!("no traces of an earlier JPEG ({figures})")
    }
}
