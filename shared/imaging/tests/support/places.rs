//! Where a format lets a stranger put bytes: one [`Host`] for each format. To take a new format in,
//! write its host and add it to `tests/places.rs`.

use std::io::Write as _;

use super::{
    containers::{png_chunk, riff_chunk},
    heif::{self, Heif, boxed},
    webps,
};

/// A format as a place to hide in. Every part that it makes is legal where it is put, and shows
/// nothing of the picture.
pub(crate) trait Host {
    /// Clean pictures: one for each coding of the format that differs in its structure.
    fn pictures(&self) -> Vec<Vec<u8>>;

    /// Offsets in a clean picture, each on the border of two parts, in rising order.
    fn places(&self, file: &[u8]) -> Vec<usize>;

    /// A part of the format around these bytes. `kind` chooses among all that there are, and is
    /// taken modulo their number. `None` where such a part may not hold this.
    fn part(&self, kind: usize, body: &[u8]) -> Option<Vec<u8>>;

    /// Puts right what counts bytes outside the parts, such as a length in the file's header.
    /// `grown` is what was added before the end of the picture.
    fn mend(&self, _file: &mut [u8], _grown: usize) {}

    /// The picture with these bytes behind its coded data, once for each place where there is such an end.
    fn tailed(&self, _file: &[u8], _tail: &[u8]) -> Vec<Vec<u8>> {
        Vec::new()
    }
}

/// Puts parts into a picture, and a trailer behind it.
pub(crate) fn dressed(
    host: &dyn Host,
    file: &[u8],
    parts: &[(usize, usize, Vec<u8>)],
    trailer: &[u8],
) -> Vec<u8> {
    let places = host.places(file);
    let mut inserts: Vec<(usize, Vec<u8>)> = parts
        .iter()
        .filter_map(|(place, kind, body)| {
            Some((places[place % places.len()], host.part(*kind, body)?))
        })
        .collect();
    inserts.sort_by_key(|insert| insert.0);
    let grown = inserts.iter().map(|insert| insert.1.len()).sum();
    let (mut out, mut from) = (Vec::new(), 0);
    for (at, bytes) in inserts {
        out.extend_from_slice(&file[from..at]);
        out.extend(bytes);
        from = at;
    }
    out.extend_from_slice(&file[from..]);
    host.mend(&mut out, grown);
    out.extend_from_slice(trailer);
    out
}

pub(crate) struct Jpeg;

impl Host for Jpeg {
    fn pictures(&self) -> Vec<Vec<u8>> {
        let encoder = |restart: u16, progressive: bool, grey: bool| {
            let mut out = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut out, 85);
            encoder.set_progressive(progressive);
            encoder.set_restart_interval(restart);
            let rgb = super::picture(40, 33);
            let (pixels, kind) = if grey {
                let luma = image::DynamicImage::from(rgb).into_luma8();
                (luma.into_raw(), jpeg_encoder::ColorType::Luma)
            } else {
                (rgb.into_raw(), jpeg_encoder::ColorType::Rgb)
            };
            encoder.encode(&pixels, 40, 33, kind).unwrap();
            out
        };
        vec![
            super::jpeg(40, 33, false),
            super::jpeg(40, 33, true),
            encoder(2, false, false),
            encoder(0, false, true),
            encoder(0, true, true),
        ]
    }

    fn places(&self, file: &[u8]) -> Vec<usize> {
        super::containers::jpeg_places(file)
    }

    fn part(&self, kind: usize, body: &[u8]) -> Option<Vec<u8>> {
        // Every APPn, COM, the codes that T.81 reserves, TEM, and fill bytes.
        let codes: Vec<u8> = (0xe0..=0xef).chain([0xfe]).chain(0xf0..=0xf6).collect();
        let segment = |code: u8, prefix: &[u8]| {
            let length = u16::try_from(prefix.len() + body.len() + 2).ok()?;
            Some([&[0xff, code], &length.to_be_bytes()[..], prefix, body].concat())
        };
        let signatures: [(u8, &[u8]); 9] = [
            (0xe0, b"JFXX\0\x10"),
            (0xe1, b"http://ns.adobe.com/xap/1.0/\0"),
            (0xe2, b"ICC_PROFILE\0\x01\x01"),
            (0xe2, b"MPF\0II*\0"),
            (0xe2, b"FPXR\0"),
            (0xea, b"AROT\0\0"),
            (0xeb, b"JP\0\x01\0\0\0\x01"),
            (0xec, b"Ducky\0"),
            (0xed, b"Photoshop 3.0\08BIM\x04\x04\0\0"),
        ];
        let kind = kind % (codes.len() + signatures.len() + 2);
        if let Some(code) = codes.get(kind) {
            return segment(*code, b"");
        }
        match signatures.get(kind - codes.len()) {
            Some((code, prefix)) => segment(*code, prefix),
            None if kind.is_multiple_of(2) => Some(vec![0xff, 0x01]),
            None => Some(vec![0xff; 1 + body.len() % 600]),
        }
    }

    fn tailed(&self, file: &[u8], tail: &[u8]) -> Vec<Vec<u8>> {
        // Before the marker that ends the file; no byte of it may look like one.
        let tail = tail.iter().map(|byte| (*byte).min(0xfe));
        let (coded, end) = file.split_at(file.len() - 2);
        vec![
            coded
                .iter()
                .copied()
                .chain(tail)
                .chain(end.iter().copied())
                .collect(),
        ]
    }
}

