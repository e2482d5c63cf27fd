//! The `meta` box: which items there are, where their bytes lie, what they are to each other.

use std::{collections::BTreeMap, ops::Range};

use super::boxes::{Node, long, walk};
use crate::{
    bytes::{be16, be32, part},
    refusal::Refusal,
};

/// One item: a coded picture, a rule how to put pictures together, or metadata.
#[derive(Debug, Default, Clone)]
pub(crate) struct Item {
    pub(crate) id: u32,
    /// What it is: `av01`, `hvc1`, `grid`, `Exif`, `mime` ...
    pub(crate) kind: [u8; 4],
    /// The texts that describe it: its name, and a media type or a URI.
    pub(crate) texts: Range<usize>,
    /// Offsets count from the `idat` box rather than from the file.
    pub(crate) in_idat: bool,
    /// It lies in another file, or is built from other items.
    pub(crate) elsewhere: bool,
    /// Where its bytes lie, as offset and length; length 0 means all that is there.
    pub(crate) extents: Vec<(usize, usize)>,
    /// Its properties: places in [`Meta::properties`], and whether a reader must know them.
    pub(crate) properties: Vec<(usize, bool)>,
}

/// What one item says of others.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) kind: [u8; 4],
    pub(crate) from: u32,
    pub(crate) to: Vec<u32>,
}

/// Everything that the `meta` box says.
#[derive(Debug, Default)]
pub(crate) struct Meta {
    pub(crate) primary: u32,
    pub(crate) items: BTreeMap<u32, Item>,
    pub(crate) references: Vec<Reference>,
    /// The boxes of `ipco`, counted from 0.
    pub(crate) properties: Vec<Node>,
    pub(crate) idat: Range<usize>,
    /// The name that the handler gives itself.
    pub(crate) handler_name: usize,
    /// Boxes that hold nothing of the above.
    pub(crate) others: Vec<Node>,
    /// Why the rest must not be believed.
    pub(crate) stop: Option<Refusal>,
}

impl Meta {
    pub(crate) fn item(&self, id: u32) -> Option<&Item> {
        self.items.get(&id)
    }

    /// The items that an item refers to in one way, in order.
    pub(crate) fn targets(&self, kind: [u8; 4], from: u32) -> impl Iterator<Item = u32> {
        let fits = move |reference: &&Reference| reference.kind == kind && reference.from == from;
        self.references
            .iter()
            .filter(fits)
            .flat_map(|reference| reference.to.iter().copied())
    }

    /// The items that refer to an item in one way.
    pub(crate) fn sources(&self, kind: [u8; 4], to: u32) -> impl Iterator<Item = u32> {
        let fits =
            move |reference: &&Reference| reference.kind == kind && reference.to.contains(&to);
        self.references
            .iter()
            .filter(fits)
            .map(|reference| reference.from)
    }

    pub(super) fn read(bytes: &[u8], node: &Node, budget: &mut u32) -> Self {
        let mut meta = Self::default();
        let inside = node.body.start.saturating_add(4)..node.body.end;
        let children = walk(bytes, inside, budget);
        let mut locations = None;
        for child in children.list {
            let body = part(bytes, &child.body);
            match &child.kind {
                b"hdlr" => meta.handler_name = handler_name(body),
                b"pitm" => {
                    meta.primary =
                        number(body, 4, width_of(version(body), 2, 4)).unwrap_or(0) as u32;
                }
                b"iinf" => meta.infos(bytes, &child, budget),
                b"iloc" => locations = Some(child),
                b"iref" => meta.read_references(bytes, &child, budget),
                b"iprp" => meta.read_properties(bytes, &child, budget),
                b"idat" => meta.idat = child.body,
                _ => meta.others.push(child),
            }
        }
        if let Some(child) = locations {
            let _cut = meta.locations(part(bytes, &child.body), budget);
        }
        meta
    }

    fn infos(&mut self, bytes: &[u8], node: &Node, budget: &mut u32) {
        let count = if version(part(bytes, &node.body)) == 0 {
            2
        } else {
            4
        };
        let inside = (node.body.start + 4 + count).min(node.body.end)..node.body.end;
        for entry in walk(bytes, inside, budget).list {
            let body = part(bytes, &entry.body);
            let width = match version(body) {
                2 => 2,
                3 => 4,
                // Older entries name no kind: they are no pictures.
                _ => continue,
            };
            let (Some(id), Some(kind)) = (
                number(body, 4, width),
                body.get(6 + width..).and_then(|it| it.first_chunk::<4>()),
            ) else {
                continue;
            };
            let id = id as u32;
            // The first word counts, whatever is said again later.
            self.items.entry(id).or_insert_with(|| Item {
                id,
                kind: *kind,
                texts: (entry.body.start + 10 + width).min(entry.body.end)..entry.body.end,
                ..Item::default()
            });
        }
    }

