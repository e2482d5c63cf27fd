//! Tone curves: checked, written again, and compared with known ones.

use crate::bytes::{be16, be32};

/// One tone curve: the tag's own type bytes and numbers, checked.
pub(super) type Curve = Vec<u8>;

/// Points of the longest tone curve that is kept.
const MAX_CURVE: u32 = 4096;

/// Takes one curve from the start of `value`; what follows it is left out.
pub(super) fn curve(value: &[u8]) -> Option<Curve> {
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
pub(super) fn fixed(bytes: &[u8], at: usize) -> Option<f64> {
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

/// Whether a curve is nowhere further than `slack` from another, in linear light.
pub(super) fn near(curve: &Curve, slack: f64, expected: impl Fn(f64) -> f64) -> bool {
    (0..=32)
        .map(|step| f64::from(step) / 32.0)
        .all(|x| evaluate(curve, x).is_some_and(|value| (value - expected(x)).abs() <= slack))
}

/// Linear light by the curve of sRGB, which Display P3 shares.
pub(super) fn srgb(x: f64) -> f64 {
    if x <= 0.04045 {
        x / 12.92
    } else {
        ((x + 0.055) / 1.055).powf(2.4)
    }
}
