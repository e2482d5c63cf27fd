//! Chooses what of an AVIF file is the picture.

use super::{
    obu::clean,
    write::{Entry, Link, write},
};
use crate::{
    bytes::{be16, be32},
    format::Format,
    icc,
    isobmff::{Clap, File, Grid, Item, Shape, carriers},
    limits::{Limits, MAX_ICC},
    refusal::Refusal,
    removed::{Removed, Tally},
    strip::{Method, Stripped},
};

/// Items that a clean file may hold: tiles of the picture and of its alpha plane.
const MAX_ITEMS: usize = 8192;

/// Writes a file with nothing but the picture; AV1 data is copied unit by unit.
pub(crate) fn strip(bytes: &[u8], limits: &Limits) -> Result<Stripped, Refusal> {
    let file = File::read(bytes, limits);
    let primary = file.primary()?;
    let orientation = file
        .orientation(primary)
        .ok_or_else(|| Refusal::damaged("the picture is cropped after it is turned"))?;
    let mut picture = Picture {
        file: &file,
        limits,
        entries: Vec::new(),
        links: Vec::new(),
        units: 0,
        profile: None,
    };
    picture.add(primary, false)?;
    if let Some(alpha) = file.alpha(primary) {
        let id = picture.add(alpha, true)?;
        picture.links.push(Link {
            kind: *b"auxl",
            from: id,
            to: vec![1],
        });
        if file.premultiplied(primary, alpha) {
            picture.links.push(Link {
                kind: *b"prem",
                from: 1,
                to: vec![id],
            });
        }
    }
    let clean = write(&picture.entries, &picture.links)
        .ok_or_else(|| Refusal::damaged("the picture has too many parts for one file"))?;
    Ok(Stripped {
        bytes: clean,
        format: Format::Avif,
        method: Method::Lossless,
        removed: removed(&file, primary, &picture),
        orientation,
    })
}

/// What the file carries besides its picture, without a profile that stays as it is.
fn removed(file: &File, primary: &Item, picture: &Picture) -> Vec<Removed> {
    let mut tally = Tally::default();
    let same = picture.profile.is_some() && file.profile(primary) == picture.profile.as_deref();
    for found in carriers(file).carriers {
        if !(same && found.carrier == "icc") {
            tally.add(&found.carrier, found.bytes as usize);
        }
    }
    tally.add("unit", picture.units);
    tally.into_list()
}

struct Picture<'f, 'a> {
    file: &'f File<'a>,
    limits: &'f Limits,
    entries: Vec<Entry>,
    links: Vec<Link>,
    /// Bytes of AV1 units that went.
    units: usize,
    profile: Option<Vec<u8>>,
}

