//! Sky, clouds and what stands on the horizon.

use super::Camera;
use crate::canvas::{Canvas, Ink, ink, mix, scale};
use crate::rng::Dice;
use crate::scene::Scene;

/// Zenith and horizon by hour.
const COLOURS: [[Ink; 2]; 4] = [
    [ink(120, 165, 215), ink(232, 222, 200)],
    [ink(70, 135, 215), ink(205, 225, 240)],
    [ink(165, 172, 180), ink(214, 216, 216)],
    [ink(38, 44, 78), ink(196, 118, 88)],
];

/// Paints down to the horizon.
pub(super) fn paint(scene: &Scene, camera: &Camera, canvas: &mut Canvas) {
    let ground = (0..canvas.height).find(|y| camera.row_nearness(*y as f32 + 0.5) > 0.0);
    let rows = ground.unwrap_or(canvas.height);
    let mut dice = Dice::new(scene.root, "sky");
    let [zenith, low] = COLOURS[scene.hour];
    let white = if scene.hour == 3 {
        ink(150, 96, 100)
    } else {
        ink(246, 246, 246)
    };
    let cover = if scene.hour == 2 {
        40
    } else {
        dice.whole(-30, 20)
    };
    let (from_u, from_v) = (dice.whole(0, 255), dice.whole(0, 255));
    let height = canvas.height as i64;
    for y in 0..rows {
        let base = mix(zenith, low, (y * 256 / rows.max(1)) as u32);
        let line = super::clouds().row(from_v + y as i64 * 420 / height);
        // The horizon is far: columns do not shift when the camera steps aside.
        for (i, run) in canvas.row(y).chunks_mut(4).enumerate() {
            let u = (from_u + i as i64 * 4 * 256 / height) as usize & 255;
            let cloud = (i64::from(line[u]) * 6 + cover * 4).clamp(0, 220) as u32;
            run.fill(mix(base, white, cloud));
        }
    }
    if rows > 0 {
        skyline(scene, camera, canvas, &mut dice);
    }
}

fn skyline(scene: &Scene, camera: &Camera, canvas: &mut Canvas, dice: &mut Dice) {
    let haze = COLOURS[scene.hour][1];
    let tall = if dice.chance(0.4) { 5.0 } else { 1.0 };
    let mut x = -1.4_f32;
    while x < 1.4 {
        let width = dice.real(0.03, 0.16);
        let height = dice.real(0.01, 0.05) * if dice.chance(0.3) { tall } else { 1.0 };
        let tone = ink(
            dice.whole(70, 130) as u8,
            dice.whole(80, 130) as u8,
            dice.whole(90, 140) as u8,
        );
        let colour = mix(
            scale(tone, if scene.hour == 3 { 120 } else { 256 }),
            haze,
            110,
        );
        let (left, right) = (camera.screen_x(x), camera.screen_x(x + width));
        let (top, foot) = (
            camera.screen_y(scene.horizon - height),
            camera.screen_y(scene.horizon) + 3.0,
        );
        canvas.rect(left, top, right, foot, colour);
        if height > 0.08 {
            let dark = scale(colour, 215);
            let floors = (height / 0.012) as i32;
            for floor in 1..floors {
                let y = top + (foot - top) * floor as f32 / floors as f32;
                canvas.rect(left + 2.0, y, right - 2.0, y + 2.0, dark);
            }
        }
        x += width * dice.real(0.7, 1.5);
    }
    // A belt of far trees hides where the ground begins.
    let green = mix(ink(58, 84, 52), haze, 70);
    let green = if scene.hour == 3 {
        scale(green, 110)
    } else {
        green
    };
    let mut x = -1.4_f32;
    while x < 1.4 {
        let r = dice.real(0.012, 0.035);
        let centre = (camera.screen_x(x), camera.screen_y(scene.horizon - r * 0.4));
        let size = r * canvas.height as f32;
        canvas.ellipse(
            centre,
            size * 1.3,
            size,
            scale(green, dice.whole(220, 280) as u32),
        );
        x += r * 1.4;
    }
}
