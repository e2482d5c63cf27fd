//! The ground: verge, pavement, kerb and road in perspective, each with its own grain.

use super::Camera;
use crate::canvas::{Canvas, Ink, ink, scale};
use crate::rng::Dice;
use crate::scene::{Scene, Side};

/// Grain cells a metre.
const CELLS: f32 = 110.0;

/// One strip along the road: from here, metres right of the axis, to where the next begins.
struct Strip {
    from: f32,
    /// Colour by grain.
    palette: Vec<Ink>,
    /// Paving joints every so many metres, 0 for none.
    joints: f32,
}

impl Strip {
    fn new(from: f32, colour: Ink, grain: i32, joints: f32) -> Self {
        let shade = |i: usize| {
            scale(
                colour,
                (256 + i32::from(i as u8 as i8) * grain / 64).max(0) as u32,
            )
        };
        Self {
            from,
            palette: (0..256).map(shade).collect(),
            joints,
        }
    }
}

/// Paints from the horizon down.
pub(super) fn paint(scene: &Scene, camera: &Camera, canvas: &mut Canvas) {
    let mut dice = Dice::new(scene.root, "ground");
    let strips = strips(scene, &mut dice);
    let (line_from, dashed) = (dice.whole(0, 1), dice.chance(0.7));
    let (off_u, off_v) = (dice.real(0.0, 256.0), dice.whole(0, 255));
    let middle = f32::midpoint(scene.road[0], scene.road[1]);
    let marked = scene.road[1] - scene.road[0] > 5.0;
    let paint = ink(206, 204, 192);
    let width = canvas.width;
    for y in 0..canvas.height {
        let near = camera.row_nearness(y as f32 + 0.5);
        if near <= 0.002 {
            continue;
        }
        let (left, step) = camera.row_metres(near);
        let ahead = camera.ahead(near);
        let v = off_v + (ahead * CELLS) as i64;
        let (fine, coarse) = (super::grain().row(v), super::grain().row(off_v + v / 9));
        let column = |metres: f32| ((metres - left) / step).clamp(0.0, width as f32) as usize;
        let row = canvas.row(y);
        for (i, strip) in strips.iter().enumerate() {
            let to = strips.get(i + 1).map_or(width, |next| column(next.from));
            let from = if i == 0 { 0 } else { column(strip.from) };
            if from >= to {
                continue;
            }
            let joint = strip.joints > 0.0 && (ahead / strip.joints).fract() < 0.07;
            // 24.8 fixed point: a cell is 256 units.
            let mut u = ((left * CELLS + off_u) * 256.0) as i64
                + (from as f32 * step * CELLS * 256.0) as i64;
            let du = (step * CELLS * 256.0) as i64;
            for pixel in &mut row[from..to] {
                let grain =
                    fine[(u >> 8) as usize & 255] / 2 + coarse[(u >> 11) as usize & 255] / 2;
                *pixel = strip.palette[grain as u8 as usize];
                u += du;
            }
            if strip.joints > 0.0 {
                joints(strip, row, (from, to), (left, step), joint);
            }
        }
        let on = !dashed || (ahead / 2.0) as i64 % 2 == line_from;
        if marked && on {
            canvas.span(
                y as i64,
                (middle - 0.06 - left) / step,
                (middle + 0.06 - left) / step,
                paint,
            );
        }
    }
}

/// Dark lines between the stones of one row.
fn joints(
    strip: &Strip,
    row: &mut [Ink],
    (from, to): (usize, usize),
    (left, step): (f32, f32),
    all: bool,
) {
    let dark = scale(strip.palette[0], 190);
    if all {
        row[from..to].fill(dark);
        return;
    }
    let wide = (0.03 / step) as usize;
    if wide == 0 {
        return;
    }
    let mut metres = ((left + from as f32 * step) / strip.joints).ceil() * strip.joints;
    loop {
        let x = ((metres - left) / step) as usize;
        if x >= to {
            return;
        }
        row[x.max(from)..(x + wide).min(to)].fill(dark);
        metres += strip.joints;
    }
}

fn strips(scene: &Scene, dice: &mut Dice) -> Vec<Strip> {
    let tone = dice.whole(72, 120) as u8;
    let asphalt = match dice.whole(0, 3) {
        0 => ink(168, 162, 150),
        1 => ink(tone + 10, tone + 2, tone - 6),
        _ => ink(tone, tone, tone + 4),
    };
    let stones = [
        ink(150, 96, 78),
        ink(158, 156, 150),
        ink(178, 160, 126),
        ink(120, 122, 126),
    ];
    let dusk = if scene.hour == 3 { 120 } else { 256 };
    let verge = |side: Side| match side {
        Side::Park => (ink(88, 122, 62), 120),
        Side::Canal => (ink(84, 92, 72), 40),
        Side::Shops => (ink(150, 144, 134), 40),
        Side::Houses | Side::Wall => (ink(138, 122, 98), 90),
    };
    let paving = *dice.pick(&stones);
    let joint = *dice.pick(&[0.3_f32, 0.45, 0.6]);
    let kerb = ink(196, 194, 186);
    let [road_left, road_right] = scene.road;
    let (left, right) = (verge(scene.sides[0]), verge(scene.sides[1]));
    let lit = |colour: Ink| scale(colour, dusk);
    vec![
        Strip::new(f32::MIN, lit(left.0), left.1, 0.0),
        Strip::new(road_left - scene.pavement[0], lit(paving), 40, joint),
        Strip::new(road_left - 0.15, lit(kerb), 40, 0.0),
        Strip::new(road_left, lit(asphalt), 70, 0.0),
        Strip::new(road_right, lit(kerb), 40, 0.0),
        Strip::new(road_right + 0.15, lit(paving), 40, joint),
        Strip::new(road_right + scene.pavement[1], lit(right.0), right.1, 0.0),
    ]
}
