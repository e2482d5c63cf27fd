//! Single properties out of XMP, found as text: no XML parser, so no entities and no nesting.

use std::borrow::Cow;

use memchr::memmem;

/// XMP packets as text.
#[derive(Default)]
pub(super) struct Properties(Vec<String>);

/// Only the head of a packet is searched: what cameras write stands there.
const MAX_PACKET: usize = 256 << 10;
/// Packets that are read.
const MAX_PACKETS: usize = 4;
/// A longer value is none of those asked for.
const MAX_VALUE: usize = 256;

impl Properties {
    pub(super) fn read(packets: &[Cow<'_, [u8]>]) -> Self {
        let text = |packet: &Cow<'_, [u8]>| {
            let head = packet
                .get(..packet.len().min(MAX_PACKET))
                .unwrap_or_default();
            String::from_utf8_lossy(head).into_owned()
        };
        Self(packets.iter().take(MAX_PACKETS).map(text).collect())
    }

    /// The value of a property, written as an attribute or as an element.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|packet| find(packet, name))
    }
}

fn find<'a>(packet: &'a str, name: &str) -> Option<&'a str> {
    for at in memmem::find_iter(packet.as_bytes(), name) {
        let rest = packet.get(at + name.len()..)?;
        let rest = rest.trim_start();
        if let Some(value) = rest.strip_prefix('=') {
            let value = value.trim_start();
            let quote = value
                .chars()
                .next()
                .filter(|quote| matches!(quote, '"' | '\''))?;
            let value = value.get(1..)?;
            return value
                .split(quote)
                .next()
                .filter(|value| value.len() <= MAX_VALUE);
        }
        if let Some(value) = rest.strip_prefix('>') {
            return value
                .split('<')
                .next()
                .filter(|value| value.len() <= MAX_VALUE);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_elements_are_found() {
        let packet = r#"<x exif:GPSLatitudeRef="q" exif:GPSLatitude = "6,10.5S"/>
            <xmp:CreateDate>2024-05-14T08:30:05+07:00</xmp:CreateDate>"#;
        assert_eq!(find(packet, "exif:GPSLatitude"), Some("6,10.5S"));
        assert_eq!(
            find(packet, "xmp:CreateDate"),
            Some("2024-05-14T08:30:05+07:00")
        );
        assert_eq!(find(packet, "exif:GPSLongitude"), None);
        assert_eq!(find("exif:GPSLatitude", "exif:GPSLatitude"), None);
        assert_eq!(find("exif:GPSLatitude=", "exif:GPSLatitude"), None);
    }
}
