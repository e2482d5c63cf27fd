//! Makes HEIF and AVIF files box by box, so that anything can be put anywhere in them.

use image::{Rgb, RgbImage};

use super::{SECRET, tiff::Block};

pub(crate) const AV1: &[u8] = include_bytes!("../fixtures/ramps.av1");
/// Two tiles of 64 x 64, the first of 148 bytes; one less stands where its length is.
const TILES: &[u8] = include_bytes!("../fixtures/tiles.av1");
const LENGTH: usize = 27;
/// What a plane says of itself that holds how opaque a picture is.
const ALPHA: &[u8] = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
const HEVC: &[u8] = include_bytes!("../fixtures/ramps.hevc");
const HVCC: &[u8] = include_bytes!("../fixtures/ramps.hvcC");

/// The picture that the fixtures were coded from.
pub(crate) fn ramps() -> RgbImage {
    RgbImage::from_fn(64, 48, |x, y| {
        let bright = x < 21 && y < 16;
        Rgb([
            (40.0 + 180.0 * x as f32 / 64.0) as u8,
            (40.0 + 180.0 * y as f32 / 48.0) as u8,
            if bright { 220 } else { 60 },
        ])
    })
}

pub(crate) fn boxed(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [
        &(body.len() as u32 + 8).to_be_bytes(),
        kind.as_slice(),
        body,
    ]
    .concat()
}

/// One item: its kind, what stands behind the kind in its entry, its bytes, its properties.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) kind: [u8; 4],
    pub(crate) texts: Vec<u8>,
    pub(crate) data: Vec<u8>,
    /// Lies in `idat` rather than in `mdat`.
    pub(crate) inside: bool,
    pub(crate) properties: Vec<Vec<u8>>,
}

/// A file to be written. Item 1 is the picture.
#[derive(Clone)]
pub(crate) struct Heif {
    pub(crate) brand: &'static [u8; 4],
    pub(crate) items: Vec<Item>,
    /// Kind, from, to; counted from 1.
    pub(crate) references: Vec<([u8; 4], u16, Vec<u16>)>,
    pub(crate) handler: Vec<u8>,
    /// Boxes before `meta`, within it, after it, and bytes at the end.
    pub(crate) before: Vec<u8>,
    pub(crate) within: Vec<u8>,
    pub(crate) after: Vec<u8>,
    pub(crate) trailer: Vec<u8>,
    /// Bytes of `mdat` that no item names.
    pub(crate) slack: Vec<u8>,
}

fn size(width: u32, height: u32) -> Vec<u8> {
    boxed(
        *b"ispe",
        &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat(),
    )
}

/// An alpha plane: as opaque as the picture is bright.
pub(crate) fn alpha_item() -> Item {
    let mut plane = av1_item();
    plane.properties.push(boxed(*b"auxC", ALPHA));
    plane
}

pub(crate) fn av1_item() -> Item {
    Item {
        kind: *b"av01",
        texts: vec![0],
        data: AV1.to_vec(),
        inside: false,
        properties: vec![size(64, 48), boxed(*b"av1C", &[0x81, 0, 0x0c, 0]), nclx()],
    }
}

/// A bitstream of which the last unit, a frame, is longer by these bytes.
pub(crate) fn tail_behind_tiles(data: &[u8], tail: &[u8]) -> Vec<u8> {
    let (mut at, mut last) = (0, 0..0);
    while at < data.len() {
        let mut start = at + 1;
        let (mut length, mut shift) = (0, 0);
        loop {
            length |= usize::from(data[start] & 0x7f) << shift;
            shift += 7;
            start += 1;
            if data[start - 1] & 0x80 == 0 {
                break;
            }
        }
        last = at..start;
        at = start + length;
    }
    let body = [&data[last.end..], tail].concat();
    let length = [body.len() as u8 | 0x80, (body.len() >> 7) as u8];
    [&data[..=last.start], &length, &body].concat()
}

/// One picture in two tiles, with these bytes behind the first of them or the last.
pub(crate) fn tiled_item(tail: &[u8], first: bool) -> Item {
    let data = if first {
        let mut data = TILES.to_vec();
        assert_eq!(data[LENGTH], 147);
        data[LENGTH] += tail.len() as u8;
        let end = LENGTH + 1 + 148;
        data.splice(end..end, tail.iter().copied());
        // The unit is longer too; its length stands in two bytes.
        let head = LENGTH - 16;
        assert_eq!((data[head], data[head + 2] & 0x80), (0x32, 0));
        let length = data.len() - head - 3;
        data[head + 1] = length as u8 | 0x80;
        data[head + 2] = (length >> 7) as u8;
        data
    } else {
        tail_behind_tiles(TILES, tail)
    };
    let mut item = av1_item();
    item.data = data;
    item.properties[0] = size(128, 64);
    item
}

