//! Scaling and turning brightness and colour planes, without red, green and blue in between.
//!
//! Scaling across the rows costs several times as much as scaling down the columns, where whole
//! rows meet whole rows. A picture is scaled down the columns, then rows and columns change places, and
//! it is scaled down the columns again. One that lies on its side is upright then; any other is turned
//! once more, which still costs less.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

use super::failed;
use crate::{
    decode::{Colour, Picture, Plane, Planes, QUARTERED},
    orient::{swaps, turn},
    refusal::Refusal,
};

/// The turn that exchanges rows and columns and nothing else.
const TRANSPOSE: u8 = 5;

/// Scales planes; keeps its memory from one to the next.
#[derive(Default)]
pub(super) struct Scaler {
    resizer: Resizer,
    first: Vec<u8>,
    second: Vec<u8>,
}

impl Scaler {
    /// A picture scaled to `to` (width and height as stored) and turned upright, grey or with
    /// quartered colour.
    pub(super) fn upright(
        &mut self,
        picture: &Planes,
        to: (u32, u32),
        orientation: u8,
    ) -> Result<Planes, Refusal> {
        let (width, height) = if swaps(orientation) { (to.1, to.0) } else { to };
        let colour = match picture.colour {
            Colour::Grey => Colour::Grey,
            Colour::Sampled { .. } => QUARTERED,
        };
        let mut out = Planes::blank(width, height, colour).ok_or_else(failed)?;
        let [luma, blue, red] = out.split_mut();
        let Some(chroma) = picture.chroma() else {
            self.plane(
                picture.luma(),
                to,
                FilterType::CatmullRom,
                orientation,
                luma,
            )?;
            return Ok(out);
        };
        if width % 2 == 0 && height % 2 == 0 {
            self.plane(
                picture.luma(),
                to,
                FilterType::CatmullRom,
                orientation,
                luma,
            )?;
            let half = (to.0 / 2, to.1 / 2);
            for (plane, out) in chroma.into_iter().zip([blue, red]) {
                self.plane(plane, half, quartering(plane, half), orientation, out)?;
            }
            return Ok(out);
        }
        // An odd side: which pixels share a colour sample changes when the picture is turned, so
        // every pixel gets its colour first, and neighbours share theirs afterwards.
        let size = (width as usize, height as usize);
        let mut whole = vec![0; size.0 * size.1];
        self.plane(
            picture.luma(),
            to,
            FilterType::CatmullRom,
            orientation,
            &mut whole,
        )?;
        fill_up(&whole, size, luma);
        for (plane, out) in chroma.into_iter().zip([blue, red]) {
            self.plane(plane, to, FilterType::Bilinear, orientation, &mut whole)?;
            quarter(&whole, size, out);
        }
        Ok(out)
    }

    /// Scales what is shown of a plane to `to` and turns it, into exactly as many bytes.
    fn plane(
        &mut self,
        plane: Plane<'_>,
        to: (u32, u32),
        filter: FilterType,
        orientation: u8,
        out: &mut [u8],
    ) -> Result<(), Refusal> {
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
        let whole = plane.shown == (f64::from(plane.width), f64::from(plane.height));
        let turned = if swaps(orientation) { (to.1, to.0) } else { to };
        if whole && (plane.width, plane.height) == to {
            let size = (to.0 as usize, to.1 as usize);
            turn::<1>(plane.samples, size, orientation, out);
            return Ok(());
        }
        let (wide, high) = (plane.width, to.1);
        if whole && (swaps(orientation) || to.0 < wide) {
            let first = sized(&mut self.first, (wide, high));
            resize(&mut self.resizer, plane, first, (wide, high), &options)?;
            let second = sized(&mut self.second, (wide, high));
            let size = (wide as usize, high as usize);
            if swaps(orientation) {
                turn::<1>(first, size, orientation, second);
                let plane = Plane::whole(second, (high, wide));
                return resize(&mut self.resizer, plane, out, turned, &options);
            }
            turn::<1>(first, size, TRANSPOSE, second);
            let plane = Plane::whole(second, (high, wide));
            let third = sized(&mut self.first, (high, to.0));
            resize(&mut self.resizer, plane, third, (high, to.0), &options)?;
            // Of turns 1 to 4, each of 5 to 8 is the one that also exchanges rows and columns.
            let back = orientation.clamp(1, 4) + 4;
            turn::<1>(third, (high as usize, to.0 as usize), back, out);
            return Ok(());
        }
        if orientation <= 1 {
            return resize(&mut self.resizer, plane, out, to, &options);
        }
        let first = sized(&mut self.first, to);
        resize(&mut self.resizer, plane, first, to, &options)?;
        turn::<1>(first, (to.0 as usize, to.1 as usize), orientation, out);
        Ok(())
    }