pub(crate) struct Avif;

impl Avif {
    fn files() -> Vec<Heif> {
        let alpha = Heif::new(true).with_alpha();
        let mut tiles = Heif::new(true);
        tiles.items[0] = heif::tiled_item(b"", true);
        vec![Heif::new(true), alpha, Heif::grid(), tiles]
    }

    /// Kind, start and end of each box of the file.
    fn boxes(file: &[u8]) -> Vec<([u8; 4], usize, usize)> {
        let (mut at, mut all) = (0, Vec::new());
        while let Some(length) = file.get(at..).and_then(|rest| rest.first_chunk()) {
            let end = at + u32::from_be_bytes(*length) as usize;
            all.push((*file[at + 4..].first_chunk().unwrap(), at, end));
            at = end;
        }
        all
    }
}

impl Host for Avif {
    fn pictures(&self) -> Vec<Vec<u8>> {
        Self::files().iter().map(Heif::write).collect()
    }

    fn places(&self, file: &[u8]) -> Vec<usize> {
        Self::boxes(file).into_iter().map(|found| found.2).collect()
    }

    fn part(&self, kind: usize, body: &[u8]) -> Option<Vec<u8>> {
        let adobe = b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
        let kinds: [([u8; 4], &[u8]); 10] = [
            (*b"free", b""),
            (*b"skip", b""),
            (*b"uuid", adobe),
            (*b"uuid", b"0123456789abcdef"),
            (*b"moov", b""),
            (*b"mpvd", b"\0\0\0\x18ftypmp42"),
            (*b"jumb", b"\0\0\0\x10jumd"),
            (*b"udta", b""),
            (*b"sefd", b""),
            (name(body), b""),
        ];
        let (kind, prefix) = kinds[kind % kinds.len()];
        Some(boxed(kind, &[prefix, body].concat()))
    }

    /// The places of the items are counted from the start of the file.
    fn mend(&self, file: &mut [u8], _grown: usize) {
        let all = Self::boxes(file);
        let of = |kind: &[u8; 4]| all.iter().find(|it| it.0 == *kind).unwrap();
        let (meta, pixels) = (of(b"meta"), of(b"mdat").1 + 8);
        let inside = Self::boxes(&file[meta.1 + 12..meta.2]);
        let list = inside.iter().find(|it| it.0 == *b"iloc").unwrap();
        // Behind box, version, widths and count: entries of sixteen bytes.
        let entries = meta.1 + 12 + list.1 + 16..meta.1 + 12 + list.2;
        let mut first = None;
        for entry in file[entries].chunks_exact_mut(16) {
            if entry[3] == 0 {
                let at = u32::from_be_bytes(*entry[8..].first_chunk().unwrap());
                let moved = at - *first.get_or_insert(at) + pixels as u32;
                entry[8..12].copy_from_slice(&moved.to_be_bytes());
            }
        }
    }

    fn tailed(&self, file: &[u8], tail: &[u8]) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        let files = Self::files();
        let plain = files.iter().find(|it| it.write() == file).unwrap();
        for at in 0..plain.items.len() {
            if !plain.items[at].inside {
                let mut odd = plain.clone();
                odd.items[at].data = heif::tail_behind_tiles(&odd.items[at].data, tail);
                all.push(odd.write());
            }
        }
        all
    }
}

pub(crate) struct Png;

impl Host for Png {
    fn pictures(&self) -> Vec<Vec<u8>> {
        let made = |picture: image::DynamicImage| {
            let mut out = std::io::Cursor::new(Vec::new());
            picture.write_to(&mut out, image::ImageFormat::Png).unwrap();
            out.into_inner()
        };
        let picture = image::DynamicImage::from(super::picture(40, 33));
        vec![
            made(picture.clone()),
            made(picture.clone().into_luma8().into()),
            made(picture.clone().into_rgba8().into()),
            made(picture.into_rgb16().into()),
        ]
    }

    fn places(&self, file: &[u8]) -> Vec<usize> {
        let (mut at, mut places) = (8, Vec::new());
        let mut last = [0; 4];
        while at < file.len() {
            let length = u32::from_be_bytes(*file[at..].first_chunk().unwrap()) as usize;
            let kind = *file[at + 4..].first_chunk::<4>().unwrap();
            // Nothing stands before the header, and the pieces of the pixels stand together.
            if at > 8 && !(kind == *b"IDAT" && last == *b"IDAT") {
                places.push(at);
            }
            last = kind;
            at += 12 + length;
        }
        places
    }