pub(crate) fn hevc_item() -> Item {
    let numbers = [64_u32, 1, 48, 1, 0, 1, -16_i32 as u32, 2];
    let crop: Vec<u8> = numbers.into_iter().flat_map(u32::to_be_bytes).collect();
    Item {
        kind: *b"hvc1",
        texts: vec![0],
        data: HEVC.to_vec(),
        inside: false,
        properties: vec![
            size(64, 64),
            boxed(*b"hvcC", HVCC),
            nclx(),
            boxed(*b"clap", &crop),
        ],
    }
}

fn nclx() -> Vec<u8> {
    boxed(*b"colr", b"nclx\0\x01\0\x0d\0\x06\x80")
}

impl Heif {
    pub(crate) fn new(av1: bool) -> Self {
        Self {
            brand: if av1 { b"avif" } else { b"heic" },
            items: vec![if av1 { av1_item() } else { hevc_item() }],
            references: Vec::new(),
            handler: vec![0],
            before: Vec::new(),
            within: Vec::new(),
            after: Vec::new(),
            trailer: Vec::new(),
            slack: Vec::new(),
        }
    }

    /// The same with an alpha plane: as opaque as it is bright.
    pub(crate) fn with_alpha(mut self) -> Self {
        self.items.push(alpha_item());
        let id = self.items.len() as u16;
        self.references.push((*b"auxl", id, vec![1]));
        self
    }

    /// The same with colours that were multiplied by its alpha plane, the last item.
    pub(crate) fn multiplied(mut self) -> Self {
        let id = self.items.len() as u16;
        self.references.push((*b"prem", 1, vec![id]));
        self
    }

    /// Two by two tiles of the same picture.
    pub(crate) fn grid() -> Self {
        let mut file = Self::new(true);
        let tile = file.items.remove(0);
        file.items.push(Item {
            kind: *b"grid",
            data: [[0, 0, 1, 1, 0, 128], [0, 96, 0, 0, 0, 0]].concat()[..8].to_vec(),
            inside: true,
            properties: vec![size(128, 96)],
            ..tile.clone()
        });
        file.items.extend(vec![tile; 4]);
        file.references.push((*b"dimg", 1, vec![2, 3, 4, 5]));
        file
    }

    pub(crate) fn metadata(&mut self, kind: [u8; 4], texts: &[u8], data: Vec<u8>, inside: bool) {
        let id = self.items.len() as u16 + 1;
        let texts = texts.to_vec();
        self.items.push(Item {
            kind,
            texts,
            data,
            inside,
            properties: Vec::new(),
        });
        self.references.push((*b"cdsc", id, vec![1]));
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let head = [
            boxed(
                *b"ftyp",
                &[self.brand.as_slice(), &[0; 4], self.brand, b"mif1"].concat(),
            ),
            self.before.clone(),
        ]
        .concat();
        let length = self.meta(0).len();
        let meta = self.meta(head.len() + length + 8);
        let outside = self.items.iter().filter(|item| !item.inside);
        let pixels: Vec<u8> = outside
            .flat_map(|item| item.data.clone())
            .chain(self.slack.clone())
            .collect();
        [
            head,
            meta,
            boxed(*b"mdat", &pixels),
            self.after.clone(),
            self.trailer.clone(),
        ]
        .concat()
    }

