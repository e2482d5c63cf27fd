//! A lossless bitstream, followed to its last bit: transforms, prefix codes, then pixels as literals, copies and
//! places in the cache (WebP lossless bitstream specification). Only the picture that chooses the codes has values.

use super::{
    arithmetic::{End, PADDING},
    codes::{Group, distance, group, number},
    prefix::Bits,
};

/// Memory for prefix codes. Encoders' pictures stay far below: libwebp's have 2600 groups of codes at most.
const MAX_CODES: usize = 64 << 20;

/// The bitstream without what lies behind its last bit; `Sound` where there is nothing. `head` bits of header come
/// first. `None` where it can't be followed.
pub(super) fn end(stream: &[u8], head: usize, (width, height): (u32, u32)) -> Option<End> {
    let mut bits = Bits::new(stream, head);
    let (mut wide, mut seen) = (width, [false; 4]);
    while bits.flag() {
        let kind = bits.take(2);
        if std::mem::replace(seen.get_mut(kind)?, true) {
            return None;
        }
        match kind {
            // Prediction and colours: numbers for each tile.
            0 | 1 => {
                let tile = bits.take(3) as u32 + 2;
                let size = (tiles(wide, tile), tiles(height, tile));
                image(&mut bits, size, false, false)?;
            }
            // Green taken off: nothing more to say.
            2 => {}
            _ => {
                let colours = bits.take(8) as u32 + 1;
                image(&mut bits, (colours, 1), false, false)?;
                let packed = match colours {
                    ..=2 => 3,
                    3..=4 => 2,
                    5..=16 => 1,
                    _ => 0,
                };
                wide = tiles(wide, packed);
            }
        }
    }
    image(&mut bits, (wide, height), true, false)?;
    if bits.starved() {
        return None;
    }
    let (used, spare) = (bits.used().div_ceil(8), bits.used() % 8);
    let mask = if spare == 0 { 0xff } else { (1 << spare) - 1 };
    let (kept, rest) = stream.split_at_checked(used)?;
    let last = kept.last()?;
    if rest.len() <= PADDING && last & !mask == 0 && rest.iter().all(|byte| *byte == 0) {
        return Some(End::Sound);
    }
    let mut kept = kept.to_vec();
    *kept.last_mut()? &= mask;
    Some(End::Shorter(kept))
}

fn tiles(side: u32, bits: u32) -> u32 {
    side.div_ceil(1 << bits)
}

/// Moves over one coded picture. The `main` one may change codes from tile to tile; of those that are kept the pixels
/// are handed out.
fn image(bits: &mut Bits, (width, height): (u32, u32), main: bool, kept: bool) -> Option<Vec<u32>> {
    let cache = if bits.flag() {
        Some(bits.take(4) as u32).filter(|bits| (1..=11).contains(bits))?
    } else {
        0
    };
    let (mut tile, mut choice, mut count) = (31, Vec::new(), 1);
    if main && bits.flag() {
        tile = bits.take(3) as u32 + 2;
        choice = image(bits, (tiles(width, tile), tiles(height, tile)), false, true)?;
        for pixel in &mut choice {
            *pixel = *pixel >> 8 & 0xffff;
            count = count.max(*pixel as usize + 1);
        }
    }
    let mut groups = Vec::new();
    let mut weight = 0;
    for _ in 0..count {
        let group = group(bits, cache)?;
        weight += group.weight() + size_of::<Group>();
        groups.push(group);
        if weight > MAX_CODES || bits.starved() {
            return None;
        }
    }
    let mut pixels = Pixels {
        list: Vec::new(),
        cache: vec![0; if kept && cache > 0 { 1 << cache } else { 0 }],
        bits: cache,
        kept,
    };
    let (width, total) = (width as usize, width as usize * height as usize);
    let across = width.div_ceil(1 << tile.min(31));
    let (mut at, mut next) = (0, 0);
    let mut codes = groups.first()?;
    while at < total {
        if at >= next {
            let (x, y) = (at % width, at / width);
            next = y * width + (((x >> tile) + 1) << tile).min(width);
            if !choice.is_empty() {
                let number = *choice.get((y >> tile) * across + (x >> tile))?;
                codes = groups.get(number as usize)?;
            }
            if bits.starved() {
                return None;
            }
        }
        at += pixels.follow(bits, codes, width, at, total)?;
    }
    Some(pixels.list)
}

/// Pixels so far, where their values matter.
struct Pixels {
    list: Vec<u32>,
    cache: Vec<u32>,
    bits: u32,
    kept: bool,
}

impl Pixels {
    /// Moves over one code; says how many pixels it stands for.
    #[inline]
    fn follow(
        &mut self,
        bits: &mut Bits,
        codes: &Group,
        width: usize,
        at: usize,
        total: usize,
    ) -> Option<usize> {
        let symbol = bits.symbol(&codes.green)?;
        if symbol < 256 {
            let red = bits.symbol(&codes.red)?;
            let blue = bits.symbol(&codes.blue)?;
            let alpha = bits.symbol(&codes.alpha)?;
            self.push((alpha << 24 | red << 16 | symbol << 8 | blue) as u32);
            return Some(1);
        }
        if symbol >= 280 {
            let place = symbol - 280;
            if self.kept {
                let pixel = *self.cache.get(place)?;
                self.push(pixel);
            }
            return Some(1);
        }
        let length = number(bits, symbol - 256)?;
        let symbol = bits.symbol(&codes.distance)?;
        let distance = distance(bits, symbol, width)?;
        if distance > at || length > total - at {
            return None;
        }
        if self.kept {
            for _ in 0..length {
                let pixel = *self.list.get(self.list.len() - distance)?;
                self.push(pixel);
            }
        }
        Some(length)
    }

    fn push(&mut self, pixel: u32) {
        if self.kept {
            self.list.push(pixel);
            let place = pixel.wrapping_mul(0x1e35_a7bd) as usize;
            if let Some(entry) = self.cache.get_mut(place >> (32 - self.bits).min(31)) {
                *entry = pixel;
            }
        }
    }
}
