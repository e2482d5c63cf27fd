//! The frame header: size, precision and how components are sampled.

use super::marker;
#[cfg(feature = "turbo")]
use super::{Segment, walk::walk};
#[cfg(feature = "turbo")]
use crate::limits::Limits;
use crate::{bytes::be16, refusal::Refusal};

#[derive(Debug)]
struct Component {
    id: u8,
    across: u32,
    down: u32,
    table: u8,
}

/// What SOF says.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) marker: u8,
    /// Bits of one sample.
    pub(crate) precision: u8,
    pub(crate) width: u32,
    /// Zero where the height comes later, in DNL.
    pub(crate) height: u32,
    components: Vec<Component>,
}

impl Frame {
    /// Reads and checks a start-of-frame segment.
    pub(crate) fn read(code: u8, body: &[u8]) -> Result<Self, Refusal> {
        let bad = || Refusal::damaged("the frame header is impossible");
        let height = u32::from(be16(body, 1).ok_or_else(bad)?);
        let width = u32::from(be16(body, 3).ok_or_else(bad)?);
        let count = usize::from(*body.get(5).ok_or_else(bad)?);
        if width == 0 || !(1..=4).contains(&count) || body.len() != 6 + 3 * count {
            return Err(bad());
        }
        let mut components = Vec::with_capacity(count);
        for entry in body.get(6..).unwrap_or_default().chunks_exact(3) {
            let &[id, sampling, table] = entry else {
                return Err(bad());
            };
            let (across, down) = (u32::from(sampling >> 4), u32::from(sampling & 15));
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) || table > 3 {
                return Err(bad());
            }
            components.push(Component {
                id,
                across,
                down,
                table,
            });
        }
        Ok(Self {
            marker: code,
            precision: *body.first().ok_or_else(bad)?,
            width,
            height,
            components,
        })
    }

    pub(crate) fn components(&self) -> usize {
        self.components.len()
    }

    /// Place in the frame and sampling, across and down, of the component with this name.
    pub(super) fn component(&self, id: u8) -> Option<(usize, u32, u32)> {
        let place = self.components.iter().position(|part| part.id == id)?;
        let part = self.components.get(place)?;
        Some((place, part.across, part.down))
    }

    /// Quantisation table of the component with this name.
    pub(super) fn quantisation(&self, id: u8) -> Option<u8> {
        let part = self.components.iter().find(|part| part.id == id)?;
        Some(part.table)
    }

    /// Refuses what no decoder at hand can show: samples of other than 8 bits, the hierarchical
    /// and the arithmetic lossless processes.
    pub(super) fn showable(&self) -> Result<(), Refusal> {
        match (self.marker, self.precision) {
            (0xc0..=0xc3 | 0xc9 | 0xca, 8) => Ok(()),
            (0xc0..=0xc3 | 0xc9 | 0xca, _) => Err(Refusal::unsupported(
                "only JPEG with 8 bits a sample is handled",
            )),
            _ => Err(Refusal::unsupported(
                "this coding process of JPEG is not handled",
            )),
        }
    }

    /// Whether a scan codes all coefficients at once: then its header leaves nothing to choose.
    pub(super) fn is_sequential(&self) -> bool {
        matches!(self.marker, 0xc0 | 0xc1 | 0xc9)
    }

    /// Samples of all components together.
    #[cfg(feature = "turbo")]
    fn samples(&self) -> u64 {
        let widest = self.components.iter().map(|part| part.across).max();
        let tallest = self.components.iter().map(|part| part.down).max();
        let cells = u64::from(widest.unwrap_or(1) * tallest.unwrap_or(1));
        let parts = self.components.iter();
        let shares: u64 = parts.map(|it| u64::from(it.across * it.down)).sum();
        u64::from(self.width) * u64::from(self.height) * shares / cells
    }

    /// Coding units (MCUs) of the scan whose header is given: restart markers are counted in them.
    pub(crate) fn units(&self, scan_header: &[u8]) -> Option<u64> {
        let count = usize::from(*scan_header.first()?);
        let widest = self.components.iter().map(|part| part.across).max()?;
        let tallest = self.components.iter().map(|part| part.down).max()?;
        // Lossless processes code single samples, all others blocks of 8 x 8.
        let side = if matches!(self.marker & 3, 3) { 1 } else { 8 };
        let (columns, rows) = if count == 1 {
            let id = scan_header.get(1)?;
            let part = self.components.iter().find(|part| part.id == *id)?;
            (
                (self.width * part.across).div_ceil(widest).div_ceil(side),
                (self.height * part.down).div_ceil(tallest).div_ceil(side),
            )
        } else {
            (
                self.width.div_ceil(widest * side),
                self.height.div_ceil(tallest * side),
            )
        };
        Some(u64::from(columns) * u64::from(rows))
    }
}

/// What a JPEG asks of whoever decodes it.
#[cfg(feature = "turbo")]
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Scans, each of which may visit every block.
    pub(crate) scans: u64,
    /// Bytes of coefficients that are kept until the last scan: where there is one scan, none.
    pub(crate) kept: u64,
}

#[cfg(feature = "turbo")]
impl Work {
    /// Reads the headers; nothing where there is no frame.
    pub(crate) fn of(bytes: &[u8], limits: &Limits) -> Self {
        let walk = walk(bytes, limits);
        let body = |of: &Segment| bytes.get(of.body.clone()).unwrap_or_default();
        let mut segments = walk.segments.iter();
        let frame = segments.find(|it| marker::is_sof(it.marker));
        let Some(frame) = frame.and_then(|it| Frame::read(it.marker, body(it)).ok()) else {
            return Self::default();
        };
        let mut scans = walk.segments.iter().filter(|it| it.marker == marker::SOS);
        let whole = scans.clone().next().and_then(|it| body(it).first());
        let whole = whole.is_some_and(|count| usize::from(*count) >= frame.components());
        let scans = scans.by_ref().count() as u64;
        // libjpeg keeps them where a scan holds not all there is: of some components, or some bits.
        let kept = if frame.is_sequential() && whole && scans <= 1 {
            0
        } else {
            2 * frame.samples()
        };
        Self { scans, kept }
    }
}

/// Whether a table or scan header has exactly the length that its own content asks for.
pub(crate) fn well_formed(code: u8, body: &[u8]) -> bool {
    match code {
        marker::DQT => tables(body, |head, _| {
            (head & 15 <= 3 && head >> 4 <= 1).then_some(if head >> 4 == 0 { 64 } else { 128 })
        }),
        marker::DHT => tables(body, |head, rest| {
            let counts = rest.get(..16)?;
            let symbols: usize = counts.iter().map(|count| usize::from(*count)).sum();
            (head & 15 <= 3 && head >> 4 <= 1 && symbols <= 256).then_some(16 + symbols)
        }),
        marker::DAC => body.len().is_multiple_of(2) && body.len() <= 64,
        marker::DRI => body.len() == 2,
        marker::SOS => body
            .first()
            .is_some_and(|count| (1..=4).contains(count) && body.len() == 4 + 2 * *count as usize),
        _ => false,
    }
}

/// Walks the tables of one segment; `size` tells the bytes after a table's first byte.
fn tables(mut body: &[u8], size: impl Fn(u8, &[u8]) -> Option<usize>) -> bool {
    while let Some((&head, rest)) = body.split_first() {
        let Some(next) = size(head, rest).and_then(|size| rest.get(size..)) else {
            return false;
        };
        body = next;
    }
    true
}
