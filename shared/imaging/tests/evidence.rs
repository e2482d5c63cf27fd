//! What a photo says is read exactly; what it can't mean is not passed on.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{
    CaptureSource, Evidence, Flaw, Limits, Provenance, Reading, SoftwareClass, analyse, inspect,
    read_evidence,
};
use support::{
    containers::{Carrier, into_png, into_webp, png_chunk},
    encoded, jpeg,
    tiff::Block,
};

fn read(block: &Block) -> Evidence {
    let tiff = block.tiff();
    let file = jpeg(16, 16, false);
    let length = (tiff.len() as u16 + 8).to_be_bytes();
    let dirty = [
        &file[..2],
        &[0xff, 0xe1],
        &length,
        b"Exif\0\0",
        &tiff,
        &file[2..],
    ]
    .concat();
    read_evidence(&dirty, &Limits::default())
}

fn with_xmp(packet: &str) -> Evidence {
    let file = jpeg(16, 16, false);
    let prefix = b"http://ns.adobe.com/xap/1.0/\0";
    let length = ((packet.len() + prefix.len() + 2) as u16).to_be_bytes();
    let dirty = [
        &file[..2],
        &[0xff, 0xe1],
        &length,
        prefix,
        packet.as_bytes(),
        &file[2..],
    ]
    .concat();
    read_evidence(&dirty, &Limits::default())
}

fn assert_jakarta(evidence: &Evidence) {
    let gps = evidence.gps.present().unwrap();
    assert!((gps.lat + 6.17537).abs() < 1e-6 && (gps.lon - 106.82827).abs() < 1e-6);
    let capture = evidence.capture.present().unwrap();
    assert_eq!(capture.at.local.to_string(), "2026-05-14T08:30:05");
    assert_eq!(capture.at.offset_seconds, Some(7 * 3600));
    assert_eq!(capture.source, CaptureSource::ExifOriginal);
    assert_eq!(
        capture.at.instant(0).unwrap().to_string(),
        "2026-05-14T01:30:05Z"
    );
    assert_eq!(evidence.camera, Reading::Present(()));
    assert_eq!(evidence.software, Reading::Present(SoftwareClass::Editor));
}

#[test]
fn a_full_block_is_read_from_every_container() {
    let carriers = [(Carrier::Exif, 1)];
    assert_jakarta(&read(&Block::jakarta()));
    assert_jakarta(&read(&Block {
        little: false,
        ..Block::jakarta()
    }));
    let limits = Limits::default();
    let png = into_png(&encoded(20, 20, image::ImageFormat::Png), &carriers);
    assert_jakarta(&read_evidence(&png, &limits));
    let webp = into_webp(
        &encoded(20, 20, image::ImageFormat::WebP),
        (20, 20),
        &carriers,
    );
    assert_jakarta(&read_evidence(&webp, &limits));
    let inspection = inspect(&webp, &limits);
    assert_eq!(
        (inspection.dimensions, inspection.orientation),
        (Some((20, 20)), Some(6))
    );
}

#[test]
fn exif_in_hex_in_a_text_chunk_is_read() {
    let digits = hex::encode([b"Exif\0\0".as_slice(), &Block::jakarta().tiff()].concat());
    let text = format!(
        "Raw profile type exif\0\nexif\n{:8}\n{digits}\n",
        digits.len() / 2
    );
    let file = encoded(20, 20, image::ImageFormat::Png);
    let dirty = [
        &file[..33],
        &png_chunk(*b"tEXt", text.as_bytes()),
        &file[33..],
    ]
    .concat();
    assert_jakarta(&read_evidence(&dirty, &Limits::default()));
}

#[test]
fn absence_is_absence() {
    let evidence = read_evidence(&jpeg(16, 16, false), &Limits::default());
    assert_eq!(evidence.gps, Reading::Absent);
    assert_eq!(evidence.capture, Reading::Absent);
    assert_eq!(evidence.camera, Reading::Absent);
    assert_eq!(evidence.software, Reading::Absent);
    assert_eq!(evidence.provenance, []);
    assert_eq!(read_evidence(b"", &Limits::default()), Evidence::default());
}

