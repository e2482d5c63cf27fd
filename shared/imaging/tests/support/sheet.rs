//! TIFF files laid out by hand, page by page.

/// Tag, type, numbers.
pub(crate) type Field = (u16, u16, Vec<u32>);

/// One page: its fields without strips, and the bytes of its only strip.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) fields: Vec<Field>,
    pub(crate) pixels: Vec<u8>,
}

impl Page {
    /// A picture of `samples` numbers a pixel.
    pub(crate) fn new(
        size: (u32, u32),
        meaning: u32,
        bits: u32,
        samples: u32,
        pixels: &[u8],
    ) -> Self {
        let fields = vec![
            (256, 4, vec![size.0]),
            (257, 4, vec![size.1]),
            (258, 3, vec![bits; samples as usize]),
            (259, 3, vec![1]),
            (262, 3, vec![meaning]),
            (277, 3, vec![samples]),
            (278, 4, vec![size.1]),
        ];
        let pixels = pixels.to_vec();
        Self { fields, pixels }
    }

    /// The same page with a field more, or another value of one.
    pub(crate) fn with(mut self, tag: u16, kind: u16, numbers: &[u32]) -> Self {
        self.fields.retain(|field| field.0 != tag);
        self.fields.push((tag, kind, numbers.to_vec()));
        self
    }

    /// The same page with text or bytes under a tag.
    pub(crate) fn saying(self, tag: u16, kind: u16, bytes: &[u8]) -> Self {
        let numbers: Vec<u32> = bytes.iter().map(|it| u32::from(*it)).collect();
        self.with(tag, kind, &numbers)
    }
}

/// A whole file. Directories come before what they point to.
pub(crate) fn file(pages: &[Page], big: bool) -> Vec<u8> {
    let long = |it: u32| {
        if big {
            it.to_be_bytes()
        } else {
            it.to_le_bytes()
        }
    };
    let short = |it: u16| {
        if big {
            it.to_be_bytes()
        } else {
            it.to_le_bytes()
        }
    };
    let mut out = if big {
        b"MM\0*".to_vec()
    } else {
        b"II*\0".to_vec()
    };
    out.extend(long(8));
    for (index, page) in pages.iter().enumerate() {
        let mut fields = page.fields.clone();
        if !page.pixels.is_empty() {
            fields.push((273, 4, vec![0]));
            fields.push((279, 4, vec![page.pixels.len() as u32]));
        }
        fields.sort_by_key(|field| field.0);
        let start = out.len();
        let after = start + 2 + 12 * fields.len() + 4;
        let values = |(_, kind, numbers): &Field| -> Vec<u8> {
            let bytes = |it: &u32| match kind {
                3 => short(*it as u16).to_vec(),
                4 | 5 => long(*it).to_vec(),
                _ => vec![*it as u8],
            };
            numbers.iter().flat_map(bytes).collect()
        };
        let outside: usize = fields
            .iter()
            .map(&values)
            .map(|it| it.len())
            .filter(|it| *it > 4)
            .sum();
        let mut tail = Vec::new();
        out.extend(short(fields.len() as u16));
        for field in &fields {
            let mut value = values(field);
            if field.0 == 273 && !page.pixels.is_empty() {
                value = long((after + outside) as u32).to_vec();
            }
            let width = if field.1 == 5 { 8 } else { 1 };
            let count = if width == 8 {
                value.len() / 8
            } else {
                field.2.len()
            };
            out.extend(short(field.0));
            out.extend(short(field.1));
            out.extend(long(count as u32));
            if value.len() > 4 {
                out.extend(long((after + tail.len()) as u32));
                tail.extend(value);
            } else {
                value.resize(4, 0);
                out.extend(value);
            }
        }
        let end = after + tail.len() + page.pixels.len();
        out.extend(long(if index + 1 < pages.len() {
            end as u32
        } else {
            0
        }));
        out.extend(tail);
        out.extend_from_slice(&page.pixels);
    }
    out
}
