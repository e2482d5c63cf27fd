//! The one way down: pictures much larger than needed are halved, row by row, until they are not.
//!
//! libjpeg-turbo does the same to a JPEG while decoding it, so all formats come out alike, and with
//! them their fingerprints. Each pixel is the mean of those that it stands for.

use super::Picture;

/// By how much the sides are divided, 1, 2, 4 or 8, to leave at least `enough` on the long side.
pub(crate) fn factor(long_side: u32, enough: u32) -> u32 {
    [8, 4, 2]
        .into_iter()
        .find(|factor| long_side.div_ceil(*factor) >= enough)
        .unwrap_or(1)
}

/// Takes the rows of a picture from top to bottom and keeps the smaller picture alone.
pub(crate) struct Shrink {
    factor: usize,
    full: (u32, u32),
    /// Sums of the rows seen since the last finished row of the smaller picture.
    sums: Vec<u16>,
    rows: usize,
    rgb: Vec<u8>,
}

impl Shrink {
    /// For a picture of this size.
    pub(crate) fn new(width: u32, height: u32, factor: u32) -> Self {
        let wide = width.div_ceil(factor) as usize;
        let high = height.div_ceil(factor) as usize;
        Self {
            factor: factor as usize,
            full: (width, height),
            sums: vec![0; 3 * wide],
            rows: 0,
            rgb: Vec::with_capacity(3 * wide * high),
        }
    }

    /// One row of red, green and blue; what is too much is left out.
    pub(crate) fn push(&mut self, row: &[u8]) {
        if self.factor == 1 {
            self.rgb.extend_from_slice(row);
            return;
        }
        let cells = row.chunks(3 * self.factor);
        for (sum, cell) in self.sums.as_chunks_mut::<3>().0.iter_mut().zip(cells) {
            for pixel in cell.as_chunks::<3>().0 {
                for (sum, value) in sum.iter_mut().zip(pixel) {
                    *sum += u16::from(*value);
                }
            }
        }
        self.rows += 1;
        if self.rows == self.factor {
            self.finish_row();
        }
    }

    fn finish_row(&mut self) {
        let (rows, factor) = (self.rows, self.factor);
        let width = self.full.0 as usize;
        let whole = (rows * factor) as u16;
        // The last cell of a row may be narrower.
        let last = (rows * (width - (width - 1) / factor * factor)) as u16;
        let cells = self.sums.len() / 3;
        for (index, sum) in self.sums.as_chunks::<3>().0.iter().enumerate() {
            let count = if index + 1 == cells { last } else { whole };
            self.rgb
                .extend(sum.map(|sum| ((sum + count / 2) / count) as u8));
        }
        self.sums.fill(0);
        self.rows = 0;
    }

    /// The smaller picture; `None` where rows are missing.
    pub(crate) fn finish(mut self) -> Option<Picture> {
        if self.rows > 0 {
            self.finish_row();
        }
        let factor = self.factor as u32;
        let (width, height) = (self.full.0.div_ceil(factor), self.full.1.div_ceil(factor));
        (self.rgb.len() as u64 == 3 * u64::from(width) * u64::from(height)).then_some(Picture {
            rgb: self.rgb,
            width,
            height,
            full: self.full,
            intact: true,
            slack: false,
        })
    }
}

/// A picture that was decoded whole.
pub(crate) fn shrunk(picture: Picture, enough: u32) -> Picture {
    let factor = factor(picture.width.max(picture.height), enough);
    if factor == 1 || picture.full != (picture.width, picture.height) {
        return picture;
    }
    let mut shrink = Shrink::new(picture.width, picture.height, factor);
    for row in picture.rgb.chunks_exact(3 * picture.width as usize) {
        shrink.push(row);
    }
    let (intact, slack) = (picture.intact, picture.slack);
    match shrink.finish() {
        Some(small) => Picture {
            intact,
            slack,
            ..small
        },
        None => picture,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_is_left() {
        assert_eq!(factor(4032, 1600), 2);
        assert_eq!(factor(12_800, 1600), 8);
        assert_eq!(factor(3199, 1600), 2);
        assert_eq!(factor(3198, 1600), 1);
        assert_eq!(factor(800, 1600), 1);
    }

    #[test]
    fn cells_are_means_also_at_odd_edges() {
        // 5 x 3 pixels, grey by their place.
        let rgb: Vec<u8> = (0..15).flat_map(|at| [10 * at; 3]).collect();
        let small = shrunk(Picture::whole(rgb, 5, 3), 3);
        assert_eq!((small.width, small.height, small.full), (3, 2, (5, 3)));
        let grey: Vec<u8> = small.rgb.iter().step_by(3).copied().collect();
        assert_eq!(grey, [30, 50, 65, 105, 125, 140]);
        assert!(Shrink::new(5, 3, 2).finish().is_none());
    }
}
