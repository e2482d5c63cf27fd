//! The part that two pictures share, brought to one size.

use super::map::{Map, Point};
use super::plane::{Grey, Luma, Window};
use super::resize::extract;

/// Pixels that a picture is looked at with.
pub(super) const WORK_AREA: f64 = 640.0 * 480.0;
/// No side is longer, however flat the picture is.
const LONGEST: f64 = 1_600.0;
/// Less than this on one side shows nothing.
pub(super) const SHORTEST: f64 = 32.0;

/// A picture at working size.
pub(super) fn work(luma: &Luma<'_>) -> Grey {
    luma.scaled(fitting(luma.width as f64, luma.height as f64))
}

/// The scale, at most 1, that brings a picture to working size.
fn fitting(width: f64, height: f64) -> f64 {
    let by_area = (WORK_AREA / (width * height)).sqrt();
    by_area.min(LONGEST / width.max(height)).min(1.0)
}

/// Both pictures' common part at the same size, and the map between.
pub(super) struct Common {
    pub(super) a: Grey,
    pub(super) b: Grey,
    /// From a pixel of `a` to one of `b`.
    pub(super) map: Map,
    /// From a pixel of `a` to one of the whole first picture, and of `b` likewise.
    pub(super) from_a: Map,
    pub(super) from_b: Map,
}

/// From pixels of a scaled window to samples of the picture; middles are whole numbers.
fn placed(window: &Window, width: usize, height: usize) -> Map {
    let (sx, sy) = (window.width / width as f64, window.height / height as f64);
    let shift = |start: f64, by: f64| start + 0.5 * by - 0.5;
    Map::affine([sx, 0.0, shift(window.x, sx), 0.0, sy, shift(window.y, sy)])
}

pub(super) fn whole_map(luma: &Luma<'_>, work: &Grey) -> Map {
    placed(&luma.all(), work.width, work.height)
}

/// A picture, and the same at working size.
pub(super) type Both<'a> = (&'a Luma<'a>, &'a Grey);

/// `map` goes between the whole pictures. `None` where they share next to nothing.
pub(super) fn common((a, work_a): Both<'_>, (b, work_b): Both<'_>, map: &Map) -> Option<Common> {
    let back = map.inverse()?;
    let in_a = bounds(b, &back, a)?;
    let in_b = mapped(&in_a, map, b)?;
    // Samples of the second picture for one of the first, about.
    let scale = map.scale();
    let finest = scale.min(1.0);
    let by = finest.min(fitting(in_a.width, in_a.height));
    let size = |side: f64, by: f64| (side * by).round();
    let (wide, high) = (size(in_a.width, by), size(in_a.height, by));
    let (wide_b, high_b) = (size(in_b.width, by / scale), size(in_b.height, by / scale));
    let least = wide.min(high).min(wide_b).min(high_b);
    if least < SHORTEST || wide_b * high_b > 4.0 * WORK_AREA {
        return None;
    }
    let small_a = part(a, work_a, in_a, (wide as usize, high as usize));
    let small_b = part(b, work_b, in_b, (wide_b as usize, high_b as usize));
    let from_a = placed(&in_a, small_a.width, small_a.height);
    let from_b = placed(&in_b, small_b.width, small_b.height);
    let map = from_a.then(map).then(&from_b.inverse()?);
    Some(Common {
        a: small_a,
        b: small_b,
        map,
        from_a,
        from_b,
    })
}

/// A part at this size; what is at hand is not made again.
fn part(luma: &Luma<'_>, work: &Grey, window: Window, (width, height): (usize, usize)) -> Grey {
    if window == luma.all() && (width, height) == (work.width, work.height) {
        return work.clone();
    }
    extract(luma, window, width, height)
}

fn corners(x: f64, y: f64, width: f64, height: f64) -> [Point; 4] {
    [
        (x, y),
        (x + width, y),
        (x + width, y + height),
        (x, y + height),
    ]
}

/// The part of `to` that `from` covers.
fn bounds(from: &Luma<'_>, map: &Map, to: &Luma<'_>) -> Option<Window> {
    mapped(&from.all(), map, to)
}

fn mapped(window: &Window, map: &Map, to: &Luma<'_>) -> Option<Window> {
    let places = corners(window.x, window.y, window.width, window.height).map(|p| map.apply(p));
    let low = |of: fn(&Point) -> f64, most: f64| {
        let least = places.iter().map(of).fold(f64::INFINITY, f64::min);
        least.floor().clamp(0.0, most)
    };
    let high = |of: fn(&Point) -> f64, most: f64| {
        let greatest = places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        greatest.ceil().clamp(0.0, most)
    };
    let (width, height) = (to.width as f64, to.height as f64);
    let (x, y) = (low(|p| p.0, width), low(|p| p.1, height));
    let (right, bottom) = (high(|p| p.0, width), high(|p| p.1, height));
    (right - x >= 8.0 && bottom - y >= 8.0).then_some(Window {
        x,
        y,
        width: right - x,
        height: bottom - y,
    })
}
