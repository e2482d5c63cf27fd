//! Putting carriers into JPEG, PNG and WebP files at places where the formats allow them.

use super::{SECRET, tiff::Block};

/// What can be put into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    Exif,
    Xmp,
    ExtendedXmp,
    Iptc,
    Icc,
    Mpf,
    C2pa,
    Comment,
    Unknown,
    Thumbnail,
    Junk,
    Trailer,
    SecondPicture,
}

pub(crate) const ALL: [Carrier; 13] = [
    Carrier::Exif,
    Carrier::Xmp,
    Carrier::ExtendedXmp,
    Carrier::Iptc,
    Carrier::Icc,
    Carrier::Mpf,
    Carrier::C2pa,
    Carrier::Comment,
    Carrier::Unknown,
    Carrier::Thumbnail,
    Carrier::Junk,
    Carrier::Trailer,
    Carrier::SecondPicture,
];

fn secret(prefix: &[u8]) -> Vec<u8> {
    [prefix, SECRET, b"\0 and more"].concat()
}

/// One JPEG segment with its length.
pub(crate) fn segment(code: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&[0xff, code], length.as_slice(), body].concat()
}

/// Bytes of a carrier in a JPEG; the flag says that it belongs after the picture.
fn jpeg_bytes(carrier: Carrier) -> (Vec<u8>, bool) {
    let exif = || [b"Exif\0\0".as_slice(), &Block::jakarta().tiff()].concat();
    match carrier {
        Carrier::Exif => (segment(0xe1, &exif()), false),
        Carrier::Xmp => (
            segment(0xe1, &secret(b"http://ns.adobe.com/xap/1.0/\0<x>")),
            false,
        ),
        Carrier::ExtendedXmp => (segment(0xe1, &secret(XMP_EXTENSION)), false),
        Carrier::Iptc => (
            segment(0xed, &secret(b"Photoshop 3.0\08BIM\x04\x04")),
            false,
        ),
        Carrier::Icc => (segment(0xe2, &secret(b"ICC_PROFILE\0\x01\x01")), false),
        Carrier::Mpf => (segment(0xe2, &secret(b"MPF\0II\x2a\0")), false),
        Carrier::C2pa => (segment(0xeb, &secret(b"JP\0\x01\0\0\0\x01")), false),
        Carrier::Comment => (segment(0xfe, &secret(b"")), false),
        Carrier::Unknown => (segment(0xe7, &secret(b"QVCI\0")), false),
        Carrier::Thumbnail => (segment(0xe0, &secret(b"JFXX\0\x10")), false),
        Carrier::Junk => (vec![0xff; 9], false),
        Carrier::Trailer => (secret(b"\0\0\0\x18ftypmp42"), true),
        Carrier::SecondPicture => {
            let mut second = super::jpeg(16, 16, false);
            second.splice(2..2, segment(0xfe, SECRET));
            (second, true)
        }
    }
}

/// Offsets in a clean JPEG where a segment may stand: before any marker outside coded data.
pub(crate) fn jpeg_places(file: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 2;
    loop {
        places.push(at);
        let code = file[at + 1];
        if code == 0xd9 {
            return places;
        }
        at += 2 + usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        if code == 0xda {
            while file[at] != 0xff || matches!(file[at + 1], 0 | 0xd0..=0xd7) {
                at += 1;
            }
        }
    }
}

/// Puts carriers into a JPEG. The numbers choose among the places where each may stand.
pub(crate) fn into_jpeg(file: &[u8], carriers: &[(Carrier, usize)]) -> Vec<u8> {
    let places = jpeg_places(file);
    let mut inserts: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut tail = Vec::new();
    for (carrier, place) in carriers {
        let (bytes, after) = jpeg_bytes(*carrier);
        if after {
            tail.extend(bytes);
        } else {
            inserts.push((places[place % places.len()], bytes));
        }
    }
    insert(file, inserts, &tail)
}

fn insert(file: &[u8], mut inserts: Vec<(usize, Vec<u8>)>, tail: &[u8]) -> Vec<u8> {
    inserts.sort_by_key(|insert| insert.0);
    let mut out = Vec::new();
    let mut from = 0;
    for (at, bytes) in inserts {
        out.extend_from_slice(&file[from..at]);
        out.extend(bytes);
        from = at;
    }
    out.extend_from_slice(&file[from..]);
    out.extend_from_slice(tail);
    out
}

/// One PNG chunk with its checksum.
pub(crate) fn png_chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let covered = [kind.as_slice(), body].concat();
    let sum = crc32fast::hash(&covered).to_be_bytes();
    [(body.len() as u32).to_be_bytes().as_slice(), &covered, &sum].concat()
}

