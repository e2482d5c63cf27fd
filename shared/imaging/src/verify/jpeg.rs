//! A clean JPEG: start, at most one each of four fixed segments, tables, one frame, scans, end.

use super::{Cursor, VerifyError, icc, tiff};

const SEGMENT: &str = "segment that does not show the picture";
const LENGTH: &str = "segment length that does not fit its content";
const PROFILE: &str = "app2 other than a colour profile";
const UNUSED: &str = "table that no scan uses";
const SCAN: &str = "scan that does not end in a marker";

pub(super) fn verify(cursor: &mut Cursor) -> Result<(), VerifyError> {
    cursor.expect(b"\xff\xd8", "no start of image")?;
    let head = head(cursor)?;
    let (mut frame, mut scans, mut interval) = (None, 0, 0);
    let mut unused = Unused::default();
    loop {
        cursor.expect(b"\xff", "bytes between segments")?;
        let marker = cursor.u8()?;
        if marker == 0xd9 {
            break;
        }
        let length = usize::from(cursor.u16_be()?);
        let mut body = cursor.inner(length.checked_sub(2).ok_or_else(|| cursor.reject(LENGTH))?)?;
        match marker {
            // Any number of them could stand there, and so be counted.
            0xdb | 0xc4 | 0xcc if body.done() => return Err(cursor.reject(UNUSED)),
            0xdb => quantisation(&mut body, &mut unused)?,
            0xc4 => huffman(&mut body, &mut unused)?,
            0xcc => {
                while !body.done() {
                    let slot = body.u8()?;
                    unused.defined(&body, Slot(marker, slot))?;
                    body.take(1)?;
                }
            }
            0xdd => {
                unused.defined(&body, Slot(marker, 0))?;
                interval = u64::from(body.u16_be()?);
            }
            0xc0..=0xc3 | 0xc9 | 0xca => match frame {
                None => {
                    let read = Frame::read(marker, &mut body)?;
                    head.fits(&read, cursor)?;
                    frame = Some(read);
                }
                Some(_) => return Err(cursor.reject(SEGMENT)),
            },
            0xda => {
                scans += 1;
                let frame = frame.as_ref().ok_or_else(|| cursor.reject(SEGMENT))?;
                let units = frame.scan_header(&mut body, &mut unused)?;
                body.finish(LENGTH)?;
                // Without an interval the whole scan is one.
                let intervals = if interval == 0 {
                    1
                } else {
                    units.div_ceil(interval)
                };
                scan(cursor, intervals)?;
            }
            _ => return Err(cursor.reject(SEGMENT)),
        }
        body.finish(LENGTH)?;
    }
    if scans == 0 {
        return Err(cursor.reject("no picture"));
    }
    if !unused.0.is_empty() {
        return Err(cursor.reject(UNUSED));
    }
    cursor.finish("bytes after the end of the image")
}

/// What the first segments say of colours.
struct Head {
    profile: Vec<u8>,
    transform: bool,
}

impl Head {
    /// A profile is one for so many components, and of one alone nothing is transformed.
    fn fits(&self, frame: &Frame, place: &Cursor) -> Result<(), VerifyError> {
        let components = frame.components.len();
        if !self.profile.is_empty() {
            icc::verify(&self.profile, components)?;
        }
        if self.transform && components == 1 {
            return Err(place.reject("app14 where nothing is transformed"));
        }
        Ok(())
    }
}

