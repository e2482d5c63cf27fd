//! The first page of a TIFF, by the `tiff` crate, strip by strip or tile by tile.

use std::{borrow::Cow, io::Cursor};

use tiff::{
    ColorType,
    decoder::{Decoder, DecodingSampleType, Limits as Caps},
    tags::Tag,
};

use super::{Picture, memory};
use crate::{
    limits::Limits,
    refusal::{Refusal, RefusalCode},
    tiff::{Colours, Page, page},
};

mod colour;

use colour::Kind;

fn failed() -> Refusal {
    Refusal::damaged("the picture can't be decoded")
}

fn unsupported() -> Refusal {
    Refusal::unsupported("this kind of TIFF is not handled")
}

/// The codec's own words may repeat values from the file: only their kind is passed on.
fn translate(error: &tiff::TiffError) -> Refusal {
    match error {
        tiff::TiffError::UnsupportedError(_) => unsupported(),
        tiff::TiffError::LimitsExceeded => inflated(),
        _ => failed(),
    }
}

fn inflated() -> Refusal {
    let detail = "a part of the picture inflates too far";
    Refusal::new(RefusalCode::InflatesTooFar, detail)
}

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, Refusal> {
    let asked = page(bytes, limits)?;
    let righted = righted(bytes, &asked);
    // The directory may lie among what was turned: only what was checked goes to the codec.
    let page = match &righted {
        Cow::Borrowed(_) => asked,
        Cow::Owned(bytes) => page(bytes, limits)?,
    };
    let told = tell(&righted, &page);
    let mut codec = Decoder::new(Cursor::new(&*told)).map_err(|error| translate(&error))?;
    let mut caps = Caps::default();
    caps.decoding_buffer_size = limits.max_decompressed;
    caps.intermediate_buffer_size = limits.max_bytes;
    codec = codec.with_limits(caps);
    let (whole, height) = codec.dimensions().map_err(|error| translate(&error))?;
    let width = match page.padded {
        Some(_) => whole.min(page.width),
        None => whole,
    };
    Refusal::check_size(width, height, limits.max_pixels)?;
    let pixels = u64::from(whole) * u64::from(height);
    limits.afford(bytes.len(), memory::TIFF * pixels)?;
    let color = codec.colortype().map_err(|error| translate(&error))?;
    let (kind, bits) = kind(color, page).ok_or_else(unsupported)?;
    let planar = codec.find_tag_unsigned::<u16>(Tag::PlanarConfiguration);
    let planes = match planar.map_err(|error| translate(&error))? {
        Some(2) => kind.samples(),
        _ => 1,
    };
    let (part_width, part_height) = codec.chunk_dimensions();
    if part_width == 0 || part_height == 0 || (planes > 1 && bits < 8) {
        return Err(failed());
    }
    let across = whole.div_ceil(part_width);
    let count = across * height.div_ceil(part_height);
    let mut rgb = vec![0; 3 * width as usize * height as usize];
    let mut buffers = vec![Vec::new(); planes];
    for index in 0..count {
        let mut stride = 0;
        for (plane, buffer) in buffers.iter_mut().enumerate() {
            stride = read(
                &mut codec,
                index + count * plane as u32,
                bits,
                buffer,
                limits,
            )?;
        }
        let (left, top) = (index % across * part_width, index / across * part_height);
        let wide = part_width.min(width.saturating_sub(left)) as usize;
        let rows = rgb.chunks_exact_mut(3 * width as usize).skip(top as usize);
        for (y, row) in rows.take(part_height as usize).enumerate() {
            let pixels = row.as_chunks_mut::<3>().0;
            let pixels = pixels.iter_mut().skip(left as usize).take(wide);
            for (x, pixel) in pixels.enumerate() {
                *pixel =
                    kind.light(|sample| sample_at(&buffers, stride * y, x, sample, &kind, bits));
            }
        }
    }
    Ok(Picture {
        rgb,
        width,
        height,
        full: (width, height),
        intact: true,
        slack: false,
    })
}

/// The codec does not know of bits that begin at the low end: they are put right before it sees
/// them.
fn righted<'a>(bytes: &'a [u8], page: &Page) -> Cow<'a, [u8]> {
    let mut righted = Cow::from(bytes);
    for place in &page.reversed {
        let places = righted.to_mut().get_mut(place.clone());
        for byte in places.unwrap_or_default() {
            *byte = byte.reverse_bits();
        }
    }
    righted
}

