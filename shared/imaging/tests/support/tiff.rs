//! EXIF blocks as cameras write them.

use super::SECRET;

/// What a block says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    pub(crate) orientation: Option<u16>,
    pub(crate) taken: Option<&'static str>,
    pub(crate) offset: Option<&'static str>,
    pub(crate) software: Option<&'static str>,
    /// Degrees, minutes and seconds as numerator and denominator, with the hemisphere letter.
    pub(crate) lat: Option<([(u32, u32); 3], u8)>,
    pub(crate) lon: Option<([(u32, u32); 3], u8)>,
    pub(crate) little: bool,
}

impl Block {
    /// A full block in Jakarta.
    pub(crate) fn jakarta() -> Self {
        Self {
            orientation: Some(6),
            taken: Some("2026:05:14 08:30:05"),
            offset: Some("+07:00"),
            software: Some("Adobe Photoshop 27"),
            lat: Some(([(6, 1), (10, 1), (313_320, 10_000)], b'S')),
            lon: Some(([(106, 1), (49, 1), (417_720, 10_000)], b'E')),
            little: true,
        }
    }

    /// The TIFF structure, with the secret as camera name, note and thumbnail.
    pub(crate) fn tiff(&self) -> Vec<u8> {
        let mut main = vec![Self::text(0x010f, SECRET)];
        main.extend(self.orientation.map(|value| self.short(0x0112, value)));
        main.extend(
            self.software
                .map(|text| Self::text(0x0131, text.as_bytes())),
        );
        let mut camera = vec![(0x927c, 7, SECRET.len() as u32, SECRET.to_vec())];
        camera.extend(self.taken.map(|text| Self::text(0x9003, text.as_bytes())));
        camera.extend(self.offset.map(|text| Self::text(0x9011, text.as_bytes())));
        camera.sort_by_key(|entry| entry.0);
        let mut place = Vec::new();
        for (tag, value) in [(1, self.lat), (3, self.lon)] {
            if let Some((parts, letter)) = value {
                place.push(Self::text(tag, &[letter]));
                place.push(self.rationals(tag + 1, &parts));
            }
        }
        self.layout(main, &camera, &place)
    }

    fn layout(&self, mut main: Vec<Entry>, camera: &[Entry], place: &[Entry]) -> Vec<u8> {
        let mut out = if self.little {
            b"II\x2a\0".to_vec()
        } else {
            b"MM\0\x2a".to_vec()
        };
        out.extend(self.u32(8));
        let size = |list: &[Entry]| {
            let values: usize = list.iter().map(|entry| entry.3.len().max(4)).sum();
            6 + 12 * list.len() + values
        };
        // The two pointers take an entry each in the first directory.
        let first_size = size(&main) + 2 * (12 + 4);
        let camera_at = 8 + first_size;
        let place_at = camera_at + size(camera);
        main.push((0x8769, 4, 1, self.u32(camera_at as u32).to_vec()));
        main.push((0x8825, 4, 1, self.u32(place_at as u32).to_vec()));
        for list in [&main[..], camera, place] {
            let end = out.len() + size(list);
            self.directory(&mut out, list);
            out.resize(end, 0);
        }
        out.extend_from_slice(SECRET);
        out
    }

    fn directory(&self, out: &mut Vec<u8>, list: &[Entry]) {
        let mut at = out.len() + 6 + 12 * list.len();
        let mut values = Vec::new();
        out.extend(self.u16(list.len() as u16));
        for (tag, kind, count, value) in list {
            out.extend(self.u16(*tag));
            out.extend(self.u16(*kind));
            out.extend(self.u32(*count));
            if value.len() <= 4 {
                let mut inline = value.clone();
                inline.resize(4, 0);
                out.extend(inline);
            } else {
                out.extend(self.u32(at as u32));
                at += value.len();
                values.extend_from_slice(value);
            }
        }
        out.extend([0; 4]);
        out.extend(values);
    }

    fn text(tag: u16, text: &[u8]) -> Entry {
        let value = [text, b"\0"].concat();
        (tag, 2, value.len() as u32, value)
    }

    fn short(&self, tag: u16, value: u16) -> Entry {
        (tag, 3, 1, self.u16(value).to_vec())
    }

    fn rationals(&self, tag: u16, parts: &[(u32, u32)]) -> Entry {
        let value = parts
            .iter()
            .flat_map(|(a, b)| [self.u32(*a), self.u32(*b)])
            .flatten();
        (tag, 5, parts.len() as u32, value.collect())
    }

    fn u16(&self, value: u16) -> [u8; 2] {
        if self.little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        }
    }

    fn u32(&self, value: u32) -> [u8; 4] {
        if self.little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        }
    }
}

/// Tag, type, count, value.
type Entry = (u16, u16, u32, Vec<u8>);
