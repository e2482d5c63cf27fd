//! The sequence header of an AV1 bitstream (AV1 specification, 5.5), read to its last bit: no decoder looks at what
//! stands behind that.

/// The most operating points that a header has room for is 32; what they and the rest take is less than this.
const MOST: usize = 512;

/// Whether the closing bit of a sequence header stands in the last of these bytes, with zeros behind it.
pub(super) fn is_header(bytes: &[u8]) -> bool {
    let mut bits = Bits { bytes, at: 0 };
    if bytes.len() > MOST || header(&mut bits).is_none() {
        return false;
    }
    let (byte, bit) = (bits.at / 8, bits.at % 8);
    byte + 1 == bytes.len() && bytes.last().is_some_and(|last| last << bit == 0x80)
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn number(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.set()?);
        }
        Some(value)
    }

    fn set(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// A number whose length stands before it in zeros (4.10.3).
    fn counted(&mut self) -> Option<()> {
        let mut zeros = 0;
        while !self.set()? {
            zeros += 1;
        }
        if zeros < 32 {
            self.number(zeros)?;
        }
        Some(())
    }
}

/// `sequence_header_obu` (5.5.1).
fn header(bits: &mut Bits) -> Option<()> {
    let profile = bits.number(3)?;
    bits.set()?;
    let reduced = bits.set()?;
    if reduced {
        bits.number(5)?;
    } else {
        operating_points(bits)?;
    }
    let (width, height) = (bits.number(4)? + 1, bits.number(4)? + 1);
    bits.number(width)?;
    bits.number(height)?;
    if !reduced && bits.set()? {
        // Lengths of frame numbers.
        bits.number(4 + 3)?;
    }
    // Size of superblocks, two filters within a frame.
    bits.number(3)?;
    if !reduced {
        between_frames(bits)?;
    }
    // Larger than it is coded, two filters behind it.
    bits.number(3)?;
    colours(bits, profile)?;
    // Film grain.
    bits.set()?;
    Some(())
}

fn operating_points(bits: &mut Bits) -> Option<()> {
    let mut delay = None;
    if bits.set()? {
        // `timing_info` (5.5.3).
        bits.number(32)?;
        bits.number(32)?;
        if bits.set()? {
            bits.counted()?;
        }
        if bits.set()? {
            // `decoder_model_info` (5.5.4).
            delay = Some(bits.number(5)? + 1);
            bits.number(32)?;
            bits.number(5 + 5)?;
        }
    }
    let display_delays = bits.set()?;
    for _ in 0..=bits.number(5)? {
        bits.number(12)?;
        // Above level 3.3 a tier follows.
        if bits.number(5)? > 7 {
            bits.set()?;
        }
        if let Some(length) = delay
            && bits.set()?
        {
            bits.number(length)?;
            bits.number(length)?;
            bits.set()?;
        }
        if display_delays && bits.set()? {
            bits.number(4)?;
        }
    }
    Some(())
}

/// Tools for more than one frame.
fn between_frames(bits: &mut Bits) -> Option<()> {
    bits.number(4)?;
    let ordered = bits.set()?;
    if ordered {
        bits.number(2)?;
    }
    let chosen_per_frame = bits.set()?;
    let screen_content = chosen_per_frame || bits.set()?;
    if screen_content && !bits.set()? {
        bits.set()?;
    }
    if ordered {
        bits.number(3)?;
    }
    Some(())
}

/// `color_config` (5.5.2).
fn colours(bits: &mut Bits, profile: u32) -> Option<()> {
    let high = bits.set()?;
    let twelve = profile == 2 && high && bits.set()?;
    let grey = profile != 1 && bits.set()?;
    let described = if bits.set()? {
        (bits.number(8)?, bits.number(8)?, bits.number(8)?)
    } else {
        (2, 2, 2)
    };
    if grey {
        bits.set()?;
        return Some(());
    }
    // Red, green and blue as sRGB has them need no word more.
    if described != (1, 13, 0) {
        bits.set()?;
        let quartered = match profile {
            0 => true,
            2 if twelve => bits.set()? && bits.set()?,
            _ => false,
        };
        if quartered {
            bits.number(2)?;
        }
    }
    bits.set()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the fixture's pictures, 64 x 48.
    const SOUND: [u8; 9] = [0x18, 0x15, 0x7f, 0xbd, 0xa2, 0x02, 0x1a, 0x0d, 0x08];

    #[test]
    fn a_header_with_anything_behind_its_closing_bit_is_none() {
        assert!(is_header(&SOUND));
        for end in 0..SOUND.len() {
            assert!(!is_header(&SOUND[..end]), "{end}");
        }
        for more in [&[0][..], b"abc", &[0x80]] {
            assert!(!is_header(&[&SOUND, more].concat()), "{more:?}");
        }
        let mut spare = SOUND;
        spare[8] |= 1;
        assert!(!is_header(&spare));
        // Sides in fewer bits, so that all ends three bytes before: found by the fuzzer.
        let mut early = SOUND;
        early[2] = 0x3f;
        assert!(!is_header(&early));
        assert!(!is_header(&[0; 600]));
    }
}
