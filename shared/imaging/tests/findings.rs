//! What fuzzing found, each made small.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{Limits, Method, RefusalCode, inspect, read_evidence, strip, verify};
use support::{containers::png_chunk, encoded, pixels, pngs, variants::variants, webps};

#[test]
fn a_bmp_that_claims_more_pixels_than_can_be_counted_is_looked_at() {
    let mut file = b"BM".to_vec();
    file.resize(54, 0xff);
    file[14..18].copy_from_slice(&40_u32.to_le_bytes());
    file[30..34].copy_from_slice(&0_u32.to_le_bytes());
    let limits = Limits::default();
    assert_eq!(inspect(&file, &limits).dimensions, Some((u32::MAX, 1)));
    // Reserved bytes that are not zero, and no more than the file has.
    let carriers = read_evidence(&file, &limits).carriers;
    assert_eq!(carriers.len(), 1);
    assert_eq!((&*carriers[0].carrier, carriers[0].bytes), ("slack", 4));
    assert_eq!(
        strip(&file, &limits).unwrap_err().code,
        RefusalCode::TooManyPixels
    );
}

#[test]
fn a_webp_frame_smaller_than_the_picture_in_it_is_refused() {
    let sound = hex::decode(webps::ANIMATED).unwrap();
    let mut file = sound.clone();
    let frame = file.windows(4).position(|it| it == b"ANMF").unwrap();
    // The frame's rows, less one.
    assert_eq!(file[frame + 17], 9);
    file[frame + 17] = 8;
    let limits = Limits::default();
    assert!(strip(&sound, &limits).is_ok());
    let refused = strip(&file, &limits).unwrap_err();
    assert!(refused.detail.contains("differ in size"), "{refused:?}");
    // Behind the alpha plane a decoder takes whatever stands there for the picture.
    let picture = sound.windows(4).position(|it| it == b"VP8 ").unwrap();
    let mut file = sound.clone();
    file[picture..picture + 4].copy_from_slice(b"JUNK");
    assert!(strip(&file, &limits).is_err());
    // A header of another length: frames are looked for behind the end.
    let mut file = sound.clone();
    file[16] = 12;
    file.splice(30..30, [0, 0]);
    assert!(strip(&file, &limits).is_err());
}

/// A decoder that lost count of the restarts goes on looking for the next one, behind whatever else
/// stands there: a clean file without that would show something else.
#[test]
fn a_jpeg_whose_last_restart_hides_behind_another_segment_is_refused() {
    let all = variants();
    let (_, file) = all.iter().find(|it| it.0 == "restarts").unwrap();
    let is_restart = |at: &usize| file[*at] == 0xff && (0xd0..=0xd7).contains(&file[at + 1]);
    let restarts: Vec<usize> = (0..file.len() - 1).filter(is_restart).collect();
    let [.., before, last] = restarts[..] else {
        panic!("no restarts");
    };
    // One interval more than there is room for, out of order; the rest behind a marker that nobody knows.
    let mut hidden = file[..last].to_vec();
    hidden.extend(&file[before..last]);
    hidden.extend([0xff, 0x79, 0, 4, 0x55, 0x55]);
    hidden.extend(&file[last..]);
    let refused = strip(&hidden, &Limits::default()).unwrap_err();
    assert_eq!(refused.code, RefusalCode::Damaged, "{refused:?}");
    let sound = strip(file, &Limits::default()).unwrap();
    assert_eq!(sound.method, Method::Lossless);
}

/// Fill bytes may stand before a marker. Before a stuffed byte libjpeg-turbo shows one thing where some thousand bytes
/// follow, another where they don't: no copy without them is the same picture for sure.
#[test]
fn a_jpeg_with_fill_bytes_amid_its_coded_data_is_not_copied() {
    let all = variants();
    let (_, file) = all.iter().find(|it| it.0 == "restarts").unwrap();
    let scan = file.windows(2).position(|it| it == [0xff, 0xda]).unwrap();
    let within = |what: fn(u8) -> bool| {
        let mut pairs = file[scan + 14..].windows(2);
        scan + 14 + pairs.position(|it| it[0] == 0xff && what(it[1])).unwrap()
    };
    let filled = |at: usize| {
        let mut filled = file.clone();
        filled.splice(at..at, [0xff; 3]);
        strip(&filled, &Limits::default())
    };
    let before_a_restart = filled(within(|code| (0xd0..=0xd7).contains(&code))).unwrap();
    assert_eq!(before_a_restart.method, Method::Lossless);
    assert_eq!(
        before_a_restart.bytes,
        strip(file, &Limits::default()).unwrap().bytes
    );
    let amid = filled(within(|code| code == 0));
    assert_ne!(amid.map(|it| it.method), Ok(Method::Lossless));
}

