//! The sequence header of an AV1 bitstream (AV1 specification, section 5.5).

use crate::isobmff::Colour;

/// What a sequence header says that matters here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sequence {
    /// The largest frame's width and height.
    pub(crate) size: (u32, u32),
    pub(crate) colour: Colour,
    /// Bits up to the closing one.
    pub(super) bits: usize,
}

/// Reads a header; says also how many bytes it takes with its closing bit.
pub(super) fn read_sequence(body: &[u8]) -> Option<(Sequence, usize)> {
    let mut bits = Bits { body, at: 0 };
    let profile = bits.take(3)?;
    let _still = bits.flag()?;
    let reduced = bits.flag()?;
    if reduced {
        bits.take(5)?;
    } else {
        operating_points(&mut bits)?;
    }
    let (wide, high) = (bits.take(4)? + 1, bits.take(4)? + 1);
    let size = (bits.take(wide)? + 1, bits.take(high)? + 1);
    if !reduced && bits.flag()? {
        bits.take(7)?;
    }
    bits.take(3)?;
    if !reduced {
        tools(&mut bits)?;
    }
    bits.take(3)?;
    let colour = colour(&mut bits, profile)?;
    let _film_grain = bits.flag()?;
    let used = bits.at / 8 + 1;
    (used <= body.len()).then_some((
        Sequence {
            size,
            colour,
            bits: bits.at,
        },
        used,
    ))
}

fn operating_points(bits: &mut Bits) -> Option<()> {
    let mut delay = None;
    if bits.flag()? {
        bits.take(32)?;
        bits.take(32)?;
        if bits.flag()? {
            bits.uvlc()?;
        }
        if bits.flag()? {
            delay = Some(bits.take(5)? + 1);
            bits.take(32)?;
            bits.take(10)?;
        }
    }
    let display_delay = bits.flag()?;
    for _ in 0..=bits.take(5)? {
        bits.take(12)?;
        if bits.take(5)? > 7 {
            bits.take(1)?;
        }
        if let Some(length) = delay
            && bits.flag()?
        {
            bits.take(length)?;
            bits.take(length)?;
            bits.take(1)?;
        }
        if display_delay && bits.flag()? {
            bits.take(4)?;
        }
    }
    Some(())
}

/// Switches of coding tools between frames.
fn tools(bits: &mut Bits) -> Option<()> {
    bits.take(4)?;
    let order = bits.flag()?;
    if order {
        bits.take(2)?;
    }
    let screen = bits.flag()? || bits.flag()?;
    if screen && !bits.flag()? {
        bits.take(1)?;
    }
    if order {
        bits.take(3)?;
    }
    Some(())
}

fn colour(bits: &mut Bits, profile: u32) -> Option<Colour> {
    let high = bits.flag()?;
    let twelve = profile == 2 && high && bits.flag()?;
    let grey = profile != 1 && bits.flag()?;
    // Code points as in ITU-T H.273; 2 is "not said".
    let [primaries, transfer, matrix] = if bits.flag()? {
        [bits.take(8)?, bits.take(8)?, bits.take(8)?]
    } else {
        [2; 3]
    };
    let full_range = if !grey && (primaries, transfer, matrix) == (1, 13, 0) {
        true
    } else {
        let full = bits.flag()?;
        if !grey {
            let halves = match profile {
                0 => true,
                1 => false,
                _ if twelve => bits.flag()? && bits.flag()?,
                _ => false,
            };
            bits.take(if halves { 2 } else { 0 })?;
        }
        full
    };
    if !grey {
        bits.take(1)?;
    }
    Some(Colour {
        primaries: primaries as u16,
        transfer: transfer as u16,
        matrix: matrix as u16,
        full_range,
    })
}

/// Bits from the highest of each byte on.
struct Bits<'a> {
    body: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = *self.body.get(self.at / 8)?;
            value = (value << 1) | u32::from((byte >> (7 - self.at % 8)) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        self.take(1).map(|bit| bit == 1)
    }

    /// A number of variable length.
    fn uvlc(&mut self) -> Option<()> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        if zeros < 32 {
            self.take(zeros)?;
        }
        Some(())
    }
}
