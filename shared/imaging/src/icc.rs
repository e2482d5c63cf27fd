//! Colour profiles: dropped where they change nothing, else rebuilt from colour numbers alone.
//!
//! A profile's texts, dates and signatures name devices and sometimes their serial numbers. What
//! is needed to show colours is a matrix and tone curves; only those go into the new profile,
//! in one fixed layout. Table-based (LUT) and CMYK profiles are dropped.

use crate::bytes::{be16, be32};

/// One tone curve: the tag's own type bytes and numbers, checked.
type Curve = Vec<u8>;

const SRGB: [[f64; 3]; 3] = [
    [0.4361, 0.2225, 0.0139],
    [0.3851, 0.7169, 0.0971],
    [0.1431, 0.0606, 0.7141],
];
/// Colorants of sRGB profiles differ this much between makers.
const COLORANT_SLACK: f64 = 0.004;
/// Tone curves closer than this (in linear light) look the same.
const CURVE_SLACK: f64 = 0.012;
/// Points of the longest tone curve that is kept.
const MAX_CURVE: u32 = 4096;
/// A profile must fit one JPEG segment.
const MAX_REBUILT: usize = 60_000;

const CURVES: [[u8; 4]; 3] = [*b"rTRC", *b"gTRC", *b"bTRC"];
const COLORANTS: [[u8; 4]; 3] = [*b"rXYZ", *b"gXYZ", *b"bXYZ"];

/// Rebuilds a profile for a picture of so many components, or says that none is needed (`None`):
/// because it is sRGB or plain grey, does not fit the picture, or is of a kind not kept.
pub(crate) fn rebuild(raw: &[u8], components: usize) -> Option<Vec<u8>> {
    if raw.get(36..40)? != b"acsp" || !matches!(raw.get(12..16)?, b"mntr" | b"scnr" | b"spac") {
        return None;
    }
    // A profile with tables says more than its matrix does: keeping half of it would be a guess.
    if tag(raw, *b"A2B0").is_some() || raw.get(20..24)? != b"XYZ " {
        return None;
    }
    let modern = *raw.get(8)? >= 4;
    match (raw.get(16..20)?, components) {
        (b"RGB ", 3) => rebuild_rgb(raw, modern),
        (b"GRAY", 1) => {
            let curve = curve(tag(raw, *b"kTRC")?)?;
            let plain = near_srgb_curve(&curve) || near_gamma_22(&curve);
            if plain {
                return None;
            }
            write(*b"GRAY", modern, vec![(*b"wtpt", d50()), (*b"kTRC", curve)])
        }
        _ => None,
    }
}

fn rebuild_rgb(raw: &[u8], modern: bool) -> Option<Vec<u8>> {
    let mut tags = Vec::with_capacity(8);
    let mut srgb = true;
    for (name, expected) in COLORANTS.into_iter().zip(SRGB) {
        let value = xyz(tag(raw, name)?)?;
        for (index, expected) in expected.iter().enumerate() {
            srgb &= (fixed(&value, 8 + 4 * index)? - expected).abs() <= COLORANT_SLACK;
        }
        tags.push((name, value));
    }
    let white = tag(raw, *b"wtpt").and_then(xyz).unwrap_or_else(d50);
    tags.push((*b"wtpt", white));
    for name in CURVES {
        let curve = curve(tag(raw, name)?)?;
        srgb &= near_srgb_curve(&curve);
        tags.push((name, curve));
    }
    if srgb {
        return None;
    }
    if let Some(adaptation) = tag(raw, *b"chad").and_then(adaptation) {
        tags.push((*b"chad", adaptation));
    }
    write(*b"RGB ", modern, tags)
}

