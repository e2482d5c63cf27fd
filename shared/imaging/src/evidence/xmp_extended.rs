//! Extended XMP: one packet in many JPEG segments, put together again by the number that they share
//! (XMP specification, part 3, section 1.1.3.1).

use std::{borrow::Cow, ops::Range};

use crate::{bytes::be32, jpeg};

/// A packet beyond this is cut: what is asked of XMP stands near its start.
const MAX_PACKET: usize = 1 << 20;
/// Packets that are put together; a camera writes one.
const MAX_PACKETS: usize = 2;
const GUID: usize = 32;

/// The pieces seen so far.
#[derive(Default)]
pub(super) struct Pieces<'a>(Vec<Packet<'a>>);

struct Packet<'a> {
    guid: &'a [u8],
    total: usize,
    place: Range<usize>,
    pieces: Vec<(usize, &'a [u8])>,
}

impl<'a> Pieces<'a> {
    /// Takes the body of a segment of extended XMP.
    pub(super) fn add(&mut self, body: &'a [u8], place: &Range<usize>) {
        let Some(rest) = body.strip_prefix(jpeg::XMP_EXT_PREFIX) else {
            return;
        };
        let (Some(guid), Some(total), Some(offset), Some(data)) = (
            rest.get(..GUID),
            be32(rest, GUID),
            be32(rest, GUID + 4),
            rest.get(GUID + 8..),
        ) else {
            return;
        };
        let piece = (offset as usize, data);
        if let Some(packet) = self.0.iter_mut().find(|packet| packet.guid == guid) {
            packet.pieces.push(piece);
        } else if self.0.len() < MAX_PACKETS {
            self.0.push(Packet {
                guid,
                total: total as usize,
                place: place.clone(),
                pieces: vec![piece],
            });
        }
    }

    /// The packets, each with the place of its first piece. Holes are blanks.
    pub(super) fn into_packets(self) -> impl Iterator<Item = (Cow<'static, [u8]>, Range<usize>)> {
        self.0.into_iter().map(|packet| {
            let held: usize = packet.pieces.iter().map(|(_, data)| data.len()).sum();
            // Never more than is really there, whatever length is claimed.
            let mut whole = vec![b' '; packet.total.min(held).min(MAX_PACKET)];
            for (offset, data) in packet.pieces {
                let Some(room) = whole.get_mut(offset..) else {
                    continue;
                };
                let length = room.len().min(data.len());
                if let (Some(to), Some(from)) = (room.get_mut(..length), data.get(..length)) {
                    to.copy_from_slice(from);
                }
            }
            (Cow::Owned(whole), packet.place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(guid: u8, total: u32, offset: u32, data: &[u8]) -> Vec<u8> {
        let numbers = [total.to_be_bytes(), offset.to_be_bytes()].concat();
        [jpeg::XMP_EXT_PREFIX, &[guid; GUID], &numbers, data].concat()
    }

    #[test]
    fn pieces_are_joined_in_their_order_not_that_of_the_file() {
        let list = [
            segment(b'A', 8, 4, b"efgh"),
            segment(b'B', u32::MAX, 0, b"xy"),
            segment(b'A', 8, 0, b"abcd"),
            segment(b'A', 8, u32::MAX, b"wild"),
            b"short".to_vec(),
        ];
        let mut pieces = Pieces::default();
        for (index, body) in list.iter().enumerate() {
            pieces.add(body, &(index..index + 1));
        }
        let packets: Vec<_> = pieces.into_packets().collect();
        assert_eq!(packets[0], (b"abcdefgh".to_vec().into(), 0..1));
        assert_eq!(packets[1], (b"xy".to_vec().into(), 1..2));
    }
}
