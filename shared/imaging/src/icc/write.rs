//! Lays out a profile in the one form that leaves: fixed header, neutral texts, numbers.

/// Bytes of the largest profile that is written.
const MAX_REBUILT: usize = 2 << 20;

/// The few words of the header that a colour engine needs.
pub(super) struct Head {
    /// Version 4 instead of 2.
    pub(super) modern: bool,
    /// Colour space of the picture.
    pub(super) space: [u8; 4],
    /// Profile connection space.
    pub(super) connection: [u8; 4],
    /// The colours are in tables. Such a profile only reads colours, which makes it one of the
    /// input class: tables of the other direction are not needed to show a picture.
    pub(super) tables: bool,
}

/// Lays the profile out: header, tag table, neutral texts, then numbers; equal curves once.
pub(super) fn write(head: &Head, numbers: Vec<([u8; 4], Vec<u8>)>) -> Option<Vec<u8>> {
    let modern = head.modern;
    let mut tags = vec![
        (*b"desc", text(modern, true)),
        (*b"cprt", text(modern, false)),
    ];
    tags.extend(numbers);
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    let mut placed: Vec<(usize, usize, &[u8])> = Vec::new();
    for (name, value) in &tags {
        let curve = name.ends_with(b"TRC");
        let known = placed
            .iter()
            .find(|(_, _, seen)| curve && *seen == value.as_slice());
        let (offset, length) = known.map_or((start + data.len(), value.len()), |p| (p.0, p.1));
        if known.is_none() {
            data.extend_from_slice(value);
            data.resize(data.len().next_multiple_of(4), 0);
            placed.push((offset, length, value));
        }
        table.extend_from_slice(name);
        table.extend((offset as u32).to_be_bytes());
        table.extend((length as u32).to_be_bytes());
    }
    let size = start + data.len();
    if size > MAX_REBUILT {
        return None;
    }
    let mut profile = vec![0; 128];
    profile[0..4].copy_from_slice(&(size as u32).to_be_bytes());
    profile[8] = if modern { 4 } else { 2 };
    profile[9] = if modern { 0x20 } else { 0x10 };
    let class = if head.tables { b"scnr" } else { b"mntr" };
    profile[12..16].copy_from_slice(class);
    profile[16..20].copy_from_slice(&head.space);
    profile[20..24].copy_from_slice(&head.connection);
    profile[36..40].copy_from_slice(b"acsp");
    profile[68..80].copy_from_slice(&D50);
    profile.extend(table);
    profile.extend(data);
    Some(profile)
}

/// The white of the profile connection space, as s15Fixed16 numbers.
const D50: [u8; 12] = [0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d];

pub(super) fn d50() -> Vec<u8> {
    [b"XYZ \0\0\0\0".as_slice(), &D50].concat()
}

/// A neutral text tag in the type that the profile's version asks for.
fn text(modern: bool, description: bool) -> Vec<u8> {
    let words: &[u8] = if description { b"Generic" } else { b"None" };
    if modern {
        let wide: Vec<u8> = words.iter().flat_map(|byte| [0, *byte]).collect();
        let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
        tag.extend((wide.len() as u32).to_be_bytes());
        tag.extend(28_u32.to_be_bytes());
        tag.extend(wide);
        return tag;
    }
    if !description {
        return [b"text\0\0\0\0".as_slice(), words, b"\0"].concat();
    }
    let mut tag = b"desc\0\0\0\0".to_vec();
    tag.extend((words.len() as u32 + 1).to_be_bytes());
    tag.extend_from_slice(words);
    // The terminator, then empty Unicode and Macintosh descriptions.
    tag.extend([0; 1 + 8 + 3 + 67]);
    tag
}
