//! What people do to a photo before they send it again.

use anyhow::Result;
use image::{Rgb, RgbImage, imageops};

use crate::dice::Dice;
use crate::raster::{
    cropped, curved, jpeg, mirrored, noisy, opened, rotated, sample, scaled, within,
};

/// One kind of edit, a row of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Edit {
    Exact,
    Resaved,
    Jpeg(u8),
    Double,
    Scaled(f32),
    Messenger,
    Erased(f32),
    Cleaned(f32),
    Pasted,
    Colour,
    Light,
    Banner,
    Date,
    Cropped(f32),
    Mirrored,
    Rotated(f32),
    Screenshot,
    Collage,
    ErasedForwarded,
    MirroredBanner,
}

pub const EDITS: [Edit; 32] = [
    Edit::Exact,
    Edit::Resaved,
    Edit::Jpeg(95),
    Edit::Jpeg(70),
    Edit::Jpeg(40),
    Edit::Double,
    Edit::Scaled(0.4),
    Edit::Scaled(0.5),
    Edit::Scaled(0.75),
    Edit::Scaled(1.5),
    Edit::Messenger,
    Edit::Erased(0.05),
    Edit::Erased(0.1),
    Edit::Erased(0.2),
    Edit::Erased(0.3),
    Edit::Erased(0.4),
    Edit::Cleaned(0.1),
    Edit::Cleaned(0.3),
    Edit::Pasted,
    Edit::Colour,
    Edit::Light,
    Edit::Banner,
    Edit::Date,
    Edit::Cropped(0.05),
    Edit::Cropped(0.1),
    Edit::Cropped(0.2),
    Edit::Mirrored,
    Edit::Rotated(10.0),
    Edit::Screenshot,
    Edit::Collage,
    Edit::ErasedForwarded,
    Edit::MirroredBanner,
];

impl Edit {
    pub fn name(self) -> String {
        let percent = |share: f32| (share * 100.0).round();
        match self {
            Self::Exact => "exact".into(),
            Self::Resaved => "resaved, quality 60 to 95".into(),
            Self::Jpeg(quality) => format!("JPEG {quality}"),
            Self::Double => "saved twice, grid shifted".into(),
            Self::Scaled(by) => format!("scale {by}"),
            Self::Messenger => "messenger: 1280 px, quality 70".into(),
            Self::Erased(share) => format!("erased {} %", percent(share)),
            Self::Cleaned(share) => format!("cleaned {} % with its own texture", percent(share)),
            Self::Pasted => "object pasted in".into(),
            Self::Colour => "colour changed".into(),
            Self::Light => "light changed".into(),
            Self::Banner => "banner 12 %".into(),
            Self::Date => "date changed".into(),
            Self::Cropped(share) => format!("crop {} %", percent(share)),
            Self::Mirrored => "mirror".into(),
            Self::Rotated(most) => format!("rotation to {most} degrees"),
            Self::Screenshot => "screenshot with borders".into(),
            Self::Collage => "collage of two".into(),
            Self::ErasedForwarded => "erased 20 %, scale 0.5, JPEG 60".into(),
            Self::MirroredBanner => "mirror, banner, JPEG 75".into(),
        }
    }

    /// The file that is sent again. `other` is some other photo.
    pub fn apply(self, file: &[u8], other: &RgbImage, dice: &mut Dice) -> Result<Vec<u8>> {
        if self == Self::Exact {
            return Ok(file.to_vec());
        }
        let mut photo = opened(file)?;
        let mut quality = dice.whole(75, 95) as u8;
        photo = match self {
            Self::Exact => photo,
            Self::Resaved => {
                quality = dice.whole(60, 95) as u8;
                photo
            }
            Self::Jpeg(fixed) => {
                quality = fixed;
                photo
            }
            Self::Double => {
                let first = opened(&jpeg(&photo, 70)?)?;
                let (w, h) = first.dimensions();
                quality = 85;
                imageops::crop_imm(&first, 3, 5, w - 3, h - 5).to_image()
            }
            Self::Scaled(by) => scaled(&photo, by),
            Self::Messenger => {
                quality = 70;
                within(photo, 1280)
            }
            Self::Erased(share) => {
                erase(&mut photo, share, dice);
                photo
            }
            Self::Cleaned(share) => {
                clean(&mut photo, share, dice);
                photo
            }
            Self::Pasted => {
                paste(&mut photo, other, dice);
                photo
            }
            Self::Colour => {
                let by: [f32; 3] = std::array::from_fn(|_| dice.real(0.85, 1.18));
                curved(&mut photo, |channel, v| v * by[channel]);
                photo
            }
            Self::Light => {
                let (gamma, gain) = (dice.real(0.7, 1.4), dice.real(0.85, 1.15));
                curved(&mut photo, |_, v| (v / 255.0).powf(gamma) * 255.0 * gain);
                photo
            }
            Self::Banner => {
                banner(&mut photo, 0.12, dice);
                photo
            }
            Self::Date => {
                banner(&mut photo, 0.05, dice);
                photo
            }
            Self::Cropped(share) => cropped(&photo, share, dice),
            Self::Mirrored => mirrored(&photo),
            Self::Rotated(most) => {
                let degrees = dice.real(1.0, most) * dice.side();
                rotated(&photo, degrees, dice.whole(0, 1) == 1)
            }
            Self::Screenshot => screenshot(&photo, dice),
            Self::Collage => collage(&photo, other, dice),
            Self::ErasedForwarded => {
                erase(&mut photo, 0.2, dice);
                quality = 60;
                scaled(&photo, 0.5)
            }
            Self::MirroredBanner => {
                let mut photo = mirrored(&photo);
                banner(&mut photo, 0.12, dice);
                quality = 75;
                photo
            }
        };
        jpeg(&photo, quality)
    }
}

