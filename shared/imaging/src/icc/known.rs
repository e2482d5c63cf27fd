//! Profiles that everyone has: by their numbers, whatever they are called.

use super::{
    COLORANTS, CURVE_SLACK, CURVES, Tags,
    curves::{Curve, fixed, near, srgb},
    write::{Head, d50, write},
};

/// Colorants as the profile connection space sees them: red, green, blue.
type Colorants = [[f64; 3]; 3];

const SRGB: Colorants = [
    [0.4361, 0.2225, 0.0139],
    [0.3851, 0.7169, 0.0971],
    [0.1431, 0.0606, 0.7141],
];
const DISPLAY_P3: Colorants = [
    [0.51512, 0.2412, -0.00105],
    [0.29198, 0.69225, 0.04189],
    [0.1571, 0.06657, 0.78407],
];
const ADOBE_RGB: Colorants = [
    [0.60974, 0.31111, 0.01947],
    [0.20528, 0.62567, 0.06087],
    [0.14919, 0.06322, 0.74457],
];

/// Colorants of sRGB profiles differ this much between makers.
const COLORANT_SLACK: f64 = 0.004;
/// What may be replaced by a canonical form without a visible difference: less than one of 255
/// steps in the middle of the range.
const CANONICAL_SLACK: f64 = 0.002;
/// Adobe RGB's exponent, 563 / 256.
const ADOBE_GAMMA: f64 = 2.199_218_75;

/// Whether colorants and curves are those of sRGB, which every viewer takes for granted.
pub(super) fn is_srgb(tags: &Tags) -> bool {
    matches(tags, &SRGB, COLORANT_SLACK, |curve| {
        near(curve, CURVE_SLACK, srgb)
    })
}

/// The canonical form of a well-known profile with these numbers.
pub(super) fn canonical(tags: &Tags) -> Option<Vec<u8>> {
    if matches(tags, &DISPLAY_P3, CANONICAL_SLACK, |curve| {
        near(curve, CANONICAL_SLACK, srgb)
    }) {
        return form(&DISPLAY_P3, &parametric_srgb());
    }
    if matches(tags, &ADOBE_RGB, CANONICAL_SLACK, |curve| {
        near(curve, CANONICAL_SLACK, |x| x.powf(ADOBE_GAMMA))
    }) {
        let curve = [b"curv\0\0\0\0\0\0\0\x01".as_slice(), &[2, 0x33]].concat();
        return form(&ADOBE_RGB, &curve);
    }
    None
}

fn matches(tags: &Tags, colorants: &Colorants, slack: f64, same: impl Fn(&Curve) -> bool) -> bool {
    let value = |name: [u8; 4]| tags.iter().find(|tag| tag.0 == name).map(|tag| &tag.1);
    let close = |name, expected: &[f64; 3]| {
        value(name).is_some_and(|numbers| {
            expected.iter().enumerate().all(|(index, expected)| {
                fixed(numbers, 8 + 4 * index).is_some_and(|it| (it - expected).abs() <= slack)
            })
        })
    };
    let colours = COLORANTS.into_iter().zip(colorants);
    colours
        .into_iter()
        .all(|(name, expected)| close(name, expected))
        && CURVES
            .into_iter()
            .all(|name| value(name).is_some_and(&same))
}

fn form(colorants: &Colorants, curve: &Curve) -> Option<Vec<u8>> {
    let mut tags = Tags::with_capacity(7);
    for (name, numbers) in COLORANTS.into_iter().zip(colorants) {
        let mut value = b"XYZ \0\0\0\0".to_vec();
        value.extend(numbers.iter().flat_map(|number| number_bytes(*number)));
        tags.push((name, value));
    }
    tags.push((*b"wtpt", d50()));
    tags.extend(CURVES.map(|name| (name, curve.clone())));
    let head = Head {
        modern: true,
        space: *b"RGB ",
        connection: *b"XYZ ",
        tables: false,
    };
    write(&head, tags)
}

fn parametric_srgb() -> Curve {
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    for number in [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045] {
        curve.extend(number_bytes(number));
    }
    curve
}

/// An s15Fixed16 number.
fn number_bytes(number: f64) -> [u8; 4] {
    ((number * 65536.0).round() as i32).to_be_bytes()
}
