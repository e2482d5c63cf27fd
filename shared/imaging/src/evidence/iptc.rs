//! IPTC-IIM and Photoshop's resources: dates, the program, and whether Photoshop was there.
//! Formats by the IPTC Information Interchange Model 4.2 and Adobe's file format specification.

use crate::bytes::{be16, be32};

/// The datasets that are evidence.
#[derive(Debug, Default)]
pub(super) struct Iptc<'s> {
    /// 2:55, `CCYYMMDD`.
    pub(super) date: Option<&'s [u8]>,
    /// 2:60, `HHMMSS` with an offset `±HHMM`.
    pub(super) time: Option<&'s [u8]>,
    /// 2:65, the originating program.
    pub(super) program: Option<&'s [u8]>,
    /// Resources that only Photoshop keeps for itself.
    pub(super) photoshop: bool,
    /// The block that they were read from.
    pub(super) block: Option<&'s [u8]>,
}

/// Datasets and resources that are read of one block: real ones have dozens.
const MAX_PARTS: usize = 1024;
const SEGMENT: &[u8] = b"Photoshop 3.0\0";

impl<'s> Iptc<'s> {
    /// Reads a block if it is one of these: a segment of resources, or bare datasets.
    pub(super) fn read(&mut self, block: &'s [u8]) {
        let found = if let Some(resources) = block.strip_prefix(SEGMENT) {
            self.resources(resources)
        } else if block.starts_with(b"8BIM") {
            self.resources(block)
        } else if block.starts_with(&[0x1c]) {
            self.datasets(block)
        } else {
            return;
        };
        if found.is_some() && self.block.is_none() {
            self.block = Some(block);
        }
    }

    fn resources(&mut self, mut rest: &'s [u8]) -> Option<()> {
        let mut found = None;
        for _ in 0..MAX_PARTS {
            let Some(after) = rest.strip_prefix(b"8BIM") else {
                return found;
            };
            let id = be16(after, 0)?;
            // A counted name, padded to an even length with its count.
            let name = usize::from(*after.get(2)?) + 1;
            let body_at = 2 + name + (name & 1) + 4;
            let size = be32(after, body_at - 4)? as usize;
            let body = after.get(body_at..body_at.checked_add(size)?)?;
            match id {
                0x0404 => found = self.datasets(body).or(found),
                // Print flags, thumbnail, layer ids, slices.
                0x03f3 | 0x040c | 0x0414 | 0x041a => {
                    self.photoshop = true;
                    found = Some(());
                }
                _ => {}
            }
            rest = after.get(body_at + size + (size & 1)..).unwrap_or_default();
        }
        found
    }

    fn datasets(&mut self, mut rest: &'s [u8]) -> Option<()> {
        let mut found = None;
        for _ in 0..MAX_PARTS {
            let [0x1c, record, dataset, ..] = *rest else {
                return found;
            };
            let size = usize::from(be16(rest, 3)?);
            // The top bit announces a longer length: none of these fields needs it.
            let Some(body) = rest.get(5..5 + size).filter(|_| size < 0x8000) else {
                return found;
            };
            let slot = match (record, dataset) {
                (2, 55) => Some(&mut self.date),
                (2, 60) => Some(&mut self.time),
                (2, 65) => Some(&mut self.program),
                _ => None,
            };
            if let Some(slot) = slot {
                slot.get_or_insert(body);
                found = Some(());
            }
            rest = rest.get(5 + size..).unwrap_or_default();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datasets_are_read_bare_and_within_resources() {
        let bare =
            b"\x1c\x01\x5a\0\x03\x1b%G\x1c\x02\x37\0\x0820260514\x1c\x02\x3c\0\x0b083005+0700";
        let mut wrapped = [SEGMENT, b"8BIM\x04\x04\x01a\0\0\0"].concat();
        wrapped.push(bare.len() as u8);
        wrapped.extend_from_slice(bare);
        for block in [bare.as_slice(), &wrapped] {
            let mut iptc = Iptc::default();
            iptc.read(block);
            assert_eq!(iptc.date, Some(b"20260514".as_slice()));
            assert_eq!(iptc.time, Some(b"083005+0700".as_slice()));
            assert!(!iptc.photoshop && iptc.block.is_some());
        }
    }

    #[test]
    fn damage_ends_the_reading() {
        let whole = b"Photoshop 3.0\x008BIM\x04\x0c\0\0\0\0\0\x02xx8BIM\x04\x04\0\0\0\0\0\x07\x1c\x02\x37\0\x0212";
        for cut in 0..whole.len() {
            Iptc::default().read(&whole[..cut]);
        }
        let mut iptc = Iptc::default();
        iptc.read(whole);
        assert!(iptc.photoshop);
        Iptc::default().read(b"\x1c\x02\x37\xff\xff");
        Iptc::default().read(b"8BIM\x04\x04\0\0\xff\xff\xff\xff");
    }
}
