//! What stands along the two sides: shop houses, houses, walls, a canal's far bank.

use super::{Camera, shops};
use crate::canvas::{Canvas, Ink, ink, mix, scale};
use crate::paint::Spot;
use crate::rng::Dice;
use crate::scene::{Scene, Side};

/// Painted plaster as the city likes it.
pub(super) const PLASTER: [Ink; 10] = [
    ink(214, 206, 184),
    ink(226, 222, 214),
    ink(170, 196, 190),
    ink(206, 158, 120),
    ink(122, 150, 132),
    ink(196, 184, 110),
    ink(120, 116, 112),
    ink(176, 98, 82),
    ink(108, 134, 168),
    ink(78, 74, 78),
];

/// One front: a plane along the road, from `from` to `to` metres ahead.
pub(super) struct Front<'a> {
    pub(super) camera: &'a Camera,
    pub(super) aside: f32,
    pub(super) from: f32,
    to: f32,
    haze: Ink,
    /// Light of 256.
    light: u32,
}

impl Front<'_> {
    /// A point at a share of the front's length, metres up.
    fn at(&self, along: f32, up: f32) -> Spot {
        self.camera
            .point(self.aside, self.from + (self.to - self.from) * along, up)
    }

    pub(super) fn tone(&self, colour: Ink) -> Ink {
        let far = ((self.from / 90.0).min(0.6) * 256.0) as u32;
        mix(scale(colour, self.light), self.haze, far)
    }

    pub(super) fn panel(&self, canvas: &mut Canvas, along: [f32; 2], up: [f32; 2], colour: Ink) {
        let corners = [
            self.at(along[0], up[0]),
            self.at(along[1], up[0]),
            self.at(along[1], up[1]),
            self.at(along[0], up[1]),
        ];
        canvas.polygon(&corners, self.tone(colour));
    }
}

/// Paints both sides, far fronts first.
pub(super) fn paint(scene: &Scene, camera: &Camera, canvas: &mut Canvas) {
    for (i, side) in scene.sides.iter().enumerate() {
        let mut dice = Dice::new(scene.root, if i == 0 { "left side" } else { "right side" });
        let out = if i == 0 { -1.0 } else { 1.0 };
        let edge = scene.road[i] + out * scene.pavement[i];
        let sunny = scene.sun_left == (i == 1);
        let light = match scene.hour {
            3 => 90,
            2 => 225,
            _ if sunny => 262,
            _ => 170,
        };
        let lots = lots(*side, &mut dice);
        for (from, to) in lots.into_iter().rev() {
            let setback = if *side == Side::Houses {
                dice.real(0.5, 2.5)
            } else {
                0.05
            };
            let setback = if *side == Side::Canal { 7.0 } else { setback };
            let haze = if scene.hour == 3 {
                ink(70, 58, 72)
            } else {
                ink(206, 212, 214)
            };
            let aside = edge + out * setback;
            let front = Front {
                camera,
                aside,
                from,
                to,
                haze,
                light,
            };
            match side {
                Side::Shops => shops::shop(&front, canvas, &mut dice, true),
                Side::Houses | Side::Canal => shops::shop(&front, canvas, &mut dice, false),
                Side::Wall => wall(&front, canvas, &mut dice),
                Side::Park => {}
            }
        }
    }
}

/// Where along the road the fronts stand, nearest first.
fn lots(side: Side, dice: &mut Dice) -> Vec<(f32, f32)> {
    let mut lots = Vec::new();
    let mut at = dice.real(1.2, 2.6);
    while at < 70.0 && side != Side::Park {
        let long = match side {
            Side::Wall => dice.real(8.0, 20.0),
            _ => dice.real(4.0, 9.0),
        };
        lots.push((at, at + long));
        at += long
            + if side == Side::Houses {
                dice.real(0.5, 5.0)
            } else {
                0.0
            };
    }
    lots
}

fn wall(front: &Front<'_>, canvas: &mut Canvas, dice: &mut Dice) {
    let height = dice.real(1.6, 2.8);
    let plaster = *dice.pick(&PLASTER);
    front.panel(canvas, [0.0, 1.0], [0.0, height], plaster);
    front.panel(
        canvas,
        [0.0, 1.0],
        [height - 0.2, height],
        scale(plaster, 190),
    );
    front.panel(canvas, [0.0, 1.0], [0.0, 0.5], scale(plaster, 165));
    let posts = ((front.to - front.from) / 2.5) as i32;
    for post in 0..posts {
        let along = post as f32 / posts as f32;
        front.panel(
            canvas,
            [along, along + 0.02],
            [0.0, height + 0.15],
            scale(plaster, 140),
        );
    }
    // Posters and stains.
    for _ in 0..dice.whole(1, 4) {
        let left = dice.real(0.05, 0.85);
        let colour = ink(
            dice.whole(60, 235) as u8,
            dice.whole(60, 225) as u8,
            dice.whole(60, 215) as u8,
        );
        let top = dice.real(1.1, height - 0.3);
        front.panel(
            canvas,
            [left, left + dice.real(0.03, 0.1)],
            [top - 0.6, top],
            colour,
        );
    }
}
