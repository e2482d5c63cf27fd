//! Houses with windows, and shops on their ground floor.

use super::houses::{Front, PLASTER};
use crate::canvas::{Canvas, ink, scale};
use crate::rng::Dice;

/// A house; `open` puts a shop on the ground floor.
pub(super) fn shop(front: &Front<'_>, canvas: &mut Canvas, dice: &mut Dice, open: bool) {
    let floors = dice.whole(1, if open { 4 } else { 2 });
    let storey = dice.real(2.8, 3.6);
    let height = floors as f32 * storey + dice.real(0.0, 0.8);
    let plaster = *dice.pick(&PLASTER);
    let side = scale(plaster, 150);
    // The gable towards the camera, seen where the neighbour is lower or absent.
    let depth = 6.0 * front.aside.signum();
    let gable = [(0.0, 0.0), (depth, 0.0), (depth, height), (0.0, height)]
        .map(|(back, up)| front.camera.point(front.aside + back, front.from, up));
    canvas.polygon(&gable, front.tone(side));
    front.panel(canvas, [0.0, 1.0], [0.0, height], plaster);
    front.panel(
        canvas,
        [0.0, 1.0],
        [height - 0.35, height],
        scale(plaster, 200),
    );
    let glass = *dice.pick(&[ink(52, 64, 78), ink(88, 108, 124), ink(60, 50, 44)]);
    let columns = dice.whole(2, 4);
    let share = dice.real(0.45, 0.7);
    for floor in i64::from(open)..floors {
        for column in 0..columns {
            let left = (column as f32 + (1.0 - share) / 2.0) / columns as f32;
            let along = [left, left + share / columns as f32];
            let foot = floor as f32 * storey + storey * 0.3;
            front.panel(
                canvas,
                along,
                [foot - 0.08, foot + storey * 0.5 + 0.08],
                scale(plaster, 285),
            );
            front.panel(canvas, along, [foot, foot + storey * 0.5], glass);
        }
    }
    if open {
        shopfront(front, canvas, dice, storey);
    } else {
        front.panel(canvas, [0.40, 0.55], [0.0, 2.1], ink(96, 66, 44));
    }
    front.panel(canvas, [0.0, 1.0], [0.0, 0.25], scale(plaster, 120));
}

/// Shutter or open front, sign, awning.
fn shopfront(front: &Front<'_>, canvas: &mut Canvas, dice: &mut Dice, storey: f32) {
    let shut = dice.chance(0.4);
    let inside = if shut {
        ink(140, 146, 150)
    } else {
        ink(46, 40, 38)
    };
    front.panel(canvas, [0.08, 0.92], [0.0, storey * 0.72], inside);
    if shut {
        for slat in 1..8 {
            let up = storey * 0.72 * slat as f32 / 8.0;
            front.panel(canvas, [0.08, 0.92], [up, up + 0.05], ink(108, 114, 118));
        }
    } else {
        for _ in 0..dice.whole(3, 7) {
            let left = dice.real(0.1, 0.8);
            let colour = ink(
                dice.whole(90, 240) as u8,
                dice.whole(70, 220) as u8,
                dice.whole(60, 200) as u8,
            );
            let top = dice.real(0.5, storey * 0.6);
            front.panel(
                canvas,
                [left, left + dice.real(0.05, 0.12)],
                [top - 0.4, top],
                colour,
            );
        }
    }
    let signs = [
        ink(206, 40, 44),
        ink(28, 92, 180),
        ink(236, 190, 40),
        ink(30, 130, 84),
        ink(240, 240, 236),
    ];
    let sign = *dice.pick(&signs);
    front.panel(canvas, [0.04, 0.96], [storey * 0.76, storey * 0.98], sign);
    let letters = if sign == signs[4] {
        ink(40, 40, 60)
    } else {
        ink(244, 242, 230)
    };
    let mut along = 0.1;
    while along < 0.85 {
        let wide = dice.real(0.015, 0.05);
        front.panel(
            canvas,
            [along, along + wide],
            [storey * 0.81, storey * 0.92],
            letters,
        );
        along += wide + 0.02;
    }
}
