//! Turning stored pixels upright.

use std::borrow::Cow;

/// Whether an EXIF orientation swaps width and height.
pub(crate) fn swaps(orientation: u8) -> bool {
    (5..=8).contains(&orientation)
}

/// Side of the square tiles that a turn works in: source and target rows of a tile stay cached.
const TILE: usize = 16;

/// Turns a picture of `N` bytes per pixel the way its EXIF orientation (1 to 8) asks for.
/// Returns the pixels with their new width and height.
pub(crate) fn upright<const N: usize>(
    pixels: &[u8],
    width: usize,
    height: usize,
    orientation: u8,
) -> (Cow<'_, [u8]>, usize, usize) {
    if !(2..=8).contains(&orientation) {
        return (pixels.into(), width, height);
    }
    let mut out = vec![0; pixels.len()];
    turn::<N>(pixels, (width, height), orientation, &mut out);
    if swaps(orientation) {
        (out.into(), height, width)
    } else {
        (out.into(), width, height)
    }
}

/// The same into memory that is there. Nothing is written where sizes do not fit one another.
pub(crate) fn turn<const N: usize>(
    pixels: &[u8],
    (width, height): (usize, usize),
    orientation: u8,
    out: &mut [u8],
) {
    let length = width * height * N;
    if length == 0 || pixels.len() != length || out.len() != length {
        return;
    }
    let (source, _) = pixels.as_chunks::<N>();
    let (target, _) = out.as_chunks_mut::<N>();
    match orientation {
        2..=4 => mirror(source, width, orientation, target),
        5..=8 => transpose(source, (width, height), orientation, target),
        _ => target.copy_from_slice(source),
    }
}

/// Orientations 2 to 4: rows stay rows.
fn mirror<P: Copy>(source: &[P], width: usize, orientation: u8, out: &mut [P]) {
    let rows = out.chunks_exact_mut(width);
    let copy = |(to, from): (&mut [P], &[P])| {
        to.copy_from_slice(from);
        if orientation != 4 {
            to.reverse();
        }
    };
    if orientation == 2 {
        rows.zip(source.chunks_exact(width)).for_each(copy);
    } else {
        rows.zip(source.chunks_exact(width).rev()).for_each(copy);
    }
}

/// Orientations 5 to 8: rows become columns.
fn transpose<P: Copy>(
    source: &[P],
    (width, height): (usize, usize),
    orientation: u8,
    out: &mut [P],
) {
    // Which end of a source row and column the upright picture starts from.
    let from_right = matches!(orientation, 7 | 8);
    let from_bottom = matches!(orientation, 6 | 7);
    for top in (0..height).step_by(TILE) {
        let rows = TILE.min(height - top);
        // Where the tile's rows stand as columns of the output, read in the output's order.
        let column = if from_bottom {
            height - top - rows
        } else {
            top
        };
        let source_row = |index: usize| {
            if from_bottom {
                top + rows - 1 - index
            } else {
                top + index
            }
        };
        for left in (0..width).step_by(TILE) {
            let columns = TILE.min(width - left);
            let row = |x: usize| {
                if from_right {
                    width - 1 - left - x
                } else {
                    left + x
                }
            };
            // Nearly all tiles are whole, and whole ones stay in registers.
            let whole = (rows, columns) == (TILE, TILE);
            let tile: Option<[&[P; TILE]; TILE]> = whole
                .then(|| {
                    let line = |index| {
                        let start = source_row(index) * width + left;
                        source.get(start..)?.first_chunk::<TILE>()
                    };
                    let first = line(0)?;
                    let mut tile = [first; TILE];
                    for (index, place) in tile.iter_mut().enumerate().skip(1) {
                        *place = line(index)?;
                    }
                    Some(tile)
                })
                .flatten();
            if let Some(tile) = tile {
                let turned = turned(&tile);
                for (x, line) in turned.iter().enumerate() {
                    let to = out.get_mut(row(x) * height + column..);
                    if let Some(to) = to.and_then(<[P]>::first_chunk_mut::<TILE>) {
                        *to = *line;
                    }
                }
                continue;
            }
            for x in 0..columns {
                for index in 0..rows {
                    let from = source.get(source_row(index) * width + left + x);
                    let to = out.get_mut(row(x) * height + column + index);
                    if let (Some(from), Some(to)) = (from, to) {
                        *to = *from;
                    }
                }
            }
        }
    }
}

/// Rows and columns of a tile change places.
#[inline]
fn turned<P: Copy>(tile: &[&[P; TILE]; TILE]) -> [[P; TILE]; TILE] {
    if size_of::<P>() > 1 {
        return std::array::from_fn(|x| std::array::from_fn(|y| tile[y][x]));
    }
    turned_by_joining(tile.map(|line| *line))
}

/// Rows and columns of a square change places by joining rows that lie half of it apart, value by value,
/// as often as it takes: of single bytes vector instructions do that many at a time. `N` is a power of two.
#[inline]
pub(crate) fn turned_by_joining<P: Copy, const N: usize>(mut square: [[P; N]; N]) -> [[P; N]; N] {
    for _ in 0..N.ilog2() {
        let before = square;
        for pair in 0..N / 2 {
            for at in 0..N {
                let to = &mut square[2 * pair + at / (N / 2)];
                to[2 * (at % (N / 2))] = before[pair][at];
                to[2 * (at % (N / 2)) + 1] = before[pair + N / 2][at];
            }
        }
    }
    square
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_orientation_lands_where_exif_says() {
        // 1 2 3
        // 4 5 6
        let source = vec![1, 2, 3, 4, 5, 6];
        let expected: [(&[u8], usize); 8] = [
            (&[1, 2, 3, 4, 5, 6], 3),
            (&[3, 2, 1, 6, 5, 4], 3),
            (&[6, 5, 4, 3, 2, 1], 3),
            (&[4, 5, 6, 1, 2, 3], 3),
            (&[1, 4, 2, 5, 3, 6], 2),
            (&[4, 1, 5, 2, 6, 3], 2),
            (&[6, 3, 5, 2, 4, 1], 2),
            (&[3, 6, 2, 5, 1, 4], 2),
        ];
        for (index, (pixels, width)) in expected.into_iter().enumerate() {
            let turned = upright::<1>(&source, 3, 2, index as u8 + 1);
            assert_eq!((&*turned.0, turned.1), (pixels, width), "{}", index + 1);
        }
    }

    #[test]
    fn tiles_meet_without_a_seam() {
        let (width, height) = (53, 37);
        let source: Vec<u8> = (0..3 * width * height)
            .map(|at| (at * 31 % 251) as u8)
            .collect();
        let pixel = |x: usize, y: usize| &source[3 * (y * width + x)..][..3];
        for orientation in 1..=8 {
            let (turned, wide, high) = upright::<3>(&source, width, height, orientation);
            for (y, row) in turned.chunks_exact(3 * wide).enumerate() {
                for (x, found) in row.chunks_exact(3).enumerate() {
                    let (right, low) = (width - 1, height - 1);
                    let expected = match orientation {
                        1 => pixel(x, y),
                        2 => pixel(right - x, y),
                        3 => pixel(right - x, low - y),
                        4 => pixel(x, low - y),
                        5 => pixel(y, x),
                        6 => pixel(y, low - x),
                        7 => pixel(right - y, low - x),
                        _ => pixel(right - y, x),
                    };
                    assert_eq!(found, expected, "orientation {orientation} at {x}, {y}");
                }
            }
            assert_eq!(wide * high, width * height);
        }
    }
}
