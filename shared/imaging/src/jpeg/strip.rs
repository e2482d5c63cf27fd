//! Writes a JPEG again from only the segments that show the picture.

use memchr::memchr;

use super::{
    Draft, Frame, ICC_PREFIX, Segment, Walk, XMP_PREFIX, carrier, frame::well_formed, marker,
    tables::needed, walk::walk,
};
use crate::{
    bytes::{be16, part},
    decode,
    evidence::xmp_orientation,
    exif_min::{EXIF_PREFIX, read_orientation, tiff_with_orientation},
    format::Format,
    icc,
    limits::{Limits, MAX_ICC, MAX_SCAN_WORK, MAX_SCANS},
    refusal::{Refusal, RefusalCode},
    removed::Tally,
    strip::{Method, Stripped},
};

/// JFIF 1.01, no density, no thumbnail: the same 14 bytes for every photo.
const JFIF: &[u8; 14] = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0";

/// Bytes of a profile that fit one segment.
const ICC_PIECE: usize = 65_519;

/// What the clean file is made of.
struct Plan {
    jfif: bool,
    adobe: Option<u8>,
    orientation: u8,
    icc: Option<Vec<u8>>,
    frame: Frame,
}

/// Rebuilds the file without decoding it. Coded data is copied byte for byte.
pub(crate) fn strip(bytes: &[u8], limits: &Limits) -> Result<Stripped, Refusal> {
    let drafted = draft(bytes, &walk(bytes, limits), limits)?;
    Ok(drafted.with(|draft| draft.join(bytes)))
}

/// The same, without moving the coded data yet.
pub(crate) fn draft(
    bytes: &[u8],
    walk: &Walk,
    limits: &Limits,
) -> Result<Stripped<Draft>, Refusal> {
    if let Some(stop) = &walk.stop {
        return Err(stop.clone());
    }
    let plan = plan(bytes, walk, limits)?;
    let mut tally = Tally::default();
    let mut draft = Draft::default();
    let out = &mut draft.made;
    out.extend([0xff, marker::SOI]);
    if plan.jfif {
        push(out, marker::APP0, &[JFIF]);
    }
    if plan.orientation != 1 {
        let tiff = tiff_with_orientation(plan.orientation);
        push(out, marker::APP1, &[EXIF_PREFIX, &tiff]);
    }
    if let Some(profile) = &plan.icc {
        push_profile(out, profile);
    }
    if let Some(transform) = plan.adobe {
        push(out, marker::APP14, &[b"Adobe\0\x64\0\0\0\0", &[transform]]);
    }
    let head = out.clone();
    write_picture(bytes, walk, &plan, &mut tally, &mut draft)?;
    draft.made.extend([0xff, marker::EOI]);
    tally_carriers(bytes, walk, &head, &mut tally);
    Ok(Stripped {
        bytes: draft,
        format: Format::Jpeg,
        method: Method::Lossless,
        removed: tally.into_list(),
        orientation: plan.orientation,
    })
}