/// Lays the profile out: header, tag table, neutral texts, then numbers; equal curves once.
fn write(space: [u8; 4], modern: bool, numbers: Vec<([u8; 4], Vec<u8>)>) -> Option<Vec<u8>> {
    let mut tags = vec![
        (*b"desc", text(modern, true)),
        (*b"cprt", text(modern, false)),
    ];
    tags.extend(numbers);
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    let mut placed: Vec<(usize, usize, &[u8])> = Vec::new();
    for (name, value) in &tags {
        let known = placed.iter().find(|(_, _, seen)| *seen == value.as_slice());
        let (offset, length) = known.map_or((start + data.len(), value.len()), |p| (p.0, p.1));
        if known.is_none() {
            data.extend_from_slice(value);
            data.resize(data.len().next_multiple_of(4), 0);
            placed.push((offset, length, value));
        }
        table.extend_from_slice(name);
        table.extend((offset as u32).to_be_bytes());
        table.extend((length as u32).to_be_bytes());
    }
    let size = start + data.len();
    if size > MAX_REBUILT {
        return None;
    }
    let mut profile = vec![0; 128];
    profile[0..4].copy_from_slice(&(size as u32).to_be_bytes());
    profile[8] = if modern { 4 } else { 2 };
    profile[9] = if modern { 0x20 } else { 0x10 };
    profile[12..16].copy_from_slice(b"mntr");
    profile[16..20].copy_from_slice(&space);
    profile[20..24].copy_from_slice(b"XYZ ");
    profile[36..40].copy_from_slice(b"acsp");
    profile[68..80].copy_from_slice(&D50);
    profile.extend(table);
    profile.extend(data);
    Some(profile)
}

/// The white of the profile connection space, as s15Fixed16 numbers.
const D50: [u8; 12] = [0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d];

fn d50() -> Vec<u8> {
    [b"XYZ \0\0\0\0".as_slice(), &D50].concat()
}

/// A neutral text tag in the type that the profile's version asks for.
fn text(modern: bool, description: bool) -> Vec<u8> {
    let words: &[u8] = if description { b"Generic" } else { b"None" };
    if modern {
        let wide: Vec<u8> = words.iter().flat_map(|byte| [0, *byte]).collect();
        let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
        tag.extend((wide.len() as u32).to_be_bytes());
        tag.extend(28_u32.to_be_bytes());
        tag.extend(wide);
        return tag;
    }
    if !description {
        return [b"text\0\0\0\0".as_slice(), words, b"\0"].concat();
    }
    let mut tag = b"desc\0\0\0\0".to_vec();
    tag.extend((words.len() as u32 + 1).to_be_bytes());
    tag.extend_from_slice(words);
    // The terminator, then empty Unicode and Macintosh descriptions.
    tag.extend([0; 1 + 8 + 3 + 67]);
    tag
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

fn curve(value: &[u8]) -> Option<Curve> {
    match value.get(..4)? {
        b"curv" => {
            let points = be32(value, 8).filter(|points| *points <= MAX_CURVE)?;
            let numbers = value.get(8..12 + 2 * points as usize)?;
            Some([b"curv\0\0\0\0", numbers].concat())
        }
        b"para" => {
            let kind = be16(value, 8)?;
            let count = [1, 3, 4, 5, 7].get(usize::from(kind))?;
            let numbers = value.get(12..12 + 4 * count)?;
            Some(
                [
                    b"para\0\0\0\0",
                    kind.to_be_bytes().as_slice(),
                    &[0, 0],
                    numbers,
                ]
                .concat(),
            )
        }
        _ => None,
    }
}

/// An s15Fixed16 number.
fn fixed(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from(be32(bytes, at)? as i32) / 65536.0)
}

/// Linear light of a checked curve at `x` in 0..=1.
fn evaluate(curve: &Curve, x: f64) -> Option<f64> {
    if curve.starts_with(b"curv") {
        return match be32(curve, 8)? {
            0 => Some(x),
            1 => Some(x.powf(f64::from(be16(curve, 12)?) / 256.0)),
            points => {
                let place = x * f64::from(points - 1);
                let low = place.floor() as usize;
                let high = (low + 1).min(points as usize - 1);
                let low_value = f64::from(be16(curve, 12 + 2 * low)?);
                let high_value = f64::from(be16(curve, 12 + 2 * high)?);
                let share = place - place.floor();
                Some((low_value + (high_value - low_value) * share) / 65535.0)
            }
        };
    }
    let kind = be16(curve, 8)?;
    let p = |index: usize| fixed(curve, 12 + 4 * index);
    let g = p(0)?;
    Some(match kind {
        0 => x.powf(g),
        1 => {
            if x >= -p(2)? / p(1)? {
                (p(1)? * x + p(2)?).powf(g)
            } else {
                0.0
            }
        }
        2 => {
            if x >= -p(2)? / p(1)? {
                (p(1)? * x + p(2)?).powf(g) + p(3)?
            } else {
                p(3)?
            }
        }
        3 => {
            if x >= p(4)? {
                (p(1)? * x + p(2)?).powf(g)
            } else {
                p(3)? * x
            }
        }
        _ => {
            if x >= p(4)? {
                (p(1)? * x + p(2)?).powf(g) + p(5)?
            } else {
                p(3)? * x + p(6)?
            }
        }
    })
}

