//! Things that stand on the ground and stay: trees, lamps, poles, people, cones and bins.

use super::{Camera, figures, vehicles};
use crate::canvas::{Canvas, Ink, ink, scale};
use crate::rng::Dice;
use crate::scene::{Scene, Side};

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What {
    /// Height, metres.
    Tree(f32),
    /// A street lamp; lit or dark, hanging if broken.
    Lamp {
        /// It shines.
        lit: bool,
        /// Its arm hangs down.
        hanging: bool,
    },
    /// A pole for wires.
    Pole,
    /// A passer-by's shirt.
    Person(Ink),
    /// A cleaner of the city in orange, with a broom.
    Cleaner,
    Cone,
    Bin,
    /// Its paint.
    Car(Ink),
    /// Its paint.
    Bike(Ink),
}

/// A thing and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thing {
    /// Metres right of the axis.
    pub(super) aside: f32,
    /// Metres ahead.
    pub(super) ahead: f32,
    pub(super) seed: u64,
    pub(super) dusk: bool,
    pub(super) what: What,
}

/// Trees, lamps and poles of the place.
pub(super) fn along_the_road(scene: &Scene) -> Vec<Thing> {
    let mut dice = Dice::new(scene.root, "things");
    let dusk = scene.hour == 3;
    let mut things = Vec::new();
    let mut push = |aside: f32, ahead: f32, seed: u64, what: What| {
        things.push(Thing {
            aside,
            ahead,
            seed,
            dusk,
            what,
        });
    };
    for (i, side) in scene.sides.iter().enumerate() {
        let out = if i == 0 { -1.0 } else { 1.0 };
        let edge = scene.road[i];
        let (every, setback) = match side {
            Side::Park => (4.5, 2.8),
            Side::Canal => (9.0, 0.6),
            Side::Houses => (11.0, 0.7),
            Side::Wall => (10.0, 0.6),
            Side::Shops => (18.0, 0.5),
        };
        let mut ahead = dice.real(4.0, 5.0 + every);
        while ahead < 60.0 {
            let tree = What::Tree(dice.real(3.5, 8.5));
            push(
                edge + out * (setback + dice.real(0.0, 1.2)),
                ahead,
                dice.bits(),
                tree,
            );
            ahead += dice.real(0.6, 1.5) * every;
        }
    }
    let poles = usize::from(dice.chance(0.5));
    let out = if poles == 0 { -1.0 } else { 1.0 };
    let mut ahead = dice.real(5.0, 16.0);
    while ahead < 90.0 {
        push(scene.road[poles] + out * 0.35, ahead, 0, What::Pole);
        ahead += 22.0;
    }
    things
}

impl Thing {
    /// Paints it.
    pub(super) fn paint(&self, camera: &Camera, canvas: &mut Canvas) {
        let m = camera.pixels(self.ahead);
        let foot = camera.point(self.aside, self.ahead, 0.0);
        let light = if self.dusk { 120 } else { 256 };
        let lit = |colour: Ink| scale(colour, light);
        match self.what {
            What::Tree(height) => figures::tree(self.seed, canvas, foot, m, height, light),
            What::Lamp { lit, hanging } => figures::lamp(canvas, foot, m, lit, hanging),
            What::Pole => self.pole(camera, canvas, foot, m),
            What::Person(shirt) => {
                figures::person(canvas, foot, m, lit(shirt), lit(ink(52, 56, 84)));
            }
            What::Cleaner => {
                figures::person(
                    canvas,
                    foot,
                    m,
                    lit(ink(246, 112, 26)),
                    lit(ink(232, 104, 24)),
                );
                let band = lit(ink(236, 236, 190));
                canvas.bar(foot, m, [-0.22, 1.1, 0.22, 1.03], band);
                let broom = (foot.0 + 0.55 * m, foot.1);
                canvas.stroke(
                    (foot.0 + 0.15 * m, foot.1 - 1.3 * m),
                    broom,
                    0.05 * m,
                    ink(120, 86, 50),
                );
                canvas.bar(broom, m, [-0.15, 0.14, 0.15, 0.0], ink(180, 150, 90));
            }
            What::Cone => {
                let tip = (foot.0, foot.1 - 0.75 * m);
                let orange = lit(ink(240, 96, 30));
                canvas.polygon(
                    &[
                        (foot.0 - 0.24 * m, foot.1),
                        tip,
                        (foot.0 + 0.24 * m, foot.1),
                    ],
                    orange,
                );
                canvas.bar(foot, m, [-0.13, 0.42, 0.13, 0.3], ink(240, 240, 240));
            }
            What::Bin => {
                let green = lit(ink(34, 120, 70));
                canvas.bar(foot, m, [-0.35, 1.0, 0.35, 0.0], green);
                canvas.bar(foot, m, [-0.4, 1.1, 0.4, 0.95], scale(green, 180));
                canvas.bar(foot, m, [-0.18, 0.7, 0.18, 0.45], ink(230, 230, 220));
            }
            What::Car(paint) => vehicles::car(canvas, foot, m, lit(paint)),
            What::Bike(paint) => vehicles::bike(canvas, foot, m, lit(paint)),
        }
    }

    fn pole(&self, camera: &Camera, canvas: &mut Canvas, foot: (f32, f32), m: f32) {
        let grey = scale(ink(88, 84, 80), if self.dusk { 120 } else { 256 });
        canvas.bar(foot, m, [-0.1, 7.5, 0.1, 0.0], grey);
        let top = foot.1 - 7.0 * m;
        canvas.rect(
            foot.0 - 0.9 * m,
            top,
            foot.0 + 0.9 * m,
            top + 0.12 * m,
            grey,
        );
        for (wire, thick) in [(-0.8, 0.03), (0.0, 0.05), (0.8, 0.03)] {
            // Wires run on to the next pole, 22 m nearer.
            let nearer = (self.ahead - 22.0).max(1.2);
            let to = camera.point(self.aside + wire, nearer, 6.95);
            canvas.stroke(
                (foot.0 + wire * m, top),
                to,
                (thick * m).max(1.6),
                ink(30, 30, 32),
            );
        }
    }
}