/// The codec knows neither palettes nor signed Lab. Told that the numbers are grey or RGB it reads
/// them all the same, and what they mean is known here. So is how much of its tiles is shown.
fn tell<'a>(bytes: &'a [u8], page: &Page) -> Cow<'a, [u8]> {
    let meaning = match page.colours {
        Colours::Plain => None,
        Colours::Palette(_) => Some(1),
        Colours::Lab => Some(2),
    };
    let mut told = Cow::from(bytes);
    if let Some(meaning) = meaning
        && let Some(byte) = told.to_mut().get_mut(page.meaning_at)
    {
        *byte = meaning;
    }
    if let Some((place, width)) = &page.padded
        && let Some(bytes) = told.to_mut().get_mut(place.clone())
    {
        bytes.copy_from_slice(width);
    }
    told
}

/// How to read a pixel, and the bits of one number.
fn kind(color: ColorType, page: Page) -> Option<(Kind, u8)> {
    let (kind, bits) = match (page.colours, color) {
        (Colours::Palette(colours), ColorType::Gray(bits @ (1 | 2 | 4 | 8))) => {
            (Kind::Palette(colours), bits)
        }
        (Colours::Lab, ColorType::RGB(bits @ 8)) => (Kind::Lab, bits),
        (Colours::Plain, ColorType::Gray(bits)) => (Kind::Grey(1, None), bits),
        (
            Colours::Plain,
            ColorType::Multiband {
                bit_depth,
                num_samples,
            },
        ) => (Kind::Grey(usize::from(num_samples), page.alpha), bit_depth),
        (Colours::Plain, ColorType::RGB(bits)) => (Kind::Rgb, bits),
        (Colours::Plain, ColorType::RGBA(bits)) => (Kind::Rgba(page.alpha), bits),
        (Colours::Plain, ColorType::YCbCr(bits)) => (Kind::Ycc, bits),
        (Colours::Plain, ColorType::CMYK(bits)) => (Kind::Cmyk(4, None), bits),
        (Colours::Plain, ColorType::CMYKA(bits)) => (Kind::Cmyk(5, page.alpha), bits),
        _ => return None,
    };
    let packed = matches!(bits, 1 | 2 | 4) && kind.samples() == 1;
    (packed || matches!(bits, 8 | 16)).then_some((kind, bits))
}

/// Reads one part into a buffer and says how many bytes its rows take.
fn read(
    codec: &mut Decoder<Cursor<&[u8]>>,
    index: u32,
    bits: u8,
    buffer: &mut Vec<u8>,
    limits: &Limits,
) -> Result<usize, Refusal> {
    let layout = codec
        .image_chunk_buffer_layout(index)
        .map_err(|error| translate(&error))?;
    let expected = match layout.sample_type {
        Some(DecodingSampleType::U8) => bits <= 8,
        Some(DecodingSampleType::U16) => bits == 16,
        _ => false,
    };
    if !expected {
        return Err(unsupported());
    }
    if layout.len > limits.max_decompressed {
        return Err(inflated());
    }
    buffer.clear();
    buffer.resize(layout.len, 0);
    codec
        .read_chunk_bytes(index, buffer)
        .map_err(|error| translate(&error))?;
    layout.row_stride.map(Into::into).ok_or_else(failed)
}

/// One number of a pixel as 8 bits, or as it is where it is an index.
fn sample_at(
    buffers: &[Vec<u8>],
    row: usize,
    x: usize,
    sample: usize,
    kind: &Kind,
    bits: u8,
) -> u8 {
    let (plane, index) = if buffers.len() > 1 {
        (sample, x)
    } else {
        (0, x * kind.samples() + sample)
    };
    let byte = |at: usize| buffers.get(plane).and_then(|it| it.get(at)).copied();
    match bits {
        // The codec has put the bytes into this machine's order; the high one says enough.
        16 => byte(row + 2 * index + usize::from(cfg!(target_endian = "little"))),
        8 => byte(row + index),
        _ => {
            let bits = usize::from(bits);
            let value = byte(row + index * bits / 8)
                .map(|it| it >> (8 - bits - index * bits % 8) & ((1 << bits) - 1));
            let most = (1_u16 << bits) - 1;
            value.map(|it| match kind {
                Kind::Palette(_) => it,
                _ => (u16::from(it) * 255 / most) as u8,
            })
        }
    }
    .unwrap_or_default()
}
