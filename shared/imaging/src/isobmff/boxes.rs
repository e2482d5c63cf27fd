//! Splits bytes into boxes: four bytes of length, four of kind, and a body.

use std::ops::Range;

use crate::bytes::be32;

/// One box. `start` is the place of its header.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: [u8; 4],
    pub(crate) start: usize,
    pub(crate) body: Range<usize>,
}

impl Node {
    /// Bytes of the whole box, header included.
    pub(crate) fn len(&self) -> usize {
        self.body.end - self.start
    }
}

/// The boxes of one range, up to the first thing that is none.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    pub(crate) list: Vec<Node>,
    /// Where reading stopped: the end of the last whole box.
    pub(crate) end: usize,
}

/// Lists the boxes in a range without looking into them. Every box takes one from the budget.
pub(crate) fn walk(bytes: &[u8], range: Range<usize>, budget: &mut u32) -> Nodes {
    let mut found = Nodes {
        list: Vec::new(),
        end: range.start,
    };
    while let Some(node) = head(bytes, found.end..range.end) {
        if *budget == 0 {
            return found;
        }
        *budget -= 1;
        found.end = node.body.end;
        found.list.push(node);
    }
    found
}

/// The box that starts at the beginning of a range, if it ends within it.
fn head(bytes: &[u8], range: Range<usize>) -> Option<Node> {
    let start = range.start;
    let inside = bytes.get(range.clone())?;
    let kind = *inside.get(4..)?.first_chunk::<4>()?;
    let (header, length) = match be32(inside, 0)? {
        // To the end of what holds the box.
        0 => (8, inside.len()),
        1 => (16, long(inside, 8)?),
        length => (8, length as usize),
    };
    // A kind is four printable characters, or 0xa9 and three: anything else is no box.
    let named = kind
        .iter()
        .all(|byte| (0x20..0x7f).contains(byte) || *byte == 0xa9);
    if !named || length < header || length > inside.len() {
        return None;
    }
    Some(Node {
        kind,
        start,
        body: start + header..start + length,
    })
}

/// An unsigned number of 64 bits that counts bytes.
pub(super) fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let value = u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?);
    usize::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_that_lie_end_the_walk() {
        let fine = b"\0\0\0\x0cfreeabcd\0\0\0\x08skip";
        assert_eq!(walk(fine, 0..fine.len(), &mut 9).list.len(), 2);
        let mut budget = 1;
        assert_eq!(walk(fine, 0..fine.len(), &mut budget).list.len(), 1);
        for lie in [
            b"\0\0\0\x07freeabcd".as_slice(),
            b"\0\0\0\x01free\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\0\0\0\x01free\0\0\0\0\0\0\0\x0f",
            b"\0\0\0\x0dfreeabcd",
            b"\0\0\0\x08\0\0\0\0",
            b"\0\0\0",
        ] {
            let found = walk(lie, 0..lie.len(), &mut 9);
            assert_eq!((found.list.len(), found.end), (0, 0));
        }
        let rest = b"\0\0\0\0mdatabcd";
        assert_eq!(walk(rest, 0..rest.len(), &mut 9).list[0].body, 8..12);
    }
}
