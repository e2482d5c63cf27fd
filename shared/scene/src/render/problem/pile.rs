//! Problems that lie in a heap: rubbish and fallen trees.

use crate::canvas::{Canvas, ink, scale};
use crate::render::Camera;
use crate::render::figures::foliage;
use crate::rng::Dice;
use crate::scene::Scene;

pub(super) fn heap(scene: &Scene, camera: &Camera, canvas: &mut Canvas, dice: &mut Dice) {
    let m = camera.pixels(scene.spot.1);
    let foot = camera.point(scene.spot.0, scene.spot.1, 0.0);
    canvas.veil_ellipse(foot, 1.5 * m, 0.3 * m, ink(40, 34, 28), 170);
    let colours = [
        ink(34, 34, 40),
        ink(40, 40, 46),
        ink(228, 228, 224),
        ink(60, 110, 190),
        ink(196, 46, 42),
        ink(222, 178, 60),
        ink(150, 118, 82),
        ink(190, 200, 206),
        ink(74, 124, 66),
        ink(30, 30, 34),
    ];
    for i in 0..70 {
        let lift = 1.0 - i as f32 / 70.0;
        let x = dice.real(-1.3, 1.3) * (1.0 - lift * 0.55);
        let spot = (
            foot.0 + x * m,
            foot.1 - (lift * 0.95 * (1.2 - x.abs() * 0.6) + dice.real(-0.05, 0.1)) * m,
        );
        let colour = *dice.pick(&colours);
        let r = dice.real(0.1, 0.3) * m;
        if dice.chance(0.62) {
            canvas.ball(spot, r, r * dice.real(0.6, 0.95), colour);
        } else {
            let (sin, cos) = dice.real(0.0, 3.1).sin_cos();
            let box_ =
                [(-1.0, -0.6), (1.0, -0.6), (1.0, 0.6), (-1.0, 0.6)].map(|(a, b): (f32, f32)| {
                    (
                        spot.0 + (a * cos - b * sin) * r,
                        spot.1 + (a * sin + b * cos) * r,
                    )
                });
            canvas.polygon(&box_, colour);
            canvas.stroke(box_[0], box_[1], r * 0.14, scale(colour, 300));
        }
    }
}

pub(super) fn fallen(scene: &Scene, camera: &Camera, canvas: &mut Canvas, dice: &mut Dice) {
    let out = if dice.chance(0.5) { 1.0 } else { -1.0 };
    let (x, ahead) = scene.spot;
    let root = camera.point(x - out * 2.6, ahead + 0.7, 0.25);
    let fork = camera.point(x + out * 0.5, ahead, 0.35);
    let m = camera.pixels(ahead);
    let (bark, light) = (ink(86, 68, 52), ink(128, 104, 80));
    canvas.veil_ellipse(
        (f32::midpoint(root.0, fork.0), fork.1 + 0.25 * m),
        2.4 * m,
        0.22 * m,
        0,
        130,
    );
    canvas.stroke(root, fork, 0.5 * m, bark);
    canvas.stroke(
        (root.0, root.1 - 0.12 * m),
        (fork.0, fork.1 - 0.1 * m),
        0.14 * m,
        light,
    );
    canvas.ball(root, 0.4 * m, 0.34 * m, ink(150, 112, 74));
    for (dx, dy, thick) in [(1.9, 0.9, 0.2), (1.7, 0.1, 0.16), (1.2, -0.5, 0.14)] {
        canvas.stroke(
            fork,
            (fork.0 + out * dx * m, fork.1 - dy * m),
            thick * m,
            bark,
        );
    }
    let green = ink(58, 104, 40);
    let crown = (fork.0 + out * 1.3 * m, fork.1 - 0.4 * m);
    foliage(canvas, dice, crown, (1.5 * m, 0.95 * m), green, 80);
    for _ in 0..40 {
        let leaf = (
            crown.0 + dice.real(-2.2, 2.2) * m,
            fork.1 + dice.real(-0.1, 0.5) * m,
        );
        canvas.ellipse(
            leaf,
            0.07 * m,
            0.03 * m,
            scale(green, dice.whole(180, 330) as u32),
        );
    }
}

pub(super) fn stump(scene: &Scene, camera: &Camera, canvas: &mut Canvas, dice: &mut Dice) {
    let m = camera.pixels(scene.spot.1);
    let foot = camera.point(scene.spot.0, scene.spot.1, 0.0);
    for _ in 0..160 {
        let at = (
            foot.0 + dice.real(-1.6, 1.6) * m,
            foot.1 + dice.real(-0.25, 0.3) * m,
        );
        let tone = dice.whole(190, 300) as u32;
        canvas.ellipse(
            at,
            dice.real(0.02, 0.06) * m,
            0.02 * m,
            scale(ink(176, 142, 96), tone),
        );
    }
}
