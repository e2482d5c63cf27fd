//! Coefficients of some blocks of a sequential JPEG, read at several places of its coded data.
//!
//! The coded data has no addresses. But a reader that starts anywhere falls into step by itself
//! after some blocks (Klein, Wiseman: "Parallel Huffman Decoding with Applications to JPEG Files",
//! 2003), and until then mostly stumbles over impossible codes. So each place is read with a run-up
//! that is not counted, and again from the beginning of the run-up after a stumble.

use super::double::{Counts, FREQUENCIES, VALUES};
use crate::{
    bytes::part,
    jpeg::{Walk, marker},
};

/// Places in the coded data.
const PLACES: usize = 5;
/// Brightness blocks counted at each.
const BLOCKS: u32 = 640;
/// Blocks read before any is counted.
const RUN_UP: u32 = 192;
/// Stumbles after which a place is given up.
const MAX_STUMBLES: u32 = 256;
/// Coded bytes read at each place at most.
const MAX_BYTES: usize = 64 << 10;

/// A code table: lengths and symbols by the next ten bits, and the rest by length.
struct Table {
    quick: Box<[(u8, u8); 1024]>,
    /// For each length the first code beyond it, and what to add to a code for its symbol's place.
    beyond: [(u32, i32); 17],
    symbols: Vec<u8>,
}

impl Table {
    /// From the sixteen counts and the symbols of a DHT segment.
    fn new(counts: &[u8], symbols: &[u8]) -> Self {
        let mut table = Self {
            quick: Box::new([(0, 0); 1024]),
            beyond: [(0, 0); 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut at) = (0_u32, 0_usize);
        for (length, count) in (1..=16_u8).zip(counts) {
            let count = usize::from(*count);
            if let Some(slot) = table.beyond.get_mut(usize::from(length)) {
                *slot = (code + count as u32, at as i32 - code as i32);
            }
            for symbol in symbols.iter().skip(at).take(count) {
                if length <= 10 {
                    let shift = 10 - u32::from(length);
                    let from = (code << shift) as usize;
                    let slots = table.quick.get_mut(from..from + (1 << shift));
                    for slot in slots.into_iter().flatten() {
                        *slot = (length, *symbol);
                    }
                }
                code += 1;
            }
            at += count;
            code <<= 1;
        }
        table
    }

    /// The next symbol, or nothing where no code begins so.
    #[inline]
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<u8> {
        bits.fill();
        let (length, symbol) = *self.quick.get(bits.peek(10) as usize)?;
        if length != 0 {
            bits.skip(length.into());
            return Some(symbol);
        }
        for length in 11..=16_usize {
            let code = bits.peek(length as u32);
            let (beyond, shift) = *self.beyond.get(length)?;
            if code < beyond {
                bits.skip(length as u32);
                let at = usize::try_from(code as i32 + shift).ok()?;
                return self.symbols.get(at).copied();
            }
        }
        None
    }
}

/// Bits of coded data, stuffing removed; zeros after a marker or the end.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
    /// Bits made up behind the last real one.
    padding: u32,
}

