//! Everything in the file that is not the picture, by kind; and the blocks that are evidence.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use super::{File, Item, Node, alpha_kind};
use crate::{
    bytes::{be32, part},
    exif_min::without_prefix,
    removed::{Removed, Tally},
};

/// What a file carries besides its picture.
#[derive(Debug, Default)]
pub(crate) struct Found<'a> {
    pub(crate) exif: Vec<Cow<'a, [u8]>>,
    pub(crate) xmp: Vec<Cow<'a, [u8]>>,
    pub(crate) jumbf: Vec<Cow<'a, [u8]>>,
    pub(crate) carriers: Vec<Removed>,
}

/// UUID of boxes that hold XMP.
const XMP: &[u8] = b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
/// UUID of boxes that hold C2PA.
const C2PA: &[u8] = b"\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";

/// Lists what is not the picture. Bytes of the picture itself are never listed.
pub(crate) fn carriers<'a>(file: &File<'a>) -> Found<'a> {
    let mut found = Found::default();
    let mut tally = Tally::default();
    let needed = needed(file);
    for item in file.meta.items.values() {
        if !needed.contains(&item.id) {
            read(file, item, &mut found, &mut tally);
        }
        texts(file, item, needed.contains(&item.id), &mut tally);
    }
    tally.add("name", file.meta.handler_name);
    for node in file.meta.others.iter().chain(&file.boxes) {
        outer(file, node, &mut found, &mut tally);
    }
    let used = file
        .meta
        .items
        .values()
        .filter(|item| needed.contains(&item.id));
    let shown: BTreeSet<usize> = used
        .flat_map(|item| item.properties.iter().map(|it| it.0))
        .collect();
    for (index, node) in file.meta.properties.iter().enumerate() {
        let body = part(file.bytes, &node.body);
        let kept = shown.contains(&index) && is_picture_property(node.kind, body);
        if !kept {
            let profile = node.kind == *b"colr" && !body.starts_with(b"nclx");
            tally.add(if profile { "icc" } else { "property" }, node.len());
        }
    }
    tally.add("slack", slack(file));
    tally.add("trailer", file.bytes.len().saturating_sub(file.end));
    found.carriers = tally.into_list();
    found
}

/// The items that the picture is made of: itself, what it is put together from, and the alpha planes of all of these.
fn needed(file: &File) -> BTreeSet<u32> {
    let mut needed = BTreeSet::new();
    let Some(primary) = file.meta.item(file.meta.primary) else {
        return needed;
    };
    let mut open = vec![primary];
    while let Some(item) = open.pop() {
        let sources = file.meta.targets(*b"dimg", item.id);
        if !needed.insert(item.id) {
            continue;
        }
        if item.is_derived() {
            open.extend(sources.filter_map(|id| file.meta.item(id)));
            continue;
        }
        needed.extend(sources);
        if let Some(alpha) = file.alpha(item) {
            needed.insert(alpha.id);
            needed.extend(file.meta.targets(*b"dimg", alpha.id));
        }
    }
    needed.retain(|id| file.meta.item(*id).is_some_and(|item| !is_metadata(item)));
    needed
}

fn is_metadata(item: &Item) -> bool {
    matches!(&item.kind, b"Exif" | b"mime" | b"uri ")
}

/// Properties that decide what the picture looks like.
pub(crate) fn is_picture_property(kind: [u8; 4], body: &[u8]) -> bool {
    match &kind {
        b"ispe" | b"pixi" | b"av1C" | b"hvcC" | b"irot" | b"imir" | b"clap" | b"pasp" | b"a1op"
        | b"lsel" => true,
        b"colr" => body.starts_with(b"nclx"),
        b"auxC" => alpha_kind(body),
        _ => false,
    }
}

fn length(item: &Item) -> usize {
    item.extents
        .iter()
        .fold(0, |sum, extent| sum.saturating_add(extent.1))
}

