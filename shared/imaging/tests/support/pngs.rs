//! PNG files of every colour type and depth, interlaced or not.

use std::io::Write;

use super::containers::png_chunk;

/// Colour types with their depths.
pub(crate) const KINDS: [(u8, u8); 15] = [
    (0, 1),
    (0, 2),
    (0, 4),
    (0, 8),
    (0, 16),
    (2, 8),
    (2, 16),
    (3, 1),
    (3, 2),
    (3, 4),
    (3, 8),
    (4, 8),
    (4, 16),
    (6, 8),
    (6, 16),
];

/// Rows and columns of each Adam7 pass: first, step.
const PASSES: [(usize, usize, usize, usize); 7] = [
    (0, 8, 0, 8),
    (4, 8, 0, 8),
    (0, 4, 4, 8),
    (2, 4, 0, 4),
    (0, 2, 2, 4),
    (1, 2, 0, 2),
    (0, 1, 1, 2),
];

/// A file of 19 x 13 pixels; `filter` stands before its last row, `tail` behind its zlib stream.
pub(crate) fn made(
    (colour, depth): (u8, u8),
    interlaced: bool,
    filter: u8,
    tail: &[u8],
) -> Vec<u8> {
    let (width, height) = (19_usize, 13_usize);
    let samples = [1, 0, 3, 1, 2, 0, 4][usize::from(colour)];
    let mut rows = Vec::new();
    let mut block = |width: usize, height: usize| {
        for row in 0..height {
            if width > 0 {
                let length = (width * samples * usize::from(depth)).div_ceil(8);
                let noise = (0..length).map(|at| (at * 31 + row * 17 + length) as u8);
                rows.push([vec![0], noise.collect()].concat());
            }
        }
    };
    if interlaced {
        for (x, dx, y, dy) in PASSES {
            block((width - x).div_ceil(dx), (height - y).div_ceil(dy));
        }
    } else {
        block(width, height);
    }
    rows.last_mut().unwrap()[0] = filter;
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    deflate.write_all(&rows.concat()).unwrap();
    let stream = [&deflate.finish().unwrap(), tail].concat();
    let mut header = Vec::new();
    header.extend((width as u32).to_be_bytes());
    header.extend((height as u32).to_be_bytes());
    header.extend([depth, colour, 0, 0, u8::from(interlaced)]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    out.extend(png_chunk(*b"IHDR", &header));
    if colour == 3 {
        let palette: Vec<u8> = (0..3 << depth).map(|at: u32| (at * 7) as u8).collect();
        out.extend(png_chunk(*b"PLTE", &palette));
        out.extend(png_chunk(*b"tRNS", &[9, 200]));
    }
    let (first, second) = stream.split_at(stream.len() / 2);
    out.extend(png_chunk(*b"IDAT", first));
    out.extend(png_chunk(*b"IDAT", second));
    out.extend(png_chunk(*b"IEND", b""));
    out
}
