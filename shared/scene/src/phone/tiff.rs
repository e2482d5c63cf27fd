//! The container of EXIF and MPF: a TIFF of directories, in either byte order.

/// Byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endian {
    /// `II`
    Little,
    /// `MM`
    Big,
}

impl Endian {
    /// Two bytes.
    pub(crate) fn u16(self, value: u16) -> [u8; 2] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    /// Four bytes.
    pub(crate) fn u32(self, value: u32) -> [u8; 4] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    /// Eight bytes a fraction.
    pub(crate) fn rationals(self, values: &[(u32, u32)]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|(n, d)| [self.u32(*n), self.u32(*d)].concat())
            .collect()
    }

    /// The first eight bytes of a TIFF; the first directory follows at once.
    pub(crate) fn header(self) -> Vec<u8> {
        let order = match self {
            Self::Little => b"II",
            Self::Big => b"MM",
        };
        [order.as_slice(), &self.u16(42), &self.u32(8)].concat()
    }
}

struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    data: Vec<u8>,
}

/// One directory.
pub(crate) struct Ifd {
    endian: Endian,
    entries: Vec<Entry>,
}

impl Ifd {
    /// An empty one.
    pub(crate) fn new(endian: Endian) -> Self {
        Self {
            endian,
            entries: Vec::new(),
        }
    }

    fn push(&mut self, tag: u16, kind: u16, count: usize, data: Vec<u8>) -> &mut Self {
        self.entries.push(Entry {
            tag,
            kind,
            count: count as u32,
            data,
        });
        self
    }

    /// BYTE values.
    pub(crate) fn bytes(&mut self, tag: u16, data: &[u8]) -> &mut Self {
        self.push(tag, 1, data.len(), data.to_vec())
    }

    /// ASCII with its closing zero.
    pub(crate) fn ascii(&mut self, tag: u16, text: &str) -> &mut Self {
        self.push(tag, 2, text.len() + 1, [text.as_bytes(), b"\0"].concat())
    }

    /// One SHORT.
    pub(crate) fn short(&mut self, tag: u16, value: u16) -> &mut Self {
        let data = self.endian.u16(value).to_vec();
        self.push(tag, 3, 1, data)
    }

    /// One LONG.
    pub(crate) fn long(&mut self, tag: u16, value: u32) -> &mut Self {
        let data = self.endian.u32(value).to_vec();
        self.push(tag, 4, 1, data)
    }

    /// RATIONAL values.
    pub(crate) fn rationals(&mut self, tag: u16, values: &[(u32, u32)]) -> &mut Self {
        let data = self.endian.rationals(values);
        self.push(tag, 5, values.len(), data)
    }

    /// UNDEFINED bytes.
    pub(crate) fn undefined(&mut self, tag: u16, data: &[u8]) -> &mut Self {
        self.push(tag, 7, data.len(), data.to_vec())
    }

    /// Bytes of the table and its values.
    pub(crate) fn len(&self) -> usize {
        let outside = |e: &Entry| {
            if e.data.len() > 4 {
                e.data.len().next_multiple_of(2)
            } else {
                0
            }
        };
        2 + self.entries.len() * 12 + 4 + self.entries.iter().map(outside).sum::<usize>()
    }

    /// The directory as it lies at `offset`, pointing at the next one (0 if there is none).
    pub(crate) fn write(mut self, offset: usize, next: usize) -> Vec<u8> {
        // Readers may search by halves, so the tags must rise.
        self.entries.sort_by_key(|e| e.tag);
        let endian = self.endian;
        let mut table = endian.u16(self.entries.len() as u16).to_vec();
        let mut values = Vec::new();
        let values_at = offset + 2 + self.entries.len() * 12 + 4;
        for entry in &self.entries {
            table.extend(endian.u16(entry.tag));
            table.extend(endian.u16(entry.kind));
            table.extend(endian.u32(entry.count));
            if entry.data.len() <= 4 {
                let mut inline = entry.data.clone();
                inline.resize(4, 0);
                table.extend(inline);
            } else {
                table.extend(endian.u32((values_at + values.len()) as u32));
                values.extend(&entry.data);
                values.resize(values.len().next_multiple_of(2), 0);
            }
        }
        table.extend(endian.u32(next as u32));
        table.extend(values);
        table
    }
}
