//! HEIF and AVIF: coded pictures put together, with alpha on white, in the colours of sRGB.

use super::{
    Picture, av1, hevc, layers, memory, multiplied_on_white, on_white, srgb,
    yuv::{Canvas, Planes},
};
use crate::{
    isobmff::{Clap, Colour, File, Item, Shape},
    limits::Limits,
    refusal::Refusal,
};

/// Decodes the primary picture, cropped as its file says, but not yet turned.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, Refusal> {
    let file = File::read(bytes, limits);
    let primary = file.primary()?;
    let (width, height) = file
        .full_size(primary)
        .ok_or_else(|| Refusal::damaged("the picture has no size"))?;
    Refusal::check_size(width, height, limits.max_pixels)?;
    let each = match file.alpha(primary) {
        Some(_) => memory::HEIF_ALPHA,
        None => memory::HEIF,
    };
    limits.afford(bytes.len(), each * u64::from(width) * u64::from(height))?;
    let (mut canvas, slack) = if primary.is_derived() {
        layers::composed(&file, primary, limits)?
    } else {
        let (mut canvas, alpha, slack) = coloured(&file, primary, limits)?;
        if let Some(alpha) = alpha {
            lay_on_white(&mut canvas, &alpha.plane, alpha.premultiplied);
        }
        (canvas, slack)
    };
    cropped(&file, primary, &mut canvas)?;
    let Canvas {
        pixels,
        width,
        height,
        ..
    } = canvas;
    Ok(Picture {
        rgb: pixels,
        width,
        height,
        full: (width, height),
        intact: true,
        slack,
    })
}

/// How opaque a picture is.
pub(super) struct Alpha {
    pub(super) plane: Canvas,
    /// The colours are multiplied by it already.
    pub(super) premultiplied: bool,
}

/// The colours of a picture that is no derived one, in those of sRGB, its alpha plane where it has one, and whether its
/// coded data holds more.
pub(super) fn coloured(
    file: &File,
    item: &Item,
    limits: &Limits,
) -> Result<(Canvas, Option<Alpha>, bool), Refusal> {
    let (mut canvas, mut slack) = picture(file, item, 3, limits)?;
    // Some writers describe colours at the tiles alone.
    let first = file.shape(item)?.coded().first().copied();
    let profile = file.profile(item).or_else(|| file.profile(first?));
    if let Some(profile) = profile {
        srgb::from_profile(&mut canvas.pixels, profile);
    } else if let Some(colour) = file.colour(item).or_else(|| file.colour(first?)) {
        srgb::from_numbers(&mut canvas.pixels, colour);
    }
    let Some(alpha) = file.alpha(item) else {
        return Ok((canvas, None, slack));
    };
    let (plane, more) = picture(file, alpha, 1, limits)?;
    slack |= more;
    let alpha = Alpha {
        plane,
        premultiplied: file.premultiplied(item, alpha),
    };
    Ok((canvas, Some(alpha), slack))
}

/// Crops a picture as its item says.
pub(super) fn cropped(file: &File, item: &Item, canvas: &mut Canvas) -> Result<(), Refusal> {
    if let Some(body) = file.property(item, *b"clap") {
        let clap = Clap::read(body, (canvas.width, canvas.height))
            .ok_or_else(|| Refusal::damaged("the picture is cropped outside itself"))?;
        crop(canvas, clap);
    }
    Ok(())
}

/// How the primary picture must be turned, as an EXIF orientation.
pub(super) fn orientation(bytes: &[u8], limits: &Limits) -> Option<u8> {
    let file = File::read(bytes, limits);
    file.orientation(file.primary().ok()?)
}

