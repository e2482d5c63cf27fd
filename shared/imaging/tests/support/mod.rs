//! Photos made by code, and the things that photos carry besides their picture.
#![allow(dead_code, reason = "each test file uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a failing helper must fail the test")]

pub(crate) mod containers;
pub(crate) mod dressed;
pub(crate) mod gifs;
pub(crate) mod heif;
pub(crate) mod layers;
pub(crate) mod places;
pub(crate) mod pngs;
pub(crate) mod profiles;
pub(crate) mod sheet;
pub(crate) mod tiff;
pub(crate) mod variants;
pub(crate) mod webps;

use std::path::PathBuf;

use image::{DynamicImage, ImageFormat, RgbImage};

/// Stands in every carrier that is injected, and must be in no output.
pub(crate) const SECRET: &[u8] = b"SECRET-5c1e";

/// Mean difference of a channel of two pictures of one size, in steps of 255.
pub(crate) fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let pairs = one.iter().zip(other.iter());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.len() as f64
}

/// Whether bytes hold the secret or the marker of the hostile set, plain or in UTF-16.
pub(crate) fn leaks(bytes: &[u8]) -> bool {
    [SECRET, b"LEAKME-7f3a"].iter().any(|needle| {
        let wide: Vec<u8> = needle.iter().flat_map(|byte| [*byte, 0]).collect();
        memchr::memmem::find(bytes, needle).is_some()
            || memchr::memmem::find(bytes, &wide).is_some()
    })
}

/// A picture with structure in every direction, so that a wrong turn shows.
pub(crate) fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = |a: f32, b: f32| 110.0 + 70.0 * (a * u + b * v * v).sin();
        // Patches of differing brightness: without detail a fingerprint is made of noise.
        let patch = ((u * 24.0) as u32 * 7919 + (v * 24.0) as u32 * 104_729) % 71;
        let value = |a, b| (wave(a, b) + patch as f32) as u8;
        image::Rgb([value(9.0, 3.0), value(2.0, 14.0), (255.0 * u * v) as u8])
    })
}

pub(crate) fn jpeg(width: u32, height: u32, progressive: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, 85);
    encoder.set_progressive(progressive);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    let pixels = picture(width, height);
    encoder
        .encode(
            &pixels,
            width as u16,
            height as u16,
            jpeg_encoder::ColorType::Rgb,
        )
        .unwrap();
    out
}

pub(crate) fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    DynamicImage::from(picture(width, height))
        .write_to(&mut out, format)
        .unwrap();
    out.into_inner()
}

/// The pixels of a file as stored, by a decoder that is not the one under test; `None` where it
/// can't decode them.
pub(crate) fn pixels(bytes: &[u8]) -> Option<DynamicImage> {
    let format = image::guess_format(bytes).ok()?;
    #[cfg(feature = "turbo")]
    if format == ImageFormat::Jpeg {
        return jpeg_pixels(bytes);
    }
    let mut reader = image::ImageReader::with_format(std::io::Cursor::new(bytes), format);
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    reader.limits(limits);
    reader.decode().ok()
}

/// Every pixel of a JPEG, also of one that ends early: the decoder fills in the rest.
#[cfg(feature = "turbo")]
fn jpeg_pixels(bytes: &[u8]) -> Option<DynamicImage> {
    let mut codec = turbojpeg::Decompressor::new().ok()?;
    codec.set_scan_limit(300).ok()?;
    let header = codec.read_header(bytes).ok()?;
    let (width, height) = (header.width, header.height);
    if width * height > 100_000_000 {
        return None;
    }
    let inks = matches!(
        header.colorspace,
        turbojpeg::Colorspace::CMYK | turbojpeg::Colorspace::YCCK
    );
    let format = if inks {
        turbojpeg::PixelFormat::CMYK
    } else {
        turbojpeg::PixelFormat::RGB
    };
    let pitch = width * format.size();
    let mut pixels = vec![0; pitch * height];
    let image = turbojpeg::Image {
        pixels: pixels.as_mut_slice(),
        width,
        pitch,
        height,
        format,
    };
    if let Err(error) = codec.decompress(bytes, image) {
        // Warnings come as errors; after one the picture is there.
        const WARNINGS: [&str; 4] = [
            "Corrupt JPEG data",
            "Premature end",
            "Invalid SOS parameters",
            "Inconsistent progression sequence",
        ];
        let words = error.to_string();
        if !WARNINGS.iter().any(|warning| words.contains(warning)) {
            return None;
        }
    }
    let (width, height) = (width as u32, height as u32);
    if inks {
        return image::RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from);
    }
    RgbImage::from_raw(width, height, pixels).map(DynamicImage::from)
}

/// One frame of a GIF.
pub(crate) type Shown = (Vec<u16>, gif::DisposalMethod, Vec<[u8; 4]>);

/// Every frame of a GIF by another decoder: place, timing and order of lines, what becomes of it, and every pixel in its
/// colour, in the order it is coded. `None` where it can't decode them all.
///
/// In one piece: asked for line after line, this decoder takes a code that stands for several lines for the end.
pub(crate) fn frames(bytes: &[u8]) -> Option<Vec<Shown>> {
    let mut codec = gif::DecodeOptions::new().read_info(bytes).ok()?;
    let mut out = Vec::new();
    while let Some(frame) = codec.next_frame_info().ok()? {
        let frame = frame.clone();
        let place = [
            frame.left,
            frame.top,
            frame.width,
            frame.height,
            frame.delay,
            frame.interlaced.into(),
        ];
        // Nothing asked for is nothing done; without a control block this decoder says so.
        let disposal = match frame.dispose {
            gif::DisposalMethod::Any => gif::DisposalMethod::Keep,
            other => other,
        };
        let size = usize::from(frame.width) * usize::from(frame.height);
        if size > 1 << 27 {
            return None;
        }
        let mut indices = vec![0; size];
        if !codec.fill_buffer(&mut indices).ok()? {
            return None;
        }
        let colours = codec.palette().ok()?.as_chunks::<3>().0;
        let shown = indices.iter().map(|index| {
            if frame.transparent == Some(*index) {
                return [0; 4];
            }
            // A colour beyond the table is black.
            let colour = colours.get(usize::from(*index));
            let [r, g, b] = colour.copied().unwrap_or_default();
            [r, g, b, 255]
        });
        out.push((place.to_vec(), disposal, shown.collect()));
    }
    Some(out)
}

/// The shared collection of photos, where there is one.
pub(crate) fn collection() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the collection's place is the tester's choice"
    )]
    let named = std::env::var_os("JAGA_SHARED").map(PathBuf::from);
    let sibling = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let root = named.unwrap_or_else(sibling).join("photos");
    root.is_dir().then_some(root)
}

/// Rows of a tab-separated list, without its header.
pub(crate) fn rows(list: &str) -> Vec<Vec<String>> {
    list.lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}