/// An item that is not part of the picture.
fn read<'a>(file: &File<'a>, item: &Item, found: &mut Found<'a>, tally: &mut Tally) {
    let data = file.data(item).unwrap_or_default();
    let size = length(item).max(data.len()).min(file.bytes.len());
    let carrier = match &item.kind {
        b"Exif" => {
            found.exif.extend(exif(data));
            "exif"
        }
        b"mime" => {
            let texts = part(file.bytes, &item.texts);
            if memchr::memmem::find(texts, b"application/rdf+xml").is_some() {
                found.xmp.push(data);
                "xmp"
            } else if memchr::memmem::find(texts, b"c2pa").is_some() {
                found.jumbf.push(data);
                "jumbf"
            } else {
                "mime_item"
            }
        }
        b"uri " => "uri_item",
        b"tmap" => "gain_map",
        _ if file.meta.targets(*b"thmb", item.id).next().is_some() => "thumbnail",
        _ if file.meta.targets(*b"auxl", item.id).next().is_some() => "auxiliary_picture",
        _ => "second_picture",
    };
    tally.add(carrier, size);
}

/// The TIFF structure in an Exif item: four bytes say how many bytes stand before it.
fn exif(data: Cow<'_, [u8]>) -> Option<Cow<'_, [u8]>> {
    let skip = (be32(&data, 0)? as usize).checked_add(4)?;
    let told = skip..data.len();
    let tiff = |range: &Range<usize>| {
        let block = without_prefix(part(&data, range));
        (block.starts_with(b"II") || block.starts_with(b"MM")).then_some(data.len() - block.len())
    };
    // Some writers count wrongly, or leave the four bytes out.
    let start = [told, 4..data.len(), 0..data.len()].iter().find_map(tiff)?;
    Some(match data {
        Cow::Borrowed(data) => Cow::Borrowed(data.get(start..)?),
        Cow::Owned(data) => Cow::Owned(data.get(start..)?.to_vec()),
    })
}

/// Names of items say what programs and people call them.
fn texts(file: &File, item: &Item, needed: bool, tally: &mut Tally) {
    let said = part(file.bytes, &item.texts)
        .iter()
        .filter(|byte| **byte != 0)
        .count();
    tally.add("name", if needed { said } else { 0 });
}

/// A box outside the items.
fn outer<'a>(file: &File<'a>, node: &Node, found: &mut Found<'a>, tally: &mut Tally) {
    let body = part(file.bytes, &node.body);
    let carrier = match &node.kind {
        b"ftyp" | b"meta" | b"mdat" | b"ipma" => return,
        b"free" | b"skip" | b"wide" => "free",
        b"mpvd" => "motion_video",
        b"moov" | b"moof" | b"sidx" | b"mfra" | b"styp" if file.moves() => "animation",
        b"moov" | b"moof" | b"sidx" | b"mfra" | b"styp" => "sequence",
        b"udta" => "user_data",
        b"jumb" => {
            found.jumbf.push(body.into());
            "jumbf"
        }
        b"uuid" if body.starts_with(XMP) => {
            found.xmp.push(body.get(16..).unwrap_or_default().into());
            "xmp"
        }
        b"uuid" if body.starts_with(C2PA) => {
            found.jumbf.push(body.get(16..).unwrap_or_default().into());
            "jumbf"
        }
        _ => "box",
    };
    tally.add(carrier, node.len());
}

/// Bytes of `mdat` and `idat` that belong to no item.
fn slack(file: &File) -> usize {
    let mut used: Vec<Range<usize>> = Vec::new();
    let idat = &file.meta.idat;
    for item in file.meta.items.values().filter(|item| !item.elsewhere) {
        for (from, size) in &item.extents {
            let (base, most) = if item.in_idat {
                (idat.start, idat.end)
            } else {
                (0, file.bytes.len())
            };
            let start = base.saturating_add(*from).min(most);
            let end = if *size == 0 {
                most
            } else {
                start.saturating_add(*size).min(most)
            };
            used.push(start..end);
        }
    }
    used.sort_by_key(|range| range.start);
    let mut all: Vec<Range<usize>> = file
        .boxes
        .iter()
        .filter(|node| node.kind == *b"mdat")
        .map(|node| node.body.clone())
        .collect();
    all.push(idat.clone());
    all.iter().map(|range| uncovered(range, &used)).sum()
}

fn uncovered(range: &Range<usize>, used: &[Range<usize>]) -> usize {
    let (mut at, mut free) = (range.start, 0);
    for piece in used {
        free += piece.start.clamp(at, range.end.max(at)) - at;
        at = at
            .max(piece.end.min(range.end))
            .max(piece.start.clamp(at, range.end.max(at)));
    }
    free + range.end.saturating_sub(at)
}
