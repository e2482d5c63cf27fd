//! From the numbers of a pixel to red, green and blue.

use crate::decode;

/// What the numbers of a pixel are.
#[derive(Debug)]
pub(super) enum Kind {
    /// Brightness, and perhaps more numbers: the second is alpha where the file says so.
    Grey(usize, Option<u32>),
    Palette(Vec<[u8; 3]>),
    Rgb,
    /// With a fourth number, which is alpha where the file says so.
    Rgba(Option<u32>),
    Ycc,
    /// Inks, 255 being all of it; perhaps with a fifth number, which is alpha where the file says so.
    Cmyk(usize, Option<u32>),
    Lab,
}

impl Kind {
    /// Numbers of one pixel.
    pub(super) fn samples(&self) -> usize {
        match self {
            Self::Grey(samples, _) | Self::Cmyk(samples, _) => *samples,
            Self::Palette(_) => 1,
            Self::Rgb | Self::Ycc | Self::Lab => 3,
            Self::Rgba(_) => 4,
        }
    }

    /// The colour of a pixel whose numbers `sample` tells.
    pub(super) fn light(&self, sample: impl Fn(usize) -> u8) -> [u8; 3] {
        match self {
            Self::Grey(1, _) => [sample(0); 3],
            Self::Grey(_, alpha) => on_white([sample(0); 3], sample(1), *alpha),
            Self::Palette(colours) => colours
                .get(usize::from(sample(0)))
                .copied()
                .unwrap_or_default(),
            Self::Rgb => [sample(0), sample(1), sample(2)],
            Self::Rgba(alpha) => on_white([0, 1, 2].map(&sample), sample(3), *alpha),
            Self::Ycc => from_ycc(sample(0), sample(1), sample(2)),
            Self::Cmyk(_, alpha) => {
                let paper = 255 - u16::from(sample(3));
                let light = |at| ((255 - u16::from(sample(at))) * paper / 255) as u8;
                let light = [0, 1, 2].map(light);
                match alpha {
                    Some(2) => on_white(light, sample(4), *alpha),
                    // Inks that were multiplied by their alpha leave the paper white by themselves.
                    _ => light,
                }
            }
            Self::Lab => from_lab(sample(0), sample(1) as i8, sample(2) as i8),
        }
    }
}

/// What the first extra sample does to a colour, by what the file says it is.
fn on_white(light: [u8; 3], opacity: u8, alpha: Option<u32>) -> [u8; 3] {
    match alpha {
        Some(1) => decode::multiplied_on_white(light, opacity),
        Some(2) => decode::on_white(light, opacity),
        _ => light,
    }
}

/// Rec. 601 at full range, as JPEG has it.
fn from_ycc(y: u8, blue: u8, red: u8) -> [u8; 3] {
    let (y, blue, red) = (
        f32::from(y),
        f32::from(blue) - 128.0,
        f32::from(red) - 128.0,
    );
    [
        y + 1.402 * red,
        y - 0.344_136 * blue - 0.714_136 * red,
        y + 1.772 * blue,
    ]
    .map(|light| light.round() as u8)
}

/// CIE L*a*b* under D50 (as TIFF and ICC have it) to sRGB.
fn from_lab(lightness: u8, red: i8, yellow: i8) -> [u8; 3] {
    let middle = (f32::from(lightness) * 100.0 / 255.0 + 16.0) / 116.0;
    let cube = |root: f32| {
        if root > 6.0 / 29.0 {
            root * root * root
        } else {
            (root - 4.0 / 29.0) * 108.0 / 841.0
        }
    };
    let x = 0.964_22 * cube(middle + f32::from(red) / 500.0);
    let y = cube(middle);
    let z = 0.825_21 * cube(middle - f32::from(yellow) / 200.0);
    // XYZ under D50 to linear sRGB, adapted by Bradford (brucelindbloom.com, "RGB/XYZ Matrices").
    [
        3.133_856 * x - 1.616_866_7 * y - 0.490_614_6 * z,
        -0.978_768_4 * x + 1.916_141_5 * y + 0.033_454 * z,
        0.071_945_3 * x - 0.228_991_4 * y + 1.405_242_7 * z,
    ]
    .map(|linear| {
        let light = if linear <= 0.003_130_8 {
            12.92 * linear
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        };
        (255.0 * light).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_grey_and_black_stay_without_colour() {
        for (lightness, light) in [(255, 255), (0, 0), (137, 128)] {
            for value in from_lab(lightness, 0, 0) {
                assert!(value.abs_diff(light) <= 1, "{lightness}: {value}");
            }
        }
        assert_eq!(from_ycc(77, 128, 128), [77; 3]);
        assert_eq!(Kind::Cmyk(4, None).light(|_| 0), [255; 3]);
        assert_eq!(Kind::Rgba(Some(2)).light(|_| 0), [255; 3]);
        assert_eq!(Kind::Rgba(Some(1)).light(|_| 255), [255; 3]);
        assert_eq!(Kind::Rgba(None).light(|at| at as u8), [0, 1, 2]);
    }
}
