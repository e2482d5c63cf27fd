//! From about a pixel to a small part of one: the map that leaves the least between the pictures.
//!
//! Inverse compositional alignment (Baker and Matthews, 2004) with weights that forget what does
//! not fit, so that a changed part does not pull. Slow changes of light are taken out first.

use super::between::cubic;
use super::blur::box_blur;
use super::map::{Map, solve};
use super::plane::Grey;

/// Pixels around that decide how bright "here" is.
const SLOW: usize = 8;
/// Pixels of a cell that takes part in the choice of pixels.
const CELL: usize = 16;
/// Pixels chosen of each cell: those that change most.
const CHOSEN: usize = 20;
const ROUNDS: usize = 7;

struct Pixel {
    x: f32,
    y: f32,
    value: f32,
    dx: f32,
    dy: f32,
}

/// The picture without its slow changes, smoothed over `2 * radius + 1` pixels.
fn quick(from: &Grey, slow: &Grey, radius: usize) -> Grey {
    let mut out = box_blur(from, radius);
    let pairs = out.pixels.iter_mut().zip(&slow.pixels);
    pairs.for_each(|(value, slow)| *value -= slow);
    out
}

pub(super) fn refine(a: &Grey, b: &Grey, start: &Map) -> Map {
    let mut map = *start;
    let (slow_a, slow_b) = (box_blur(a, SLOW), box_blur(b, SLOW));
    for radius in [2, 1] {
        let (one, other) = (quick(a, &slow_a, radius), quick(b, &slow_b, radius));
        let chosen = choose(&one);
        map = descend(&chosen, &other, &map, a);
    }
    map
}

fn choose(grey: &Grey) -> Vec<Pixel> {
    let (width, height) = (grey.width, grey.height);
    let mut out = Vec::new();
    let mut cell = Vec::with_capacity(CELL * CELL);
    for top in (1..height.saturating_sub(1)).step_by(CELL) {
        for left in (1..width.saturating_sub(1)).step_by(CELL) {
            cell.clear();
            for y in top..(top + CELL).min(height - 1) {
                for x in left..(left + CELL).min(width - 1) {
                    let at = y * width + x;
                    let dx = (grey.pixels[at + 1] - grey.pixels[at - 1]) * 0.5;
                    let dy = (grey.pixels[at + width] - grey.pixels[at - width]) * 0.5;
                    if dx * dx + dy * dy > 1.0 {
                        cell.push(Pixel {
                            x: x as f32,
                            y: y as f32,
                            value: grey.pixels[at],
                            dx,
                            dy,
                        });
                    }
                }
            }
            let steep = |p: &Pixel| p.dx * p.dx + p.dy * p.dy;
            if cell.len() > CHOSEN {
                cell.select_nth_unstable_by(CHOSEN, |p, q| steep(q).total_cmp(&steep(p)));
                cell.truncate(CHOSEN);
            }
            out.append(&mut cell);
        }
    }
    out
}

fn descend(pixels: &[Pixel], b: &Grey, start: &Map, frame: &Grey) -> Map {
    let middle = (frame.width as f32 / 2.0, frame.height as f32 / 2.0);
    let unit = 100.0_f32;
    let mut map = *start;
    let mut gain = 1.0_f32;
    let mut errors: Vec<(f32, usize)> = Vec::with_capacity(pixels.len());
    let mut scratch: Vec<f32> = Vec::with_capacity(pixels.len());
    for _ in 0..ROUNDS {
        errors.clear();
        let (mut cross, mut power) = (0.0_f64, 0.0_f64);
        for (index, pixel) in pixels.iter().enumerate() {
            let (u, v) = map.apply((f64::from(pixel.x), f64::from(pixel.y)));
            if let Some(value) = b.sample(u as f32, v as f32) {
                errors.push((value, index));
            }
        }
        if errors.len() < 200 {
            return *start;
        }
        scratch.clear();
        scratch.extend(
            errors
                .iter()
                .map(|(b, i)| (gain * b - pixels[*i].value).abs()),
        );
        let half = scratch.len() / 2;
        let spread = *scratch.select_nth_unstable_by(half, f32::total_cmp).1;
        let sigma = (1.5 * spread).max(0.7);
        let mut sums = [[0.0_f64; 7]; 6];
        for (value, index) in &errors {
            let pixel = &pixels[*index];
            let error = gain * value - pixel.value;
            let weight = 1.0 / (1.0 + (error / sigma).powi(2)).powi(2);
            let (x, y) = ((pixel.x - middle.0) / unit, (pixel.y - middle.1) / unit);
            let row = [
                pixel.dx * x,
                pixel.dx * y,
                pixel.dx,
                pixel.dy * x,
                pixel.dy * y,
                pixel.dy,
            ];
            for i in 0..6 {
                let by = weight * row[i];
                for j in i..6 {
                    sums[i][j] += f64::from(by * row[j]);
                }
                sums[i][6] += f64::from(by * error);
            }
            cross += f64::from(weight * value * pixel.value);
            power += f64::from(weight * value * value);
        }
        for i in 1..6 {
            for j in 0..i {
                sums[i][j] = sums[j][i];
            }
        }
        let Some(step) = solve::<6, 7>(sums) else {
            break;
        };
        if power > 0.0 {
            gain = (cross / power).clamp(0.3, 3.0) as f32;
        }
        let Some(next) = stepped(&map, step, middle, unit) else {
            break;
        };
        map = next;
        if step.iter().all(|s| s.abs() < 2e-3) {
            break;
        }
    }
    // What ran away from where the corners put it is not believed.
    let far = |(x, y): (f64, f64)| {
        let (p, q) = (start.apply((x, y)), map.apply((x, y)));
        (p.0 - q.0).hypot(p.1 - q.1) > 12.0
    };
    let (w, h) = (frame.width as f64, frame.height as f64);
    if [(0.0, 0.0), (w, 0.0), (0.0, h), (w, h)]
        .into_iter()
        .any(far)
    {
        return *start;
    }
    map
}

/// The map after the small step that was found, which is one of the first picture.
fn stepped(map: &Map, step: [f64; 6], middle: (f32, f32), unit: f32) -> Option<Map> {
    let (mx, my) = (f64::from(middle.0), f64::from(middle.1));
    let unit = f64::from(unit);
    let [a, b, c, d, e, f] = step;
    let (a, b, d, e) = (a / unit, b / unit, d / unit, e / unit);
    let small = Map::affine([
        1.0 + a,
        b,
        c - a * mx - b * my,
        d,
        1.0 + e,
        f - d * mx - e * my,
    ]);
    Some(small.inverse()?.then(map))
}

/// The second picture on the first one's pixels; NaN where it has none. Catmull-Rom between four by
/// four: between two by two, fine grain would be lost at every half pixel.
pub(super) fn warp(b: &Grey, map: &Map, width: usize, height: usize) -> Grey {
    let mut out = Grey::new(width, height);
    for (y, row) in out.pixels.chunks_exact_mut(width.max(1)).enumerate() {
        for (x, target) in row.iter_mut().enumerate() {
            let (u, v) = map.apply((x as f64, y as f64));
            *target = cubic(b, u as f32, v as f32);
        }
    }
    out
}
