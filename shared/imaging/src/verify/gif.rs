//! A clean GIF: canvas, used colours, perhaps how often it runs, and frames whose codes end where
//! their pixels do.

use super::{Cursor, VerifyError};

const RESERVED: &str = "reserved bits in use";
const BLOCK: &str = "block that does not show the picture";
const COLOUR: &str = "colour that no pixel has";
const CODES: &str = "pixels that do not end where they should";

/// Which of 256 colours something uses.
type Used = [bool; 256];

pub(super) fn verify(cursor: &mut Cursor) -> Result<(), VerifyError> {
    cursor.expect(b"GIF89a", "no gif signature")?;
    if cursor.u16_le()? == 0 || cursor.u16_le()? == 0 {
        return Err(cursor.reject("no size"));
    }
    let flags = cursor.u8()?;
    let background = cursor.u8()?;
    cursor.expect(&[0], "shape of a pixel")?;
    let colours = match flags {
        0x70 if background == 0 => &[],
        0xf0..=0xf7 => cursor.take(6 << (flags & 7))?,
        _ => return Err(cursor.reject(RESERVED)),
    };
    let runs = cursor.rest().starts_with(b"\x21\xff");
    if runs {
        cursor.expect(b"\x21\xff\x0bNETSCAPE2.0\x03\x01", BLOCK)?;
        cursor.u16_le()?;
        cursor.expect(&[0], BLOCK)?;
    }
    let (mut used, mut shared, mut frames) = ([false; 256], false, 0_u32);
    while cursor.rest().first() != Some(&0x3b) {
        shared |= frame(cursor, &mut used)?;
        frames += 1;
    }
    if frames == 0 {
        return Err(cursor.reject("no picture"));
    }
    if runs && frames == 1 {
        return Err(cursor.reject(BLOCK));
    }
    if !colours.is_empty() {
        if !shared || usize::from(background) >= colours.len() / 3 {
            return Err(cursor.reject(COLOUR));
        }
        used[usize::from(background)] = true;
        check_colours(cursor, colours, &used)?;
    }
    cursor.take(1)?;
    cursor.finish("bytes after the end of the image")
}

fn check_colours(place: &Cursor, colours: &[u8], used: &Used) -> Result<(), VerifyError> {
    let strange = |(index, value): (usize, &u8)| *value != 0 && !used[(index / 3) & 0xff];
    if colours.iter().enumerate().any(strange) {
        return Err(place.reject(COLOUR));
    }
    Ok(())
}

/// One frame; whether it is painted in the colours of the file.
fn frame(cursor: &mut Cursor, file_used: &mut Used) -> Result<bool, VerifyError> {
    if cursor.rest().first() == Some(&0x21) {
        cursor.expect(b"\x21\xf9\x04", BLOCK)?;
        let [flags, low, high, index] = cursor.kind()?;
        cursor.expect(&[0], BLOCK)?;
        let clear = flags & 1 == 1;
        let idle = flags == 0 && low == 0 && high == 0;
        if flags & !0x0d != 0 || idle || (!clear && index != 0) {
            return Err(cursor.reject(RESERVED));
        }
    }
    cursor.expect(&[0x2c], BLOCK)?;
    cursor.take(4)?;
    let pixels = u64::from(cursor.u16_le()?) * u64::from(cursor.u16_le()?);
    let flags = cursor.u8()?;
    let own = flags & 0x80 != 0;
    if flags & 0x38 != 0 || (!own && flags & 7 != 0) {
        return Err(cursor.reject(RESERVED));
    }
    let colours = if own {
        cursor.take(6 << (flags & 7))?
    } else {
        &[]
    };
    let bits = cursor.u8()?;
    let mut codes = Vec::new();
    loop {
        let length = usize::from(cursor.u8()?);
        // Only the last block may be short, or none at all.
        if length > 0 && codes.len() % 255 != 0 {
            return Err(cursor.reject("pixels in odd pieces"));
        }
        if length == 0 {
            break;
        }
        codes.extend_from_slice(cursor.take(length)?);
    }
    let mut used = [false; 256];
    let sound = pixels > 0 && ends_with_its_pixels(&codes, bits, pixels, &mut used).is_some();
    if !sound {
        return Err(cursor.reject(CODES));
    }
    if own {
        check_colours(cursor, colours, &used)?;
    } else {
        for (all, one) in file_used.iter_mut().zip(used) {
            *all |= one;
        }
    }
    Ok(!own)
}

/// Reads codes up to the end code: nothing may follow it but zero bits, and no code but
/// it may follow the last pixel. Marks the colours that pixels have.
fn ends_with_its_pixels(codes: &[u8], bits: u8, pixels: u64, used: &mut Used) -> Option<()> {
    if !(2..=8).contains(&bits) {
        return None;
    }
    let mut stream = codes.iter();
    let (clear, end) = (1_usize << bits, (1_usize << bits) + 1);
    // What each code stands for, as a number of pixels; the two special ones stand for none.
    let mut sizes = vec![1_u64; clear];
    sizes.resize(clear + 2, 0);
    let (mut word, mut held) = (0_usize, 0_u32);
    let (mut last, mut painted) = (0_u64, 0_u64);
    loop {
        // As many bits as it takes to name the next code to be made, twelve at most.
        let width = (usize::BITS - sizes.len().leading_zeros()).min(12);
        while held < width {
            word |= usize::from(*stream.next()?) << held;
            held += 8;
        }
        let code = word & ((1 << width) - 1);
        (word, held) = (word >> width, held - width);
        if code == end {
            break;
        }
        if painted >= pixels {
            return None;
        }
        if code == clear {
            sizes.truncate(clear + 2);
            last = 0;
            continue;
        }
        let size = match sizes.get(code) {
            Some(size) => *size,
            None if code == sizes.len() && last > 0 => last + 1,
            None => return None,
        };
        if last > 0 && sizes.len() < 4096 {
            sizes.push(last + 1);
        }
        if code < clear {
            used[code & 0xff] = true;
        }
        painted += size;
        last = size;
    }
    if painted < pixels {
        used[0] = true;
    }
    (stream.next().is_none() && held < 8 && word == 0).then_some(())
}
