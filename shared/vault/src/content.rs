//! Keys that say what they hold: the same bytes always get the same key, so storing twice is
//! storing once, and whoever reads can check.

/// The key of some bytes, such as `ab/cd/abcd….jpg`.
pub fn content_key(digest: &blake3::Hash, ext: &str) -> String {
    let hex = digest.to_hex();
    format!("{}/{}/{hex}.{ext}", &hex[..2], &hex[2..4])
}

/// The digest that a content key promises; `None` if it is no content key.
pub fn content_digest(key: &str) -> Option<blake3::Hash> {
    let (_, name) = key.rsplit_once('/')?;
    let (hex, ext) = name.split_once('.')?;
    let digest = blake3::Hash::from_hex(hex).ok()?;
    (content_key(&digest, ext) == key).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_key_leads_back_to_its_digest_and_nothing_else_does() {
        let digest = blake3::hash(b"jaga");
        let key = content_key(&digest, "jpg");
        assert_eq!(content_digest(&key), Some(digest));
        let other = content_key(&blake3::hash(b"other"), "jpg");
        let moved = format!("{}{}", &other[..6], &key[6..]);
        for no in [
            moved.as_str(),
            "a/b/c.jpg",
            "",
            &key[6..],
            &key.to_uppercase(),
        ] {
            assert_eq!(content_digest(no), None, "{no}");
        }
    }
}