/// An ellipse-like place of this share of the area, well inside.
struct Spot {
    middle: (f32, f32),
    radii: (f32, f32),
}

impl Spot {
    fn new(photo: &RgbImage, share: f32, dice: &mut Dice) -> Self {
        let (width, height) = (photo.width() as f32, photo.height() as f32);
        // Four fifths of the box it stands in, as a rounded one fills it.
        let stretch = dice.real(0.7, 1.4);
        let side = (share * width * height / 3.5).sqrt();
        let radii = ((side * stretch).min(width * 0.48), side / stretch);
        let radii = (
            radii.0,
            (share * width * height / 3.5 / radii.0).min(height * 0.48),
        );
        let place = |dice: &mut Dice, radius: f32, side: f32| {
            dice.real(radius, (side - radius).max(radius))
        };
        Self {
            middle: (place(dice, radii.0, width), place(dice, radii.1, height)),
            radii,
        }
    }

    /// 0 outside, 1 inside, a little feathered: a rounded rectangle.
    fn at(&self, x: f32, y: f32) -> f32 {
        let across = (x - self.middle.0) / self.radii.0;
        let down = (y - self.middle.1) / self.radii.1;
        let way = (across.powi(4) + down.powi(4)).powf(0.25);
        ((1.0 - way) * self.radii.0.min(self.radii.1) / 4.0).clamp(0.0, 1.0)
    }

    fn rows(&self, photo: &RgbImage) -> std::ops::Range<u32> {
        let top = (self.middle.1 - self.radii.1).max(0.0) as u32;
        top..((self.middle.1 + self.radii.1) as u32 + 2).min(photo.height())
    }

    fn columns(&self, photo: &RgbImage) -> std::ops::Range<u32> {
        let left = (self.middle.0 - self.radii.0).max(0.0) as u32;
        left..((self.middle.0 + self.radii.0) as u32 + 2).min(photo.width())
    }

    fn fill(&self, photo: &mut RgbImage, with: impl Fn(f32, f32) -> [f32; 3]) {
        for y in self.rows(photo) {
            for x in self.columns(photo) {
                let share = self.at(x as f32, y as f32);
                let new = with(x as f32, y as f32);
                let pixel = photo.get_pixel_mut(x, y);
                for (old, new) in pixel.0.iter_mut().zip(new) {
                    *old = (f32::from(*old) * (1.0 - share) + new * share) as u8;
                }
            }
        }
    }
}

/// Smoothly filled from the four sides, as simple inpainting does, with a little grain of its own.
fn erase(photo: &mut RgbImage, share: f32, dice: &mut Dice) {
    let spot = Spot::new(photo, share, dice);
    let before = photo.clone();
    let (left, right) = (spot.middle.0 - spot.radii.0, spot.middle.0 + spot.radii.0);
    let (top, bottom) = (spot.middle.1 - spot.radii.1, spot.middle.1 + spot.radii.1);
    let rim = |x: f32, y: f32| {
        let near = [(0.0, 0.0), (-2.0, 0.0), (2.0, 0.0), (0.0, 2.0), (0.0, -2.0)];
        let mut sum = [0.0; 3];
        for (dx, dy) in near {
            let value = sample(&before, x + dx, y + dy);
            sum.iter_mut().zip(value).for_each(|(s, v)| *s += v / 5.0);
        }
        sum
    };
    let mut patch = RgbImage::new(photo.width(), photo.height());
    for y in spot.rows(photo) {
        for x in spot.columns(photo) {
            let (fx, fy) = (x as f32, y as f32);
            let sides = [
                (rim(left, fy), 1.0 / (fx - left).max(1.0)),
                (rim(right, fy), 1.0 / (right - fx).max(1.0)),
                (rim(fx, top), 1.0 / (fy - top).max(1.0)),
                (rim(fx, bottom), 1.0 / (bottom - fy).max(1.0)),
            ];
            let total: f32 = sides.iter().map(|it| it.1).sum();
            let value = |i: usize| sides.iter().map(|it| it.0[i] * it.1).sum::<f32>() / total;
            patch.put_pixel(x, y, Rgb(std::array::from_fn(|i| value(i) as u8)));
        }
    }
    noisy(&mut patch, 1.0, dice);
    spot.fill(photo, |x, y| sample(&patch, x, y));
}

