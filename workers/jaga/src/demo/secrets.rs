//! The byte strings that must not come out: what the drawn photos hide, and what real ones say.

use aho_corasick::AhoCorasick;
use anyhow::Context;
use exif::{Exif, In, Tag, Value};
use jaga_scene::MARKER;

use super::carriers::read_exif;

/// Short ones occur by chance.
const SHORTEST: usize = 8;

/// What identifies people and places in a real photo: texts, the maker note, the position's bytes.
pub fn of_file(bytes: &[u8]) -> Vec<Vec<u8>> {
    let Some(exif) = read_exif(bytes) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for tag in [
        Tag::DateTimeOriginal,
        Tag::BodySerialNumber,
        Tag::LensSerialNumber,
        Tag::CameraOwnerName,
        Tag::Artist,
        Tag::Copyright,
        Tag::ImageUniqueID,
        Tag::ImageDescription,
    ] {
        if let Some(Value::Ascii(texts)) = value(&exif, tag) {
            found.extend(texts.iter().map(|text| text.trim_ascii().to_vec()));
        }
    }
    if let Some(Value::Undefined(note, _)) = value(&exif, Tag::MakerNote) {
        found.extend(note.get(..32).map(<[u8]>::to_vec));
    }
    for tag in [Tag::GPSLatitude, Tag::GPSLongitude] {
        if let Some(Value::Rational(parts)) = value(&exif, tag) {
            let words = || parts.iter().flat_map(|r| [r.num, r.denom]);
            found.push(words().flat_map(u32::to_be_bytes).collect());
            found.push(words().flat_map(u32::to_le_bytes).collect());
        }
    }
    found.retain(|secret| tells(secret));
    found
}

fn value(exif: &Exif, tag: Tag) -> Option<&Value> {
    exif.get_field(tag, In::PRIMARY).map(|field| &field.value)
}

/// Zeros and blanks say nothing, and are everywhere.
fn tells(secret: &[u8]) -> bool {
    let kinds: std::collections::BTreeSet<u8> = secret.iter().copied().collect();
    secret.len() >= SHORTEST && kinds.len() >= 4
}

/// All secrets of a run, to be looked for at once.
pub struct Search {
    needles: AhoCorasick,
}

impl Search {
    pub fn new(secrets: impl IntoIterator<Item = Vec<u8>>) -> anyhow::Result<Self> {
        let mut all: Vec<Vec<u8>> = secrets.into_iter().collect();
        all.push(MARKER.as_bytes().to_vec());
        all.sort();
        all.dedup();
        let needles = AhoCorasick::new(&all).context("too many secrets to look for")?;
        Ok(Self { needles })
    }

    /// How many different secrets are looked for.
    pub fn count(&self) -> usize {
        self.needles.patterns_len()
    }

    /// Whether any of them is in these bytes.
    pub fn finds(&self, bytes: &[u8]) -> bool {
        self.needles.is_match(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_where_it_is_and_nowhere_else() {
        let search = Search::new([b"serial-12345".to_vec()]).unwrap();
        assert!(search.finds(b"...serial-12345..."));
        assert!(search.finds(format!("x{MARKER}y").as_bytes()));
        assert!(!search.finds(b"serial-1234"));
    }

    #[test]
    fn blanks_and_short_texts_are_no_secrets() {
        assert!(!tells(&[0; 24]));
        assert!(!tells(b"        "));
        assert!(!tells(b"abc"));
        assert!(tells(b"2026:11:02 07:31:22"));
    }
}
