//! Cars and motorbikes, seen from behind.

use super::things::{Thing, What};
use crate::canvas::{Canvas, Ink, ink, scale};
use crate::rng::Dice;
use crate::scene::Scene;
use crate::view::View;

/// Paints of this city's cars.
pub(super) const PAINTS: [Ink; 7] = [
    ink(226, 226, 224),
    ink(40, 42, 46),
    ink(150, 154, 158),
    ink(168, 30, 36),
    ink(36, 70, 130),
    ink(120, 104, 84),
    ink(206, 178, 60),
];

/// Who passes in this very moment: another view, other traffic.
pub(super) fn passing(scene: &Scene, view: &View) -> Vec<Thing> {
    let mut dice = Dice::new(view.noise_seed, "traffic");
    let dusk = scene.hour == 3;
    let mut things = Vec::new();
    for _ in 0..dice.whole(0, 3) {
        let ahead = dice.real(16.0, 45.0);
        let aside = dice.real(scene.road[0] + 0.6, scene.road[1] - 0.6);
        let paint = *dice.pick(&PAINTS);
        let what = match dice.whole(0, 3) {
            0 => What::Car(paint),
            1 => What::Person(paint),
            _ => What::Bike(paint),
        };
        things.push(Thing {
            aside,
            ahead,
            seed: dice.bits(),
            dusk,
            what,
        });
    }
    things
}

/// A car; `m` is pixels a metre.
pub(super) fn car(canvas: &mut Canvas, (x, y): (f32, f32), m: f32, paint: Ink) {
    let tyre = ink(26, 26, 28);
    canvas.veil_ellipse((x, y - 0.02 * m), 1.05 * m, 0.16 * m, 0, 150);
    canvas.bar((x, y), m, [-0.78, 0.5, -0.52, 0.0], tyre);
    canvas.bar((x, y), m, [0.52, 0.5, 0.78, 0.0], tyre);
    let cabin = [
        (x - 0.76 * m, y - 0.92 * m),
        (x - 0.58 * m, y - 1.48 * m),
        (x + 0.58 * m, y - 1.48 * m),
        (x + 0.76 * m, y - 0.92 * m),
    ];
    canvas.polygon(&cabin, scale(paint, 225));
    let glass = [
        (x - 0.64 * m, y - 0.94 * m),
        (x - 0.5 * m, y - 1.38 * m),
        (x + 0.5 * m, y - 1.38 * m),
        (x + 0.64 * m, y - 0.94 * m),
    ];
    canvas.polygon(&glass, ink(44, 54, 64));
    let glint = [
        (x - 0.36 * m, y - 0.94 * m),
        (x - 0.26 * m, y - 1.38 * m),
        (x - 0.06 * m, y - 1.38 * m),
        (x - 0.14 * m, y - 0.94 * m),
    ];
    canvas.veil(&glint, ink(200, 214, 226), 90);
    let body = [
        (x - 0.86 * m, y - 0.3 * m),
        (x - 0.86 * m, y - 0.8 * m),
        (x - 0.76 * m, y - 0.96 * m),
        (x + 0.76 * m, y - 0.96 * m),
        (x + 0.86 * m, y - 0.8 * m),
        (x + 0.86 * m, y - 0.3 * m),
    ];
    canvas.polygon(&body, paint);
    canvas.bar((x, y), m, [-0.86, 0.42, 0.86, 0.24], scale(paint, 170));
    for [left, right] in [[-0.84, -0.58], [0.58, 0.84]] {
        canvas.bar((x, y), m, [left, 0.84, right, 0.66], ink(206, 34, 30));
    }
    canvas.bar((x, y), m, [-0.26, 0.62, 0.26, 0.46], ink(236, 236, 232));
    for digit in 0..5 {
        let left = x + (digit as f32 * 0.09 - 0.2) * m;
        canvas.rect(
            left,
            y - 0.58 * m,
            left + 0.05 * m,
            y - 0.5 * m,
            ink(30, 30, 30),
        );
    }
}

/// A motorbike with nobody on it.
pub(super) fn bike(canvas: &mut Canvas, (x, y): (f32, f32), m: f32, paint: Ink) {
    canvas.veil_ellipse((x, y), 0.5 * m, 0.09 * m, 0, 130);
    canvas.ellipse((x, y - 0.29 * m), 0.1 * m, 0.29 * m, ink(24, 24, 26));
    canvas.polygon(
        &[
            (x - 0.2 * m, y - 0.42 * m),
            (x - 0.16 * m, y - 0.86 * m),
            (x + 0.16 * m, y - 0.86 * m),
            (x + 0.2 * m, y - 0.42 * m),
        ],
        paint,
    );
    canvas.ellipse((x, y - 0.88 * m), 0.18 * m, 0.08 * m, ink(34, 32, 34));
    canvas.bar((x, y), m, [-0.1, 0.66, 0.1, 0.58], ink(210, 36, 30));
    canvas.bar((x, y), m, [-0.11, 0.52, 0.11, 0.42], ink(232, 232, 228));
    canvas.stroke(
        (x - 0.36 * m, y - 1.02 * m),
        (x + 0.36 * m, y - 1.02 * m),
        0.06 * m,
        ink(40, 40, 44),
    );
    for side in [-0.36, 0.36] {
        canvas.stroke(
            (x + side * m, y - 1.02 * m),
            (x + side * 1.1 * m, y - 1.2 * m),
            0.03 * m,
            ink(40, 40, 44),
        );
        canvas.ellipse(
            (x + side * 1.1 * m, y - 1.22 * m),
            0.07 * m,
            0.06 * m,
            ink(70, 76, 84),
        );
    }
}
