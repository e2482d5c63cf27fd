//! What comes after the end of the picture.

use super::tiff::{Endian, Ifd};
use super::{MARKER, PhoneShot, Trailer};

/// The bytes after the last picture.
pub(super) fn bytes(shot: &PhoneShot) -> Vec<u8> {
    match shot.extras.trailer {
        Trailer::None => Vec::new(),
        Trailer::Motion => video(shot),
        Trailer::Sef => sef(&video(shot)),
    }
}

/// A little MP4: `ftyp`, and an `mdat` whose content stands for picture and sound.
fn video(shot: &PhoneShot) -> Vec<u8> {
    let secret = format!("{MARKER}VIDEO-{}", shot.extras.serial);
    let mut media = secret.into_bytes();
    media.extend((0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8));
    let brand = b"isom\0\0\x02\0isomiso2mp41";
    [boxed(*b"ftyp", brand), boxed(*b"mdat", &media)].concat()
}

fn boxed(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    [
        &(content.len() as u32 + 8).to_be_bytes(),
        name.as_slice(),
        content,
    ]
    .concat()
}

/// Named parts, then a table that counts back from its own start, then its length and `SEFT`.
fn sef(video: &[u8]) -> Vec<u8> {
    let note = format!("{MARKER}SEF");
    let parts = [
        (0x0A01_u16, "Image_UTC_Data", note.as_bytes()),
        (0x0A30, "MotionPhoto_Data", video),
    ];
    let mut data = Vec::new();
    let mut starts = Vec::new();
    for (kind, name, content) in parts {
        starts.push((kind, data.len()));
        data.extend(0_u16.to_le_bytes());
        data.extend(kind.to_le_bytes());
        data.extend((name.len() as u32).to_le_bytes());
        data.extend(name.as_bytes());
        data.extend(content);
    }
    let mut table = [
        b"SEFH".as_slice(),
        &106_u32.to_le_bytes(),
        &2_u32.to_le_bytes(),
    ]
    .concat();
    for (i, (kind, start)) in starts.iter().enumerate() {
        let end = starts.get(i + 1).map_or(data.len(), |next| next.1);
        table.extend(0_u16.to_le_bytes());
        table.extend(kind.to_le_bytes());
        table.extend(((data.len() - start) as u32).to_le_bytes());
        table.extend(((end - start) as u32).to_le_bytes());
    }
    let length = (table.len() as u32).to_le_bytes();
    [data, table, length.to_vec(), b"SEFT".to_vec()].concat()
}

/// The MPF segment's content: two pictures, the first `first` bytes long, the second `second`
/// bytes and `distance` bytes from this block's TIFF header. The length does not depend on values.
pub(super) fn mpf(first: usize, second: usize, distance: usize) -> Vec<u8> {
    let order = Endian::Big;
    let entry = |kind: u32, size: usize, offset: usize| {
        let words = [kind, size as u32, offset as u32, 0];
        words.map(|word| order.u32(word)).concat()
    };
    let list = [
        entry(0x2003_0000, first, 0),
        entry(0x0002_0000, second, distance),
    ]
    .concat();
    let mut index = Ifd::new(order);
    index
        .undefined(0xB000, b"0100")
        .long(0xB001, 2)
        .undefined(0xB002, &list);
    [b"MPF\0".to_vec(), order.header(), index.write(8, 0)].concat()
}
