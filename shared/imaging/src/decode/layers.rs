//! Pictures put together from others by ISO/IEC 23008-12, 6.6.2: one that has further properties (`iden`), or several
//! over each other (`iovl`).

use super::{heif, memory, yuv::Canvas};
use crate::{
    isobmff::{File, Item, Overlay},
    limits::Limits,
    orient::upright,
    refusal::Refusal,
};

/// Pictures over each other.
const MOST: usize = 32;
/// Pictures made of pictures that are made of others.
const DEEPEST: u8 = 3;

/// A picture and how opaque each of its pixels is; all of them wholly, where that is not said.
struct Layer {
    colours: Canvas,
    alpha: Option<Vec<u8>>,
    slack: bool,
}

/// Draws a derived picture, on white; says whether coded data holds more than what is shown.
pub(super) fn composed(
    file: &File,
    item: &Item,
    limits: &Limits,
) -> Result<(Canvas, bool), Refusal> {
    let mut spent = 0;
    let Layer {
        mut colours,
        alpha,
        slack,
    } = drawn(file, item, limits, &mut spent, DEEPEST)?;
    for (pixel, alpha) in colours
        .pixels
        .chunks_exact_mut(3)
        .zip(alpha.iter().flatten())
    {
        let colour = [pixel[0], pixel[1], pixel[2]];
        pixel.copy_from_slice(&super::on_white(colour, *alpha));
    }
    Ok((colours, slack))
}

/// A picture as stored: not yet cropped and turned as its own properties say.
fn drawn(
    file: &File,
    item: &Item,
    limits: &Limits,
    spent: &mut u64,
    deeper: u8,
) -> Result<Layer, Refusal> {
    let bad = || Refusal::damaged("the pictures that make the picture don't fit together");
    let mut sources = file.meta.targets(*b"dimg", item.id);
    let named = |id: u32| file.meta.item(id).ok_or_else(bad);
    match &item.kind {
        b"iden" | b"iovl" if deeper == 0 => Err(bad()),
        b"iden" => match (sources.next(), sources.next()) {
            (Some(id), None) => finished(file, named(id)?, limits, spent, deeper - 1),
            _ => Err(bad()),
        },
        b"iovl" => {
            let sources: Vec<u32> = sources.take(MOST + 1).collect();
            if sources.len() > MOST {
                return Err(Refusal::too_many_parts());
            }
            let overlay = Overlay::read(&file.data(item)?, sources.len()).ok_or_else(bad)?;
            afford(file, overlay.size, limits, spent)?;
            let mut canvas = blank(&overlay);
            for (id, place) in sources.into_iter().zip(overlay.places) {
                let layer = finished(file, named(id)?, limits, spent, deeper - 1)?;
                canvas.slack |= layer.slack;
                cover(&mut canvas, &layer, place);
            }
            Ok(canvas)
        }
        _ => {
            let size = file.full_size(item).ok_or_else(bad)?;
            afford(file, size, limits, spent)?;
            let (mut colours, alpha, slack) = heif::coloured(file, item, limits)?;
            let alpha = alpha.map(|alpha| {
                let plane = stretched(&alpha.plane, (colours.width, colours.height));
                if alpha.premultiplied {
                    divide(&mut colours, &plane);
                }
                plane
            });
            Ok(Layer {
                colours,
                alpha,
                slack,
            })
        }
    }
}

/// What is drawn on the way counts together: a few bytes may name one picture again and again.
fn afford(
    file: &File,
    (width, height): (u32, u32),
    limits: &Limits,
    spent: &mut u64,
) -> Result<(), Refusal> {
    Refusal::check_size(width, height, limits.max_pixels)?;
    *spent += u64::from(width) * u64::from(height);
    if *spent > limits.max_pixels {
        return Err(Refusal::too_many_parts());
    }
    limits.afford(file.bytes.len(), memory::HEIF_ALPHA * *spent)
}

/// Takes the multiplication by alpha back.
fn divide(colours: &mut Canvas, alpha: &[u8]) {
    for (pixel, alpha) in colours.pixels.chunks_exact_mut(3).zip(alpha) {
        let alpha = u16::from(*alpha).max(1);
        for value in pixel {
            *value = ((u16::from(*value) * 255 + alpha / 2) / alpha).min(255) as u8;
        }
    }
}

