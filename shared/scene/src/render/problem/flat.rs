//! Problems that lie flat: holes and water.

use crate::canvas::{Canvas, ink};
use crate::render::Camera;
use crate::rng::Dice;
use crate::scene::Scene;
use crate::view::View;

fn ragged(dice: &mut Dice, radius: f32, rough: f32) -> Vec<f32> {
    (0..26)
        .map(|_| radius * dice.real(1.0 - rough, 1.0 + rough))
        .collect()
}

/// Metres that fill this share of the picture's height at the problem's distance.
fn widest(scene: &Scene, share: f32) -> f32 {
    let camera = Camera::new(scene, &View::front(0), 4, 3);
    share / (camera.metre * camera.nearness(scene.spot.1))
}

pub(super) fn pothole(scene: &Scene, camera: &Camera, canvas: &mut Canvas, dice: &mut Dice) {
    let radius = dice.real(0.75, 1.1).min(widest(scene, 0.2));
    let ring = |canvas: &mut Canvas, radii: &[f32], colour| {
        canvas.polygon(&camera.ring(scene.spot, radii, 1.0), colour);
    };
    let shape = ragged(dice, radius, 0.22);
    let scaled = |by: f32| shape.iter().map(|r| r * by).collect::<Vec<_>>();
    // Broken rim, torn layers, the dark bottom, and a puddle that shines.
    canvas.veil(
        &camera.ring(scene.spot, &scaled(1.35), 1.0),
        ink(120, 112, 100),
        120,
    );
    ring(canvas, &scaled(1.08), ink(158, 148, 132));
    ring(canvas, &shape, ink(70, 62, 54));
    ring(canvas, &scaled(0.82), ink(44, 38, 34));
    let puddle = (scene.spot.0 + radius * 0.08, scene.spot.1 - radius * 0.1);
    canvas.polygon(&camera.ring(puddle, &scaled(0.55), 0.8), ink(112, 120, 124));
    canvas.polygon(&camera.ring(puddle, &scaled(0.3), 0.5), ink(160, 172, 180));
    for _ in 0..22 {
        let (sin, cos) = dice.real(0.0, std::f32::consts::TAU).sin_cos();
        let out = radius * dice.real(1.1, 1.7);
        let at = (
            scene.spot.0 + cos * out,
            (scene.spot.1 + sin * out).max(0.8),
        );
        let r = dice.real(0.03, 0.09) * camera.pixels(at.1);
        let spot = camera.point(at.0, at.1, 0.02);
        canvas.ball(spot, r, r * 0.7, ink(112, 106, 98));
    }
    for _ in 0..4 {
        let mut at = scene.spot;
        let (sin, cos) = dice.real(0.0, std::f32::consts::TAU).sin_cos();
        for _ in 0..6 {
            let to = (
                at.0 + (cos + dice.real(-0.7, 0.7)) * 0.4,
                (at.1 + (sin + dice.real(-0.7, 0.7)) * 0.4).max(0.8),
            );
            let thick = 0.03 * camera.pixels(at.1);
            canvas.stroke(
                camera.point(at.0, at.1, 0.0),
                camera.point(to.0, to.1, 0.0),
                thick,
                ink(50, 46, 42),
            );
            at = to;
        }
    }
    // The bottom again: cracks start at the rim.
    ring(canvas, &scaled(0.82), ink(44, 38, 34));
    canvas.polygon(&camera.ring(puddle, &scaled(0.55), 0.8), ink(112, 120, 124));
    canvas.polygon(&camera.ring(puddle, &scaled(0.3), 0.5), ink(160, 172, 180));
}

/// Fresh asphalt in a straight-cut square.
pub(super) fn patch(scene: &Scene, camera: &Camera, canvas: &mut Canvas, dice: &mut Dice) {
    let half = dice.real(1.2, 1.5).min(widest(scene, 0.28));
    let tilt = dice.real(-0.15, 0.15);
    let square = |half: f32| {
        [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(x, y): (f32, f32)| {
            let ahead = (scene.spot.1 + (y + x * tilt) * half * 0.85).max(0.8);
            camera.point(scene.spot.0 + (x - y * tilt) * half, ahead, 0.0)
        })
    };
    canvas.polygon(&square(half * 1.05), ink(34, 34, 36));
    canvas.polygon(&square(half), ink(54, 54, 58));
    for _ in 0..260 {
        let (x, y) = (dice.real(-0.93, 0.93) * half, dice.real(-0.78, 0.78) * half);
        let ahead = (scene.spot.1 + y).max(0.8);
        let spot = camera.point(scene.spot.0 + x, ahead, 0.0);
        let r = 0.018 * camera.pixels(ahead);
        let tone = dice.whole(66, 104) as u8;
        canvas.ellipse(spot, r, r * 0.6, ink(tone, tone, tone));
    }
}

pub(super) fn water(scene: &Scene, camera: &Camera, canvas: &mut Canvas, dice: &mut Dice) {
    let lake = |canvas: &mut Canvas, wide: f32, deep: f32, colour, t, dice: &mut Dice| {
        let radii = ragged(dice, wide, 0.1);
        canvas.veil(&camera.ring(scene.spot, &radii, deep), colour, t);
    };
    lake(canvas, 4.6, 0.95, ink(96, 84, 66), 150, dice);
    lake(canvas, 4.1, 0.92, ink(134, 116, 88), 236, dice);
    lake(canvas, 3.2, 0.9, ink(146, 128, 100), 200, dice);
    for _ in 0..90 {
        let (x, y) = (dice.real(-3.4, 3.4), dice.real(-3.0, 3.0));
        let ahead = (scene.spot.1 + y).max(0.9);
        let (spot, m) = (
            camera.point(scene.spot.0 + x, ahead, 0.0),
            camera.pixels(ahead),
        );
        let colour = if dice.chance(0.5) {
            ink(206, 204, 196)
        } else {
            ink(92, 80, 62)
        };
        canvas.veil_ellipse(spot, dice.real(0.15, 0.6) * m, 0.025 * m, colour, 130);
    }
    for _ in 0..dice.whole(3, 8) {
        let (x, y) = (dice.real(-2.5, 2.5), dice.real(-2.0, 2.5));
        let ahead = (scene.spot.1 + y).max(1.0);
        let (spot, m) = (
            camera.point(scene.spot.0 + x, ahead, 0.03),
            camera.pixels(ahead),
        );
        let colour = *dice.pick(&[
            ink(230, 230, 230),
            ink(60, 120, 190),
            ink(196, 50, 44),
            ink(70, 110, 50),
        ]);
        canvas.ball(spot, 0.14 * m, 0.07 * m, colour);
    }
}

/// The road after the water went: dark and wet, with a rim of mud.
pub(super) fn damp(scene: &Scene, camera: &Camera, canvas: &mut Canvas, dice: &mut Dice) {
    let radii = ragged(dice, 3.8, 0.12);
    canvas.veil(&camera.ring(scene.spot, &radii, 0.9), ink(40, 40, 46), 100);
    for _ in 0..30 {
        let (x, y) = (dice.real(-3.0, 3.0), dice.real(-2.6, 2.6));
        let ahead = (scene.spot.1 + y).max(0.9);
        let (spot, m) = (
            camera.point(scene.spot.0 + x, ahead, 0.0),
            camera.pixels(ahead),
        );
        canvas.veil_ellipse(
            spot,
            dice.real(0.1, 0.5) * m,
            dice.real(0.03, 0.08) * m,
            ink(176, 186, 194),
            110,
        );
    }
}
