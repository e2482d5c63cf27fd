//! A picture as its JPEG stores it: brightness and two colour differences, each a plane of its own.

/// How a picture's colour planes relate to its brightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// No colour planes.
    Grey,
    /// Cb and Cr, each sample standing for so many pixels across and down. Samples lie in the
    /// middle of their pixels, as JFIF has it.
    Sampled { across: u8, down: u8 },
}

/// The sampling that renditions have: one colour sample for two by two pixels.
pub(crate) const QUARTERED: Colour = Colour::Sampled { across: 2, down: 2 };

/// JFIF's YCbCr, 8 bits a sample: the planes one after the other, rows without padding. Where
/// colour is sampled, the brightness plane is filled up to whole samples, as libjpeg-turbo has it.
#[derive(Debug, Clone)]
pub(crate) struct Planes {
    pub(crate) samples: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) colour: Colour,
}

/// One plane of a picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane<'a> {
    pub(crate) samples: &'a [u8],
    /// Samples of a row, those that fill up included.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// How much of the plane is picture; the last colour sample may reach beyond it.
    pub(crate) shown: (f64, f64),
}

impl<'a> Plane<'a> {
    /// A plane that is all picture.
    pub(crate) fn whole(samples: &'a [u8], (width, height): (u32, u32)) -> Self {
        Self {
            samples,
            width,
            height,
            shown: (f64::from(width), f64::from(height)),
        }
    }
}

impl Planes {
    /// A black picture of this size; `None` where it would not fit memory's numbers.
    pub(crate) fn blank(width: u32, height: u32, colour: Colour) -> Option<Self> {
        let [luma, chroma] = colour.sizes(width, height).map(area);
        let length = usize::try_from(luma + 2 * chroma).ok()?;
        Some(Self {
            samples: vec![0; length],
            width,
            height,
            colour,
        })
    }

    /// Brightness.
    pub(crate) fn luma(&self) -> Plane<'_> {
        let [size, _] = self.colour.sizes(self.width, self.height);
        Plane {
            samples: self.samples.get(..area(size) as usize).unwrap_or_default(),
            width: size.0,
            height: size.1,
            shown: (f64::from(self.width), f64::from(self.height)),
        }
    }

    /// Cb and Cr; none of a grey picture.
    pub(crate) fn chroma(&self) -> Option<[Plane<'_>; 2]> {
        let Colour::Sampled { across, down } = self.colour else {
            return None;
        };
        let [luma, size] = self.colour.sizes(self.width, self.height);
        let rest = self.samples.get(area(luma) as usize..)?;
        let (blue, red) = rest.split_at_checked(area(size) as usize)?;
        Some([blue, red].map(|samples| Plane {
            samples,
            width: size.0,
            height: size.1,
            shown: (
                f64::from(self.width) / f64::from(across),
                f64::from(self.height) / f64::from(down),
            ),
        }))
    }

    /// Brightness, Cb and Cr to write to; the latter two are empty in a grey picture.
    pub(crate) fn split_mut(&mut self) -> [&mut [u8]; 3] {
        let [luma, chroma] = self.colour.sizes(self.width, self.height).map(area);
        let cut = |samples: &mut [u8], length: u64| samples.len().min(length as usize);
        let at = cut(&mut self.samples, luma);
        let (brightness, rest) = self.samples.split_at_mut(at);
        let at = cut(rest, chroma);
        let (blue, red) = rest.split_at_mut(at);
        [brightness, blue, red]
    }
}

fn area((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

impl Colour {
    /// Size of the brightness plane and of each colour plane, in samples.
    pub(crate) fn sizes(self, width: u32, height: u32) -> [(u32, u32); 2] {
        match self {
            Self::Grey => [(width, height), (0, 0)],
            Self::Sampled { across, down } => {
                let (across, down) = (u32::from(across), u32::from(down));
                let chroma = (width.div_ceil(across), height.div_ceil(down));
                [(chroma.0 * across, chroma.1 * down), chroma]
            }
        }
    }
}
