//! GIF files that move.

use gif::{DisposalMethod, Encoder, Frame, Repeat};

use super::picture;

/// Pixels along each side.
const SIDE: u16 = 20;

/// Frames of different places, sizes and kinds, some with colours of their own.
pub(crate) fn moving(frames: u16) -> Vec<u8> {
    let mut out = Vec::new();
    let shared: Vec<u8> = (0..64_u8).flat_map(|it| [it * 4, 255 - it, it]).collect();
    let mut encoder = Encoder::new(&mut out, SIDE, SIDE, &shared).unwrap();
    if frames > 1 {
        encoder.set_repeat(Repeat::Finite(7)).unwrap();
    }
    for index in 0..frames {
        let (width, height) = (SIDE - index % 5, SIDE - index % 3);
        let pixels = picture(width.into(), height.into());
        let mut frame = Frame {
            width,
            height,
            left: index % 5,
            delay: 4 * index,
            interlaced: index % 4 == 1,
            dispose: [DisposalMethod::Keep, DisposalMethod::Background][usize::from(index % 2)],
            transparent: (index % 3 == 2).then_some(3),
            buffer: pixels.pixels().map(|it| it.0[0] / 4).collect(),
            ..Frame::default()
        };
        if index % 2 == 1 {
            frame.palette = Some((0..192).map(|it| it ^ index as u8).collect());
        }
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    out
}