/// A control of several blocks: some decoders believe the first, some the last.
#[test]
fn a_gif_whose_control_can_be_read_in_two_ways_is_not_copied() {
    let mut coded = Vec::new();
    let mut encoder = gif::Encoder::new(&mut coded, 2, 1, &[0, 0, 0, 255, 255, 255]).unwrap();
    let frame = gif::Frame::from_indexed_pixels(2, 1, vec![0, 1], None);
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    let start = b"\x21\xf9\x04";
    let control = coded.windows(3).position(|it| it == start).unwrap();
    let mut odd = coded.clone();
    odd.splice(control + 7..control + 7, *b"\x04\x01\0\0\x01");
    let limits = Limits::default();
    let method = |file: &[u8]| strip(file, &limits).unwrap().method;
    assert_eq!(method(&coded), Method::Lossless);
    assert_eq!(method(&odd), Method::Reencoded);
    let mut short = coded.clone();
    short.splice(control + 2..control + 2, *b"\x02\xff\xff");
    assert_eq!(method(&short), Method::Reencoded);
    // One that controls nothing, since another one follows.
    let sound = coded[control..control + 8].to_vec();
    let at = control + 13;
    odd.splice(at..at, sound);
    assert_eq!(method(&odd), Method::Lossless);
}

/// Some decoders show nothing there, some take what follows for the frame's data.
#[test]
fn a_gif_with_a_frame_without_data_is_not_copied() {
    let mut coded = Vec::new();
    let mut encoder = gif::Encoder::new(&mut coded, 2, 1, &[0, 0, 0, 255, 255, 255]).unwrap();
    for _ in 0..2 {
        let frame = gif::Frame::from_indexed_pixels(2, 1, vec![0, 1], None);
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    let limits = Limits::default();
    let method = |file: &[u8]| strip(file, &limits).unwrap().method;
    assert_eq!(method(&coded), Method::Lossless);
    let last = coded.windows(5).rposition(|it| it == [0x2c, 0, 0, 0, 0]);
    // Behind place, size, flags and the size of a code.
    let data = last.unwrap() + 11;
    coded.insert(data, 0);
    assert_eq!(method(&coded), Method::Reencoded);
}

/// Frames that nothing announces are shown to nobody, and could be anything.
#[test]
fn a_clean_png_has_the_frames_that_it_announces_and_each_has_data() {
    let limits = Limits::default();
    let file = strip(&encoded(8, 8, image::ImageFormat::Png), &limits);
    let file = file.unwrap().bytes;
    let end = file.len() - 12;
    let idat = file.windows(4).position(|it| it == b"IDAT").unwrap();
    let (head, pixels) = file[..end].split_at(idat - 4);
    let data = &pixels[8..pixels.len() - 4];
    let announced = |count: u8| png_chunk(*b"acTL", &[0, 0, 0, count, 0, 0, 0, 0]);
    let control = |number: u8, left: u8, wide: u8| {
        let place = [0, 0, 0, number, 0, 0, 0, wide, 0, 0, 0, 8, 0, 0, 0, left];
        png_chunk(
            *b"fcTL",
            &[&place[..], &[0, 0, 0, 0, 0, 1, 0, 2, 0, 0]].concat(),
        )
    };
    let frame = |number: u8| png_chunk(*b"fdAT", &[&[0, 0, 0, number][..], data].concat());
    let first = control(0, 0, 8);
    let (second, its) = (control(1, 0, 8), frame(2));
    let two = announced(2);
    let put = |early: &[&[u8]], late: &[&[u8]]| {
        let parts = [&[head], early, &[pixels], late, &[&file[end..]]];
        parts.concat().concat()
    };
    let sound = put(&[&two, &first], &[&second, &its]);
    assert_eq!(strip(&sound, &limits).unwrap().bytes, sound);
    for (what, odd) in [
        ("not announced", put(&[], &[&first, &frame(1)])),
        (
            "one too few",
            put(&[&announced(3), &first], &[&second, &its]),
        ),
        (
            "one too many",
            put(&[&announced(1), &first], &[&second, &its]),
        ),
        ("none of two", put(&[&two], &[])),
        ("none said", put(&[&announced(0)], &[])),
        ("no data", put(&[&two, &first], &[&second])),
        (
            "data twice",
            put(&[&two, &first], &[&second, &its, &frame(3)]),
        ),
        ("no control", put(&[&two, &first], &[&frame(1)])),
        (
            "beside the picture",
            put(&[&two, &first], &[&control(1, 1, 8), &its]),
        ),
        (
            "a smaller one",
            put(&[&two, &control(0, 0, 7)], &[&second, &its]),
        ),
    ] {
        assert!(verify(&odd).is_err(), "{what}");
    }
}

/// Room for a message beside full colours, where nothing of it is ever shown.
#[test]
fn a_png_says_no_more_of_its_colours_than_it_can_show() {
    let limits = Limits::default();
    let file = encoded(8, 8, image::ImageFormat::Png);
    let (header, pixels) = file.split_at(33);
    for (kind, length) in [(*b"PLTE", 768), (*b"sBIT", 4)] {
        let chunk = png_chunk(kind, &vec![7; length]);
        let odd = [header, &chunk, pixels].concat();
        assert!(verify(&odd).is_err(), "{kind:?}");
        let clean = strip(&odd, &limits).unwrap();
        assert_eq!(clean.bytes, strip(&file, &limits).unwrap().bytes);
        assert_eq!(clean.removed.len(), 1, "{kind:?}");
    }
}

/// A palette of four colours for pixels that can name two.
#[test]
fn what_a_pixel_can_not_name_goes_and_its_transparency_is_not_guessed() {
    let limits = Limits::default();
    let made = pngs::made((3, 1), false, 0, &[]);
    // Header, palette and transparency of two colours, pixels.
    let (header, pixels_of) = (&made[..33], &made[65..]);
    let colours = png_chunk(*b"PLTE", &[7, 7, 7, 90, 90, 90, 8, 8, 8, 9, 9, 9]);
    let file = [header, &colours, pixels_of].concat();
    let clean = strip(&file, &limits).unwrap();
    assert_eq!(clean.method, Method::Lossless);
    assert_eq!(clean.removed[0].bytes, 6);
    assert_eq!(pixels(&clean.bytes), pixels(&file));
    let second = png_chunk(*b"PLTE", &[1, 2, 3, 4, 5, 6]);
    let file = [header, &colours, &second, pixels_of].concat();
    let told: u64 = strip(&file, &limits)
        .unwrap()
        .removed
        .iter()
        .map(|it| it.bytes)
        .sum();
    assert_eq!(told, 6 + 18);
    let shades = png_chunk(*b"tRNS", &[9, 8, 7]);
    let file = [header, &colours, &shades, pixels_of].concat();
    let fresh = strip(&file, &limits);
    assert!(fresh.is_err() || fresh.is_ok_and(|it| it.method == Method::Reencoded));
}

/// The colour that is to be clear, said in more bytes than there are: some decoders take the first of them, others
/// nothing, so the pixels alone say what is shown.
#[test]
fn a_clear_colour_of_an_impossible_length_is_not_guessed() {
    let file = encoded(8, 8, image::ImageFormat::Png);
    let (header, pixels) = file.split_at(33);
    for length in [7, 138] {
        let odd = [header, &png_chunk(*b"tRNS", &vec![0; length]), pixels].concat();
        let clean = strip(&odd, &Limits::default()).unwrap();
        assert_eq!(clean.method, Method::Reencoded, "{length}");
    }
}

/// Nothing is told by it but how many there are: that is enough for a message.
#[test]
fn a_jpeg_with_a_segment_of_no_tables_is_not_clean() {
    let limits = Limits::default();
    let clean = strip(&encoded(16, 16, image::ImageFormat::Jpeg), &limits).unwrap();
    assert_eq!(verify(&clean.bytes), Ok(()));
    let scan = clean.bytes.windows(2).position(|it| it == [0xff, 0xda]);
    let (front, behind) = clean.bytes.split_at(scan.unwrap());
    for marker in [0xdb, 0xc4, 0xcc] {
        let odd = [front, &[0xff, marker, 0, 2], behind].concat();
        assert!(verify(&odd).is_err(), "{marker:x}");
        let again = strip(&odd, &limits).unwrap();
        assert_eq!(
            (&again.bytes, again.method),
            (&clean.bytes, Method::Lossless)
        );
        assert_eq!(again.removed[0].bytes, 4, "{marker:x}");
    }
}

/// Which colours are clear can only be said of a palette that is known: decoders pass over what stands in front of it.
#[test]
fn a_transparency_in_front_of_the_palette_hides_none_behind_it() {
    let file = palette_png(6);
    let (front, pixels_of) = file.split_at(33 + 18);
    let (header, colours) = front.split_at(33);
    let shades = png_chunk(*b"tRNS", &[9, 200]);
    let sound = [front, &shades, pixels_of].concat();
    let sound = strip(&sound, &Limits::default()).unwrap();
    for length in [1, 2, 4] {
        let early = png_chunk(*b"tRNS", &vec![7; length]);
        let both = [header, &early, colours, &shades, pixels_of].concat();
        let clean = strip(&both, &Limits::default()).unwrap();
        assert!(clean.bytes == sound.bytes, "{length}");
        assert!(pixels(&clean.bytes).unwrap() == pixels(&both).unwrap());
        assert_eq!(clean.removed[0].bytes, early.len() as u64, "{length}");
        let alone = [header, &early, colours, pixels_of].concat();
        let clean = strip(&alone, &Limits::default()).unwrap();
        assert_eq!(clean.method, Method::Lossless, "{length}");
        assert!(pixels(&clean.bytes).unwrap() == pixels(&alone).unwrap());
    }
}

/// Of two transparencies some decoders take the first, others the first that fits: the pixels alone say what is shown.
/// One whose checksum is wrong is none.
#[test]
fn of_two_transparencies_none_is_guessed() {
    let limits = Limits::default();
    let indexed = palette_png(6);
    let coloured = encoded(8, 8, image::ImageFormat::Png);
    for (file, at, length) in [(indexed, 33 + 18, 2), (coloured, 33, 6)] {
        let (front, pixels_of) = file.split_at(at);
        let shades = png_chunk(*b"tRNS", &vec![0; length]);
        let sound = strip(&[front, &shades, pixels_of].concat(), &limits).unwrap();
        assert_eq!(sound.method, Method::Lossless, "{length}");
        for other in [1, length, 7] {
            let other = png_chunk(*b"tRNS", &vec![0; other]);
            let twice = [front, &other, &shades, pixels_of].concat();
            let clean = strip(&twice, &limits).unwrap();
            assert_eq!(clean.method, Method::Reencoded, "{length}");
        }
        let mut broken = shades.clone();
        *broken.last_mut().unwrap() ^= 1;
        let file = [front, &broken, &shades, pixels_of].concat();
        let clean = strip(&file, &limits).unwrap();
        assert!(clean.bytes == sound.bytes, "{length}");
        assert_eq!(clean.removed[0].bytes, shades.len() as u64, "{length}");
    }
}

/// The decoder takes the last colour for whole, and any number of them for nameable.
#[test]
fn a_palette_of_an_impossible_length_stops_nothing() {
    let file = palette_png(6);
    let (header, colours, pixels) = (&file[..33], &file[33..33 + 18], &file[33 + 18..]);
    let sound = strip(&file, &Limits::default()).unwrap();
    assert_eq!((colours.len(), sound.method), (12 + 6, Method::Lossless));
    for length in [0, 1, 2, 46, 47, 769, 771] {
        let odd = [header, &png_chunk(*b"PLTE", &vec![7; length]), pixels].concat();
        let refused = strip(&odd, &Limits::default()).unwrap_err();
        assert_eq!(refused.code, RefusalCode::Damaged, "{length}");
    }
    // Only the first one counts.
    let odd = [header, colours, &png_chunk(*b"PLTE", &[7; 46]), pixels].concat();
    assert_eq!(strip(&odd, &Limits::default()).unwrap().bytes, sound.bytes);
}

/// Where pixels have full colours a palette is for nothing, whatever its length; the file is encoded again since its
/// clear colour has an impossible length too.
#[test]
fn a_palette_that_no_pixel_is_looked_up_in_is_no_reason_to_refuse() {
    let coloured = encoded(8, 8, image::ImageFormat::Png);
    let (header, pixels) = coloured.split_at(33);
    let unused = [png_chunk(*b"PLTE", &[7; 46]), png_chunk(*b"tRNS", &[0; 7])].concat();
    let file = [header, &unused, pixels].concat();
    let fresh = strip(&file, &Limits::default()).unwrap();
    assert_eq!(fresh.method, Method::Reencoded);
}

/// A header that is silent about an alpha plane: some decoders show it all the same, so it stays silent.
#[test]
fn a_webp_that_does_not_announce_its_alpha_is_shown_as_before() {
    let alpha = 0x10;
    for digits in [webps::LOSSY_ALPHA, webps::ANIMATED] {
        let mut file = hex::decode(digits).unwrap();
        assert_eq!((&file[12..16], file[20] & alpha), (&b"VP8X"[..], alpha));
        file[20] &= !alpha;
        let clean = strip(&file, &Limits::default()).unwrap();
        assert_eq!(
            (clean.method, verify(&clean.bytes)),
            (Method::Lossless, Ok(()))
        );
        assert_eq!(clean.bytes[20] & alpha, 0);
        assert!(pixels(&clean.bytes).unwrap() == pixels(&file).unwrap());
    }
}

/// Two pixels, with a palette of so many bytes.
fn palette_png(length: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 2, 1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette((0..length as u8).collect::<Vec<_>>());
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0, 1]).unwrap();
    writer.finish().unwrap();
    out
}
