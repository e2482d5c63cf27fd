//! Brightness and colour difference to red, green and blue.

use crate::isobmff::Colour;

/// One decoded picture in planes: brightness, blue difference, red difference.
pub(super) trait Planes {
    /// Width and height of the brightness plane.
    fn size(&self) -> (u32, u32);
    /// How far a coordinate is shifted right to fall on the colour planes; `None` without colour.
    fn shifts(&self) -> Option<(u32, u32)>;
    /// Bits of a sample: 8 to 16.
    fn depth(&self) -> u8;
    /// Writes one row of one plane.
    fn row(&self, plane: usize, y: usize, out: &mut Vec<u16>);
}

/// Pixels that pictures are painted on: three bytes each, or one where only brightness counts.
#[derive(Debug)]
pub(super) struct Canvas {
    pub(super) pixels: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) channels: usize,
}

impl Canvas {
    pub(super) fn new((width, height): (u32, u32), channels: usize) -> Self {
        Self {
            pixels: vec![0; width as usize * height as usize * channels],
            width,
            height,
            channels,
        }
    }

    /// Paints a picture with its top left corner at a place; what lies outside is cut off.
    pub(super) fn paint(&mut self, planes: &dyn Planes, colour: Colour, (left, top): (u32, u32)) {
        let (width, height) = planes.size();
        let wide = width.min(self.width.saturating_sub(left)) as usize;
        let high = height.min(self.height.saturating_sub(top)) as usize;
        let convert = Converter::new(colour, planes.depth());
        let mut rows = Rows::new(planes);
        let stride = self.width as usize * self.channels;
        let lines = self
            .pixels
            .chunks_exact_mut(stride.max(1))
            .skip(top as usize)
            .take(high);
        for (y, line) in lines.enumerate() {
            let Some(line) = line.get_mut(left as usize * self.channels..) else {
                return;
            };
            let out = line.get_mut(..wide * self.channels).unwrap_or_default();
            rows.load(y);
            if self.channels == 1 {
                for (pixel, luma) in out.iter_mut().zip(&rows.luma) {
                    *pixel = convert.grey(*luma);
                }
            } else if planes.shifts().is_none() {
                for (pixel, luma) in out.chunks_exact_mut(3).zip(&rows.luma) {
                    pixel.fill(convert.grey(*luma));
                }
            } else {
                let samples = rows.luma.iter().zip(rows.blue.iter().zip(&rows.red));
                for (pixel, (luma, (blue, red))) in out.chunks_exact_mut(3).zip(samples) {
                    pixel.copy_from_slice(&convert.rgb(*luma, *blue, *red));
                }
            }
        }
    }
}

/// One row of each plane at full width.
struct Rows<'p> {
    planes: &'p dyn Planes,
    luma: Vec<u16>,
    blue: Vec<u16>,
    red: Vec<u16>,
    near: Vec<u16>,
    far: Vec<u16>,
}

impl<'p> Rows<'p> {
    fn new(planes: &'p dyn Planes) -> Self {
        let row = || Vec::with_capacity(planes.size().0 as usize + 2);
        Self {
            planes,
            luma: row(),
            blue: row(),
            red: row(),
            near: row(),
            far: row(),
        }
    }

    fn load(&mut self, y: usize) {
        self.planes.row(0, y, &mut self.luma);
        let Some(shifts) = self.planes.shifts() else {
            return;
        };
        for plane in [1, 2] {
            let out = if plane == 1 {
                &mut self.blue
            } else {
                &mut self.red
            };
            if shifts == (0, 0) {
                self.planes.row(plane, y, out);
                continue;
            }
            self.planes.row(plane, y >> shifts.1, &mut self.near);
            if shifts.1 == 1 {
                // A sample stands between two rows: three parts of the nearer, one of the other.
                let last = (self.planes.size().1 as usize)
                    .div_ceil(2)
                    .saturating_sub(1);
                let other = if y & 1 == 0 {
                    (y >> 1).saturating_sub(1)
                } else {
                    ((y >> 1) + 1).min(last)
                };
                self.planes.row(plane, other, &mut self.far);
                for (near, far) in self.near.iter_mut().zip(&self.far) {
                    *near = ((3 * u32::from(*near) + u32::from(*far) + 2) >> 2) as u16;
                }
            }
            widen(&self.near, self.luma.len(), out);
        }
    }
}