/// The segments that may stand first, each once, in this order.
fn head(cursor: &mut Cursor) -> Result<Head, VerifyError> {
    if cursor.rest().starts_with(b"\xff\xe0") {
        let jfif = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00";
        cursor.expect(jfif, "jfif other than the fixed one")?;
    }
    if cursor.rest().starts_with(b"\xff\xe1") {
        cursor.expect(
            b"\xff\xe1\x00\x22Exif\x00\x00",
            "app1 other than orientation",
        )?;
        tiff::verify(&mut cursor.inner(26)?)?;
    }
    let mut profile = Vec::new();
    let mut pieces = (0, 0);
    while cursor.rest().starts_with(b"\xff\xe2") {
        cursor.take(2)?;
        let length = usize::from(cursor.u16_be()?);
        let size = length
            .checked_sub(16)
            .ok_or_else(|| cursor.reject(LENGTH))?;
        cursor.expect(b"ICC_PROFILE\x00", PROFILE)?;
        let (number, count) = (cursor.u8()?, cursor.u8()?);
        let last = number == count;
        let counts = number == pieces.0 + 1 && (pieces.0 == 0 || count == pieces.1);
        if !counts || number > count || (!last && length != 65_535) {
            return Err(cursor.reject(PROFILE));
        }
        pieces = (number, count);
        profile.extend_from_slice(cursor.take(size)?);
    }
    if pieces.0 != pieces.1 {
        return Err(cursor.reject(PROFILE));
    }
    if pieces.0 > 0 && profile.is_empty() {
        return Err(cursor.reject(PROFILE));
    }
    let transform = cursor.rest().starts_with(b"\xff\xee");
    if transform {
        let adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00";
        cursor.expect(adobe, "app14 other than the fixed one")?;
        if cursor.u8()? > 2 {
            return Err(cursor.reject("app14 with an unknown transform"));
        }
    }
    Ok(Head { profile, transform })
}

/// A table's segment marker, class and number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Slot(u8, u8);

/// Tables that no scan has used yet.
#[derive(Default)]
struct Unused(Vec<Slot>);

impl Unused {
    fn defined(&mut self, place: &Cursor, slot: Slot) -> Result<(), VerifyError> {
        if self.0.contains(&slot) {
            return Err(place.reject(UNUSED));
        }
        self.0.push(slot);
        Ok(())
    }

    fn used(&mut self, slot: Slot) {
        self.0.retain(|unused| *unused != slot);
    }
}

fn quantisation(body: &mut Cursor, unused: &mut Unused) -> Result<(), VerifyError> {
    while !body.done() {
        let head = body.u8()?;
        let size = match head {
            0x00..=0x03 => 64,
            0x10..=0x13 => 128,
            _ => return Err(body.reject(LENGTH)),
        };
        unused.defined(body, Slot(0xdb, head & 3))?;
        body.take(size)?;
    }
    Ok(())
}

fn huffman(body: &mut Cursor, unused: &mut Unused) -> Result<(), VerifyError> {
    while !body.done() {
        let head = body.u8()?;
        if !matches!(head, 0x00..=0x03 | 0x10..=0x13) {
            return Err(body.reject(LENGTH));
        }
        unused.defined(body, Slot(0xc4, head))?;
        let symbols = body.take(16)?.iter().map(|count| usize::from(*count)).sum();
        body.take(symbols)?;
    }
    Ok(())
}

/// What scans need to know of the frame.
struct Frame {
    marker: u8,
    width: u64,
    height: u64,
    components: Vec<Component>,
}

struct Component {
    name: u8,
    /// Samples across and down for each of the frame's smallest unit.
    sampling: (u64, u64),
    quantisation: u8,
}

impl Frame {
    fn read(marker: u8, body: &mut Cursor) -> Result<Self, VerifyError> {
        let precision = body.u8()?;
        let (height, width) = (body.u16_be()?, body.u16_be()?);
        if precision != 8 || height == 0 || width == 0 {
            return Err(body.reject("frame without a size, or of other than 8 bits"));
        }
        let mut components = Vec::new();
        for _ in 0..body.u8()? {
            let (name, sampling, quantisation) = (body.u8()?, body.u8()?, body.u8()?);
            let sampling = (u64::from(sampling >> 4), u64::from(sampling & 15));
            if sampling.0 == 0 || sampling.1 == 0 {
                return Err(body.reject("component without samples"));
            }
            components.push(Component {
                name,
                sampling,
                quantisation,
            });
        }
        Ok(Self {
            marker,
            width: u64::from(width),
            height: u64::from(height),
            components,
        })
    }