/// A picture as others see it: cropped and turned.
fn finished(
    file: &File,
    item: &Item,
    limits: &Limits,
    spent: &mut u64,
    deeper: u8,
) -> Result<Layer, Refusal> {
    let mut layer = drawn(file, item, limits, spent, deeper)?;
    let mut alpha = layer.alpha.map(|pixels| Canvas {
        pixels,
        channels: 1,
        ..layer.colours
    });
    for canvas in std::iter::once(&mut layer.colours).chain(&mut alpha) {
        heif::cropped(file, item, canvas)?;
        let orientation = file
            .orientation(item)
            .ok_or_else(|| Refusal::damaged("a picture is cropped after it is turned"))?;
        turn(canvas, orientation);
    }
    Ok(Layer {
        alpha: alpha.map(|it| it.pixels),
        ..layer
    })
}

fn turn(canvas: &mut Canvas, orientation: u8) {
    if orientation == 1 {
        return;
    }
    let (width, height) = (canvas.width as usize, canvas.height as usize);
    let (pixels, width, height) = if canvas.channels == 1 {
        upright::<1>(&canvas.pixels, width, height, orientation)
    } else {
        upright::<3>(&canvas.pixels, width, height, orientation)
    };
    canvas.pixels = pixels.into_owned();
    (canvas.width, canvas.height) = (width as u32, height as u32);
}

/// An alpha plane in the size of its picture.
fn stretched(plane: &Canvas, (width, height): (u32, u32)) -> Vec<u8> {
    if (plane.width, plane.height) == (width, height) {
        return plane.pixels.clone();
    }
    let (wide, high) = (plane.width as usize, plane.height as usize);
    let (width, height) = (width as usize, height as usize);
    let mut out = Vec::with_capacity(width * height);
    for y in 0..height {
        let from = y * high / height * wide;
        let row = plane.pixels.get(from..from + wide).unwrap_or_default();
        out.extend((0..width).map(|x| row.get(x * wide / width).copied().unwrap_or(255)));
    }
    out
}

fn blank(overlay: &Overlay) -> Layer {
    let [red, green, blue, alpha] = overlay.fill;
    let mut colours = Canvas::new(overlay.size, 3);
    for pixel in colours.pixels.chunks_exact_mut(3) {
        pixel.copy_from_slice(&[red, green, blue]);
    }
    let alpha = vec![alpha; colours.pixels.len() / 3];
    Layer {
        colours,
        alpha: Some(alpha),
        slack: false,
    }
}

/// Lays a picture over another, with its top left corner at a place; what lies outside is cut off.
fn cover(below: &mut Layer, above: &Layer, (left, top): (i32, i32)) {
    let Some(opacity) = &mut below.alpha else {
        return;
    };
    let (wide, high) = (
        i64::from(below.colours.width),
        i64::from(below.colours.height),
    );
    let width = i64::from(above.colours.width);
    let source = above.colours.pixels.chunks_exact(3).enumerate();
    for (index, colour) in source {
        let (x, y) = (index as i64 % width, index as i64 / width);
        let (x, y) = (x + i64::from(left), y + i64::from(top));
        if !(0..wide).contains(&x) || !(0..high).contains(&y) {
            continue;
        }
        let at = (y * wide + x) as usize;
        let over = above.alpha.as_ref().and_then(|it| it.get(index));
        let over = u32::from(over.copied().unwrap_or(255));
        let (Some(under), Some(pixel)) = (
            opacity.get_mut(at),
            below.colours.pixels.get_mut(3 * at..3 * at + 3),
        ) else {
            continue;
        };
        // Each counts by what of it is seen, in parts of 255 x 255.
        let (own, other) = (255 * over, u32::from(*under) * (255 - over));
        let all = own + other;
        if all == 0 {
            continue;
        }
        for (to, from) in pixel.iter_mut().zip(colour) {
            *to = ((own * u32::from(*from) + other * u32::from(*to) + all / 2) / all) as u8;
        }
        *under = ((all + 127) / 255) as u8;
    }
}
