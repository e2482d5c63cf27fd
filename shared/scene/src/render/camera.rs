//! A pinhole over flat ground.
//!
//! Nearness `n` is 0 at the horizon and 1 at the picture's lower edge; everything at nearness `n`
//! is `n` times as large as at the edge, and moves `n` times as far when the camera steps aside.

use crate::paint::Spot;
use crate::scene::Scene;
use crate::view::View;

/// Eye height of somebody with a phone, metres.
const EYE: f32 = 1.6;
/// Focal length, picture heights.
const FOCAL: f32 = 1.1;

/// From metres to pixels.
pub(crate) struct Camera {
    horizon: f32,
    vanish: f32,
    /// Picture heights a metre, at nearness 1.
    pub(crate) metre: f32,
    view: View,
    width: f32,
    height: f32,
}

impl Camera {
    /// The scene's camera, moved by the view.
    pub(crate) fn new(scene: &Scene, view: &View, width: u32, height: u32) -> Self {
        Self {
            horizon: scene.horizon,
            vanish: scene.vanish,
            metre: (1.0 - scene.horizon) / EYE,
            view: *view,
            width: width as f32,
            height: height as f32,
        }
    }

    /// Nearness of the ground at this height of the unmoved picture.
    pub(crate) fn nearness_at(&self, y: f32) -> f32 {
        (y - self.horizon) / (1.0 - self.horizon)
    }

    /// Nearness of things this many metres ahead.
    pub(crate) fn nearness(&self, ahead: f32) -> f32 {
        (FOCAL / (ahead * self.metre)).min(2.5)
    }

    /// Metres ahead at this nearness.
    pub(crate) fn ahead(&self, nearness: f32) -> f32 {
        FOCAL / (nearness * self.metre)
    }

    /// Pixels a metre has at this distance.
    pub(crate) fn pixels(&self, ahead: f32) -> f32 {
        self.metre * self.nearness(ahead) * self.view.zoom * self.height
    }

    /// Where a point `aside` metres right, `ahead` metres ahead and `up` metres high is seen.
    pub(crate) fn point(&self, aside: f32, ahead: f32, up: f32) -> Spot {
        let near = self.nearness(ahead);
        let x = self.vanish + (aside * self.metre - self.view.dx) * near;
        let y = self.horizon + ((1.0 - self.horizon) - up * self.metre - self.view.dy) * near;
        (self.screen_x(x), self.screen_y(y))
    }

    /// A ring on the ground.
    pub(crate) fn ring(&self, at: (f32, f32), radii: &[f32], flat: f32) -> Vec<Spot> {
        let step = std::f32::consts::TAU / radii.len() as f32;
        let corner = |(i, r): (usize, &f32)| {
            let (sin, cos) = (i as f32 * step).sin_cos();
            self.point(at.0 + r * cos, (at.1 + r * flat * sin).max(0.6), 0.0)
        };
        radii.iter().enumerate().map(corner).collect()
    }

    /// Column of a scene's x, picture heights from the middle.
    pub(crate) fn screen_x(&self, x: f32) -> f32 {
        self.width / 2.0 + x * self.view.zoom * self.height
    }

    /// Row of a scene's y.
    pub(crate) fn screen_y(&self, y: f32) -> f32 {
        self.height / 2.0 + (y - 0.5) * self.view.zoom * self.height
    }

    /// Nearness of the ground seen in this row of the canvas; negative above the horizon.
    pub(crate) fn row_nearness(&self, row: f32) -> f32 {
        let y = (row - self.height / 2.0) / (self.view.zoom * self.height) + 0.5;
        (y - self.horizon) / (1.0 - self.horizon - self.view.dy)
    }

    /// Metres right of the axis seen in column 0 at this nearness, and metres a column.
    pub(crate) fn row_metres(&self, near: f32) -> (f32, f32) {
        let per_pixel = 1.0 / (self.view.zoom * self.height);
        let left = -self.width / 2.0 * per_pixel - self.vanish;
        (
            (left / near + self.view.dx) / self.metre,
            per_pixel / (near * self.metre),
        )
    }
}