/// Decodes one picture, coded in one piece or in tiles; says whether its coded data holds more than that.
fn picture(
    file: &File,
    item: &Item,
    channels: usize,
    limits: &Limits,
) -> Result<(Canvas, bool), Refusal> {
    let bad = || Refusal::damaged("the picture's tiles don't fit together");
    let shape = file.shape(item)?;
    let (grid, tiles) = match &shape {
        Shape::Coded(_) => (None, shape.coded()),
        Shape::Tiles(grid, tiles) => {
            Refusal::check_size(grid.width, grid.height, limits.max_pixels)?;
            (Some(grid), tiles.as_slice())
        }
    };
    check_tiles(file, tiles, limits)?;
    let told = file.colour(item).or_else(|| file.colour(tiles.first()?));
    let mut canvas: Option<Canvas> = None;
    let (mut size, mut slack) = ((0, 0), false);
    for (index, tile) in tiles.iter().enumerate() {
        let claimed = file
            .size(tile)
            .ok_or_else(|| Refusal::damaged("the picture has no size"))?;
        let (planes, own, more) = coded(file, tile, claimed)?;
        slack |= more;
        if index == 0 {
            size = planes.size();
            if let Some(grid) = grid {
                let needed = |tile: u32, count: usize, whole: u32| {
                    let most = u64::from(tile) * count as u64;
                    most >= u64::from(whole) && most - u64::from(tile) < u64::from(whole)
                };
                if !needed(size.0, grid.columns, grid.width)
                    || !needed(size.1, grid.rows, grid.height)
                {
                    return Err(bad());
                }
            }
        }
        if planes.size() != size {
            return Err(bad());
        }
        let whole = grid.map_or(size, |grid| (grid.width, grid.height));
        let canvas = canvas.get_or_insert_with(|| Canvas::new(whole, channels));
        let columns = grid.map_or(1, |grid| grid.columns);
        let place = (
            (index % columns) as u32 * size.0,
            (index / columns) as u32 * size.1,
        );
        let mut colour = told.unwrap_or(own);
        if channels == 1 {
            // Of how opaque a pixel is AV1 says the range in its bitstream; in HEVC it has all (libavif, libheif).
            colour.full_range = own.full_range || tile.kind != *b"av01";
        }
        canvas.paint(planes.as_ref(), colour, place);
    }
    Ok((canvas.ok_or_else(bad)?, slack))
}

/// Tiles may be larger than what is shown of them, and one may be named again and again.
fn check_tiles(file: &File, tiles: &[&Item], limits: &Limits) -> Result<(), Refusal> {
    let (mut pixels, mut data) = (0, 0);
    for tile in tiles {
        let (width, height) = file
            .size(tile)
            .ok_or_else(|| Refusal::damaged("the picture has no size"))?;
        Refusal::check_size(width, height, limits.max_pixels)?;
        let area = u64::from(width) * u64::from(height);
        limits.afford(file.bytes.len(), memory::HEIF * area)?;
        pixels += area;
        data = tile
            .extents
            .iter()
            .fold(data, |sum: usize, it| sum.saturating_add(it.1));
    }
    if pixels > 2 * limits.max_pixels || data > limits.max_bytes.saturating_add(file.bytes.len()) {
        return Err(Refusal::too_many_parts());
    }
    Ok(())
}

/// Decodes one coded item; says what its bitstream tells about colours, and whether it is known to hold more.
fn coded(
    file: &File,
    item: &Item,
    (width, height): (u32, u32),
) -> Result<(Box<dyn Planes>, Colour, bool), Refusal> {
    let data = file.data(item)?;
    // A coded picture may be larger than what is shown of it by less than one block.
    let most = (u64::from(width) + 64) * (u64::from(height) + 64);
    let missing = || Refusal::damaged("the picture's coding is not described");
    match &item.kind {
        b"hvc1" | b"hev1" => {
            let configuration = file.property(item, *b"hvcC").ok_or_else(missing)?;
            let frame = hevc::decode(configuration, &data, most)?;
            let colour = hevc::colour(&frame);
            Ok((Box::new(frame), colour, false))
        }
        b"av01" => {
            let seen = av1::decode(&data, most)?;
            Ok((Box::new(seen.frame), seen.colour, seen.slack))
        }
        _ => Err(Refusal::unsupported(
            "no decoder for this way of coding a picture",
        )),
    }
}

fn lay_on_white(canvas: &mut Canvas, alpha: &Canvas, premultiplied: bool) {
    let shown = if premultiplied {
        multiplied_on_white
    } else {
        on_white
    };
    let (wide, high) = (canvas.width as usize, canvas.height as usize);
    let (alpha_wide, alpha_high) = (alpha.width as usize, alpha.height as usize);
    for (y, line) in canvas.pixels.chunks_exact_mut(3 * wide).enumerate() {
        let from = y * alpha_high / high * alpha_wide;
        let row = alpha
            .pixels
            .get(from..from + alpha_wide)
            .unwrap_or_default();
        for (x, pixel) in line.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let alpha = row.get(x * alpha_wide / wide).copied().unwrap_or(255);
            *pixel = shown(*pixel, alpha);
        }
    }
}

fn crop(canvas: &mut Canvas, clap: Clap) {
    let Clap {
        x,
        y,
        width,
        height,
    } = clap;
    let channels = canvas.channels;
    let wide = channels * width as usize;
    let mut pixels = Vec::with_capacity(wide * height as usize);
    let lines = canvas.pixels.chunks_exact(channels * canvas.width as usize);
    for line in lines.skip(y as usize).take(height as usize) {
        let from = channels * x as usize;
        pixels.extend_from_slice(line.get(from..from + wide).unwrap_or_default());
    }
    *canvas = Canvas {
        pixels,
        width,
        height,
        channels,
    };
}
