//! Marks of origin are found where they stand, and told with the place of their block.
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stderr, reason = "says what was skipped")]

mod support;

use jaga_imaging::{
    Container, Evidence, Flaw, Gps, Integrity, Likeness, Limits, Provenance, Reading, Sampling,
    Subject, Trait, analyse, read_evidence,
};
use support::{
    collection,
    containers::{png_chunk, segment},
    encoded, jpeg,
    tiff::Block,
};

fn read(file: &[u8]) -> Evidence {
    read_evidence(file, &Limits::default())
}

/// A JPEG with segments before its first own.
fn with_segments(file: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = file[..2].to_vec();
    for (marker, body) in segments {
        out.extend(segment(*marker, body));
    }
    out.extend(&file[2..]);
    out
}

fn with_text(keyword: &str, text: &str) -> Vec<u8> {
    let file = encoded(20, 20, image::ImageFormat::Png);
    let body = [keyword.as_bytes(), b"\0", text.as_bytes()].concat();
    [&file[..33], &png_chunk(*b"tEXt", &body), &file[33..]].concat()
}

#[test]
fn every_reading_says_where_its_block_stands() {
    let body = [b"Exif\0\0".as_slice(), &Block::jakarta().tiff()].concat();
    let packet = b"http://ns.adobe.com/xap/1.0/\0<x photoshop:Credit='Edited with Google AI'/>";
    let file = with_segments(&jpeg(64, 48, false), &[(0xe1, &body), (0xe1, packet)]);
    let evidence = read(&file);
    for subject in [
        Subject::Capture,
        Subject::Gps,
        Subject::Camera,
        Subject::Software,
        Subject::Device,
    ] {
        let found = evidence.place(subject).unwrap();
        let block = &file[found.offset as usize..][..found.length as usize];
        assert_eq!((found.container, block), (Container::Exif, &body[6..]));
    }
    let mark = Subject::Mark(Provenance::EditedWithGoogleAi);
    let found = evidence.place(mark).unwrap();
    assert_eq!(found.container, Container::Xmp);
    assert!(file[found.offset as usize..].starts_with(b"<x photoshop"));

    let found = evidence.place(Subject::Coding).unwrap();
    let tables = &file[found.offset as usize - 4..][..2];
    assert_eq!(
        (found.container, tables),
        (Container::Tables, b"\xff\xdb".as_slice())
    );

    // A compressed or hex-coded block stands where its chunk stands.
    let hex = hex::encode(&body);
    let text = format!("\nexif\n{:8}\n{hex}\n", hex.len() / 2);
    let png = with_text("Raw profile type exif", &text);
    let found = *read(&png).place(Subject::Gps).unwrap();
    assert!(png[found.offset as usize..].starts_with(b"Raw profile type exif\0"));
}

/// What may have stood in it is unknown, and that is not the same as not said.
#[test]
fn a_block_that_can_not_be_read_is_no_silence() {
    let of = |tiff: &[u8]| {
        let body = [b"Exif\0\0", tiff].concat();
        let file = with_segments(&jpeg(64, 48, false), &[(0xe1, &body)]);
        let evidence = read(&file);
        let place = evidence.place(Subject::Gps).map(|it| it.offset as usize);
        assert!(place.is_none_or(|at| file[at..].starts_with(tiff)));
        (evidence, place.is_some())
    };
    let nowhere = b"II*\0\xff\xff\xff\x7f";
    for broken in [b"garbage, not a directory".as_slice(), nowhere] {
        let (it, placed) = of(broken);
        assert_eq!(it.capture, Reading::Unreadable(Flaw::Block));
        assert_eq!(it.gps, Reading::Unreadable(Flaw::Block));
        assert_eq!(it.camera, Reading::Unreadable(Flaw::Block));
        assert_eq!(it.software, Reading::Unreadable(Flaw::Block));
        assert!(placed);
    }
    // An empty directory says nothing.
    let (it, placed) = of(b"II*\0\x08\0\0\0\0\0\0\0\0\0");
    assert_eq!((it.gps, it.camera), (Reading::Absent, Reading::Absent));
    assert!(!placed);
    // A model in numbers, and a time of change.
    let (it, _) = of(b"II*\0\x08\0\0\0\x02\0\x10\x01\x03\0\x01\0\0\0\x07\0\0\0\x32\x01\x03\0\x01\0\0\0\x07\0\0\0\0\0\0\0");
    assert_eq!(it.camera, Reading::Unreadable(Flaw::Malformed));
    assert_eq!(it.modified, Reading::Unreadable(Flaw::Malformed));
    assert_eq!(it.software, Reading::Absent);
    let told = [Subject::Camera, Subject::Modified, Subject::Software].map(|of| it.place(of));
    assert_eq!(told.map(|it| it.is_some()), [true, true, false]);
}

