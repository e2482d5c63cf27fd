//! A square of noise that repeats: the grain of asphalt, water, plaster and clouds.

use crate::rng::Dice;

/// Side of the tile, a power of two.
pub(crate) const SIDE: usize = 256;

/// Values around 0, about -64 to 64; wraps in both directions.
pub(crate) struct Tile(Vec<i8>);

impl Tile {
    /// `fine` is the share of single-cell grain, the rest is clouds of 8 to 64 cells.
    pub(crate) fn new(seed: u64, label: &str, fine: f32) -> Self {
        let mut dice = Dice::new(seed, label);
        let mut field = vec![0.0_f32; SIDE * SIDE];
        for (cells, weight) in [(4, 0.45), (8, 0.3), (32, 0.25)] {
            add_octave(&mut field, &mut dice, cells, weight * (1.0 - fine));
        }
        let mut grain = 0_u64;
        for (i, value) in field.iter_mut().enumerate() {
            if i % 8 == 0 {
                grain = dice.bits();
            }
            *value += ((grain >> (i % 8 * 8) & 0xFF) as f32 / 127.5 - 1.0) * fine;
        }
        Self(
            field
                .into_iter()
                .map(|v| (v * 64.0).clamp(-127.0, 127.0) as i8)
                .collect(),
        )
    }

    /// One row of cells.
    #[inline]
    pub(crate) fn row(&self, v: i64) -> &[i8] {
        let v = v as usize & (SIDE - 1);
        &self.0[v * SIDE..(v + 1) * SIDE]
    }
}

/// Adds noise of `cells` a side, smoothed between.
fn add_octave(field: &mut [f32], dice: &mut Dice, cells: usize, weight: f32) {
    let knots: Vec<f32> = (0..cells * cells).map(|_| dice.real(-1.0, 1.0)).collect();
    let step = SIDE / cells;
    let ease = |i: usize| {
        let t = (i % step) as f32 / step as f32;
        t * t * (3.0 - 2.0 * t)
    };
    for y in 0..SIDE {
        let (top, low, ty) = (y / step, (y / step + 1) % cells, ease(y));
        for x in 0..SIDE {
            let (l, r, tx) = (x / step, (x / step + 1) % cells, ease(x));
            let upper = knots[top * cells + l] * (1.0 - tx) + knots[top * cells + r] * tx;
            let lower = knots[low * cells + l] * (1.0 - tx) + knots[low * cells + r] * tx;
            field[y * SIDE + x] += (upper * (1.0 - ty) + lower * ty) * weight * 1.6;
        }
    }
}
