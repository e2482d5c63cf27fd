//! One small JPEG of each coding that strangers send.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{containers::jpeg_places, picture};

const SIDES: (u16, u16) = (52, 37);

fn coded(pixels: &[u8], kind: ColorType, set: impl Fn(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 88);
    set(&mut encoder);
    encoder.encode(pixels, SIDES.0, SIDES.1, kind).unwrap();
    out
}

/// All variants with their names; arithmetic coding only where there is an encoder for it.
pub(crate) fn variants() -> Vec<(&'static str, Vec<u8>)> {
    let rgb = picture(SIDES.0.into(), SIDES.1.into()).into_raw();
    let grey: Vec<u8> = rgb.iter().step_by(3).copied().collect();
    let inks: Vec<u8> = rgb
        .chunks(3)
        .flat_map(|it| [it[0], it[1], it[2], it[0] / 3])
        .collect();
    let sampled = |factor| coded(&rgb, ColorType::Rgb, |it| it.set_sampling_factor(factor));
    let mut all = vec![
        ("4:4:4", sampled(SamplingFactor::R_4_4_4)),
        ("4:2:0", sampled(SamplingFactor::R_4_2_0)),
        ("4:2:2", sampled(SamplingFactor::R_4_2_2)),
        ("4:4:0", sampled(SamplingFactor::R_4_4_0)),
        ("4:1:1", sampled(SamplingFactor::R_4_1_1)),
        ("grey", coded(&grey, ColorType::Luma, |_| {})),
        ("cmyk", coded(&inks, ColorType::Cmyk, |_| {})),
        ("ycck", coded(&inks, ColorType::CmykAsYcck, |_| {})),
        (
            "restarts",
            coded(&rgb, ColorType::Rgb, |it| it.set_restart_interval(2)),
        ),
        (
            "optimised",
            coded(&rgb, ColorType::Rgb, |it| {
                it.set_optimized_huffman_tables(true);
            }),
        ),
        (
            "progressive",
            coded(&rgb, ColorType::Rgb, |it| {
                it.set_progressive(true);
                it.set_sampling_factor(SamplingFactor::R_4_2_0);
            }),
        ),
        (
            "progressive restarts",
            coded(&rgb, ColorType::Rgb, |it| {
                it.set_progressive(true);
                it.set_restart_interval(3);
            }),
        ),
        (
            "progressive inks",
            coded(&inks, ColorType::CmykAsYcck, |it| it.set_progressive(true)),
        ),
    ];
    all.extend(by_libjpeg(&rgb));
    all
}

/// Lossless, with refinement scans, and with arithmetic coding, which the other encoder does not write.
#[cfg(feature = "turbo")]
fn by_libjpeg(rgb: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    use turbojpeg::{Compressor, Image, PixelFormat, Transform, Transformer};
    let (width, height) = (usize::from(SIDES.0), usize::from(SIDES.1));
    let image = Image {
        pixels: rgb,
        width,
        pitch: 3 * width,
        height,
        format: PixelFormat::RGB,
    };
    let mut compressor = Compressor::new().unwrap();
    let plain = compressor.compress_to_vec(image).unwrap();
    let mut exact = Compressor::new().unwrap();
    exact.set_lossless(true).unwrap();
    let lossless = exact.compress_to_vec(image).unwrap();
    let recoded = |progressive, arithmetic| {
        let mut transform = Transform::default();
        transform.progressive = progressive;
        transform.arithmetic = arithmetic;
        let mut transformer = Transformer::new().unwrap();
        transformer.transform_to_vec(&transform, &plain).unwrap()
    };
    vec![
        ("lossless", lossless),
        ("refined", recoded(true, false)),
        ("arithmetic", recoded(false, true)),
        ("arithmetic progressive", recoded(true, true)),
    ]
}

#[cfg(not(feature = "turbo"))]
fn by_libjpeg(_: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    Vec::new()
}

/// Puts bytes behind the coded data of scans and of their intervals; numbers choose the place, the
/// largest the end of the last scan. A 0xff is stuffed as coders do.
pub(crate) fn behind_coded_data(file: &[u8], slack: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let mut places = Vec::new();
    let starts = jpeg_places(file);
    for pair in starts.windows(2) {
        if file[pair[0] + 1] == 0xda {
            let restart = |at: &usize| file[*at] == 0xff && (0xd0..=0xd7).contains(&file[at + 1]);
            places.extend((pair[0] + 2..pair[1]).filter(restart));
            places.push(pair[1]);
        }
    }
    let mut out = file.to_vec();
    let mut inserts: Vec<_> = slack
        .iter()
        .map(|(number, bytes)| {
            let last = places.len() - 1;
            let place = if *number == usize::MAX {
                last
            } else {
                number % places.len()
            };
            (places[place], bytes)
        })
        .collect();
    inserts.sort_by_key(|insert| std::cmp::Reverse(insert.0));
    for (at, bytes) in inserts {
        let stuffed: Vec<u8> = bytes
            .iter()
            .flat_map(|byte| {
                [*byte, 0]
                    .into_iter()
                    .take(if *byte == 0xff { 2 } else { 1 })
            })
            .collect();
        out.splice(at..at, stuffed);
    }
    out
}