#[test]
fn generators_and_editors_are_kept_apart() {
    let settings = "a cleared street\nSteps: 20, Sampler: Euler a, CFG scale: 7";
    assert_eq!(
        read(&with_text("parameters", settings)).provenance,
        [Provenance::GeneratorData]
    );
    assert_eq!(
        read(&with_text("workflow", " {\"nodes\": []}")).provenance,
        [Provenance::GeneratorData]
    );
    // The same keywords with other content are anybody's.
    assert_eq!(read(&with_text("parameters", "f=2")).provenance, []);
    assert_eq!(read(&with_text("prompt", "take a photo")).provenance, []);
    let made = read(&with_text("Comment", "Created with GIMP"));
    assert_eq!(made.provenance, [Provenance::EditorComment]);

    let plain = jpeg(64, 48, false);
    let comment = with_segments(&plain, &[(0xfe, b"Edited in Snapseed 2.0")]);
    assert_eq!(read(&comment).provenance, [Provenance::EditorComment]);
    let resources = b"Photoshop 3.0\x008BIM\x04\x0c\0\0\0\0\0\x02ab";
    let resources = with_segments(&plain, &[(0xed, resources)]);
    assert_eq!(
        read(&resources).provenance,
        [Provenance::PhotoshopResources]
    );
    let caption = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x06\x1c\x02\x78\0\x01a";
    let caption = with_segments(&plain, &[(0xed, caption)]);
    assert_eq!(read(&caption).provenance, [], "a caption is no edit");
}

#[test]
fn a_source_type_is_read_with_any_prefix_and_in_any_form() {
    let plain = jpeg(64, 48, false);
    let base = "http://cv.iptc.org/newscodes/digitalsourcetype";
    let forms = [
        format!("<r a:DigitalSourceType=\"{base}/compositeWithTrainedAlgorithmicMedia\"/>"),
        format!("<q:DigitalSourceType>{base}/compositeWithTrainedAlgorithmicMedia</q:D>"),
        format!(
            "<q:DigitalSourceType rdf:resource='{base}/compositeWithTrainedAlgorithmicMedia'/>"
        ),
        "<q:DigitalSourceType>compositeWithTrainedAlgorithmicMedia</q:D>".to_owned(),
    ];
    for form in forms {
        let wide: Vec<u8> = form.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for text in [form.as_bytes(), &wide] {
            let body = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), text].concat();
            let marks = read(&with_segments(&plain, &[(0xe1, &body)])).provenance;
            assert_eq!(marks, [Provenance::AiEdited], "{form}");
        }
    }
}

#[test]
fn positions_in_extended_xmp_are_read_whatever_the_order_of_the_pieces() {
    let text = b"<x exif:GPSLatitude='6,10.5222S' exif:GPSLongitude='106,49.6962E'/>";
    let piece = |from: usize, to: usize| {
        let total = (text.len() as u32).to_be_bytes();
        let offset = (from as u32).to_be_bytes();
        let head = b"http://ns.adobe.com/xmp/extension/\0";
        [
            head.as_slice(),
            &[b'0'; 32],
            &total,
            &offset,
            &text[from..to],
        ]
        .concat()
    };
    let (first, second) = (piece(0, 30), piece(30, text.len()));
    let file = with_segments(&jpeg(64, 48, false), &[(0xe1, &second), (0xe1, &first)]);
    let evidence = read(&file);
    let Reading::Present(Gps { lat, lon, .. }) = evidence.gps else {
        panic!("no position");
    };
    assert!((lat + 6.17537).abs() < 1e-6 && (lon - 106.82827).abs() < 1e-6);
    assert!(evidence.place(Subject::Gps).is_some());
}

#[test]
fn a_latitude_that_only_a_longitude_can_have_is_called_swapped() {
    let block = Block {
        lat: Some(([(106, 1), (49, 1), (41, 1)], b'N')),
        lon: Some(([(6, 1), (10, 1), (31, 1)], b'E')),
        ..Block::jakarta()
    };
    let body = [b"Exif\0\0".as_slice(), &block.tiff()].concat();
    let file = with_segments(&jpeg(16, 16, false), &[(0xe1, &body)]);
    assert_eq!(read(&file).gps, Reading::Unreadable(Flaw::Swapped));
}

#[test]
fn the_encoder_shows_in_tables_and_sampling() {
    let evidence = read(&jpeg(64, 48, true));
    let coding = evidence.coding.present().unwrap();
    assert_eq!((coding.quality, coding.standard_tables), (Some(85), true));
    assert_eq!(
        (coding.sampling, coding.progressive),
        (Sampling::Quarter, true)
    );
    assert_eq!(evidence.traits, [Trait::Stripped]);
    let screen = read(&jpeg(1080, 2400, false));
    assert_eq!(screen.traits, [Trait::ScreenSize, Trait::Stripped]);
    let sent = read(&jpeg(1600, 1200, false));
    assert_eq!(sent.traits, [Trait::Stripped, Trait::MessengerSize]);
}

