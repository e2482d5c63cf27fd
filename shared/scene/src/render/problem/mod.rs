//! The six problems, and what is left when they are solved.

mod flat;
mod pile;

use super::things::{Thing, What};
use super::{Camera, vehicles};
use crate::Problem;
use crate::canvas::Canvas;
use crate::rng::Dice;
use crate::scene::{Scene, State};

/// What lies flat on the ground, under all that stands.
pub(super) fn on_the_ground(scene: &Scene, state: State, camera: &Camera, canvas: &mut Canvas) {
    let mut dice = Dice::new(scene.root, "problem");
    match (scene.kind, state) {
        (Problem::Pothole, State::Before) => flat::pothole(scene, camera, canvas, &mut dice),
        (Problem::Pothole, State::After) => flat::patch(scene, camera, canvas, &mut dice),
        (Problem::Flood, State::Before) => flat::water(scene, camera, canvas, &mut dice),
        (Problem::Flood, State::After) => flat::damp(scene, camera, canvas, &mut dice),
        _ => {}
    }
}

/// What stands or lies about, to be sorted among the other things.
pub(super) fn things(scene: &Scene, state: State) -> Vec<Thing> {
    let mut dice = Dice::new(scene.root, "problem things");
    let dusk = scene.hour == 3;
    let (aside, ahead) = scene.spot;
    let thing = |aside, ahead, seed, what| Thing {
        aside,
        ahead,
        seed,
        dusk,
        what,
    };
    let mut things = Vec::new();
    match (scene.kind, state) {
        (Problem::IllegalParking, State::Before) => {
            for i in 0..dice.whole(2, 3) {
                let paint = *dice.pick(&vehicles::PAINTS);
                let back = i as f32 * dice.real(4.6, 5.4);
                things.push(thing(
                    aside + dice.real(-0.15, 0.15),
                    ahead + back,
                    0,
                    What::Car(paint),
                ));
            }
            for i in 0..dice.whole(1, 4) {
                let paint = *dice.pick(&vehicles::PAINTS);
                let x = aside - aside.signum() * dice.real(1.3, 1.5) + i as f32 * 0.1;
                things.push(thing(x, ahead + 0.4 + i as f32 * 0.9, 0, What::Bike(paint)));
            }
        }
        (Problem::IllegalParking, State::After) => {
            things.push(thing(aside, ahead + 0.8, 0, What::Cone));
            things.push(thing(aside, ahead + 3.5, 0, What::Cone));
        }
        (Problem::Rubbish, State::After) => things.push(thing(aside, ahead + 0.6, 0, What::Bin)),
        (Problem::BrokenLamp, _) => {
            let lit = state == State::After;
            things.push(thing(aside, ahead, 0, What::Lamp { lit, hanging: !lit }));
        }
        _ => {}
    }
    if state == State::After && dice.chance(0.45) {
        let side = if dice.chance(0.5) { 1.1 } else { -1.1 };
        things.push(thing(aside + side, ahead + 0.5, 0, What::Cleaner));
    }
    things
}

/// What covers other things.
pub(super) fn over_all(scene: &Scene, state: State, camera: &Camera, canvas: &mut Canvas) {
    let mut dice = Dice::new(scene.root, "problem over");
    match (scene.kind, state) {
        (Problem::Rubbish, State::Before) => pile::heap(scene, camera, canvas, &mut dice),
        (Problem::FallenTree, State::Before) => pile::fallen(scene, camera, canvas, &mut dice),
        (Problem::FallenTree, State::After) => pile::stump(scene, camera, canvas, &mut dice),
        _ => {}
    }
}