    /// Red, green and blue of an upright picture.
    pub(super) fn rgb(&mut self, picture: &Planes) -> Result<Picture, Refusal> {
        let (width, height) = (picture.width, picture.height);
        let luma = picture.luma();
        let rows = luma.samples.chunks_exact((luma.width as usize).max(1));
        let mut rgb = Vec::with_capacity(3 * width as usize * height as usize);
        let Some(chroma) = picture.chroma() else {
            for row in rows.take(height as usize) {
                rgb.extend(row.iter().take(width as usize).flat_map(|y| [*y; 3]));
            }
            return Ok(Picture::whole(rgb, width, height));
        };
        let mut full = [const { Vec::new() }; 2];
        for (plane, out) in chroma.into_iter().zip(&mut full) {
            let out = sized(out, (width, height));
            self.plane(plane, (width, height), FilterType::Bilinear, 1, out)?;
        }
        let [blue, red] = &full;
        let wide = (width as usize).max(1);
        for ((row, blue), red) in rows
            .zip(blue.chunks_exact(wide))
            .zip(red.chunks_exact(wide))
        {
            rgb.extend(
                row.iter()
                    .zip(blue)
                    .zip(red)
                    .flat_map(|((y, cb), cr)| mix(*y, *cb, *cr)),
            );
        }
        Ok(Picture::whole(rgb, width, height))
    }
}

/// The filter that takes a colour plane to this size. Where nothing but the sampling changes, whole
/// samples are joined: anything wider would smear colour over edges.
fn quartering(plane: Plane<'_>, to: (u32, u32)) -> FilterType {
    let joins = |from: f64, to: u32| {
        let ratio = from / f64::from(to.max(1));
        (ratio - 1.0).abs() < 1e-6 || (ratio - 2.0).abs() < 1e-6
    };
    if joins(plane.shown.0, to.0) && joins(plane.shown.1, to.1) {
        FilterType::Box
    } else {
        FilterType::Bilinear
    }
}

/// One pixel by JFIF's equations, with 16 fractional bits.
fn mix(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
    let byte = |value: i32| ((value + (1 << 15)) >> 16).clamp(0, 255) as u8;
    [
        byte(y + 91_881 * cr),
        byte(y - 22_554 * cb - 46_802 * cr),
        byte(y + 116_130 * cb),
    ]
}

/// The first so many bytes of a scratch buffer.
fn sized(buffer: &mut Vec<u8>, (width, height): (u32, u32)) -> &mut [u8] {
    let length = width as usize * height as usize;
    if buffer.len() < length {
        // No need to copy what is overwritten anyway.
        *buffer = vec![0; length];
    }
    &mut buffer[..length]
}

fn resize(
    resizer: &mut Resizer,
    plane: Plane<'_>,
    out: &mut [u8],
    to: (u32, u32),
    options: &ResizeOptions,
) -> Result<(), Refusal> {
    let options = options.crop(0.0, 0.0, plane.shown.0, plane.shown.1);
    let source = ImageRef::new(plane.width, plane.height, plane.samples, PixelType::U8);
    let target = Image::from_slice_u8(to.0, to.1, out, PixelType::U8);
    let (Ok(source), Ok(mut target)) = (source, target) else {
        return Err(failed());
    };
    resizer
        .resize(&source, &mut target, &options)
        .map_err(|_| failed())
}

/// Fills rows and columns up to even numbers, repeating the last.
fn fill_up(plane: &[u8], (width, height): (usize, usize), out: &mut [u8]) {
    let wide = width.next_multiple_of(2);
    for (y, row) in out.chunks_exact_mut(wide).enumerate() {
        let start = y.min(height - 1) * width;
        if let Some(from) = plane.get(start..start + width) {
            row[..width].copy_from_slice(from);
            if let (Some(last), Some(fill)) = (from.last(), row.get_mut(width)) {
                *fill = *last;
            }
        }
    }
}

/// One sample for two by two, their mean; at an odd edge of those that are there.
fn quarter(plane: &[u8], (width, height): (usize, usize), out: &mut [u8]) {
    let at = |x: usize, y: usize| {
        let index = y.min(height - 1) * width + x.min(width - 1);
        u16::from(plane.get(index).copied().unwrap_or(128))
    };
    for (y, row) in out.chunks_exact_mut(width.div_ceil(2)).enumerate() {
        for (x, sample) in row.iter_mut().enumerate() {
            let (x, y) = (2 * x, 2 * y);
            let sum = at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1);
            *sample = ((sum + 2) / 4) as u8;
        }
    }
}
