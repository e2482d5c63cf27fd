//! Shapes on the canvas, filled row by row.

use crate::canvas::{Canvas, Ink, mix, scale};

/// A point on the canvas, pixels; may lie outside.
pub(crate) type Spot = (f32, f32);

impl Canvas {
    /// Calls `span(y, left, right)` for every row the polygon covers (even-odd rule).
    fn scan(&mut self, outline: &[Spot], mut span: impl FnMut(&mut Self, i64, f32, f32)) {
        let top = outline
            .iter()
            .map(|p| p.1)
            .fold(f32::MAX, f32::min)
            .max(0.0);
        let bottom = outline
            .iter()
            .map(|p| p.1)
            .fold(f32::MIN, f32::max)
            .min(self.height as f32);
        let mut crossings: Vec<f32> = Vec::with_capacity(8);
        for y in top as i64..bottom.ceil() as i64 {
            let line = y as f32 + 0.5;
            crossings.clear();
            let mut from = outline[outline.len() - 1];
            for &to in outline {
                if (from.1 <= line) != (to.1 <= line) {
                    crossings.push(from.0 + (line - from.1) / (to.1 - from.1) * (to.0 - from.0));
                }
                from = to;
            }
            crossings.sort_by(f32::total_cmp);
            for pair in crossings.chunks_exact(2) {
                span(self, y, pair[0], pair[1]);
            }
        }
    }

    /// A filled polygon.
    pub(crate) fn polygon(&mut self, outline: &[Spot], colour: Ink) {
        self.scan(outline, |canvas, y, left, right| {
            canvas.span(y, left, right, colour);
        });
    }

    /// A polygon through which the ground shows: what is there is mixed with `colour` by `t` of
    /// 256. A shadow is a mix with black.
    pub(crate) fn veil(&mut self, outline: &[Spot], colour: Ink, t: u32) {
        self.scan(outline, |canvas, y, left, right| {
            canvas.veil_span(y, left, right, colour, t);
        });
    }

    fn veil_span(&mut self, y: i64, left: f32, right: f32, colour: Ink, t: u32) {
        let width = self.width as f32;
        let (left, right) = (
            left.clamp(0.0, width) as usize,
            right.clamp(0.0, width) as usize,
        );
        for pixel in &mut self.row(y as usize)[left..right.max(left)] {
            *pixel = mix(*pixel, colour, t);
        }
    }

    /// A filled ellipse.
    pub(crate) fn ellipse(&mut self, centre: Spot, rx: f32, ry: f32, colour: Ink) {
        ellipse_rows(self.height, centre, rx, ry, |y, left, right| {
            self.span(y, left, right, colour);
        });
    }

    /// An ellipse through which the ground shows.
    pub(crate) fn veil_ellipse(&mut self, centre: Spot, rx: f32, ry: f32, colour: Ink, t: u32) {
        ellipse_rows(self.height, centre, rx, ry, |y, left, right| {
            self.veil_span(y, left, right, colour, t);
        });
    }

    /// A lit ellipse: brighter above, darker below, as a round thing under the sky.
    pub(crate) fn ball(&mut self, centre: Spot, rx: f32, ry: f32, colour: Ink) {
        self.ellipse(centre, rx, ry, scale(colour, 190));
        self.ellipse(
            (centre.0 - rx * 0.12, centre.1 - ry * 0.18),
            rx * 0.8,
            ry * 0.76,
            colour,
        );
        let glint = (centre.0 - rx * 0.25, centre.1 - ry * 0.4);
        self.ellipse(glint, rx * 0.42, ry * 0.36, scale(colour, 320));
    }

    /// An upright rectangle.
    pub(crate) fn rect(&mut self, left: f32, top: f32, right: f32, bottom: f32, colour: Ink) {
        for y in top.max(0.0).round() as i64..(bottom.min(self.height as f32)).round() as i64 {
            self.span(y, left, right, colour);
        }
    }

    /// An upright rectangle in metres right of and above a foot point: left, top, right, bottom.
    pub(crate) fn bar(&mut self, foot: Spot, metre: f32, edges: [f32; 4], colour: Ink) {
        let [left, top, right, bottom] = edges.map(|edge| edge * metre);
        self.rect(
            foot.0 + left,
            foot.1 - top,
            foot.0 + right,
            foot.1 - bottom,
            colour,
        );
    }

    /// A straight stroke of this thickness, pixels.
    pub(crate) fn stroke(&mut self, from: Spot, to: Spot, thick: f32, colour: Ink) {
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let length = x.hypot(y).max(0.001);
        let (nx, ny) = (-y / length * thick / 2.0, x / length * thick / 2.0);
        let outline = [
            (from.0 + nx, from.1 + ny),
            (to.0 + nx, to.1 + ny),
            (to.0 - nx, to.1 - ny),
            (from.0 - nx, from.1 - ny),
        ];
        self.polygon(&outline, colour);
    }
}

fn ellipse_rows(
    height: usize,
    (cx, cy): Spot,
    rx: f32,
    ry: f32,
    mut span: impl FnMut(i64, f32, f32),
) {
    if rx <= 0.0 || ry <= 0.0 {
        return;
    }
    let rows = (cy - ry).max(0.0) as i64..(cy + ry).min(height as f32).ceil() as i64;
    for y in rows {
        let off = (y as f32 + 0.5 - cy) / ry;
        if off.abs() < 1.0 {
            let half = rx * (1.0 - off * off).sqrt();
            span(y, cx - half, cx + half);
        }
    }
}
