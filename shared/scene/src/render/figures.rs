//! Figures with many parts: trees, people, lamps.

use crate::canvas::{Canvas, Ink, ink, scale};
use crate::rng::Dice;

/// A tree of this height, metres; `m` is pixels a metre.
pub(super) fn tree(
    seed: u64,
    canvas: &mut Canvas,
    foot: (f32, f32),
    m: f32,
    height: f32,
    light: u32,
) {
    let mut dice = Dice::new(seed, "tree");
    let bark = scale(ink(92, 74, 58), light);
    canvas.veil_ellipse(foot, height * 0.32 * m, height * 0.07 * m, 0, 110);
    let lean = dice.real(-0.4, 0.4);
    let crown = (foot.0 + lean * m, foot.1 - height * 0.68 * m);
    canvas.stroke(foot, crown, height * 0.05 * m, bark);
    let green = ink(
        dice.whole(40, 96) as u8,
        dice.whole(84, 130) as u8,
        dice.whole(30, 60) as u8,
    );
    foliage(
        canvas,
        &mut dice,
        crown,
        (height * 0.36 * m, height * 0.3 * m),
        scale(green, light),
        46,
    );
}

/// A cloud of leaves: dark clumps first, lit ones last.
pub(super) fn foliage(
    canvas: &mut Canvas,
    dice: &mut Dice,
    at: (f32, f32),
    size: (f32, f32),
    green: Ink,
    clumps: i32,
) {
    for i in 0..clumps {
        let (sin, cos) = dice.real(0.0, std::f32::consts::TAU).sin_cos();
        let out = dice.real(0.0, 1.0).sqrt() * 0.85;
        let lift = i as f32 / clumps as f32;
        let spot = (
            at.0 + cos * out * size.0,
            at.1 + (sin * out + 0.25 - lift * 0.5) * size.1,
        );
        let r = dice.real(0.12, 0.3);
        let tone = (150.0 + lift * 130.0 + dice.real(-25.0, 25.0)) as u32;
        canvas.ellipse(spot, r * size.0, r * size.1, scale(green, tone));
    }
}

/// Somebody, from behind.
pub(super) fn person(canvas: &mut Canvas, foot: (f32, f32), m: f32, shirt: Ink, legs: Ink) {
    let (x, y) = foot;
    canvas.veil_ellipse(foot, 0.35 * m, 0.07 * m, 0, 100);
    canvas.bar((x, y), m, [-0.16, 0.85, -0.02, 0.0], legs);
    canvas.bar((x, y), m, [0.02, 0.85, 0.16, 0.0], scale(legs, 220));
    canvas.ellipse((x, y - 1.1 * m), 0.25 * m, 0.36 * m, shirt);
    canvas.stroke(
        (x - 0.22 * m, y - 1.3 * m),
        (x - 0.3 * m, y - 0.8 * m),
        0.1 * m,
        scale(shirt, 215),
    );
    canvas.stroke(
        (x + 0.22 * m, y - 1.3 * m),
        (x + 0.3 * m, y - 0.85 * m),
        0.1 * m,
        scale(shirt, 230),
    );
    canvas.ellipse((x, y - 1.56 * m), 0.11 * m, 0.14 * m, ink(146, 104, 78));
    canvas.ellipse((x, y - 1.62 * m), 0.12 * m, 0.09 * m, ink(36, 30, 30));
}

/// A street lamp.
pub(super) fn lamp(canvas: &mut Canvas, foot: (f32, f32), m: f32, lit: bool, hanging: bool) {
    let steel = ink(74, 78, 84);
    let top = (foot.0, foot.1 - 5.2 * m);
    canvas.stroke(foot, top, 0.16 * m, steel);
    canvas.bar(foot, m, [-0.16, 0.8, 0.16, 0.0], ink(60, 62, 66));
    let arm = if hanging { (0.55, 1.5) } else { (1.4, -0.25) };
    let head = (top.0 + arm.0 * m, top.1 + arm.1 * m);
    canvas.stroke(top, head, 0.12 * m, steel);
    if lit {
        let cone = [
            head,
            (head.0 - 2.2 * m, foot.1 + 0.4 * m),
            (head.0 + 2.2 * m, foot.1 + 0.4 * m),
        ];
        canvas.veil(&cone, ink(255, 226, 150), 70);
        canvas.veil_ellipse(
            (head.0, foot.1 + 0.3 * m),
            3.0 * m,
            0.55 * m,
            ink(255, 220, 150),
            90,
        );
        for (r, t) in [(1.3, 40), (0.9, 60), (0.6, 90)] {
            canvas.veil_ellipse(head, r * m, r * m, ink(255, 232, 170), t);
        }
    }
    let bulb = if lit {
        ink(255, 250, 226)
    } else {
        ink(44, 46, 50)
    };
    canvas.ellipse(head, 0.42 * m, 0.17 * m, steel);
    canvas.ellipse((head.0, head.1 + 0.08 * m), 0.34 * m, 0.12 * m, bulb);
}
