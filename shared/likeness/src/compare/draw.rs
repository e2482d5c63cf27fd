//! Both photos side by side in grey, with what was found on them in colour: for a person's eyes.

use super::answer::{Comparison, Match};
use super::plane::{Grey, Luma};

/// A drawing: red, green and blue, 8 bits each, rows without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The pixels.
    pub rgb: Vec<u8>,
}

/// Each photo fits a square of this side.
const SIDE: usize = 640;
/// Between the photos.
const GAP: usize = 12;
/// Lines drawn at most: more hide the photos.
const LINES: usize = 80;
const GREEN: [u8; 3] = [60, 200, 90];
const RED: [u8; 3] = [235, 60, 50];

/// Draws matches as green lines and changed regions as red outlines, on both photos.
pub fn draw(a: &Luma<'_>, b: &Luma<'_>, answer: &Comparison, matches: &[Match]) -> Drawing {
    let (one, other) = (fitted(a), fitted(b));
    let height = one.height.max(other.height);
    let width = one.width + GAP + other.width;
    let mut drawing = Drawing {
        width,
        height,
        rgb: vec![255; width * height * 3],
    };
    drawing.put(&one, 0);
    drawing.put(&other, one.width + GAP);
    let on_a = |[x, y]: [f64; 2]| (x * one.width as f64, y * one.height as f64);
    let shift = (one.width + GAP) as f64;
    let on_b = |[x, y]: [f64; 2]| (shift + x * other.width as f64, y * other.height as f64);
    let step = matches.len().div_ceil(LINES).max(1);
    for (from, to) in matches.iter().step_by(step) {
        drawing.line(on_a(*from), on_b(*to), GREEN);
    }
    for region in &answer.regions {
        let places = region.polygon.iter().copied();
        drawing.ring(&places.clone().map(on_a).collect::<Vec<_>>());
        if let Some(transform) = &answer.transform {
            let moved = places.map(|place| on_b(moved(&transform.matrix, place)));
            drawing.ring(&moved.collect::<Vec<_>>());
        }
    }
    drawing
}

fn moved(m: &[f64; 9], [x, y]: [f64; 2]) -> [f64; 2] {
    let w = m[6] * x + m[7] * y + m[8];
    [
        (m[0] * x + m[1] * y + m[2]) / w,
        (m[3] * x + m[4] * y + m[5]) / w,
    ]
}

fn fitted(luma: &Luma<'_>) -> Grey {
    if !luma.is_whole() {
        return Grey::new(0, 0);
    }
    luma.scaled((SIDE as f64 / luma.width.max(luma.height) as f64).min(1.0))
}

impl Drawing {
    fn put(&mut self, grey: &Grey, left: usize) {
        for (y, row) in grey.rows().enumerate() {
            for (x, value) in row.iter().enumerate() {
                self.dot(left + x, y, [(value + 0.5) as u8; 3]);
            }
        }
    }

    fn dot(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        if x < self.width && y < self.height {
            let at = (y * self.width + x) * 3;
            self.rgb[at..at + 3].copy_from_slice(&colour);
        }
    }

    fn ring(&mut self, places: &[(f64, f64)]) {
        let next = places.iter().cycle().skip(1);
        for (from, to) in places.iter().zip(next) {
            for beside in [0.0, 1.0] {
                let place = |p: &(f64, f64)| (p.0 + beside, p.1 + beside);
                self.line(place(from), place(to), RED);
            }
        }
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: [u8; 3]) {
        let far = (self.width + self.height) as f64;
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).min(far);
        for step in 0..=steps as usize {
            let share = step as f64 / steps.max(1.0);
            let x = from.0 + (to.0 - from.0) * share;
            let y = from.1 + (to.1 - from.1) * share;
            if x >= 0.0 && y >= 0.0 {
                self.dot(x as usize, y as usize, colour);
            }
        }
    }
}
