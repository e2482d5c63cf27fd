//! Pictures put together from others by ISO/IEC 23008-12, 6.6.2: one that has further properties (`iden`), or several
//! over each other (`iovl`).

use super::{heif, memory, yuv::Canvas};
use crate::{
    isobmff::{File, Item, Overlay},
    limits::Limits,
    orient::upright,
    refusal::Refusal,
};

/// Pictures that are drawn for one.
const MOST: usize = 32;
/// How many times the largest picture their pixels may be, those of tiles and of alpha planes with them.
const MOST_TIMES: u64 = 2;
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
    let mut work = Work {
        file,
        limits,
        pictures: 0,
        pixels: 0,
        held: 0,
    };
    let Layer {
        mut colours,
        alpha,
        slack,
    } = work.drawn(item, DEEPEST)?;
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

/// What is drawn on the way counts together: a few bytes may name one picture again and again.
struct Work<'w, 'a> {
    file: &'w File<'a>,
    limits: &'w Limits,
    /// Pictures drawn so far.
    pictures: usize,
    /// Pixels of them.
    pixels: u64,
    /// Pixels of the canvases that wait for more pictures.
    held: u64,
}

fn bad() -> Refusal {
    Refusal::damaged("the pictures that make the picture don't fit together")
}

impl<'w> Work<'w, '_> {
    /// A picture as stored: not yet cropped and turned as its own properties say.
    fn drawn(&mut self, item: &'w Item, deeper: u8) -> Result<Layer, Refusal> {
        let file = self.file;
        self.pictures += 1;
        if self.pictures > MOST {
            return Err(Refusal::too_many_parts());
        }
        if !item.is_derived() {
            return self.coded(item);
        }
        if file.alpha(item).is_some() {
            // Without it hidden pixels would be seen.
            return Err(Refusal::unsupported(
                "transparency of a picture that is drawn from others is not handled",
            ));
        }
        let deeper = deeper.checked_sub(1).ok_or_else(bad)?;
        let sources = file.meta.targets(*b"dimg", item.id);
        let sources = sources.map(|id| file.meta.item(id)).take(MOST);
        let sources: Vec<&Item> = sources.collect::<Option<_>>().ok_or_else(bad)?;
        if item.kind == *b"iden" {
            return match sources.as_slice() {
                [source] => self.finished(source, deeper),
                _ => Err(bad()),
            };
        }
        let overlay = Overlay::read(&file.data(item)?, sources.len()).ok_or_else(bad)?;
        let pixels = self.count(overlay.size)?;
        self.afford(memory::CANVAS * pixels)?;
        self.held += pixels;
        let mut canvas = blank(&overlay);
        for (source, place) in sources.into_iter().zip(overlay.places) {
            let layer = self.finished(source, deeper)?;
            canvas.slack |= layer.slack;
            cover(&mut canvas, &layer, place);
        }
        self.held -= pixels;
        Ok(canvas)
    }

    /// A picture that is coded, in one piece or in tiles.
    fn coded(&mut self, item: &Item) -> Result<Layer, Refusal> {
        let file = self.file;
        let mut pixels = self.count(file.full_size(item).ok_or_else(bad)?)?;
        let alpha = file.alpha(item);
        for part in std::iter::once(item).chain(alpha) {
            // Tiles may be larger than what is shown of them.
            for tile in file.shape(part)?.coded() {
                let (width, height) = file.size(tile).ok_or_else(bad)?;
                pixels = pixels.max(self.count((width, height))?);
            }
        }
        let each = if alpha.is_some() {
            memory::HEIF_ALPHA
        } else {
            memory::HEIF
        };
        self.afford(each * pixels)?;
        let (mut colours, alpha, slack) = heif::coloured(file, item, self.limits)?;
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

    /// A picture as others see it: cropped and turned.
    fn finished(&mut self, item: &'w Item, deeper: u8) -> Result<Layer, Refusal> {
        let mut layer = self.drawn(item, deeper)?;
        let mut alpha = layer.alpha.map(|pixels| Canvas {
            pixels,
            channels: 1,
            ..layer.colours
        });
        for canvas in std::iter::once(&mut layer.colours).chain(&mut alpha) {
            heif::cropped(self.file, item, canvas)?;
            let orientation = self
                .file
                .orientation(item)
                .ok_or_else(|| Refusal::damaged("a picture is cropped after it is turned"))?;
            turn(canvas, orientation);
        }
        Ok(Layer {
            alpha: alpha.map(|it| it.pixels),
            ..layer
        })
    }

    /// Pixels of a size, which are drawn.
    fn count(&mut self, (width, height): (u32, u32)) -> Result<u64, Refusal> {
        Refusal::check_size(width, height, self.limits.max_pixels)?;
        let pixels = u64::from(width) * u64::from(height);
        self.pixels += pixels;
        if self.pixels > MOST_TIMES * self.limits.max_pixels {
            return Err(Refusal::too_many_parts());
        }
        Ok(pixels)
    }

    fn afford(&self, needed: u64) -> Result<(), Refusal> {
        let held = memory::CANVAS * self.held;
        self.limits.afford(self.file.bytes.len(), held + needed)
    }
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