    fn read_references(&mut self, bytes: &[u8], node: &Node, budget: &mut u32) {
        let width = width_of(version(part(bytes, &node.body)), 2, 4);
        let inside = (node.body.start + 4).min(node.body.end)..node.body.end;
        for entry in walk(bytes, inside, budget).list {
            let body = part(bytes, &entry.body);
            let Some(from) = number(body, 0, width) else {
                continue;
            };
            let to = body.get(width + 2..).unwrap_or_default();
            let count = be16(body, width).unwrap_or(0).into();
            *budget = budget.saturating_sub(count as u32);
            let to = to.chunks_exact(width).take(count);
            self.references.push(Reference {
                kind: entry.kind,
                from: from as u32,
                to: to
                    .filter_map(|id| number(id, 0, width))
                    .map(|id| id as u32)
                    .collect(),
            });
        }
    }

    fn read_properties(&mut self, bytes: &[u8], node: &Node, budget: &mut u32) {
        for child in walk(bytes, node.body.clone(), budget).list {
            match &child.kind {
                b"ipco" => self.properties = walk(bytes, child.body, budget).list,
                b"ipma" => {
                    // What stands before the damage is taken.
                    let _cut = self.associations(part(bytes, &child.body), budget);
                }
                _ => self.others.push(child),
            }
        }
    }

    fn associations(&mut self, body: &[u8], budget: &mut u32) -> Option<()> {
        let wide = body.get(3)? & 1 != 0;
        let width = width_of(version(body), 2, 4);
        let mut at = 8;
        for _ in 0..be32(body, 4)? {
            let id = number(body, at, width)? as u32;
            let count = *body.get(at + width)?;
            at += width + 1;
            for _ in 0..count {
                *budget = budget.checked_sub(1)?;
                let (essential, index) = if wide {
                    let value = be16(body, at)?;
                    (value & 0x8000 != 0, usize::from(value & 0x7fff))
                } else {
                    let value = *body.get(at)?;
                    (value & 0x80 != 0, usize::from(value & 0x7f))
                };
                at += 1 + usize::from(wide);
                // Counted from 1; 0 is no property.
                if let (Some(index), Some(item)) = (index.checked_sub(1), self.items.get_mut(&id)) {
                    item.properties.push((index, essential));
                }
            }
        }
        Some(())
    }

    fn locations(&mut self, body: &[u8], budget: &mut u32) -> Option<()> {
        let version = version(body);
        let sizes = be16(body, 4)?;
        let nibble = |shift: u16| usize::from((sizes >> shift) & 15);
        let (offset, length, base) = (nibble(12), nibble(8), nibble(4));
        let index = if version == 0 { 0 } else { nibble(0) };
        if [offset, length, base, index]
            .iter()
            .any(|size| !matches!(size, 0 | 4 | 8))
        {
            return None;
        }
        let width = width_of(u8::from(version == 2), 2, 4);
        let count = number(body, 6, width)?;
        let mut at = 6 + width;
        for _ in 0..count {
            *budget = budget.checked_sub(1)?;
            let id = number(body, at, width)? as u32;
            at += width;
            let method = if version == 0 {
                0
            } else {
                be16(body, at)? & 15
            };
            at += if version == 0 { 0 } else { 2 };
            let outside = be16(body, at)? != 0;
            let start = number(body, at + 2, base)?;
            at += 2 + base;
            let extents = be16(body, at)?;
            at += 2;
            let mut list = Vec::new();
            for _ in 0..extents {
                *budget = budget.checked_sub(1)?;
                at += index;
                let from = number(body, at, offset)?.checked_add(start)?;
                let size = number(body, at + offset, length)?;
                at += offset + length;
                list.push((from, size));
            }
            if let Some(item) = self
                .items
                .get_mut(&id)
                .filter(|item| item.extents.is_empty())
            {
                item.in_idat = method == 1;
                item.elsewhere = outside || method > 1;
                item.extents = list;
            }
        }
        Some(())
    }
}

fn version(body: &[u8]) -> u8 {
    body.first().copied().unwrap_or(0)
}

fn width_of(version: u8, narrow: usize, wide: usize) -> usize {
    if version == 0 { narrow } else { wide }
}

/// A number of 0, 2, 4 or 8 bytes.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    match width {
        0 => Some(0),
        2 => be16(bytes, at).map(usize::from),
        4 => be32(bytes, at).map(|value| value as usize),
        _ => long(bytes, at),
    }
}

/// Length of the text at the end of a handler box, without its zero.
fn handler_name(body: &[u8]) -> usize {
    let text = body.get(24..).unwrap_or_default();
    text.iter().filter(|byte| **byte != 0).count()
}
