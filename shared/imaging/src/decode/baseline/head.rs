//! The headers of a file, and whether it is one that is decoded here: what phones, cameras and
//! messengers write. Anything else is left to others.

use super::huffman::{Ac, Dc};
use crate::{
    bytes::be16,
    jpeg::ICC_PREFIX,
    jpeg::marker::{APP0, APP2, APP14, APP15, COM, DHT, DQT, DRI, SOI, SOS},
};

/// One component of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    /// Blocks of a coding unit, across and down.
    pub(super) across: u32,
    pub(super) down: u32,
    /// Places of its tables.
    pub(super) scale: usize,
    pub(super) dc: usize,
    pub(super) ac: usize,
}

/// What the headers say.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// One, or three.
    pub(super) components: Vec<Component>,
    /// Quantisation by place, in the coded order.
    pub(super) scales: [Option<[u8; 64]>; 4],
    pub(super) dc: [Option<Dc>; 4],
    pub(super) ac: [Option<Ac>; 4],
    /// Coding units between restart markers; 0 for none.
    pub(super) interval: u32,
    /// All that follows the headers.
    pub(super) coded: &'a [u8],
}

/// What a name in the frame stands for.
#[derive(Debug, Clone, Copy)]
struct Named {
    id: u8,
    part: Component,
}

impl<'a> Head<'a> {
    /// Reads everything before the coded data.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut head = Head {
            width: 0,
            height: 0,
            components: Vec::new(),
            scales: [None; 4],
            dc: [const { None }; 4],
            ac: [const { None }; 4],
            interval: 0,
            coded: &[],
        };
        let mut named: Vec<Named> = Vec::new();
        let (mut jfif, mut transform) = (false, None);
        let mut profile = (0, 0);
        let mut rest = bytes.strip_prefix(&[0xff, SOI])?;
        loop {
            let [0xff, code, ..] = *rest else {
                return None;
            };
            let length = usize::from(be16(rest, 2)?);
            let body = rest.get(4..2 + length)?;
            rest = rest.get(2 + length..)?;
            match code {
                APP0 if body.starts_with(b"JFIF\0") => {
                    // Another major version is worth a warning to libjpeg.
                    jfif = body.len() >= 14 && body.get(5) == Some(&1);
                    if !jfif {
                        return None;
                    }
                }
                APP14 if body.starts_with(b"Adobe") => transform = Some(*body.get(11)?),
                APP2 if body.starts_with(ICC_PREFIX) => {
                    // Pieces in their order, as a clean file has them; libjpeg warns of others.
                    let &[number, count] = body.get(ICC_PREFIX.len()..)?.first_chunk()?;
                    if number != profile.0 + 1 || number > count || ![0, count].contains(&profile.1)
                    {
                        return None;
                    }
                    profile = (number, count);
                }
                APP0..=APP15 | COM => {}
                DQT => head.quantisation(body)?,
                DHT => head.huffman(body)?,
                DRI if body.len() == 2 => head.interval = u32::from(be16(body, 0)?),
                0xc0 | 0xc1 if named.is_empty() => named = head.frame(body)?,
                SOS => {
                    head.scan(body, &named)?;
                    break;
                }
                _ => return None,
            }
        }
        let ids: Vec<u8> = named.iter().map(|it| it.id).collect();
        // How libjpeg guesses the colours; only brightness and colour differences are for here.
        let known = ids.len() == 1 || jfif || transform.map_or(ids != *b"RGB", |it| it == 1);
        head.coded = rest;
        (known && profile.0 == profile.1).then_some(head)
    }

    fn quantisation(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((place, after)) = body.split_first() {
            let (table, after) = after.split_first_chunk::<64>()?;
            // Also refuses values of 16 bits, and a zero, which means nothing.
            if table.contains(&0) {
                return None;
            }
            *self.scales.get_mut(usize::from(*place))? = Some(*table);
            body = after;
        }
        Some(())
    }

    fn huffman(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((kind, after)) = body.split_first() {
            let (counts, after) = after.split_first_chunk::<16>()?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, after) = after.split_at_checked(total)?;
            let place = usize::from(kind & 15);
            match kind >> 4 {
                0 => *self.dc.get_mut(place)? = Some(Dc::new(counts, symbols)?),
                1 => *self.ac.get_mut(place)? = Some(Ac::new(counts, symbols)?),
                _ => return None,
            }
            body = after;
        }
        Some(())
    }

    fn frame(&mut self, body: &[u8]) -> Option<Vec<Named>> {
        let (&[8, h, l, w, r, count], parts) = body.split_first_chunk::<6>()? else {
            return None;
        };
        self.height = u32::from(u16::from_be_bytes([h, l]));
        self.width = u32::from(u16::from_be_bytes([w, r]));
        let (parts, odd) = parts.as_chunks::<3>();
        let fits = parts.len() == usize::from(count) && odd.is_empty();
        if !fits || self.height == 0 || self.width == 0 {
            return None;
        }
        let named = parts.iter().map(|&[id, sampling, scale]| Named {
            id,
            part: Component {
                across: u32::from(sampling >> 4),
                down: u32::from(sampling & 15),
                scale: usize::from(scale),
                dc: 0,
                ac: 0,
            },
        });
        let named: Vec<Named> = named.collect();
        let sampled = |it: &Named| (it.part.across, it.part.down);
        match named.as_slice() {
            [grey] if sampled(grey) == (1, 1) => {}
            [luma, blue, red]
                if matches!(sampled(luma), (1 | 2, 1 | 2))
                    && sampled(blue) == (1, 1)
                    && sampled(red) == (1, 1)
                    && luma.id != blue.id
                    && luma.id != red.id
                    && blue.id != red.id => {}
            _ => return None,
        }
        Some(named)
    }

    /// The one scan, which must hold all components in their order.
    fn scan(&mut self, body: &[u8], named: &[Named]) -> Option<()> {
        let (&count, rest) = body.split_first()?;
        let (pairs, tail) = rest.split_at_checked(2 * usize::from(count))?;
        if tail != [0, 63, 0] || named.is_empty() || named.len() != usize::from(count) {
            return None;
        }
        for (pair, name) in pairs.as_chunks::<2>().0.iter().zip(named) {
            let part = Component {
                dc: usize::from(pair[1] >> 4),
                ac: usize::from(pair[1] & 15),
                ..name.part
            };
            let there = self.dc.get(part.dc)?.is_some()
                && self.ac.get(part.ac)?.is_some()
                && self.scales.get(part.scale)?.is_some();
            if pair[0] != name.id || !there {
                return None;
            }
            self.components.push(part);
        }
        Some(())
    }
}