    /// Accounts for the tables of a scan and returns how many coding units it has.
    fn scan_header(&self, body: &mut Cursor, unused: &mut Unused) -> Result<u64, VerifyError> {
        let mut members = Vec::new();
        for _ in 0..body.u8()? {
            members.push((body.u8()?, body.u8()?));
        }
        let band = [body.u8()?, body.u8()?, body.u8()?];
        let (progressive, lossless) = (matches!(self.marker, 0xc2 | 0xca), self.marker == 0xc3);
        if !progressive && !lossless && band != [0, 63, 0] {
            return Err(body.reject("sequential scan of a part"));
        }
        unused.used(Slot(0xdd, 0));
        let mut alone = None;
        for (name, tables) in &members {
            let known = self.components.iter().find(|known| known.name == *name);
            let known = known.ok_or_else(|| body.reject("scan of an unknown component"))?;
            alone = (members.len() == 1).then_some(known);
            if !lossless {
                unused.used(Slot(0xdb, known.quantisation));
            }
            // Huffman tables and arithmetic conditioning have the same classes.
            for marker in [0xc4, 0xcc] {
                if !progressive || (band[0] == 0 && band[2] >> 4 == 0) {
                    unused.used(Slot(marker, tables >> 4));
                }
                if !lossless && (!progressive || band[0] > 0) {
                    unused.used(Slot(marker, 0x10 | (tables & 15)));
                }
            }
        }
        Ok(self.units(alone))
    }

    /// ITU-T T.81, A.2: a scan of one component counts its own blocks, any other whole units.
    fn units(&self, alone: Option<&Component>) -> u64 {
        let most = |of: fn(&Component) -> u64| self.components.iter().map(of).max().unwrap_or(1);
        let widest = (most(|c| c.sampling.0), most(|c| c.sampling.1));
        let side = if self.marker == 0xc3 { 1 } else { 8 };
        let blocks = |size: u64, own: Option<u64>, most: u64| match own {
            Some(own) => (size * own).div_ceil(most).div_ceil(side),
            None => size.div_ceil(most * side),
        };
        blocks(self.width, alone.map(|c| c.sampling.0), widest.0)
            * blocks(self.height, alone.map(|c| c.sampling.1), widest.1)
    }
}

/// Moves over coded data: every 0xff in it must be stuffing or one of at most so many intervals'
/// restart markers.
fn scan(cursor: &mut Cursor, intervals: u64) -> Result<(), VerifyError> {
    let rest = cursor.rest();
    let (mut at, mut restarts) = (0, 0);
    while let Some(hit) = memchr::memchr(0xff, rest.get(at..).unwrap_or_default()) {
        at += hit;
        match rest.get(at + 1) {
            Some(0x00) => {
                at += 2;
                at += without_marker(rest.get(at..).unwrap_or_default());
            }
            Some(0xd0..=0xd7) => {
                restarts += 1;
                if restarts >= intervals {
                    return Err(cursor.reject("more restart markers than intervals"));
                }
                at += 2;
            }
            Some(_) => {
                cursor.take(at)?;
                return Ok(());
            }
            None => break,
        }
    }
    Err(cursor.reject(SCAN))
}

/// So many bytes in which every 0xff is stuffing: looked at many at a time, for most of a file is coded
/// data.
fn without_marker(data: &[u8]) -> usize {
    const MANY: usize = 64;
    let alone = |pieces: &[u8; MANY + 1]| {
        let mut marks = 0;
        for at in 0..MANY {
            marks |= u8::from(pieces[at] == 0xff) & u8::from(pieces[at + 1] != 0x00);
        }
        marks == 0
    };
    let mut clear = 0;
    while let Some(piece) = data.get(clear..).and_then(<[u8]>::first_chunk) {
        if !alone(piece) {
            break;
        }
        clear += MANY;
    }
    clear
}