/// A TIFF structure whose second directory points at a thumbnail.
fn tiff_with_thumbnail(thumbnail: &[u8]) -> Vec<u8> {
    let mut out = b"MM\0\x2a\0\0\0\x08".to_vec();
    // A first directory with one entry, the second right behind it.
    out.extend(b"\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\x1a");
    out.extend(b"\0\x02\x02\x01\0\x04\0\0\0\x01\0\0\0\x38\x02\x02\0\x04\0\0\0\x01");
    out.extend((thumbnail.len() as u32).to_be_bytes());
    out.extend([0; 4]);
    assert_eq!(out.len(), 0x38);
    out.extend(thumbnail);
    out
}

fn likeness(picture: &[u8], thumbnail: &[u8]) -> Likeness {
    let body = [b"Exif\0\0".as_slice(), &tiff_with_thumbnail(thumbnail)].concat();
    let file = with_segments(picture, &[(0xe1, &body)]);
    let alone = read(&file).thumbnail.present().unwrap().likeness;
    assert_eq!(alone, None, "reading alone decodes nothing");
    let facts = analyse(&file, &Limits::default()).unwrap().facts;
    facts
        .evidence
        .thumbnail
        .present()
        .unwrap()
        .likeness
        .unwrap()
}

fn coded(picture: &image::RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    jpeg_encoder::Encoder::new(&mut out, 75)
        .encode(picture, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    out
}

#[test]
fn a_thumbnail_is_told_by_its_distance_from_the_picture() {
    use image::imageops::{FilterType::Triangle, overlay, resize, rotate90};
    let whole = support::picture(1600, 900);
    let picture = coded(&whole);
    let honest = resize(&whole, 160, 90, Triangle);
    let same = likeness(&picture, &coded(&honest));
    assert!(
        same.pdq_distance <= 31 && same.mean_difference <= 6,
        "{same:?}"
    );

    // A 4:3 thumbnail of a 16:9 picture has bars.
    let mut boxed = image::RgbImage::new(160, 120);
    overlay(&mut boxed, &honest, 0, 15);
    let bars = likeness(&picture, &coded(&boxed));
    assert!(bars.letterboxed && bars.pdq_distance <= 31, "{bars:?}");

    let turned = likeness(&picture, &coded(&rotate90(&honest)));
    assert!(turned.turned && turned.pdq_distance <= 60, "{turned:?}");

    // Something was there before the picture was changed.
    let mut before = honest.clone();
    for y in 40..60 {
        for x in 60..90 {
            before.put_pixel(x, y, image::Rgb([255, 255, 255]));
        }
    }
    let edited = likeness(&picture, &coded(&before));
    assert!(
        edited.largest_difference > 3 * same.largest_difference.max(10),
        "{edited:?}"
    );

    let other = image::RgbImage::from_fn(160, 90, |x, y| {
        image::Rgb([if (x / 13 + y / 7) % 2 == 0 { 240 } else { 9 }; 3])
    });
    let stale = likeness(&picture, &coded(&other));
    assert!(
        stale.pdq_distance > 60 && stale.mean_difference > 20,
        "{stale:?}"
    );
}

#[test]
fn thumbnails_of_real_photos_are_near_them() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let (mut near, mut far) = (0, Vec::new());
    for row in support::rows(&std::fs::read_to_string(root.join("public/MANIFEST.tsv")).unwrap()) {
        let bytes = std::fs::read(root.join("public").join(&row[0])).unwrap();
        let Ok(analysis) = analyse(&bytes, &Limits::default()) else {
            continue;
        };
        let thumbnail = analysis.facts.evidence.thumbnail;
        let Some(likeness) = thumbnail.present().and_then(|it| it.likeness) else {
            continue;
        };
        if likeness.pdq_distance <= 60 {
            near += 1;
        } else {
            far.push(format!("{}: {likeness:?}", row[0]));
        }
    }
    eprintln!("{near} near, {far:#?}");
    assert!(near >= 20 && far.len() * 3 < near, "{near} near, {far:#?}");
}

#[test]
fn a_signed_history_is_read_and_its_hashes_are_checked() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let name = "public/c2pa-org+public-testfiles/image/jpeg/adobe-20220124-C.jpg";
    let mut bytes = std::fs::read(root.join(name)).unwrap();
    let evidence = read(&bytes);
    let told = evidence.c2pa.present().unwrap();
    assert_eq!(
        told.integrity,
        Integrity::HashesAgreeSignatureUnchecked,
        "{told:?}"
    );
    assert!(told.manifests == 1 && !told.actions.is_empty(), "{told:?}");
    assert!(evidence.provenance.contains(&Provenance::C2pa));
    // One letter of an assertion, and the claim no longer fits it.
    let at = memchr::memmem::find(&bytes, b"c2pa.created").unwrap();
    bytes[at + 6] ^= 1;
    let told = read(&bytes).c2pa;
    assert_eq!(told.present().unwrap().integrity, Integrity::HashMismatch);
}
