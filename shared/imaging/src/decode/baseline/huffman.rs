//! Huffman codes, and tables that answer with what stands behind the code as well.

/// Bits that one look decides on, for coefficients that are not the first of their block.
pub(super) const LOOK: u32 = 12;

/// The same for first coefficients.
pub(super) const DC_LOOK: u32 = 10;

/// A code as DHT describes it.
#[derive(Debug, Clone)]
struct Code {
    /// By length: the first code beyond those of this length, moved up to 16 bits.
    beyond: [u32; 17],
    /// By length: what to add to a code for the place of its symbol.
    shift: [i32; 17],
    /// By the first eight bits: no code that begins so is shorter.
    least: [u8; 256],
    symbols: [u8; 256],
}

/// A symbol with the value behind it: its run of zeros, its value, and the bits of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) run: u32,
    pub(super) size: u32,
    pub(super) value: i32,
    pub(super) bits: u32,
}

impl Code {
    /// `None` where the counts make no code that every decoder takes.
    fn new(counts: &[u8; 16], listed: &[u8]) -> Option<Self> {
        let mut code = Self {
            beyond: [0; 17],
            shift: [0; 17],
            least: [16; 256],
            symbols: [0; 256],
        };
        code.symbols
            .get_mut(..listed.len())?
            .copy_from_slice(listed);
        let (mut next, mut place) = (0_u32, 0_i32);
        for (length, count) in (1..=16).zip(counts) {
            code.shift[length] = place - next as i32;
            next += u32::from(*count);
            place += i32::from(*count);
            // All ones is no code: it would look like the filling bits at the end.
            if *count > 0 && next >= 1 << length {
                return None;
            }
            code.beyond[length] = next << (16 - length);
            next <<= 1;
        }
        for (top, least) in (0..).step_by(256).zip(&mut code.least) {
            let shortest = (1..=16).find(|length| top < code.beyond[usize::from(*length)]);
            *least = shortest.unwrap_or(16);
        }
        (place as usize == listed.len()).then_some(code)
    }

    /// The symbol at the top of a word, and the value behind it. `None` where there is no such code.
    fn read(&self, word: u64) -> Option<Symbol> {
        let top = (word >> 48) as u32;
        let least = usize::from(self.least[(top >> 8) as usize & 255]);
        let length = (least..=16).find(|length| top < self.beyond[*length])?;
        let place = (top >> (16 - length)) as i32 + self.shift[length];
        let symbol = u32::from(*self.symbols.get(usize::try_from(place).ok()?)?);
        let (run, size) = (symbol >> 4, symbol & 15);
        let value = if size == 0 {
            0
        } else {
            // T.81, F.2.2.1: the lower half of the numbers of a size stands for negative values.
            let raw = (word << length >> (64 - size)) as i32;
            if raw >> (size - 1) == 0 {
                raw - (1 << size) + 1
            } else {
                raw
            }
        };
        Some(Symbol {
            run,
            size,
            value,
            bits: length as u32 + size,
        })
    }
}

/// Codes of first coefficients.
#[derive(Debug, Clone)]
pub(super) struct Dc {
    code: Code,
    /// By the next bits: difference in the upper half, bits of it and its code in the lower; 0 where
    /// they are too many.
    quick: Box<[i32; 1 << DC_LOOK]>,
}

impl Dc {
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        if symbols.iter().any(|size| *size > 15) {
            return None;
        }
        let code = Code::new(counts, symbols)?;
        let mut quick = Box::new([0; 1 << DC_LOOK]);
        for (entry, index) in quick.iter_mut().zip(0_u64..) {
            if let Some(symbol) = code
                .read(index << (64 - DC_LOOK))
                .filter(|it| it.bits <= DC_LOOK)
            {
                *entry = symbol.value << 16 | symbol.bits as i32;
            }
        }
        Some(Self { code, quick })
    }

    /// The entry for the next bits.
    #[inline(always)]
    pub(super) fn quick(&self, word: u64) -> i32 {
        self.quick[(word >> (64 - DC_LOOK)) as usize]
    }

    /// The next symbol, however long.
    #[inline(never)]
    pub(super) fn slow(&self, word: u64) -> Option<Symbol> {
        self.code.read(word)
    }
}

/// What one look finds: one or two coefficients, or the end of a block after at most one.
///
/// A number of 32 bits, so that a table fits the first cache; from the lowest: 6 bits how many bits
/// were read (0: more than a look), 6 bits how far the second coefficient lies behind the first
/// (0: there is none, [`END`]: the block ends), 4 bits how many zeros stand before the first, 8 bits
/// each for the first value and the second. Without a second coefficient the first stands twice.
pub(super) type Look = u32;

/// Distance that leads out of every block.
pub(super) const END: u32 = 63;

/// Codes of all other coefficients.
#[derive(Debug, Clone)]
pub(super) struct Ac {
    code: Code,
    quick: Box<[Look; 1 << LOOK]>,
}

impl Ac {
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let code = Code::new(counts, symbols)?;
        let mut quick = Box::new([0; 1 << LOOK]);
        for (entry, index) in quick.iter_mut().zip(0_u64..) {
            *entry = look(&code, index << (64 - LOOK)).unwrap_or(0);
        }
        Some(Self { code, quick })
    }

    /// The entry for the next bits.
    #[inline(always)]
    pub(super) fn quick(&self, word: u64) -> Look {
        self.quick[(word >> (64 - LOOK)) as usize]
    }

    /// The next symbol, however long.
    #[inline(never)]
    pub(super) fn slow(&self, word: u64) -> Option<Symbol> {
        self.code.read(word)
    }
}

/// Whether a symbol ends its block, or is one that no baseline encoder writes.
fn is_end(symbol: Symbol) -> Option<bool> {
    match (symbol.size, symbol.run) {
        (0, 0) => Some(true),
        (0, 1..15) => None,
        _ => Some(false),
    }
}

fn look(code: &Code, word: u64) -> Option<Look> {
    let short = |symbol: &Symbol| symbol.bits <= LOOK && i8::try_from(symbol.value).is_ok();
    let first = code.read(word).filter(short)?;
    if is_end(first)? {
        // A coefficient of zero right here, where nothing was written yet, then the end.
        return Some(first.bits | END << 6);
    }
    let byte = |value: i32| u32::from(value as u8);
    let one = first.run << 12 | byte(first.value) << 16;
    let second = code.read(word << first.bits).filter(short);
    let second = second.filter(|it| first.bits + it.bits <= LOOK);
    let Some((second, ends)) = second.and_then(|it| Some((it, is_end(it)?))) else {
        return Some(first.bits | one | byte(first.value) << 24);
    };
    let distance = if ends { END } else { second.run + 1 };
    let bits = first.bits + second.bits;
    Some(bits | distance << 6 | one | byte(second.value) << 24)
}
