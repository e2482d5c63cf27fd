//! From where, in what light and with which sensor noise a scene is photographed.

use crate::rng::Dice;

/// One shot's circumstances. The same view of the same scene gives the same pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Step to the right, in picture heights at the nearest ground; far things move less.
    pub dx: f32,
    /// Camera held lower, in picture heights at the nearest ground.
    pub dy: f32,
    /// 1 is the whole scene, 1.2 is nearer.
    pub zoom: f32,
    /// Exposure: 1 is as painted.
    pub light: f32,
    /// Colour of the light: positive is warmer, about -0.1 to 0.1.
    pub warmth: f32,
    /// Strength of the sensor's noise, levels (standard deviation); 3 to 5 by day.
    pub noise: f32,
    /// The noise and the passing traffic of this very shot.
    pub noise_seed: u64,
}

impl View {
    /// From the middle, in plain light.
    pub fn front(noise_seed: u64) -> Self {
        Self {
            dx: 0.0,
            dy: 0.0,
            zoom: 1.0,
            light: 1.0,
            warmth: 0.0,
            noise: 3.5,
            noise_seed,
        }
    }

    /// Somebody stands there at some other time: another step, height, light and noise.
    pub fn somewhere(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "view");
        let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
        Self {
            dx: dice.real(0.12, 0.34) * side,
            dy: dice.real(-0.10, 0.12),
            zoom: dice.real(1.0, 1.28),
            light: dice.real(0.82, 1.14),
            warmth: dice.real(-0.07, 0.08),
            noise: dice.real(2.8, 5.0),
            noise_seed: dice.bits(),
        }
    }

    /// An honest try to hit the same angle as `self`: a few centimetres off, other light and noise.
    #[must_use]
    pub fn reshot(self, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "reshot");
        let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
        Self {
            dx: self.dx + dice.real(0.02, 0.05) * side,
            dy: self.dy + dice.real(-0.02, 0.02),
            zoom: self.zoom * dice.real(1.005, 1.04),
            light: self.light * dice.real(0.88, 1.12),
            warmth: self.warmth + dice.real(-0.05, 0.05),
            noise: dice.real(2.8, 5.0),
            noise_seed: dice.bits(),
        }
    }

    /// After dark with a small sensor: little light, much noise.
    #[must_use]
    pub fn at_night(self) -> Self {
        Self {
            light: 0.13,
            warmth: 0.10,
            noise: 7.0,
            ..self
        }
    }
}
