//! Which windows of a picture are hashed, as shares of its sides.

/// From and to, as shares of a side.
pub(super) type Span = (f32, f32);

pub(super) const ALL: Span = (0.0, 1.0);
/// Printed dates and banners take up to an eighth of the height.
pub(super) const BANDED: Span = (0.125, 0.875);
/// What is left of a picture however its edges are cut by up to an eighth.
pub(super) const MIDDLE: Span = (0.125, 0.875);

/// From one window to the next. PDQ forgives a shift of some hundredth of the side.
const STEP: f32 = 0.02;
/// Steps that may have been cut off each side length.
const STEPS: u8 = 5;

/// Across and down.
type Window = (Span, Span);

/// Windows that may be the whole of another picture: this one with its edges cut off.
pub(super) fn of_whole() -> impl Iterator<Item = Window> {
    (1..=STEPS).flat_map(|cut| {
        let length = 1.0 - f32::from(cut) * STEP;
        let mut windows = square(length, 0.0, 1.0 - length, cut);
        windows.extend(edges(ALL, [(0.0, length), (1.0 - length, 1.0)]));
        windows
    })
}

/// Windows that may be the middle of another picture, of which this one is a part.
pub(super) fn of_centre() -> impl Iterator<Item = Window> {
    (1..=STEPS).flat_map(|cut| {
        // This picture is so much of the other's side; what was cut, was cut before or behind.
        let left = 1.0 - f32::from(cut) * STEP;
        let length = (MIDDLE.1 - MIDDLE.0) / left;
        let (first, last) = ((MIDDLE.0 - (1.0 - left)) / left, MIDDLE.0 / left);
        let mut windows = square(length, first, last, cut);
        let spans = [(first, first + length), (last, last + length)];
        windows.extend(edges(MIDDLE, spans));
        windows
    })
}

/// Windows where one edge was cut alone: the other direction is as it was.
fn edges(other: Span, [first, last]: [Span; 2]) -> [Window; 4] {
    [(first, other), (last, other), (other, first), (other, last)]
}

/// All windows of one size: from `first` to `last` in so many steps, across and down.
fn square(length: f32, first: f32, last: f32, steps: u8) -> Vec<Window> {
    let span = |at: u8| {
        let from = first + (last - first) * f32::from(at) / f32::from(steps);
        let from = from.clamp(0.0, 1.0 - length);
        (from, from + length)
    };
    let spans: Vec<Span> = (0..=steps).map(span).collect();
    let across = spans.iter();
    across
        .flat_map(|across| spans.iter().map(|down| (*across, *down)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_lie_within_the_picture_and_there_are_not_too_many() {
        let mut count = 0;
        for (across, down) in of_whole().chain(of_centre()) {
            for (from, to) in [across, down] {
                assert!((0.0..to).contains(&from) && to <= 1.0001, "{from} to {to}");
            }
            count += 1;
        }
        assert_eq!(count, 220);
    }
}