fn png_bytes(carrier: Carrier) -> (Vec<u8>, bool) {
    match carrier {
        Carrier::Exif => (png_chunk(*b"eXIf", &Block::jakarta().tiff()), false),
        Carrier::Xmp => (
            png_chunk(*b"iTXt", &secret(b"XML:com.adobe.xmp\0\0\0\0\0")),
            false,
        ),
        Carrier::ExtendedXmp => (png_chunk(*b"tIME", &secret(b"")), false),
        Carrier::Iptc => (
            png_chunk(*b"tEXt", &secret(b"Raw profile type iptc\0")),
            false,
        ),
        Carrier::Icc => (png_chunk(*b"iCCP", &secret(b"name\0\0")), false),
        Carrier::C2pa => (png_chunk(*b"caBX", &secret(b"")), false),
        Carrier::Comment => (png_chunk(*b"tEXt", &secret(b"Comment\0")), false),
        Carrier::Mpf => (png_chunk(*b"pHYs", &secret(b"")), false),
        Carrier::Unknown | Carrier::Junk => (png_chunk(*b"prVt", &secret(b"")), false),
        Carrier::Thumbnail => (png_chunk(*b"prVW", &secret(b"")), false),
        Carrier::Trailer => (secret(b"PK\x03\x04"), true),
        Carrier::SecondPicture => (super::jpeg(16, 16, false), true),
    }
}

/// Puts carriers into a PNG, before any chunk but the first and not between pixels.
pub(crate) fn into_png(file: &[u8], carriers: &[(Carrier, usize)]) -> Vec<u8> {
    let mut places = Vec::new();
    let (mut at, mut last) = (8, *b"    ");
    while at < file.len() {
        let length = u32::from_be_bytes(*file[at..].first_chunk().unwrap());
        let kind = *file[at + 4..].first_chunk::<4>().unwrap();
        if at > 8 && !(kind == *b"IDAT" && last == *b"IDAT") {
            places.push(at);
        }
        last = kind;
        at += 12 + length as usize;
    }
    let (mut inserts, mut tail) = (Vec::new(), Vec::new());
    for (carrier, place) in carriers {
        let (bytes, after) = png_bytes(*carrier);
        if after {
            tail.extend(bytes);
        } else {
            inserts.push((places[place % places.len()], bytes));
        }
    }
    insert(file, inserts, &tail)
}

/// One RIFF chunk with its padding.
pub(crate) fn riff_chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len() & 1];
    [
        kind.as_slice(),
        &(body.len() as u32).to_le_bytes(),
        body,
        &padding,
    ]
    .concat()
}

/// Puts carriers around the picture of a simple WebP, which becomes an extended one.
pub(crate) fn into_webp(file: &[u8], size: (u32, u32), carriers: &[(Carrier, usize)]) -> Vec<u8> {
    let (mut before, mut after, mut tail) = (Vec::new(), Vec::new(), Vec::new());
    let mut flags = 0;
    for (carrier, place) in carriers {
        let tiff = Block::jakarta().tiff();
        let chunk = match carrier {
            Carrier::Exif => {
                flags |= 0x08;
                riff_chunk(*b"EXIF", &tiff)
            }
            Carrier::Xmp | Carrier::ExtendedXmp => {
                flags |= 0x04;
                riff_chunk(*b"XMP ", &secret(b"<x>"))
            }
            Carrier::Icc => {
                flags |= 0x20;
                riff_chunk(*b"ICCP", &secret(b""))
            }
            Carrier::C2pa => riff_chunk(*b"C2PA", &secret(b"")),
            Carrier::Trailer | Carrier::SecondPicture => {
                tail.extend(secret(b"trailer"));
                continue;
            }
            _ => riff_chunk(*b"PSAI", &secret(b"")),
        };
        if place % 2 == 0 {
            before.extend(chunk);
        } else {
            after.extend(chunk);
        }
    }
    let sides = |length: u32| (length - 1).to_le_bytes()[..3].to_vec();
    let header = [vec![flags, 0, 0, 0], sides(size.0), sides(size.1)].concat();
    let body = [
        b"WEBP".to_vec(),
        riff_chunk(*b"VP8X", &header),
        before,
        file[12..].to_vec(),
        after,
    ]
    .concat();
    [
        b"RIFF".to_vec(),
        (body.len() as u32).to_le_bytes().to_vec(),
        body,
        tail,
    ]
    .concat()
}

/// Signature, digest of the whole, total length, offset: as the XMP specification lays it out.
const XMP_EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0\
    0123456789ABCDEF0123456789ABCDEF\0\0\0\x20\0\0\0\0";
