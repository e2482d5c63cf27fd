//! Honest pairs: two exposures of one place, or of two.

use anyhow::Result;
use image::{RgbImage, imageops};
use jaga_scene::{Problem, Scene, State, View};

use crate::dice::Dice;
use crate::raster::{curved, jpeg, noisy, scaled, warped};

/// One kind of honest pair, a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Honest {
    /// A street made by code, before and after, the same angle tried.
    Reshot,
    /// The same from some other step.
    Elsewhere,
    /// The same camera on a tripod: only the noise and the light are new.
    Tripod,
    /// A real photo cut into layers, each moved by its nearness.
    Layered,
    /// The same without any layers: two frames of a burst, a little turned, new noise.
    Burst,
    /// Real pairs, two cameras at once.
    Stereo,
}

impl Honest {
    pub fn name(self) -> &'static str {
        match self {
            Self::Reshot => "re-shot, made street, same angle tried",
            Self::Elsewhere => "re-shot, made street, another step",
            Self::Tripod => "re-shot, made street, tripod, new light",
            Self::Layered => "re-shot, real photo in moved layers",
            Self::Burst => "burst of a real photo, no parallax, new noise",
            Self::Stereo => "real stereo pairs",
        }
    }
}

fn picture(rgb: jaga_scene::Rgb) -> RgbImage {
    RgbImage::from_raw(rgb.width, rgb.height, rgb.data).unwrap_or_default()
}

/// The problem of a made street.
pub fn problem(seed: u64) -> Problem {
    Problem::ALL[seed as usize % Problem::ALL.len()]
}

pub const MADE: (u32, u32) = (1600, 1200);
const SMALL: (u32, u32) = (640, 480);

/// A made street as a citizen photographs it.
pub fn made(seed: u64) -> RgbImage {
    let scene = Scene::new(seed, problem(seed));
    picture(scene.render(State::Before, &View::somewhere(seed), MADE.0, MADE.1))
}

/// The same at a fingerprint's size.
pub fn small(seed: u64) -> RgbImage {
    let scene = Scene::new(seed, problem(seed));
    picture(scene.render(State::Before, &View::somewhere(seed), SMALL.0, SMALL.1))
}

/// Report and evidence of a made street.
pub fn street(kind: Honest, seed: u64, dice: &mut Dice) -> Result<[Vec<u8>; 2]> {
    let scene = Scene::new(seed, problem(seed));
    let first = View::somewhere(seed);
    let second = match kind {
        Honest::Tripod => View {
            light: first.light * dice.real(0.9, 1.1),
            warmth: first.warmth + dice.real(-0.04, 0.04),
            noise_seed: dice.bits(),
            ..first
        },
        Honest::Elsewhere => View::somewhere(dice.bits()),
        _ => first.reshot(dice.bits()),
    };
    let file = |state, view: &View, dice: &mut Dice| {
        let shot = picture(scene.render(state, view, MADE.0, MADE.1));
        jpeg(&shot, dice.whole(80, 95) as u8)
    };
    Ok([
        file(State::Before, &first, dice)?,
        file(State::After, &second, dice)?,
    ])
}

/// What a real photo shows, without its own noise: two new exposures must not share it.
fn calmed(photo: &RgbImage) -> RgbImage {
    if photo.width().max(photo.height()) >= 1000 {
        scaled(photo, 0.5)
    } else {
        imageops::blur(photo, 0.8)
    }
}

fn exposed(shot: &mut RgbImage, dice: &mut Dice) {
    let (gamma, gain) = (dice.real(0.85, 1.2), dice.real(0.9, 1.1));
    let tint: [f32; 3] = std::array::from_fn(|_| dice.real(0.95, 1.05));
    curved(shot, |channel, v| {
        (v / 255.0).powf(gamma) * 255.0 * gain * tint[channel]
    });
}

/// Two exposures of what a real photo shows. Layered: the ground nears towards the lower edge and
/// some things stand on it; nearer things move further.
pub fn real(kind: Honest, photo: &RgbImage, dice: &mut Dice) -> Result<[Vec<u8>; 2]> {
    let calm = calmed(photo);
    let (width, height) = (calm.width() as f32, calm.height() as f32);
    let horizon = dice.real(0.15, 0.5);
    let things: Vec<[f32; 5]> = (0..dice.whole(3, 6))
        .map(|_| {
            let place = (dice.real(0.1, 0.9), dice.real(0.2, 0.9));
            let size = (dice.real(0.05, 0.2), dice.real(0.08, 0.25));
            [place.0, place.1, size.0, size.1, dice.real(0.1, 1.0)]
        })
        .collect();
    let near = |x: f32, y: f32| {
        let (x, y) = (x / width, y / height);
        let ground = ((y - horizon) / (1.0 - horizon)).max(0.0);
        let thing = |t: &&[f32; 5]| (x - t[0]).abs() < t[2] && (y - t[1]).abs() < t[3];
        things.iter().find(thing).map_or(ground, |t| t[4])
    };
    let layered = kind == Honest::Layered;
    let (step, rise) = if layered {
        let step = dice.real(0.012, 0.05) * dice.side() * width;
        (step, dice.real(-0.02, 0.02) * height)
    } else {
        (0.0, 0.0)
    };
    let most = if layered { 3.0 } else { 0.8 };
    let (sin, cos) = (dice.real(-most, most)).to_radians().sin_cos();
    let zoom = dice.real(0.98, 1.02);
    let shift = (dice.real(-9.0, 9.0), dice.real(-9.0, 9.0));
    let mut second = warped(&calm, calm.width(), calm.height(), |x, y| {
        let (u, v) = ((x - width / 2.0) * zoom, (y - height / 2.0) * zoom);
        let (u, v) = (u * cos - v * sin, u * sin + v * cos);
        let (u, v) = (u + width / 2.0 + shift.0, v + height / 2.0 + shift.1);
        let near = near(u, v);
        (u + step * near, v + rise * near)
    });
    let mut first = calm.clone();
    exposed(&mut second, dice);
    for shot in [&mut first, &mut second] {
        let sigma = dice.real(1.5, 3.5);
        noisy(shot, sigma, dice);
    }
    let quality = |dice: &mut Dice| dice.whole(80, 95) as u8;
    Ok([jpeg(&first, quality(dice))?, jpeg(&second, quality(dice))?])
}