#[test]
fn positions_that_mean_nothing_are_unreadable() {
    let sound = Block::jakarta();
    let lat = |parts: [(u32, u32); 3], letter: u8| Block {
        lat: Some((parts, letter)),
        ..sound.clone()
    };
    let cases = [
        (lat([(6, 0), (10, 1), (0, 1)], b'S'), Flaw::Malformed),
        (lat([(213, 1), (38, 1), (24, 1)], b'S'), Flaw::OutOfRange),
        (lat([(u32::MAX, 1), (0, 1), (0, 1)], b'S'), Flaw::OutOfRange),
        (lat([(6, 1), (75, 1), (61, 1)], b'S'), Flaw::OutOfRange),
        (lat([(6, 1), (10, 1), (0, 1)], b'Q'), Flaw::UnknownReference),
        (
            Block {
                lon: None,
                ..sound.clone()
            },
            Flaw::Incomplete,
        ),
        (
            Block {
                lat: Some(([(0, 1); 3], b'N')),
                lon: Some(([(0, 1); 3], b'E')),
                ..sound.clone()
            },
            Flaw::NullIsland,
        ),
    ];
    for (block, flaw) in cases {
        assert_eq!(read(&block).gps, Reading::Unreadable(flaw), "{block:?}");
    }
}

#[test]
fn clocks_that_were_never_set_are_no_time() {
    let taken = |text| Block {
        taken: Some(text),
        ..Block::default()
    };
    assert_eq!(read(&taken("0000:00:00 00:00:00")).capture, Reading::Absent);
    assert_eq!(read(&taken("    :  :     :  :  ")).capture, Reading::Absent);
    let unset = Reading::Unreadable(Flaw::UnsetClock);
    assert_eq!(read(&taken("1970:01:01 00:00:00")).capture, unset);
    let impossible = Reading::Unreadable(Flaw::OutOfRange);
    assert_eq!(read(&taken("2024:13:45 25:61:61")).capture, impossible);
}

#[test]
fn xmp_stands_in_where_exif_is_silent() {
    let evidence = with_xmp(
        r#"<rdf exif:GPSLatitude="6,10.5222S" exif:GPSLongitude="106,49.6962E"
           xmp:CreateDate="2026-05-14T08:30:05.5+07:00" xmp:CreatorTool="GPS Map Camera"/>"#,
    );
    assert!((evidence.gps.present().unwrap().lat + 6.17537).abs() < 1e-6);
    assert_eq!(
        evidence.capture.present().unwrap().source,
        CaptureSource::Xmp
    );
    assert_eq!(
        evidence.software,
        Reading::Present(SoftwareClass::StampCamera)
    );
}

#[test]
fn marks_of_made_and_edited_pictures_are_told_apart() {
    let term = |word: &str| {
        let base = "http://cv.iptc.org/newscodes/digitalsourcetype";
        with_xmp(&format!(
            r#"<rdf Iptc4xmpExt:DigitalSourceType="{base}/{word}"/>"#
        ))
        .provenance
    };
    assert_eq!(term("trainedAlgorithmicMedia"), [Provenance::AiGenerated]);
    assert_eq!(
        term("compositeWithTrainedAlgorithmicMedia"),
        [Provenance::AiEdited]
    );
    assert_eq!(
        term("computationalCapture"),
        [Provenance::ComputationalCapture]
    );
    assert_eq!(term("digitalCapture"), []);
    let credit = with_xmp("<photoshop:Credit>Edited with Google AI</photoshop:Credit>");
    assert_eq!(credit.provenance, [Provenance::EditedWithGoogleAi]);
}

#[test]
fn evidence_crosses_a_pipe_as_json() {
    let file = jpeg(16, 16, false);
    let facts = analyse(&file, &Limits::default()).unwrap().facts;
    let mut facts = facts;
    facts.evidence = read(&Block::jakarta());
    let json = serde_json::to_string(&facts).unwrap();
    assert_eq!(
        serde_json::from_str::<jaga_imaging::Facts>(&json).unwrap(),
        facts
    );
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["upload_digest"].as_str().unwrap().len(), 64);
    assert_eq!(value["fingerprint"]["pdq"].as_str().unwrap().len(), 64);
    assert_eq!(value["method"], "lossless");
}
