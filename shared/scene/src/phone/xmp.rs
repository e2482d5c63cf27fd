//! The XMP packet.

use std::fmt::Write as _;

use super::{AiMark, MARKER, PhoneShot, Trailer};

/// The name that opens the segment in a JPEG.
pub(super) const NAME: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// Whether the file has a packet.
pub(super) fn wanted(shot: &PhoneShot) -> bool {
    shot.extras.xmp || shot.extras.ai.is_some()
}

/// The packet. `video` is the length of a motion photo's video.
pub(super) fn packet(shot: &PhoneShot, video: usize) -> Vec<u8> {
    let mut body = String::new();
    // Writing to a String does not fail, so results are dropped.
    if shot.extras.xmp {
        let (owner, id) = (&shot.extras.owner, document_id(shot));
        let _ = write!(
            body,
            "<dc:creator><rdf:Seq><rdf:li>{owner}</rdf:li></rdf:Seq></dc:creator>\
             <xmpMM:DocumentID>{id}</xmpMM:DocumentID>"
        );
        if let Some((lat, lon)) = position(shot) {
            let _ = write!(
                body,
                "<exif:GPSLatitude>{lat}</exif:GPSLatitude>\
                 <exif:GPSLongitude>{lon}</exif:GPSLongitude>"
            );
        }
        if shot.extras.trailer == Trailer::Motion {
            let _ = write!(
                body,
                "<GCamera:MotionPhoto>1</GCamera:MotionPhoto>\
                 <GCamera:MicroVideoOffset>{video}</GCamera:MicroVideoOffset>"
            );
        }
    }
    if let Some(mark) = shot.extras.ai {
        let kind = match mark {
            AiMark::Generated => "trainedAlgorithmicMedia",
            AiMark::Edited => "compositeWithTrainedAlgorithmicMedia",
        };
        let _ = write!(
            body,
            "<Iptc4xmpExt:DigitalSourceType>\
             http://cv.iptc.org/newscodes/digitalsourcetype/{kind}\
             </Iptc4xmpExt:DigitalSourceType>"
        );
    }
    let head = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
        <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
        <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
        <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
        xmlns:exif=\"http://ns.adobe.com/exif/1.0/\" \
        xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\" \
        xmlns:GCamera=\"http://ns.google.com/photos/1.0/camera/\" \
        xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\">";
    let tail = "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
    format!("{head}{body}{tail}").into_bytes()
}

fn document_id(shot: &PhoneShot) -> String {
    format!(
        "{MARKER}XMP-{}",
        &blake3::hash(shot.extras.serial.as_bytes()).to_hex()[..12]
    )
}

/// Degrees and decimal minutes, as XMP writes them: `6,12.345678S`.
fn position(shot: &PhoneShot) -> Option<(String, String)> {
    let text = |value: f64, names: [char; 2]| {
        let (degrees, name) = (value.abs().floor(), names[usize::from(value < 0.0)]);
        format!("{degrees},{:.6}{name}", (value.abs() - degrees) * 60.0)
    };
    shot.gps
        .map(|gps| (text(gps.lat, ['N', 'S']), text(gps.lon, ['E', 'W'])))
}

/// What of it is private, as written.
pub(super) fn secrets(shot: &PhoneShot) -> Vec<Vec<u8>> {
    if !shot.extras.xmp {
        return Vec::new();
    }
    let mut secrets = vec![
        document_id(shot).into_bytes(),
        shot.extras.owner.clone().into_bytes(),
    ];
    if let Some((lat, lon)) = position(shot) {
        secrets.extend([lat.into_bytes(), lon.into_bytes()]);
    }
    secrets
}
