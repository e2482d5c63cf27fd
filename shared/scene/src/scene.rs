//! A scene: one place of a made-up Jakarta, with one problem.

use crate::canvas::{Canvas, Rgb};
use crate::render;
use crate::rng::{Dice, scramble};
use crate::{Problem, View};

/// Whether the problem is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// As the citizen found it.
    Before,
    /// As the city should leave it.
    After,
}

/// What stands along one side of the road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Shop houses, wall to wall.
    Shops,
    /// Houses with gaps and trees between.
    Houses,
    /// A long wall.
    Wall,
    /// Grass and trees.
    Park,
    /// A canal.
    Canal,
}

/// A street in figures; the same seed and kind give the same street.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// As it was asked for.
    pub seed: u64,
    /// What is wrong here.
    pub kind: Problem,
    /// Seed and kind in one: all details grow from it, so that another problem is another street.
    pub(crate) root: u64,
    /// Height of the horizon in the picture, 0 top to 1 bottom; negative when looking down.
    pub(crate) horizon: f32,
    /// Where the road leads to, picture heights right of the middle.
    pub(crate) vanish: f32,
    /// Metres from the camera's axis to the road's left and right edge.
    pub(crate) road: [f32; 2],
    /// Width of the pavements, metres.
    pub(crate) pavement: [f32; 2],
    /// What stands left and right.
    pub(crate) sides: [Side; 2],
    /// Where the problem is: metres right of the axis, metres ahead.
    pub(crate) spot: (f32, f32),
    /// 0 morning, 1 noon, 2 overcast, 3 dusk.
    pub(crate) hour: usize,
    /// The sun stands left or right.
    pub(crate) sun_left: bool,
}

impl Scene {
    /// The scene of this seed.
    pub fn new(seed: u64, kind: Problem) -> Self {
        let root = scramble(seed ^ scramble(kind as u64));
        let mut dice = Dice::new(root, "scene");
        let horizon = match kind {
            Problem::BrokenLamp => dice.real(0.45, 0.66),
            Problem::Flood => dice.real(0.1, 0.45),
            Problem::IllegalParking | Problem::FallenTree => dice.real(0.16, 0.5),
            _ if dice.chance(0.35) => dice.real(-0.35, 0.05),
            _ => dice.real(0.05, 0.45),
        };
        let width = dice.real(3.6, 8.5);
        let middle = dice.real(-0.32, 0.32) * width;
        let all = [
            Side::Shops,
            Side::Houses,
            Side::Wall,
            Side::Park,
            Side::Canal,
        ];
        let mut sides = [*dice.pick(&all), *dice.pick(&all)];
        if sides == [Side::Canal, Side::Canal] {
            sides[0] = Side::Shops;
        }
        let road = [middle - width / 2.0, middle + width / 2.0];
        let pavement = [dice.real(0.8, 2.4), dice.real(0.8, 2.4)];
        let vanish = dice.real(-0.34, 0.34);
        let hour = match kind {
            Problem::BrokenLamp => 3,
            _ => dice.whole(0, 2) as usize,
        };
        let sun_left = dice.chance(0.5);
        let mut scene = Self {
            seed,
            kind,
            root,
            horizon,
            vanish,
            road,
            pavement,
            sides,
            spot: (0.0, 0.0),
            hour,
            sun_left,
        };
        scene.spot = scene.find_spot(&mut dice);
        scene
    }

    /// A place for the problem that is well in the picture and where such a problem can be.
    fn find_spot(&self, dice: &mut Dice) -> (f32, f32) {
        let (height, size) = match self.kind {
            Problem::Pothole | Problem::Flood => (dice.real(0.62, 0.78), 0.18),
            Problem::Rubbish => (dice.real(0.64, 0.82), 0.3),
            Problem::IllegalParking => (dice.real(0.58, 0.84), 0.3),
            Problem::FallenTree => (dice.real(0.66, 0.8), 0.2),
            Problem::BrokenLamp => (self.horizon + dice.real(0.12, 0.2), 0.1),
        };
        let camera = render::Camera::new(self, &View::front(0), 1600, 1200);
        let near = camera.nearness_at(height);
        let ahead = camera.ahead(near);
        let metres = |x: f32| (x - self.vanish) / (camera.metre * near);
        let (left, right) = (metres(-0.4 + size * 0.4), metres(0.4 - size * 0.4));
        let aside = match self.kind {
            Problem::Rubbish | Problem::IllegalParking | Problem::BrokenLamp => {
                let edge = usize::from(dice.chance(0.5));
                let out = if edge == 0 { -1.0 } else { 1.0 };
                self.road[edge] + out * self.pavement[edge] * 0.3
            }
            _ => dice.real(self.road[0] + 0.8, self.road[1] - 0.8),
        };
        (aside.clamp(left, right), ahead)
    }

    /// The picture from one view, in one state.
    pub fn render(&self, state: State, view: &View, width: u32, height: u32) -> Rgb {
        self.finished(state, view, view.noise, width, height)
    }

    /// The share of the picture that solving the problem changes, seen from the front, 0 to 1.
    pub fn problem_share(&self) -> f64 {
        let look = |state| self.finished(state, &View::front(0), 0.0, 64, 48);
        let (before, after) = (look(State::Before), look(State::After));
        let pairs = before.data.chunks_exact(3).zip(after.data.chunks_exact(3));
        pairs.filter(|(a, b)| a != b).count() as f64 / (64.0 * 48.0)
    }

    /// The picture with another noise strength than the view's.
    pub(crate) fn finished(
        &self,
        state: State,
        view: &View,
        noise: f32,
        width: u32,
        height: u32,
    ) -> Rgb {
        let mut canvas = Canvas::new(width, height);
        render::paint(self, state, view, &mut canvas);
        render::develop(&canvas, view, noise)
    }
}
