//! Single properties out of XMP, found as text: no XML parser, so no entities and no nesting.
//!
//! Names are matched without their prefix, which a writer may choose freely, and a property counts
//! as an attribute, as an element, or as an element that points at a resource.

use std::borrow::Cow;

use memchr::memmem;

/// XMP packets as text, each with the block that it came from.
#[derive(Default)]
pub(super) struct Properties<'s>(Vec<(Cow<'s, str>, &'s [u8])>);

/// Only the head of a packet is searched: what cameras write stands there.
const MAX_PACKET: usize = 256 << 10;
/// Packets that are read.
const MAX_PACKETS: usize = 4;
/// A longer value is none of those asked for.
const MAX_VALUE: usize = 256;

impl<'s> Properties<'s> {
    pub(super) fn read(packets: &'s [Cow<'_, [u8]>]) -> Self {
        let text = |packet: &'s Cow<'_, [u8]>| {
            let head = packet
                .get(..packet.len().min(MAX_PACKET))
                .unwrap_or_default();
            (decoded(head), packet.as_ref())
        };
        Self(packets.iter().take(MAX_PACKETS).map(text).collect())
    }

    /// The value of a property by its name without prefix.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|(packet, _)| find(packet, name))
    }

    /// The block in which the first of some properties stands.
    pub(super) fn block(&self, names: &[&str]) -> Option<&'s [u8]> {
        let holds = |packet: &str| names.iter().any(|name| find(packet, name).is_some());
        self.0
            .iter()
            .find(|(packet, _)| holds(packet))
            .map(|(_, block)| *block)
    }

    /// Whether some text stands anywhere in a packet; the block that holds it.
    pub(super) fn holding(&self, text: &str) -> Option<&'s [u8]> {
        self.0
            .iter()
            .find(|(packet, _)| memmem::find(packet.as_bytes(), text.as_bytes()).is_some())
            .map(|(_, block)| *block)
    }

    /// The packets as text.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &'s [u8])> {
        self.0.iter().map(|(text, block)| (text.as_ref(), *block))
    }
}

/// How a packet says the picture must be turned, 1 to 8 as in EXIF: the XMP specification (part 2,
/// EXIF schema for TIFF properties) maps the one tag onto the other.
pub(crate) fn orientation(packet: &[u8]) -> Option<u8> {
    let head = packet.get(..packet.len().min(MAX_PACKET))?;
    let value = find(&decoded(head), "tiff:Orientation")?
        .trim()
        .parse()
        .ok()?;
    (1..=8).contains(&value).then_some(value)
}

/// XMP may be UTF-8, UTF-16 or UTF-32 of either order. Markup is ASCII, so the zeros beside the
/// first bracket tell which.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes {
        [0, 0, 0xfe, 0xff, rest @ ..] => wide::<4>(rest, u32::from_be_bytes),
        [0, 0, 0, b'<', ..] => wide::<4>(bytes, u32::from_be_bytes),
        [0xff, 0xfe, 0, 0, rest @ ..] => wide::<4>(rest, u32::from_le_bytes),
        [b'<', 0, 0, 0, ..] => wide::<4>(bytes, u32::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide::<2>(rest, |it| u16::from_be_bytes(it).into()),
        [0, b'<', ..] => wide::<2>(bytes, |it| u16::from_be_bytes(it).into()),
        [0xff, 0xfe, rest @ ..] => wide::<2>(rest, |it| u16::from_le_bytes(it).into()),
        [b'<', 0, ..] => wide::<2>(bytes, |it| u16::from_le_bytes(it).into()),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// Pairs of surrogates become two replacement characters: no property asked for holds any.
fn wide<const N: usize>(bytes: &[u8], unit: impl Fn([u8; N]) -> u32) -> Cow<'static, str> {
    let (units, _) = bytes.as_chunks::<N>();
    units
        .iter()
        .map(|it| char::from_u32(unit(*it)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect::<String>()
        .into()
}

fn find<'a>(packet: &'a str, name: &str) -> Option<&'a str> {
    memmem::find_iter(packet.as_bytes(), name).find_map(|at| value_at(packet, at, name))
}

/// The value of the property whose name, without prefix, stands at a place.
fn value_at<'a>(packet: &'a str, at: usize, name: &str) -> Option<&'a str> {
    // A name begins after its prefix, or without one after blank or bracket.
    let before = packet.as_bytes().get(at.checked_sub(1)?)?;
    if !matches!(before, b':' | b'<' | b' ' | b'\t' | b'\n' | b'\r') {
        return None;
    }
    let rest = packet.get(at + name.len()..)?.trim_start();
    if rest.starts_with('=') {
        return quoted(rest);
    }
    if let Some(value) = rest.strip_prefix('>') {
        let value = value.split('<').next()?.trim();
        // An end tag is followed by blank, and so is an element that only holds elements.
        return (!value.is_empty() && value.len() <= MAX_VALUE).then_some(value);
    }
    let resource = rest.strip_prefix("rdf:resource")?;
    quoted(resource.trim_start())
}

/// `= "value"`, in either kind of quotes.
fn quoted(rest: &str) -> Option<&str> {
    let value = rest.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let value = value.get(1..)?.split(quote).next()?;
    (value.len() <= MAX_VALUE).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_elements_are_found() {
        let packet = r#"<x exif:GPSLatitudeRef="q" exif:GPSLatitude = "6,10.5S"/>
            <xmp:CreateDate>2024-05-14T08:30:05+07:00</xmp:CreateDate>
            <a:DigitalSourceType rdf:resource='x/trainedAlgorithmicMedia'/>"#;
        assert_eq!(find(packet, "GPSLatitude"), Some("6,10.5S"));
        assert_eq!(
            find(packet, "CreateDate"),
            Some("2024-05-14T08:30:05+07:00")
        );
        assert_eq!(
            find(packet, "DigitalSourceType"),
            Some("x/trainedAlgorithmicMedia")
        );
        assert_eq!(find(packet, "GPSLongitude"), None);
        assert_eq!(find("exif:GPSLatitude", "GPSLatitude"), None);
        assert_eq!(find("exif:GPSLatitude=", "GPSLatitude"), None);
        assert_eq!(find("<CreateDate>\n</CreateDate> x", "CreateDate"), None);
    }

    #[test]
    fn every_encoding_of_text_is_read() {
        let text = "<x a:CreateDate='2024'/>";
        let narrow: Vec<u16> = text.encode_utf16().collect();
        let wide: Vec<u32> = text.chars().map(u32::from).collect();
        let forms: [Vec<u8>; 5] = [
            text.as_bytes().to_vec(),
            narrow.iter().flat_map(|it| it.to_be_bytes()).collect(),
            narrow.iter().flat_map(|it| it.to_le_bytes()).collect(),
            wide.iter().flat_map(|it| it.to_be_bytes()).collect(),
            wide.iter().flat_map(|it| it.to_le_bytes()).collect(),
        ];
        for form in forms {
            assert_eq!(decoded(&form), text);
            let marked = [b"\xfe\xff".as_slice(), &form].concat();
            if form.starts_with(b"\0<") {
                assert_eq!(decoded(&marked), text);
            }
        }
    }
}