impl<'f> Picture<'f, '_> {
    /// Adds one picture with its tiles; returns its number in the clean file.
    fn add(&mut self, item: &'f Item, alpha: bool) -> Result<u16, Refusal> {
        let id = self.entries.len() as u16 + 1;
        match self.file.shape(item)? {
            Shape::Coded(coded) => self.coded(coded, false)?,
            Shape::Tiles(grid, tiles) => {
                Refusal::check_size(grid.width, grid.height, self.limits.max_pixels)?;
                if tiles.len() + self.entries.len() >= MAX_ITEMS {
                    return Err(Refusal::too_many_parts());
                }
                let properties = vec![size((grid.width, grid.height))];
                self.entries.push(Entry {
                    kind: *b"grid",
                    hidden: false,
                    data: body(grid),
                    properties,
                });
                let mut to = Vec::with_capacity(tiles.len());
                for tile in tiles {
                    self.coded(tile, true)?;
                    to.push(self.entries.len() as u16);
                }
                self.links.push(Link {
                    kind: *b"dimg",
                    from: id,
                    to,
                });
            }
        }
        let mut more = self.look(item, alpha)?;
        if let Some(entry) = self.entries.get_mut(usize::from(id) - 1) {
            entry.properties.append(&mut more);
        }
        Ok(id)
    }

    /// Adds one coded picture: its units, size and decoder configuration.
    fn coded(&mut self, item: &Item, hidden: bool) -> Result<(), Refusal> {
        let file = self.file;
        let missing = || Refusal::damaged("the picture's coding is not described");
        if item.kind != *b"av01" {
            return Err(missing());
        }
        let claimed = file
            .size(item)
            .ok_or_else(|| Refusal::damaged("the picture has no size"))?;
        Refusal::check_size(claimed.0, claimed.1, self.limits.max_pixels)?;
        let units = clean(&file.data(item)?)
            .ok_or_else(|| Refusal::damaged("the picture's coded data is damaged"))?;
        Refusal::check_size(
            units.sequence.size.0,
            units.sequence.size.1,
            self.limits.max_pixels,
        )?;
        self.units += units.removed;
        let mut properties = vec![size(claimed)];
        // Marker and version, profile and level, depth and sampling; no delay, no units.
        let configuration = file
            .property(item, *b"av1C")
            .and_then(|body| body.first_chunk::<3>());
        let [0x81, profile, depth] = *configuration.ok_or_else(missing)? else {
            return Err(missing());
        };
        properties.push((*b"av1C", vec![0x81, profile, depth, 0], true));
        for (kind, length) in [(*b"a1op", 1), (*b"lsel", 2)] {
            let body = file
                .property(item, kind)
                .and_then(|body| body.get(..length));
            properties.extend(body.map(|body| (kind, body.to_vec(), true)));
        }
        self.entries.push(Entry {
            kind: *b"av01",
            hidden,
            data: units.data,
            properties,
        });
        Ok(())
    }

    /// Properties of the whole picture: depth, colours, shape of pixels, crop, turn.
    fn look(&mut self, item: &Item, alpha: bool) -> Result<Vec<Property>, Refusal> {
        let file = self.file;
        let mut list = Vec::new();
        if let Some([_, _, _, _, count, depths @ ..]) = file.property(item, *b"pixi")
            && let Some(depths) = depths
                .get(..usize::from(*count))
                .filter(|it| (1..=4).contains(&it.len()))
        {
            list.push((*b"pixi", [&[0, 0, 0, 0, *count], depths].concat(), false));
        }
        let first = file.shape(item)?.coded().first().copied();
        let told = |it: &Item| file.colour(it);
        if let Some(colour) = told(item).or_else(|| told(first?)) {
            let mut body = b"nclx".to_vec();
            for number in [colour.primaries, colour.transfer, colour.matrix] {
                body.extend(number.to_be_bytes());
            }
            body.push(if colour.full_range { 0x80 } else { 0 });
            list.push((*b"colr", body, false));
        }
        let profile = file.profile(item).or_else(|| file.profile(first?));
        let profile = profile.filter(|raw| !alpha && raw.len() <= MAX_ICC);
        if let Some(profile) = profile.and_then(|raw| icc::rebuild(raw, 3)) {
            list.push((*b"colr", [b"prof".as_slice(), &profile].concat(), false));
            self.profile = Some(profile);
        }
        if alpha {
            let body = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
            list.push((*b"auxC", body.to_vec(), false));
        }
        list.extend(pixel_shape(file, item));
        let whole = file.full_size(item).unwrap_or_default();
        if let Some(body) = file.property(item, *b"clap") {
            let clap = Clap::read(body, whole)
                .ok_or_else(|| Refusal::damaged("the picture is cropped outside itself"))?;
            list.push((*b"clap", crop(clap, whole), true));
        }
        let (turn, mirror) = match file.orientation(item) {
            Some(2) => (0, Some(1)),
            Some(3) => (2, None),
            Some(4) => (0, Some(0)),
            Some(5) => (1, Some(0)),
            Some(6) => (3, None),
            Some(7) => (1, Some(1)),
            Some(8) => (1, None),
            _ => (0, None),
        };
        if turn != 0 {
            list.push((*b"irot", vec![turn], true));
        }
        list.extend(mirror.map(|axis| (*b"imir", vec![axis], true)));
        Ok(list)
    }
}

/// Kind, body, and whether a reader must know it.
type Property = ([u8; 4], Vec<u8>, bool);

fn size((width, height): (u32, u32)) -> Property {
    let numbers = [[0; 4], width.to_be_bytes(), height.to_be_bytes()];
    (*b"ispe", numbers.concat(), false)
}

/// Pixels that are not square, in small numbers.
fn pixel_shape(file: &File, item: &Item) -> Option<Property> {
    let body = file.property(item, *b"pasp")?;
    let (wide, high) = (be32(body, 0)?, be32(body, 4)?);
    let small = |number: u32| (1..=0xffff).contains(&number);
    let odd = wide != high && small(wide) && small(high) && be16(body, 0)? == 0;
    odd.then(|| {
        (
            *b"pasp",
            [wide.to_be_bytes(), high.to_be_bytes()].concat(),
            false,
        )
    })
}

/// The rule of a grid, written in the shortest way.
fn body(grid: Grid) -> Vec<u8> {
    let wide = grid.width > 0xffff || grid.height > 0xffff;
    let mut body = vec![
        0,
        u8::from(wide),
        (grid.rows - 1) as u8,
        (grid.columns - 1) as u8,
    ];
    for side in [grid.width, grid.height] {
        let from = if wide { 0 } else { 2 };
        body.extend(side.to_be_bytes().into_iter().skip(from));
    }
    body
}

/// A crop in whole pixels: size, then how far its centre lies from the middle.
fn crop(clap: Clap, (width, height): (u32, u32)) -> Vec<u8> {
    let halves = |start: u32, size: u32, whole: u32| {
        (2 * i64::from(start) + i64::from(size) - i64::from(whole)) as i32 as u32
    };
    let across = halves(clap.x, clap.width, width);
    let down = halves(clap.y, clap.height, height);
    let numbers = [clap.width, 1, clap.height, 1, across, 2, down, 2];
    numbers.into_iter().flat_map(u32::to_be_bytes).collect()
}
