//! Lays out a still AVIF file: file type, description, pixels. One layout for every file.

/// One item of the clean file. Its number is its place, counted from 1.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: [u8; 4],
    pub(super) hidden: bool,
    pub(super) data: Vec<u8>,
    /// Kind, body, and whether a reader must know it.
    pub(super) properties: Vec<([u8; 4], Vec<u8>, bool)>,
}

/// What one item says of others.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) kind: [u8; 4],
    pub(super) from: u16,
    pub(super) to: Vec<u16>,
}

/// `ftyp`: AVIF, as a still picture.
const TYPE: &[u8] = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf";
/// Properties that a short index can name.
const MAX_PROPERTIES: usize = 127;

fn boxed(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [
        &(body.len() as u32 + 8).to_be_bytes(),
        kind.as_slice(),
        body,
    ]
    .concat()
}

/// Writes the file. `None` where it would not fit the short forms used here.
pub(super) fn write(entries: &[Entry], links: &[Link]) -> Option<Vec<u8>> {
    let length: usize = entries.iter().map(|entry| entry.data.len()).sum();
    if u32::try_from(length).is_err() || entries.len() > 0xffff {
        return None;
    }
    let properties = properties(entries)?;
    let head = meta(entries, links, &properties, 0).len();
    let start = TYPE.len() + head + 8;
    let mut out = TYPE.to_vec();
    out.reserve(head + 8 + length);
    out.extend(meta(entries, links, &properties, start));
    out.extend((length as u32 + 8).to_be_bytes());
    out.extend_from_slice(b"mdat");
    for entry in entries {
        out.extend_from_slice(&entry.data);
    }
    Some(out)
}

fn meta(entries: &[Entry], links: &[Link], properties: &[u8], start: usize) -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend(boxed(
        *b"hdlr",
        b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ));
    body.extend(boxed(*b"pitm", b"\0\0\0\0\0\x01"));
    body.extend(boxed(*b"iloc", &locations(entries, start)));
    let mut infos = vec![0; 4];
    infos.extend((entries.len() as u16).to_be_bytes());
    for (index, entry) in entries.iter().enumerate() {
        let mut info = vec![2, 0, 0, u8::from(entry.hidden)];
        info.extend((index as u16 + 1).to_be_bytes());
        info.extend([0, 0]);
        info.extend(entry.kind);
        info.push(0);
        infos.extend(boxed(*b"infe", &info));
    }
    body.extend(boxed(*b"iinf", &infos));
    if !links.is_empty() {
        let mut references = vec![0; 4];
        for link in links {
            let mut one = link.from.to_be_bytes().to_vec();
            one.extend((link.to.len() as u16).to_be_bytes());
            one.extend(link.to.iter().flat_map(|id| id.to_be_bytes()));
            references.extend(boxed(link.kind, &one));
        }
        body.extend(boxed(*b"iref", &references));
    }
    body.extend_from_slice(properties);
    boxed(*b"meta", &body)
}

/// Where each item lies: back to back from `start` on.
fn locations(entries: &[Entry], start: usize) -> Vec<u8> {
    let mut body = vec![0, 0, 0, 0, 0x44, 0];
    body.extend((entries.len() as u16).to_be_bytes());
    let mut at = start;
    for (index, entry) in entries.iter().enumerate() {
        body.extend((index as u16 + 1).to_be_bytes());
        body.extend([0, 0, 0, 1]);
        body.extend((at as u32).to_be_bytes());
        body.extend((entry.data.len() as u32).to_be_bytes());
        at += entry.data.len();
    }
    body
}

/// The properties, each once, and which item has which.
fn properties(entries: &[Entry]) -> Option<Vec<u8>> {
    let mut known: Vec<Vec<u8>> = Vec::new();
    let mut owners = vec![0; 4];
    owners.extend((entries.len() as u32).to_be_bytes());
    for (index, entry) in entries.iter().enumerate() {
        owners.extend((index as u16 + 1).to_be_bytes());
        owners.push(entry.properties.len() as u8);
        for (kind, body, essential) in &entry.properties {
            let property = boxed(*kind, body);
            let place = known.iter().position(|it| *it == property);
            let place = place.unwrap_or_else(|| {
                known.push(property);
                known.len() - 1
            });
            owners.push((place as u8 + 1) | if *essential { 0x80 } else { 0 });
        }
    }
    if known.len() > MAX_PROPERTIES {
        return None;
    }
    let list = [boxed(*b"ipco", &known.concat()), boxed(*b"ipma", &owners)];
    Some(boxed(*b"iprp", &list.concat()))
}