fn near(curve: &Curve, expected: impl Fn(f64) -> f64) -> bool {
    (0..=32)
        .map(|step| f64::from(step) / 32.0)
        .all(|x| evaluate(curve, x).is_some_and(|value| (value - expected(x)).abs() <= CURVE_SLACK))
}

fn near_srgb_curve(curve: &Curve) -> bool {
    near(curve, |x| {
        if x <= 0.04045 {
            x / 12.92
        } else {
            ((x + 0.055) / 1.055).powf(2.4)
        }
    })
}

fn near_gamma_22(curve: &Curve) -> bool {
    near(curve, |x| x.powf(2.2))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A profile with the primaries of Display P3 and an identifying text.
    pub(crate) fn wide_profile(secret: &[u8]) -> Vec<u8> {
        let point = |x: f64, y: f64, z: f64| {
            let mut tag = b"XYZ \0\0\0\0".to_vec();
            for value in [x, y, z] {
                tag.extend(((value * 65536.0).round() as i32).to_be_bytes());
            }
            tag
        };
        let gamma = [b"curv\0\0\0\0\0\0\0\x01".as_slice(), &[2, 0x33]].concat();
        let tags: Vec<([u8; 4], Vec<u8>)> = vec![
            (*b"cprt", [b"text\0\0\0\0", secret].concat()),
            (*b"rXYZ", point(0.5151, 0.2412, -0.0011)),
            (*b"gXYZ", point(0.2919, 0.6922, 0.0419)),
            (*b"bXYZ", point(0.1572, 0.0666, 0.7841)),
            (*b"rTRC", gamma.clone()),
            (*b"gTRC", gamma.clone()),
            (*b"bTRC", gamma),
            (*b"mmod", secret.to_vec()),
        ];
        let mut profile = vec![0; 128];
        profile[8] = 2;
        profile[12..24].copy_from_slice(b"mntrRGB XYZ ");
        profile[36..40].copy_from_slice(b"acsp");
        profile[48..52].copy_from_slice(b"SECR");
        let mut at = 132 + 12 * tags.len();
        profile.extend((tags.len() as u32).to_be_bytes());
        for (name, value) in &tags {
            profile.extend_from_slice(name);
            profile.extend((at as u32).to_be_bytes());
            profile.extend((value.len() as u32).to_be_bytes());
            at += value.len();
        }
        profile.extend(tags.iter().flat_map(|tag| &tag.1));
        let size = (profile.len() as u32).to_be_bytes();
        profile[0..4].copy_from_slice(&size);
        profile
    }

    #[test]
    fn a_profile_that_changes_colours_keeps_only_numbers() {
        let raw = wide_profile(b"serial 12345678");
        let clean = rebuild(&raw, 3).unwrap();
        assert!(memchr::memmem::find(&clean, b"12345678").is_none());
        assert!(memchr::memmem::find(&clean, b"SECR").is_none());
        assert_eq!(tag(&clean, *b"rXYZ"), tag(&raw, *b"rXYZ"));
        assert_eq!(tag(&clean, *b"bTRC"), tag(&raw, *b"bTRC"));
        assert_eq!(
            rebuild(&clean, 3).unwrap(),
            clean,
            "rebuilding again changes nothing"
        );
        assert_eq!(
            rebuild(&raw, 1),
            None,
            "a colour profile does not fit a grey picture"
        );
    }

    #[test]
    fn cut_profiles_are_dropped_without_panic() {
        let raw = wide_profile(b"x");
        for cut in 0..raw.len() - 4 {
            let _ = rebuild(&raw[..cut], 3);
        }
    }
}
