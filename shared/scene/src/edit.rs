//! What people do to pictures after the shot.

use crate::canvas::Rgb;
use crate::font;
use crate::{Scene, State, View};

/// A part of a picture, pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Left column.
    pub x: u32,
    /// Top row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// The reporter's own photo with the problem taken out, as in Kalisari in April 2026.
///
/// Where before and after differ, smooth pixels without sensor noise are put in, feathered at the
/// rim; every other pixel is the reporter's, noise included. Returns the picture and the changed
/// area (empty if the states do not differ in this view).
pub fn problem_removed(scene: &Scene, view: &View, width: u32, height: u32) -> (Rgb, Area) {
    let mut photo = scene.render(State::Before, view, width, height);
    let before = scene.finished(State::Before, view, 0.0, width, height);
    let after = scene.finished(State::After, view, 0.0, width, height);
    let mut bounds = Bounds::default();
    let pairs = before.data.chunks_exact(3).zip(after.data.chunks_exact(3));
    for (i, (old, new)) in pairs.enumerate() {
        if old != new {
            bounds.add(i as u32 % width, i as u32 / width);
            photo.data[i * 3..i * 3 + 3].copy_from_slice(new);
        }
    }
    (photo, bounds.area())
}

/// Some other photo with an area painted over: each row is drawn across from the pixels left and
/// right of it. For photos that no scene stands behind.
pub fn painted_over(photo: &mut Rgb, area: Area) {
    let right = (area.x + area.width).min(photo.width);
    let bottom = (area.y + area.height).min(photo.height);
    for y in area.y..bottom {
        let from = photo.pixel(area.x.saturating_sub(1).min(photo.width - 1), y);
        let to = photo.pixel(right.min(photo.width - 1), y);
        for x in area.x..right {
            let t = (x - area.x) as f32 / area.width as f32;
            let blend = |c: usize| (f32::from(from[c]) * (1.0 - t) + f32::from(to[c]) * t) as u8;
            photo.set_pixel(x, y, [blend(0), blend(1), blend(2)]);
        }
    }
}

/// A dark band along the lower edge with lines of text, as stamp apps print it: about 6 % of the
/// height for each line. Letters are capitals of 5 by 7 dots.
pub fn banner(photo: &mut Rgb, lines: &[&str]) {
    let dot = (photo.height / 160).max(1);
    let line_height = (font::HEIGHT + 3) * dot;
    let band = (line_height * lines.len() as u32 + 2 * dot).min(photo.height);
    let top = photo.height - band;
    let start = top as usize * photo.width as usize * 3;
    for value in &mut photo.data[start..] {
        *value /= 5;
    }
    for (i, line) in lines.iter().enumerate() {
        let y = top + 2 * dot + i as u32 * line_height;
        for (j, glyph) in line.chars().enumerate() {
            let x = (2 + j as u32 * (font::WIDTH + 1)) * dot;
            write(photo, glyph, (x, y), dot);
        }
    }
}

fn write(photo: &mut Rgb, glyph: char, (left, top): (u32, u32), dot: u32) {
    for row in 0..font::HEIGHT * dot {
        for column in 0..font::WIDTH * dot {
            let (x, y) = (left + column, top + row);
            if x < photo.width && y < photo.height && font::dot(glyph, column / dot, row / dot) {
                photo.set_pixel(x, y, [250, 214, 60]);
            }
        }
    }
}

/// A part of the picture; at least one pixel, clipped to the picture.
#[must_use]
pub fn crop(photo: &Rgb, area: Area) -> Rgb {
    let x = area.x.min(photo.width - 1);
    let y = area.y.min(photo.height - 1);
    let width = area.width.clamp(1, photo.width - x);
    let height = area.height.clamp(1, photo.height - y);
    let mut data = Vec::with_capacity((width * height * 3) as usize);
    for row in y..y + height {
        let at = (row as usize * photo.width as usize + x as usize) * 3;
        data.extend_from_slice(&photo.data[at..at + width as usize * 3]);
    }
    Rgb {
        width,
        height,
        data,
    }
}

/// Left becomes right.
#[must_use]
pub fn mirror(photo: &Rgb) -> Rgb {
    let mut data = Vec::with_capacity(photo.data.len());
    for row in photo.data.chunks_exact(photo.width as usize * 3) {
        row.rchunks_exact(3)
            .for_each(|pixel| data.extend_from_slice(pixel));
    }
    Rgb { data, ..*photo }
}

/// Grows around pixels.
struct Bounds {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            left: u32::MAX,
            top: u32::MAX,
            right: 0,
            bottom: 0,
        }
    }
}

impl Bounds {
    fn add(&mut self, x: u32, y: u32) {
        self.left = self.left.min(x);
        self.top = self.top.min(y);
        self.right = self.right.max(x + 1);
        self.bottom = self.bottom.max(y + 1);
    }

    fn area(&self) -> Area {
        Area {
            x: self.left.min(self.right),
            y: self.top.min(self.bottom),
            width: self.right.saturating_sub(self.left),
            height: self.bottom.saturating_sub(self.top),
        }
    }
}
