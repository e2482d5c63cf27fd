//! Turning stored pixels upright.

/// Whether an EXIF orientation swaps width and height.
pub(crate) fn swaps(orientation: u8) -> bool {
    (5..=8).contains(&orientation)
}

/// Turns a picture of `N` bytes per pixel the way its EXIF orientation (1 to 8) asks for.
/// Returns the pixels with their new width and height.
pub(crate) fn upright<const N: usize>(
    pixels: Vec<u8>,
    width: usize,
    height: usize,
    orientation: u8,
) -> (Vec<u8>, usize, usize) {
    if !(2..=8).contains(&orientation) || pixels.len() != width * height * N {
        return (pixels, width, height);
    }
    let (out_width, out_height) = if swaps(orientation) {
        (height, width)
    } else {
        (width, height)
    };
    let (source, _) = pixels.as_chunks::<N>();
    let mut out = vec![[0; N]; source.len()];
    // Where each output row starts in the source, and how far one pixel to the right is there.
    let (wide, last_x, last_y) = (width as isize, width as isize - 1, height as isize - 1);
    for (y, row) in out.chunks_exact_mut(out_width).enumerate() {
        let y = y as isize;
        let (start, step) = match orientation {
            2 => (y * wide + last_x, -1),
            3 => ((last_y - y) * wide + last_x, -1),
            4 => ((last_y - y) * wide, 1),
            5 => (y, wide),
            6 => (last_y * wide + y, -wide),
            7 => (last_y * wide + last_x - y, -wide),
            _ => (last_x - y, wide),
        };
        let mut at = start;
        for pixel in row {
            if let Some(value) = source.get(at as usize) {
                *pixel = *value;
            }
            at += step;
        }
    }
    (out.into_flattened(), out_width, out_height)
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
            let turned = upright::<1>(source.clone(), 3, 2, index as u8 + 1);
            assert_eq!(
                (turned.0.as_slice(), turned.1),
                (pixels, width),
                "{}",
                index + 1
            );
        }
    }
}