impl<'a> Bits<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            held: 0,
            count: 0,
            padding: 0,
        }
    }

    /// Makes sure of at least 32 bits.
    #[inline]
    fn fill(&mut self) {
        while self.count <= 32 {
            let byte = match self.bytes.get(self.at..) {
                Some([0xff, 0, ..]) => {
                    self.at += 2;
                    0xff
                }
                Some([0xff, ..] | []) | None => {
                    self.padding += 8;
                    0
                }
                Some([byte, ..]) => {
                    self.at += 1;
                    *byte
                }
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Whether more was read than is there.
    const fn over(&self) -> bool {
        self.padding > self.count
    }

    /// Behind the restart marker at which the reading ended, if it was one.
    fn restarted(&self) -> Option<Self> {
        let rest = self.bytes.get(self.at..)?;
        matches!(rest, [0xff, 0xd0..=0xd7, ..])
            .then(|| Self::new(rest.get(2..).unwrap_or_default()))
    }

    #[inline]
    const fn peek(&self, count: u32) -> u32 {
        (self.held >> (64 - count)) as u32
    }

    #[inline]
    const fn skip(&mut self, count: u32) {
        self.held <<= count;
        self.count = self.count.saturating_sub(count);
    }
}

/// What is needed to read blocks of one scan.
pub(super) struct Sampler<'a> {
    scan: &'a [u8],
    restarts: bool,
    /// For each block of a coding unit: its tables, and whether it is brightness.
    unit: Vec<(usize, usize, bool)>,
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
}

impl<'a> Sampler<'a> {
    /// Nothing where the picture is coded otherwise, or its blocks could not be told apart.
    pub(super) fn new(bytes: &'a [u8], walk: &Walk) -> Option<Self> {
        let sof = walk.segments.iter().find(|it| marker::is_sof(it.marker))?;
        // Baseline and extended sequential.
        if !matches!(sof.marker, 0xc0 | 0xc1) {
            return None;
        }
        let frame = part(bytes, &sof.body);
        let first = walk
            .segments
            .iter()
            .position(|it| it.marker == marker::SOS)?;
        let (before, from) = walk.segments.split_at(first);
        let sos = from.first()?;
        let header = part(bytes, &sos.body);
        let components = *frame.get(5)?;
        if *frame.first()? != 8 || header.first() != Some(&components) {
            return None;
        }
        let mut unit = Vec::new();
        for index in 0..usize::from(components) {
            let sampling = *frame.get(7 + 3 * index)?;
            let tables = *header.get(2 + 2 * index)?;
            let blocks = if components == 1 {
                1
            } else {
                (sampling >> 4) * (sampling & 15)
            };
            for _ in 0..blocks.min(16) {
                unit.push(((tables >> 4).into(), (tables & 15).into(), index == 0));
            }
        }
        // With the same tables for brightness and colour nothing would pull a reader into step.
        let own = unit.first().map(|it| (it.0, it.1))?;
        if components > 1 && unit.iter().all(|it| (it.0, it.1) == own) {
            return None;
        }
        let mut sampler = Self {
            scan: part(bytes, &sos.scan),
            restarts: sos.restarts > 0,
            unit,
            dc: [const { None }; 4],
            ac: [const { None }; 4],
        };
        for segment in before.iter().filter(|it| it.marker == marker::DHT) {
            sampler.tables(part(bytes, &segment.body));
        }
        Some(sampler)
    }

    fn tables(&mut self, mut body: &[u8]) {
        while let [head, rest @ ..] = body {
            let Some((counts, rest)) = rest.split_at_checked(16) else {
                return;
            };
            let total: usize = counts.iter().map(|it| usize::from(*it)).sum();
            let Some((symbols, rest)) = rest.split_at_checked(total) else {
                return;
            };
            let kind = if head >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            if let Some(slot) = kind.get_mut(usize::from(head & 15)) {
                *slot = Some(Table::new(counts, symbols));
            }
            body = rest;
        }
    }

    /// Counts of all places, and how many brightness blocks they hold.
    pub(super) fn count(&self) -> (Counts, u32) {
        let mut counts = [[0; VALUES]; FREQUENCIES];
        let mut blocks = 0;
        for place in 0..PLACES {
            let at = self.scan.len() * (2 * place + 1) / (2 * PLACES);
            let mut rest = self.scan.get(at..).unwrap_or_default();
            if self.restarts {
                // Behind a restart marker everything is in step.
                let near = rest.get(..rest.len().min(4 * MAX_BYTES));
                let next = near
                    .unwrap_or_default()
                    .windows(2)
                    .position(|it| matches!(it, [0xff, 0xd0..=0xd7]));
                rest = next.and_then(|it| rest.get(it + 2..)).unwrap_or_default();
            }
            let rest = rest.get(..rest.len().min(MAX_BYTES)).unwrap_or_default();
            blocks += self.count_place(rest, &mut counts);
        }
        (counts, blocks)
    }

    fn count_place(&self, coded: &[u8], counts: &mut Counts) -> u32 {
        let mut bits = Bits::new(coded);
        let mut found = [[0; VALUES]; FREQUENCIES];
        let (mut blocks, mut stumbles) = (0, 0);
        let mut run_up = if self.restarts { 0 } else { RUN_UP };
        while blocks < BLOCKS && stumbles < MAX_STUMBLES {
            for (dc, ac, bright) in &self.unit {
                let counted = *bright && run_up == 0;
                let into = counted.then_some(&mut found);
                let read = self.block(&mut bits, *dc, *ac, into);
                if bits.over() {
                    break;
                }
                if read.is_none() {
                    stumbles += 1;
                    found = [[0; VALUES]; FREQUENCIES];
                    (blocks, run_up) = (0, RUN_UP);
                    bits.skip(1);
                    break;
                }
                run_up = run_up.saturating_sub(1);
                blocks += u32::from(counted);
            }
            if bits.over() {
                let Some(next) = bits.restarted() else { break };
                (bits, run_up) = (next, 0);
            }
        }
        for (all, own) in counts.iter_mut().zip(&found) {
            for (sum, count) in all.iter_mut().zip(own) {
                *sum += count;
            }
        }
        blocks
    }

    /// Reads one block; nothing where its codes are impossible.
    #[inline]
    fn block(
        &self,
        bits: &mut Bits<'_>,
        dc: usize,
        ac: usize,
        mut into: Option<&mut Counts>,
    ) -> Option<()> {
        let size = self.dc.get(dc)?.as_ref()?.symbol(bits)?;
        if size > 11 {
            return None;
        }
        bits.skip(size.into());
        let table = self.ac.get(ac)?.as_ref()?;
        let mut at = 1_usize;
        while at < 64 {
            let symbol = table.symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                if run != 15 {
                    // Runs of ends of blocks belong to progressive coding.
                    return (run == 0).then_some(());
                }
                at += 16;
                continue;
            }
            at += run;
            if at > 63 || size > 10 {
                return None;
            }
            if let Some(counts) = into.as_deref_mut()
                && let Some(own) = counts.get_mut(at - 1)
            {
                let coded = bits.peek(size);
                // Below half of its range a value is negative, counted down from its end.
                let value = if coded >> (size - 1) == 0 {
                    (1 << size) - 1 - coded
                } else {
                    coded
                };
                if let Some(count) = own.get_mut(value as usize) {
                    *count += 1;
                }
            }
            bits.skip(size);
            at += 1;
        }
        (at == 64).then_some(())
    }
}