/// Appends one segment.
fn push(out: &mut Vec<u8>, code: u8, parts: &[&[u8]]) {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    out.extend([0xff, code]);
    out.extend((length as u16).to_be_bytes());
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// Appends a profile in as many segments as it takes.
pub(super) fn push_profile(out: &mut Vec<u8>, profile: &[u8]) {
    let count = profile.len().div_ceil(ICC_PIECE) as u8;
    for (number, piece) in (1..=count).zip(profile.chunks(ICC_PIECE)) {
        push(out, marker::APP2, &[ICC_PREFIX, &[number, count], piece]);
    }
}

/// Reads the headers and decides what to keep; refuses what no decoder could show.
fn plan(bytes: &[u8], walk: &Walk, limits: &Limits) -> Result<Plan, Refusal> {
    let mut frame = None;
    let (mut jfif, mut adobe) = (false, None);
    // EXIF's word counts before XMP's, wherever they stand.
    let (mut orientation, mut by_xmp) = (None, None);
    let mut scans = 0_u64;
    let mut late_height = None;
    for segment in &walk.segments {
        let body = part(bytes, &segment.body);
        match segment.marker {
            marker::DHP | marker::EXP | marker::SOF55 => {
                return Err(Refusal::unsupported(
                    "hierarchical and JPEG-LS coding is not handled",
                ));
            }
            code if marker::is_sof(code) && frame.is_some() => {
                return Err(Refusal::damaged("two frame headers"));
            }
            code if marker::is_sof(code) => {
                let read = Frame::read(code, body)?;
                read.showable()?;
                frame = Some(read);
            }
            marker::SOS if frame.is_none() => {
                return Err(Refusal::damaged("coded data before the frame header"));
            }
            marker::SOS => scans += 1,
            marker::DNL if scans > 0 && late_height.is_none() => {
                late_height = be16(body, 0).map(u32::from);
            }
            marker::APP0 if scans == 0 => jfif |= body.len() >= 14 && body.starts_with(b"JFIF\0"),
            marker::APP14 if scans == 0 && body.starts_with(b"Adobe") => {
                adobe = body.get(11).copied().or(adobe);
            }
            marker::APP1 if orientation.is_none() => {
                orientation = body.strip_prefix(EXIF_PREFIX).and_then(read_orientation);
                let packet = body.strip_prefix(XMP_PREFIX).filter(|_| by_xmp.is_none());
                by_xmp = packet.and_then(xmp_orientation).or(by_xmp);
            }
            _ => {}
        }
        let checked = is_table(segment.marker) || segment.marker == marker::SOS;
        if checked && !well_formed(segment.marker, body) {
            return Err(Refusal::damaged("a coding table is impossible"));
        }
    }
    let Some(mut frame) = frame.filter(|_| scans > 0) else {
        let why = "the file holds no picture";
        return Err(Refusal::new(RefusalCode::NotAnImage, why));
    };
    if frame.height == 0 {
        frame.height = late_height.unwrap_or(0);
    }
    Refusal::check_size(frame.width, frame.height, limits.max_pixels)?;
    let work = scans * u64::from(frame.width) * u64::from(frame.height);
    if scans > MAX_SCANS || work > MAX_SCAN_WORK {
        return Err(Refusal::new(
            RefusalCode::TooManyParts,
            "the picture has too many scans",
        ));
    }
    // Decoders take an unknown transform for the usual one of so many components.
    let usual = if frame.components() == 4 { 2 } else { 1 };
    let adobe = adobe.filter(|_| frame.components() > 1);
    let adobe = adobe.map(|transform| if transform > 2 { usual } else { transform });
    let raw = profile(bytes, walk);
    let icc = raw
        .as_deref()
        .and_then(|raw| icc::rebuild(raw, frame.components()));
    let inks = frame.components() == 4 && icc.is_none();
    if inks && raw.as_deref().is_some_and(decode::shows_inks) {
        return Err(Refusal::damaged(
            "the colours need a profile that can't be kept",
        ));
    }
    Ok(Plan {
        jfif,
        adobe,
        orientation: orientation.or(by_xmp).unwrap_or(1),
        icc,
        frame,
    })
}

/// Joins the pieces of an ICC profile in the order of their numbers.
pub(crate) fn profile(bytes: &[u8], walk: &Walk) -> Option<Vec<u8>> {
    let mut pieces = Vec::new();
    for segment in walk
        .segments
        .iter()
        .filter(|segment| segment.marker == marker::APP2)
    {
        if let Some([number, count, data @ ..]) =
            part(bytes, &segment.body).strip_prefix(ICC_PREFIX)
        {
            pieces.push((*number, *count, data));
        }
    }
    let count = usize::from(pieces.first()?.1);
    pieces.sort_by_key(|piece| piece.0);
    let complete = pieces.len() == count
        && pieces
            .iter()
            .enumerate()
            .all(|(index, piece)| usize::from(piece.0) == index + 1);
    let total: usize = pieces.iter().map(|piece| piece.2.len()).sum();
    (complete && total <= MAX_ICC).then(|| {
        pieces
            .into_iter()
            .flat_map(|piece| piece.2)
            .copied()
            .collect()
    })
}

/// Copies tables, frame header and scans in their order.
fn write_picture(
    bytes: &[u8],
    walk: &Walk,
    plan: &Plan,
    tally: &mut Tally,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let mut interval = 0;
    let needed = needed(bytes, walk, &plan.frame);
    for (index, segment) in walk.segments.iter().enumerate() {
        let out = &mut draft.made;
        let body = part(bytes, &segment.body);
        let used: Vec<&[u8]> = needed
            .get(&index)
            .map(|ranges| ranges.iter().map(|range| part(body, range)).collect())
            .unwrap_or_default();
        if !used.is_empty() {
            push(out, segment.marker, &used);
        }
        match segment.marker {
            code if marker::is_sof(code) => {
                // The height may have come in DNL, which few decoders read: say it here.
                let height = (plan.frame.height as u16).to_be_bytes();
                let (precision, rest) = (&body[..1], &body[3..]);
                push(out, code, &[precision, &height, rest]);
            }
            marker::SOS => {
                if plan.frame.is_sequential() {
                    // Decoders don't look at which coefficients a sequential scan says it holds.
                    push(out, marker::SOS, &[&body[..body.len() - 3], &[0, 63, 0]]);
                } else {
                    push(out, marker::SOS, &[body]);
                }
                let allowed = match (interval, plan.frame.units(body)) {
                    (0, _) => 0,
                    (interval, Some(units)) => units.div_ceil(interval).saturating_sub(1),
                    (_, None) => u64::MAX,
                };
                write_scan(bytes, segment, allowed, tally, draft)?;
            }
            marker::DRI => {
                interval = be16(body, 0).map_or(0, u64::from);
            }
            _ => {}
        }
        if is_table(segment.marker) {
            let kept: usize = used.iter().map(|part| part.len()).sum();
            let whole = if used.is_empty() { 4 } else { 0 };
            tally.add("unused_table", body.len() - kept + whole);
        }
    }
    Ok(())
}

fn is_table(code: u8) -> bool {
    matches!(code, marker::DQT | marker::DHT | marker::DAC | marker::DRI)
}

/// Copies coded data, without fill bytes before its markers and without what follows the last restart marker that
/// the frame has room for: no decoder reads that, unless it lost its way among markers that are
/// out of order.
fn write_scan(
    bytes: &[u8],
    segment: &Segment,
    allowed: u64,
    tally: &mut Tally,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    if breaks_off(bytes, segment, allowed) {
        return Err(Refusal::damaged("the coded data breaks off in the middle"));
    }
    let data = part(bytes, &segment.scan);
    if !segment.filled && segment.restarts <= allowed {
        draft.keep(segment.scan.clone());
        return Ok(());
    }
    let out = &mut draft.made;
    let before = out.len();
    let (mut at, mut restarts) = (0, 0);
    while let Some(hit) = memchr(0xff, data.get(at..).unwrap_or_default()) {
        out.extend_from_slice(&data[at..at + hit]);
        let mut next = at + hit + 1;
        while data.get(next) == Some(&0xff) {
            next += 1;
        }
        let Some(&code) = data.get(next) else {
            at = data.len();
            break;
        };
        if code == 0 && next > at + hit + 1 {
            // Neither stuffing nor a marker: decoders differ in what they show of it, and one with itself.
            return Err(Refusal::damaged("fill bytes stand amid the coded data"));
        }
        if code != 0 {
            if restarts >= allowed {
                at = data.len();
                break;
            }
            if segment.restarts > allowed && code != marker::rst(restarts) {
                return Err(Refusal::damaged("the restart markers are out of order"));
            }
            restarts += 1;
        }
        out.extend([0xff, code]);
        at = next + 1;
    }
    out.extend_from_slice(data.get(at..).unwrap_or_default());
    tally.add("scan_tail", data.len() - (out.len() - before));
    Ok(())
}

/// Whether a scan lacks intervals while the file goes on, or decoders lost count of them: they then look for
/// the next restart behind whatever stands there, and show what would be cut away as no part of the picture.
fn breaks_off(bytes: &[u8], segment: &Segment, allowed: u64) -> bool {
    let rest = bytes.get(segment.scan.end..).unwrap_or_default();
    let next = rest.iter().find(|byte| **byte != 0xff);
    allowed != u64::MAX
        && segment.in_order < allowed
        && next.is_some_and(|code| *code != marker::EOI)
}

/// Lists what went. A carrier that stands in the clean file byte for byte was not removed.
fn tally_carriers(bytes: &[u8], walk: &Walk, head: &[u8], tally: &mut Tally) {
    for segment in &walk.segments {
        let body = part(bytes, &segment.body);
        let kept = marker::is_sof(segment.marker)
            || is_table(segment.marker)
            || segment.marker == marker::SOS
            || bytes
                .get(segment.body.start.saturating_sub(4)..segment.body.end)
                .is_some_and(|whole| memchr::memmem::find(head, whole).is_some());
        if !kept {
            tally.add(carrier(segment.marker, body), body.len() + 4);
        }
    }
    tally.add("junk", walk.junk);
    tally.add("trailer", bytes.len().saturating_sub(walk.end));
}