    fn meta(&self, start: usize) -> Vec<u8> {
        let mut infos = [vec![0; 4], (self.items.len() as u16).to_be_bytes().to_vec()].concat();
        let mut places = vec![1, 0, 0, 0, 0x44, 0];
        places.extend((self.items.len() as u16).to_be_bytes());
        let (mut list, mut owners) = (Vec::new(), vec![0; 4]);
        owners.extend((self.items.len() as u32).to_be_bytes());
        let (mut count, mut idat) = (0, Vec::new());
        let mut at = start;
        for (index, item) in self.items.iter().enumerate() {
            let id = (index as u16 + 1).to_be_bytes();
            infos.extend(boxed(
                *b"infe",
                &[&[2, 0, 0, 0], &id[..], &[0, 0], &item.kind, &item.texts].concat(),
            ));
            let from = if item.inside { idat.len() } else { at };
            places.extend([&id[..], &[0, u8::from(item.inside), 0, 0, 0, 1]].concat());
            places.extend((from as u32).to_be_bytes());
            places.extend((item.data.len() as u32).to_be_bytes());
            if item.inside {
                idat.extend_from_slice(&item.data);
            } else {
                at += item.data.len();
            }
            owners.extend(id);
            owners.push(item.properties.len() as u8);
            for property in &item.properties {
                list.extend_from_slice(property);
                count += 1;
                owners.push(count | 0x80);
            }
        }
        let mut references = vec![0; 4];
        for (kind, from, to) in &self.references {
            let to: Vec<u8> = to.iter().flat_map(|id| id.to_be_bytes()).collect();
            let number = (to.len() as u16 / 2).to_be_bytes();
            references.extend(boxed(
                *kind,
                &[&from.to_be_bytes()[..], &number, &to].concat(),
            ));
        }
        let handler = [
            b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0".as_slice(),
            &self.handler,
        ]
        .concat();
        let properties = [boxed(*b"ipco", &list), boxed(*b"ipma", &owners)].concat();
        let parts = [
            vec![0; 4],
            boxed(*b"hdlr", &handler),
            boxed(*b"pitm", b"\0\0\0\0\0\x01"),
            boxed(*b"iinf", &infos),
            boxed(*b"iref", &references),
            boxed(*b"iprp", &properties),
            boxed(*b"idat", &idat),
            boxed(*b"iloc", &places),
            self.within.clone(),
        ];
        boxed(*b"meta", &parts.concat())
    }
}

/// Everything that can be hidden in such a file, by number.
pub(crate) const CARRIERS: usize = 20;

fn secret(prefix: &[u8]) -> Vec<u8> {
    [prefix, SECRET, b" and more"].concat()
}

/// Puts one carrier into a file.
pub(crate) fn hide(file: &mut Heif, carrier: usize, inside: bool) {
    let xmp = b"\0application/rdf+xml\0";
    let uuid = b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
    match carrier {
        0 => {
            let exif = [
                b"\0\0\0\x06Exif\0\0".as_slice(),
                &Block::jakarta().tiff(),
                SECRET,
            ]
            .concat();
            file.metadata(*b"Exif", b"\0", exif, inside);
        }
        1 => file.metadata(*b"mime", xmp, secret(b"<x:xmpmeta>"), inside),
        2 => file.metadata(
            *b"uri ",
            &secret(b"\0tag:apple.com,2023:photo"),
            secret(b"bplist00"),
            inside,
        ),
        3 => file.metadata(*b"mime", b"\0text/plain\0", secret(b"note"), inside),
        4 => file.items[0].texts = secret(b""),
        5 => file.handler = secret(b""),
        6 => file.before.extend(boxed(*b"free", &secret(b""))),
        7 => file.after.extend(boxed(*b"free", &secret(b""))),
        8 => file.after.extend(boxed(*b"uuid", &secret(uuid))),
        9 => file
            .before
            .extend(boxed(*b"uuid", &secret(b"0123456789abcdef"))),
        10 => file
            .after
            .extend(boxed(*b"mpvd", &secret(b"\0\0\0\x18ftypmp42"))),
        11 => file
            .after
            .extend(boxed(*b"moov", &boxed(*b"udta", &secret(b"")))),
        12 => file
            .after
            .extend(boxed(*b"jumb", &secret(b"\0\0\0\x10jumd"))),
        13 => file.within.extend(boxed(*b"xyzw", &secret(b""))),
        14 => file
            .within
            .extend(boxed(*b"grpl", &boxed(*b"altr", &secret(b"\0\0\0\0")))),
        15 => file.trailer.extend(secret(b"\0\0SEFT")),
        16 => file.slack.extend(secret(b"")),
        17 => file.items[0]
            .properties
            .push(boxed(*b"udes", &secret(b"\0\0\0\0"))),
        18 => {
            // A thumbnail with a name.
            let id = file.items.len() as u16 + 1;
            let mut thumbnail = file.items.last().unwrap().clone();
            thumbnail.texts = secret(b"");
            file.items.push(thumbnail);
            file.references.push((*b"thmb", id, vec![1]));
        }
        _ => {
            let id = file.items.len() as u16 + 1;
            let mut depth = file.items.last().unwrap().clone();
            depth.properties.push(boxed(
                *b"auxC",
                &secret(b"\0\0\0\0urn:com:apple:photo:2020:aux:hdrgainmap\0"),
            ));
            file.items.push(depth);
            file.references.push((*b"auxl", id, vec![1]));
        }
    }
}