/// Doubles a row with the same weights.
fn widen(half: &[u16], length: usize, out: &mut Vec<u16>) {
    out.clear();
    let mut before = half.first().copied().unwrap_or(0);
    for (index, sample) in half.iter().enumerate() {
        let after = half.get(index + 1).unwrap_or(sample);
        let mix = |other: u16| ((3 * u32::from(*sample) + u32::from(other) + 2) >> 2) as u16;
        out.push(mix(before));
        out.push(mix(*after));
        before = *sample;
    }
    out.truncate(length);
}

/// Weights with 16 fractional bits, for one matrix, range and depth.
struct Converter {
    kind: Kind,
    black: i32,
    middle: i32,
    luma: i32,
    red: i32,
    green: (i32, i32),
    blue: i32,
}

enum Kind {
    Weighted,
    /// The planes are green, blue and red.
    Plain,
    /// Green and orange differences.
    Cgco,
}

impl Converter {
    fn new(colour: Colour, depth: u8) -> Self {
        let depth = i32::from(depth.clamp(8, 16));
        let unit = f64::from(1 << (depth - 8));
        let (low, span, chroma) = if colour.full_range {
            let most = f64::from((1 << depth) - 1);
            (0.0, most, most)
        } else {
            (16.0 * unit, 219.0 * unit, 224.0 * unit)
        };
        // Shares of red and blue in brightness, by ITU-T H.273 table 4.
        let (r, b) = match colour.matrix {
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            7 => (0.212, 0.087),
            9 | 10 => (0.2627, 0.0593),
            _ => (0.299, 0.114),
        };
        let fixed = |value: f64| (value * 255.0 * 65_536.0).round() as i32;
        let g = 1.0 - r - b;
        Self {
            kind: match colour.matrix {
                0 => Kind::Plain,
                8 => Kind::Cgco,
                _ => Kind::Weighted,
            },
            black: low as i32,
            middle: 1 << (depth - 1),
            luma: fixed(1.0 / span),
            red: fixed(2.0 * (1.0 - r) / chroma),
            green: (
                fixed(-2.0 * (1.0 - b) * b / g / chroma),
                fixed(-2.0 * (1.0 - r) * r / g / chroma),
            ),
            blue: fixed(2.0 * (1.0 - b) / chroma),
        }
    }

    fn scaled(&self, sample: u16) -> i32 {
        (i32::from(sample) - self.black) * self.luma + (1 << 15)
    }

    fn grey(&self, luma: u16) -> u8 {
        byte(self.scaled(luma))
    }

    fn rgb(&self, luma: u16, blue: u16, red: u16) -> [u8; 3] {
        let bright = self.scaled(luma);
        let (u, v) = (i32::from(blue) - self.middle, i32::from(red) - self.middle);
        match self.kind {
            Kind::Weighted => [
                byte(bright + v * self.red),
                byte(bright + u * self.green.0 + v * self.green.1),
                byte(bright + u * self.blue),
            ],
            Kind::Plain => [self.grey(red), self.grey(luma), self.grey(blue)],
            Kind::Cgco => {
                let (u, v) = (u * self.luma, v * self.luma);
                [byte(bright - u + v), byte(bright + u), byte(bright - u - v)]
            }
        }
    }
}

fn byte(value: i32) -> u8 {
    (value >> 16).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(matrix: u16, full_range: bool) -> Colour {
        Colour {
            primaries: 1,
            transfer: 13,
            matrix,
            full_range,
        }
    }

    #[test]
    fn known_colours_come_out() {
        let full = Converter::new(colour(6, true), 8);
        assert_eq!(full.rgb(255, 128, 128), [255; 3]);
        assert_eq!(full.rgb(76, 85, 255), [254, 0, 0]);
        let limited = Converter::new(colour(1, false), 8);
        assert_eq!(limited.rgb(235, 128, 128), [255; 3]);
        assert_eq!(limited.rgb(16, 128, 128), [0; 3]);
        let deep = Converter::new(colour(9, false), 10);
        assert_eq!(deep.rgb(940, 512, 512), [255; 3]);
        let deepest = Converter::new(colour(1, true), 16);
        assert_eq!(deepest.rgb(65_535, 32_768, 32_768), [255; 3]);
        let plain = Converter::new(colour(0, true), 8);
        assert_eq!(plain.rgb(2, 3, 1), [1, 2, 3]);
    }
}
