//! Of an interlaced GIF every line is shown, in its place.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use gif::{DecodeOptions, Encoder, Frame};
use image::GrayImage;
use jaga_imaging::{Limits, analyse};

/// An interlaced picture of these greys, given in the order in which it is coded.
fn coded(width: u16, height: u16, greys: &[u8], indices: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let table: Vec<u8> = greys.iter().flat_map(|it| [*it; 3]).collect();
    let mut encoder = Encoder::new(&mut out, width, height, &table).unwrap();
    let frame = Frame {
        width,
        height,
        interlaced: true,
        buffer: indices.into(),
        ..Frame::default()
    };
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    out
}

fn shown(file: &[u8]) -> GrayImage {
    let seen = analyse(file, &Limits::default()).unwrap();
    let shown = image::load_from_memory(&seen.renditions[0].jpeg).unwrap();
    shown.into_luma8()
}

/// One code may stand for several lines of a narrow picture.
#[test]
fn a_narrow_picture_is_shown_to_its_last_line() {
    // What is not painted is white.
    let indices = (0..1000).map(|at| 1 + u8::from(at > 700)).collect();
    let file = coded(5, 200, &[255, 70, 140], indices);
    for (_, y, pixel) in shown(&file).enumerate_pixels() {
        assert!(pixel.0[0] < 200, "nothing painted in line {y}");
    }
}

/// As the codec itself puts them, which it does well with pictures that are wide.
#[test]
fn lines_are_shown_in_their_order() {
    let greys: Vec<u8> = (0..=255).collect();
    for height in [1, 2, 3, 4, 5, 8, 9, 37] {
        let indices = (0..48 * height).map(|at| (at / 48 * 6) as u8).collect();
        let file = coded(48, height, &greys, indices);
        let mut codec = DecodeOptions::new().read_info(&*file).unwrap();
        let meant = &codec.read_next_frame().unwrap().unwrap().buffer;
        for (at, (shown, meant)) in shown(&file).pixels().zip(&**meant).enumerate() {
            let apart = shown.0[0].abs_diff(*meant);
            assert!(apart < 12, "line {} of {height}: {apart} apart", at / 48);
        }
    }
}
