//! Single item properties: size, colour, turning, cropping.

use super::{File, Item};
use crate::bytes::{be16, be32, part};

/// Width and height, from an `ispe` body.
pub(crate) fn size_of(body: &[u8]) -> Option<(u32, u32)> {
    Some((be32(body, 4)?, be32(body, 8)?))
}

/// Whether an `auxC` body says that the item is an alpha plane.
pub(crate) fn alpha_kind(body: &[u8]) -> bool {
    const ALPHA: [&[u8]; 2] = [
        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
        b"urn:mpeg:hevc:2015:auxid:1",
    ];
    let text = body.get(4..).unwrap_or_default();
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    ALPHA.contains(&text)
}

/// The part of a picture that is shown, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clap {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Clap {
    /// From a `clap` body: width, height and the offset of its centre, each a fraction. `None`
    /// where it leaves the picture or does not fall on whole pixels.
    pub(crate) fn read(body: &[u8], (width, height): (u32, u32)) -> Option<Self> {
        let signed = |at: usize| Some(i64::from(be32(body, at)? as i32));
        let axis = |at: usize, length: u32| {
            let (size, over) = (signed(at)?, signed(at + 4)?);
            let (offset, below) = (signed(at + 16)?, signed(at + 20)?);
            if over <= 0 || below <= 0 || size % over != 0 {
                return None;
            }
            let size = u32::try_from(size / over)
                .ok()
                .filter(|size| (1..=length).contains(size))?;
            // Twice the start, so that halves stay whole numbers.
            let twice = 2 * offset + below * i64::from(length - size);
            // Where it falls between two pixels, the one before: as other readers do.
            let start = u32::try_from(twice.div_euclid(2 * below)).ok()?;
            (start.checked_add(size)? <= length).then_some((start, size))
        };
        let ((x, width), (y, height)) = (axis(0, width)?, axis(8, height)?);
        Some(Self {
            x,
            y,
            width,
            height,
        })
    }
}

/// What the colour numbers mean: code points of ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour {
    pub(crate) primaries: u16,
    pub(crate) transfer: u16,
    pub(crate) matrix: u16,
    pub(crate) full_range: bool,
}

impl<'a> File<'a> {
    /// The bodies of an item's properties of one kind.
    pub(crate) fn all(&self, item: &Item, kind: [u8; 4]) -> impl Iterator<Item = &'a [u8]> {
        let nodes = item
            .properties
            .iter()
            .filter_map(|(index, _)| self.meta.properties.get(*index));
        let bytes = self.bytes;
        nodes
            .filter(move |node| node.kind == kind)
            .map(move |node| part(bytes, &node.body))
    }

    /// The body of the first of an item's properties of one kind.
    pub(crate) fn property(&self, item: &Item, kind: [u8; 4]) -> Option<&'a [u8]> {
        self.all(item, kind).next()
    }

    /// Width and height that an item claims.
    pub(crate) fn size(&self, item: &Item) -> Option<(u32, u32)> {
        size_of(self.property(item, *b"ispe")?)
    }

    /// The colour profile of an item.
    pub(crate) fn profile(&self, item: &Item) -> Option<&'a [u8]> {
        self.all(item, *b"colr").find_map(|body| {
            let named = body.starts_with(b"prof") || body.starts_with(b"rICC");
            body.get(4..).filter(|_| named)
        })
    }

    /// The colour numbers of an item.
    pub(crate) fn colour(&self, item: &Item) -> Option<Colour> {
        self.all(item, *b"colr").find_map(|body| {
            let numbers = body.strip_prefix(b"nclx")?;
            Some(Colour {
                primaries: be16(numbers, 0)?,
                transfer: be16(numbers, 2)?,
                matrix: be16(numbers, 4)?,
                full_range: numbers.get(6)? & 0x80 != 0,
            })
        })
    }

    /// How an item must be turned, as an EXIF orientation: from `irot` and `imir` in the order in
    /// which they stand. `None` where a crop comes after a turn, which MIAF forbids.
    pub(crate) fn orientation(&self, item: &Item) -> Option<u8> {
        let mut turned = 1;
        for (index, _) in &item.properties {
            let Some(node) = self.meta.properties.get(*index) else {
                continue;
            };
            let code = part(self.bytes, &node.body).first().copied().unwrap_or(0);
            let next = match &node.kind {
                // Quarter turns against the clock.
                b"irot" => [1, 8, 3, 6][usize::from(code & 3)],
                // Axis 0 is vertical in the file's words: top and bottom change places.
                b"imir" => {
                    if code & 1 == 0 {
                        4
                    } else {
                        2
                    }
                }
                b"clap" if turned != 1 => return None,
                _ => continue,
            };
            turned = then(turned, next);
        }
        Some(turned)
    }
}

/// The orientation that does first one, then another.
fn then(first: u8, second: u8) -> u8 {
    // Each as (mirrored left to right first, then quarter turns clockwise).
    const PARTS: [(bool, u8); 8] = [
        (false, 0),
        (true, 0),
        (false, 2),
        (true, 2),
        (true, 3),
        (false, 1),
        (true, 1),
        (false, 3),
    ];
    let parts = |orientation: u8| PARTS[usize::from(orientation - 1) & 7];
    let ((mirror_a, turn_a), (mirror_b, turn_b)) = (parts(first), parts(second));
    // A mirror after a turn is the opposite turn after a mirror.
    let before = if mirror_b { (4 - turn_a) & 3 } else { turn_a };
    let wanted = (mirror_a != mirror_b, (before + turn_b) & 3);
    PARTS
        .iter()
        .position(|it| *it == wanted)
        .map_or(1, |index| index as u8 + 1)
}
