//! Colour profiles: dropped where they change nothing, else rebuilt from colour numbers alone.
//!
//! A profile's texts, dates and signatures name devices and sometimes their serial numbers. What
//! is needed to show colours is a matrix with tone curves, or a table of colours; only those go
//! into the new profile, in one fixed layout. Well-known profiles leave in one canonical form.

mod curves;
#[cfg(all(test, feature = "turbo"))]
mod ink_tests;
mod known;
mod tables;
#[cfg(test)]
pub(crate) mod tests;
mod write;

use crate::bytes::be32;
use curves::{curve, near, srgb};
use write::{Head, d50, write};

/// Tone curves closer than this (in linear light) look the same.
const CURVE_SLACK: f64 = 0.012;

const CURVES: [[u8; 4]; 3] = [*b"rTRC", *b"gTRC", *b"bTRC"];
const COLORANTS: [[u8; 4]; 3] = [*b"rXYZ", *b"gXYZ", *b"bXYZ"];
/// The way from the picture's colours: perceptual, colorimetric, saturation.
const FROM_DEVICE: [[u8; 4]; 3] = [*b"A2B0", *b"A2B1", *b"A2B2"];

/// Named numbers of a profile.
type Tags = Vec<([u8; 4], Vec<u8>)>;

/// Rebuilds a profile for a picture of so many components, or says that none is needed (`None`):
/// because it is sRGB or plain grey, does not fit the picture, or is of a kind not kept.
pub(crate) fn rebuild(raw: &[u8], components: usize) -> Option<Vec<u8>> {
    let (space, connection) = (space(raw)?, *raw.get(20..)?.first_chunk::<4>()?);
    let fits = match &space {
        b"RGB " => components == 3,
        b"GRAY" => components == 1,
        b"CMYK" => components == 4,
        _ => false,
    };
    if !fits || !matches!(&connection, b"XYZ " | b"Lab ") {
        return None;
    }
    let mut head = Head {
        modern: *raw.get(8)? >= 4,
        space,
        connection,
        tables: false,
    };
    if let Some(table) = FROM_DEVICE.into_iter().find_map(|name| tag(raw, name)) {
        let table = tables::rebuild(table, components)?;
        let mut tags = vec![(*b"wtpt", white(raw)), (*b"A2B0", table)];
        tags.extend(adapted(raw));
        head.tables = true;
        return write(&head, tags);
    }
    if connection != *b"XYZ " {
        return None;
    }
    match components {
        3 => rebuild_matrix(raw, &head),
        1 => {
            let curve = curve(tag(raw, *b"kTRC")?)?;
            if near(&curve, CURVE_SLACK, srgb) || near(&curve, CURVE_SLACK, |x| x.powf(2.2)) {
                return None;
            }
            write(&head, vec![(*b"wtpt", d50()), (*b"kTRC", curve)])
        }
        _ => None,
    }
}

/// The colour space of the pictures that a profile is for; `None` where it is not one for pictures.
fn space(raw: &[u8]) -> Option<[u8; 4]> {
    let class = raw.get(12..16)?;
    let sound = raw.get(36..40)? == b"acsp"
        && [b"mntr", b"scnr", b"spac", b"prtr"]
            .iter()
            .any(|it| *it == class);
    sound.then_some(*raw.get(16..)?.first_chunk::<4>()?)
}

fn rebuild_matrix(raw: &[u8], head: &Head) -> Option<Vec<u8>> {
    let mut tags = Tags::with_capacity(8);
    for name in COLORANTS {
        tags.push((name, xyz(tag(raw, name)?)?));
    }
    for name in CURVES {
        tags.push((name, curve(tag(raw, name)?)?));
    }
    if known::is_srgb(&tags) {
        return None;
    }
    if let Some(canonical) = known::canonical(&tags) {
        return Some(canonical);
    }
    tags.insert(3, (*b"wtpt", white(raw)));
    tags.extend(adapted(raw));
    write(head, tags)
}

fn white(raw: &[u8]) -> Vec<u8> {
    tag(raw, *b"wtpt").and_then(xyz).unwrap_or_else(d50)
}

fn adapted(raw: &[u8]) -> Option<([u8; 4], Vec<u8>)> {
    Some((*b"chad", adaptation(tag(raw, *b"chad")?)?))
}

/// The value of a tag, bounds checked.
fn tag(raw: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let count = be32(raw, 128)?.min(100) as usize;
    for index in 0..count {
        let at = 132 + 12 * index;
        if raw.get(at..at + 4)? == name.as_slice() {
            let (offset, size) = (be32(raw, at + 4)? as usize, be32(raw, at + 8)? as usize);
            return raw.get(offset..offset.checked_add(size)?);
        }
    }
    None
}

fn xyz(value: &[u8]) -> Option<Vec<u8>> {
    let numbers = value.strip_prefix(b"XYZ ")?.get(4..16)?;
    Some([b"XYZ \0\0\0\0", numbers].concat())
}

fn adaptation(value: &[u8]) -> Option<Vec<u8>> {
    let numbers = value.strip_prefix(b"sf32")?.get(4..40)?;
    Some([b"sf32\0\0\0\0", numbers].concat())
}
