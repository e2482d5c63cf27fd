//! What editors and cameras do to pixels.

use anyhow::{Result, anyhow};
use image::{Rgb, RgbImage, imageops};

use crate::dice::Dice;

/// As a JPEG with colour at half resolution, as phones and messengers write it.
pub fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>> {
    let (width, height) = (
        u16::try_from(picture.width())?,
        u16::try_from(picture.height())?,
    );
    let mut bytes = Vec::new();
    let mut codec = jpeg_encoder::Encoder::new(&mut bytes, quality);
    codec.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    codec
        .encode(
            picture.as_raw(),
            width,
            height,
            jpeg_encoder::ColorType::Rgb,
        )
        .map_err(|error| anyhow!("a JPEG can't be written: {error}"))?;
    Ok(bytes)
}

/// What a viewer makes of a file.
pub fn opened(bytes: &[u8]) -> Result<RgbImage> {
    Ok(image::load_from_memory(bytes)?.into_rgb8())
}

pub fn scaled(picture: &RgbImage, by: f32) -> RgbImage {
    let size = |side: u32| ((side as f32 * by).round() as u32).max(1);
    let (width, height) = (size(picture.width()), size(picture.height()));
    imageops::resize(picture, width, height, imageops::FilterType::CatmullRom)
}

/// Not larger than this on the long side.
pub fn within(picture: RgbImage, side: u32) -> RgbImage {
    let long = picture.width().max(picture.height());
    if long <= side {
        return picture;
    }
    scaled(&picture, side as f32 / long as f32)
}

pub fn mirrored(picture: &RgbImage) -> RgbImage {
    imageops::flip_horizontal(picture)
}

/// Loses this share of width and of height, from all four sides at random.
pub fn cropped(picture: &RgbImage, share: f32, dice: &mut Dice) -> RgbImage {
    let (width, height) = picture.dimensions();
    let left = |side: u32| ((side as f32 * (1.0 - share)) as u32).max(1);
    let (wide, high) = (left(width), left(height));
    let (x, y) = (dice.whole(0, width - wide), dice.whole(0, height - high));
    imageops::crop_imm(picture, x, y, wide, high).to_image()
}

/// The colour between four pixels, the edge's outside.
pub fn sample(picture: &RgbImage, x: f32, y: f32) -> [f32; 3] {
    let (right, bottom) = (picture.width() - 1, picture.height() - 1);
    let (x, y) = (x.clamp(0.0, right as f32), y.clamp(0.0, bottom as f32));
    let (left, top) = (x as u32, y as u32);
    let (across, down) = (x - left as f32, y - top as f32);
    let pixel = |x: u32, y: u32| picture.get_pixel(x.min(right), y.min(bottom)).0;
    let above = [pixel(left, top), pixel(left + 1, top)];
    let below = [pixel(left, top + 1), pixel(left + 1, top + 1)];
    std::array::from_fn(|band| {
        let mixed = |row: &[[u8; 3]; 2]| {
            f32::from(row[0][band]) * (1.0 - across) + f32::from(row[1][band]) * across
        };
        mixed(&above) * (1.0 - down) + mixed(&below) * down
    })
}

/// Each pixel from the place that `from` says.
pub fn warped(
    picture: &RgbImage,
    width: u32,
    height: u32,
    from: impl Fn(f32, f32) -> (f32, f32),
) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = from(x as f32, y as f32);
        Rgb(sample(picture, u, v).map(|value| (value + 0.5) as u8))
    })
}

/// Turned by degrees; corners black, or cut to what is left without any.
pub fn rotated(picture: &RgbImage, degrees: f32, cut: bool) -> RgbImage {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let turned = |x: f32, y: f32| {
        let (x, y) = (x - width / 2.0, y - height / 2.0);
        (
            x * cos + y * sin + width / 2.0,
            y * cos - x * sin + height / 2.0,
        )
    };
    if cut {
        let (s, c) = (sin.abs(), cos.abs());
        // The same shape, shrunk until its corners lie inside.
        let by = (width / (width * c + height * s)).min(height / (height * c + width * s));
        let (wide, high) = ((width * by) as u32, (height * by) as u32);
        let (dx, dy) = ((width - wide as f32) / 2.0, (height - high as f32) / 2.0);
        return warped(picture, wide, high, |x, y| turned(x + dx, y + dy));
    }
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let (u, v) = turned(x as f32, y as f32);
        if u < 0.0 || v < 0.0 || u > width - 1.0 || v > height - 1.0 {
            return Rgb([0; 3]);
        }
        Rgb(sample(picture, u, v).map(|value| (value + 0.5) as u8))
    })
}

/// Every level of every channel through a curve.
pub fn curved(picture: &mut RgbImage, curve: impl Fn(usize, f32) -> f32) {
    for pixel in picture.pixels_mut() {
        for (channel, value) in pixel.0.iter_mut().enumerate() {
            *value = curve(channel, f32::from(*value)).clamp(0.0, 255.0) as u8;
        }
    }
}

/// A sensor's own noise, stronger where it is dark; a little of it spreads to neighbours, as
/// demosaicing makes it.
pub fn noisy(picture: &mut RgbImage, sigma: f32, dice: &mut Dice) {
    let mut last = 0.0;
    for pixel in picture.pixels_mut() {
        let fresh = dice.bell();
        let shared = 0.8 * fresh + 0.5 * last;
        last = fresh;
        for value in &mut pixel.0 {
            let level = f32::from(*value);
            let here = sigma * (1.25 - level / 510.0);
            let noise = shared + 0.4 * dice.bell();
            *value = (level + noise * here).round().clamp(0.0, 255.0) as u8;
        }
    }
}