    fn part(&self, kind: usize, body: &[u8]) -> Option<Vec<u8>> {
        let packed = deflated(body);
        let kinds: [([u8; 4], Vec<u8>); 14] = [
            (*b"tEXt", [b"Comment\0".as_slice(), body].concat()),
            (*b"zTXt", [b"parameters\0\0".as_slice(), &packed].concat()),
            (*b"iTXt", [b"XML:com.adobe.xmp\0\0\0\0\0", body].concat()),
            (
                *b"iTXt",
                [b"prompt\0\x01\0id\0x\0", packed.as_slice()].concat(),
            ),
            (*b"iCCP", [b"name\0\0".as_slice(), &packed].concat()),
            (*b"tIME", body.to_vec()),
            (*b"pHYs", body.to_vec()),
            (*b"hIST", body.to_vec()),
            (*b"sPLT", [b"name\0\x08".as_slice(), body].concat()),
            (*b"caBX", body.to_vec()),
            (*b"iDOT", body.to_vec()),
            (*b"bKGD", body.to_vec()),
            (*b"prVt", body.to_vec()),
            // A name that says something itself: ancillary, private, and never seen before.
            (name(body), body.to_vec()),
        ];
        let (kind, body) = &kinds[kind % kinds.len()];
        Some(png_chunk(*kind, body))
    }
}

/// Four letters made of these bytes: ancillary, private, safe to copy.
fn name(body: &[u8]) -> [u8; 4] {
    let letter = |at: usize, first: u8| first + body.get(at).copied().unwrap_or(7) % 26;
    [
        letter(0, b'a'),
        letter(1, b'a'),
        letter(2, b'A'),
        letter(3, b'a'),
    ]
}

fn deflated(body: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(body).unwrap();
    packer.finish().unwrap()
}

pub(crate) struct Webp;

impl Host for Webp {
    fn pictures(&self) -> Vec<Vec<u8>> {
        let plain = super::encoded(40, 33, image::ImageFormat::WebP);
        let bitstream = &plain[12..];
        let sides = [39, 0, 0, 32, 0, 0];
        let wrapped = |chunks: Vec<u8>| {
            let body = [b"WEBP".as_slice(), &chunks].concat();
            let size = (body.len() as u32).to_le_bytes();
            [b"RIFF".as_slice(), &size, &body].concat()
        };
        let header = |flags: u8| riff_chunk(*b"VP8X", &[&[flags, 0, 0, 0][..], &sides].concat());
        let frame = |x: u8| {
            let place = [&[x, 0, 0, 0, 0, 0][..], &sides, &[50, 0, 0, 0]].concat();
            riff_chunk(*b"ANMF", &[&place, bitstream].concat())
        };
        let still = wrapped([header(0), bitstream.to_vec()].concat());
        let loops = riff_chunk(*b"ANIM", &[255, 255, 255, 255, 2, 0]);
        let moving = wrapped([header(2), loops, frame(0), frame(0)].concat());
        let [lossy, alpha, animated] =
            [webps::LOSSY, webps::LOSSY_ALPHA, webps::ANIMATED].map(webps::bytes);
        // In the extended layout: chunks may stand before the picture there.
        let sides = [11, 0, 0, 9, 0, 0];
        let header = riff_chunk(*b"VP8X", &[&[0; 4][..], &sides].concat());
        let lossy = wrapped([&header, &lossy[12..]].concat());
        vec![still, moving, lossy, alpha, animated]
    }

    fn tailed(&self, file: &[u8], tail: &[u8]) -> Vec<Vec<u8>> {
        let kinds = [*b"VP8 ", *b"VP8L", *b"ALPH"].into_iter();
        let all = kinds.map(|kind| webps::tailed(file, kind, tail));
        all.filter(|odd| odd != file).collect()
    }

    fn places(&self, file: &[u8]) -> Vec<usize> {
        let (mut at, mut places) = (12, Vec::new());
        while at < file.len() {
            // The extended header stands first.
            if at > 12 {
                places.push(at);
            }
            let size = u32::from_le_bytes(*file[at + 4..].first_chunk().unwrap());
            at += 8 + size.next_multiple_of(2) as usize;
        }
        places.push(file.len());
        places
    }

    fn part(&self, kind: usize, body: &[u8]) -> Option<Vec<u8>> {
        let kinds = [*b"XMP ", *b"ICCP", *b"C2PA", *b"PSAI", *b"LIST", name(body)];
        Some(riff_chunk(kinds[kind % kinds.len()], body))
    }

    fn mend(&self, file: &mut [u8], grown: usize) {
        let size = u32::from_le_bytes(*file[4..].first_chunk().unwrap()) + grown as u32;
        file[4..8].copy_from_slice(&size.to_le_bytes());
    }
}