/// Covered with the picture's own texture from elsewhere, as generative fill makes plausible ground.
fn clean(photo: &mut RgbImage, share: f32, dice: &mut Dice) {
    let spot = Spot::new(photo, share, dice);
    let before = photo.clone();
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let far = (dice.real(0.2, 0.45) * width, dice.real(0.05, 0.3) * height);
    let x_side = if spot.middle.0 > width / 2.0 {
        -1.0
    } else {
        1.0
    };
    let y_side = if spot.middle.1 > height / 2.0 {
        -1.0
    } else {
        1.0
    };
    // Reflected at the edges, so that there is always some.
    let inside = |v: f32, side: f32| {
        let period = 2.0 * (side - 1.0);
        let v = v.rem_euclid(period);
        if v > side - 1.0 { period - v } else { v }
    };
    spot.fill(photo, |x, y| {
        let (x, y) = (x + far.0 * x_side, y + far.1 * y_side);
        sample(&before, inside(x, width), inside(y, height))
    });
}

/// A piece of another photo, 4 to 12 % of the area.
fn paste(photo: &mut RgbImage, other: &RgbImage, dice: &mut Dice) {
    let share = dice.real(0.04, 0.12);
    let spot = Spot::new(photo, share, dice);
    let by = other.width() as f32 / photo.width() as f32;
    let down = other.height() as f32 / photo.height() as f32;
    let size = (photo.width() as f32, photo.height() as f32);
    let shift = (dice.real(0.0, size.0), dice.real(0.0, size.1));
    spot.fill(photo, |x, y| {
        let (x, y) = ((x + shift.0) % size.0, (y + shift.1) % size.1);
        sample(other, x * by, y * down)
    });
}

/// A dark band with bright marks like writing, along the lower or upper edge.
fn banner(photo: &mut RgbImage, share: f32, dice: &mut Dice) {
    let (width, height) = photo.dimensions();
    let band = ((height as f32 * share) as u32).max(4);
    let top = if dice.whole(0, 3) == 0 {
        0
    } else {
        height - band
    };
    let lines = if share > 0.08 { 3 } else { 1 };
    let line = (band / lines).max(4);
    let dot = (line / 10).max(1);
    let opaque = dice.whole(0, 1) == 1;
    for y in 0..band {
        for x in 0..width {
            let pixel = photo.get_pixel_mut(x, top + y);
            pixel.0 = pixel.0.map(|v| if opaque { 20 } else { v / 4 });
        }
    }
    for row in 0..lines {
        let mut x = 2 * dot;
        while x + 6 * dot < width * 4 / 5 {
            let glyph = dice.bits();
            for cell in 0..35_u32 {
                if glyph >> cell & 1 == 1 {
                    let left = x + cell % 5 * dot;
                    let up = top + row * line + (1 + cell / 5) * dot;
                    for (dx, dy) in (0..dot).flat_map(|dx| (0..dot).map(move |dy| (dx, dy))) {
                        if left + dx < width && up + dy < height {
                            photo.put_pixel(left + dx, up + dy, Rgb([250, 220, 80]));
                        }
                    }
                }
            }
            x += 6 * dot;
        }
    }
}

/// A phone's screen with the photo in the middle, bars and buttons.
fn screenshot(photo: &RgbImage, dice: &mut Dice) -> RgbImage {
    let (width, height) = (1080_u32, 2160 + 60 * dice.whole(0, 4));
    let ground = if dice.whole(0, 1) == 0 { 12 } else { 245 };
    let mut screen = RgbImage::from_pixel(width, height, Rgb([ground; 3]));
    let by = (width as f32 / photo.width() as f32).min(height as f32 * 0.8 / photo.height() as f32);
    let shown = scaled(photo, by);
    let x = (width - shown.width().min(width)) / 2;
    let y = (height - shown.height().min(height)) / 2 + dice.whole(0, 60);
    imageops::replace(&mut screen, &shown, i64::from(x), i64::from(y));
    for (row, thickness) in [(30, 26), (height - 140, 60)] {
        for at in 0..dice.whole(4, 9) {
            let left = 60 + at * 110;
            let right = (left + dice.whole(30, 80)).min(width);
            let ink = Rgb([if ground < 128 { 210 } else { 60 }; 3]);
            for (px, py) in (left..right).flat_map(|px| (0..thickness).map(move |py| (px, py))) {
                if row + py < height {
                    screen.put_pixel(px, row + py, ink);
                }
            }
        }
    }
    screen
}

/// Before and after side by side, or one above the other.
fn collage(photo: &RgbImage, other: &RgbImage, dice: &mut Dice) -> RgbImage {
    let (width, height) = photo.dimensions();
    let other = imageops::resize(other, width, height, imageops::FilterType::Triangle);
    let first = dice.whole(0, 1);
    let beside = width < height;
    let (wide, high) = if beside {
        (2 * width, height)
    } else {
        (width, 2 * height)
    };
    let mut page = RgbImage::new(wide, high);
    let step = if beside { (width, 0) } else { (0, height) };
    for (place, part) in [(first, photo), (1 - first, &other)] {
        let (x, y) = (step.0 * place, step.1 * place);
        imageops::replace(&mut page, part, i64::from(x), i64::from(y));
    }
    within(page, 1600)
}
