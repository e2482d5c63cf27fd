//! One AV1 picture, by `re_rav1d` (dav1d in Rust, without assembly): one thread, one frame at a time.

use std::sync::Arc;

use re_rav1d::dav1d::{
    Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Plane, Settings,
};

use super::yuv::Planes;
use crate::{avif, isobmff::Colour, refusal::Refusal};

/// Pictures of one item: layers of one picture, of which the last is the best.
const MAX_PICTURES: usize = 8;

/// A decoded picture, in planes of bytes or of pairs of bytes.
pub(super) struct Frame {
    size: (u32, u32),
    shifts: Option<(u32, u32)>,
    depth: u8,
    planes: Vec<(Plane, usize)>,
}

/// What one coded item shows.
pub(super) struct Coded {
    pub(super) frame: Frame,
    /// What its bitstream tells about colours.
    pub(super) colour: Colour,
    /// It holds more than this frame: bytes behind the tiles, or what was not looked at.
    pub(super) slack: bool,
}

/// Decodes one coded item. Strictly at first: then the codec wants a one and zeros behind the symbols of every tile, as
/// the standard does, and takes nothing else there.
pub(super) fn decode(data: &[u8], max_pixels: u64) -> Result<Coded, Refusal> {
    let clean =
        avif::clean(data).ok_or_else(|| Refusal::damaged("the picture's coded data is damaged"))?;
    let (width, height) = clean.sequence.size;
    Refusal::check_size(width, height, max_pixels)?;
    let data = Arc::new(clean.data);
    let mut seen = run(&data, max_pixels, true)?;
    let slack = !clean.lone || !seen.whole;
    if !seen.whole {
        seen = run(&data, max_pixels, false)?;
    }
    let frame = seen.best.as_ref().and_then(Frame::new);
    let frame = frame.ok_or_else(|| Refusal::damaged("the picture can't be decoded"))?;
    Ok(Coded {
        frame,
        colour: clean.sequence.colour,
        slack,
    })
}

/// What the codec gives away.
struct Seen {
    /// The last of its pictures.
    best: Option<Picture>,
    /// It has read everything and found no fault.
    whole: bool,
}

/// Bytes that the codec keeps for as long as it wants.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn run(data: &Arc<Vec<u8>>, max_pixels: u64, strict: bool) -> Result<Seen, Refusal> {
    let failed = |_: Error| Refusal::damaged("the picture can't be decoded");
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_strict_std_compliance(strict);
    settings.set_frame_size_limit(max_pixels.min(u64::from(u32::MAX)) as u32);
    let mut decoder = Decoder::with_settings(&settings).map_err(failed)?;
    let mut sent = decoder.send_data(Shared(Arc::clone(data)), None, None, None);
    let mut seen = Seen {
        best: None,
        whole: false,
    };
    for _ in 0..MAX_PICTURES {
        if !matches!(sent, Ok(()) | Err(Error::Again)) {
            break;
        }
        match decoder.get_picture() {
            Ok(picture) => seen.best = Some(picture),
            Err(Error::Again) if sent.is_err() => {}
            Err(error) => {
                seen.whole = error == Error::Again && seen.best.is_some();
                break;
            }
        }
        if sent.is_err() {
            sent = decoder.send_pending_data();
        }
    }
    Ok(seen)
}

impl Frame {
    fn new(picture: &Picture) -> Option<Self> {
        let shifts = match picture.pixel_layout() {
            PixelLayout::I400 => None,
            PixelLayout::I420 => Some((1, 1)),
            PixelLayout::I422 => Some((1, 0)),
            PixelLayout::I444 => Some((0, 0)),
        };
        let all = [
            PlanarImageComponent::Y,
            PlanarImageComponent::U,
            PlanarImageComponent::V,
        ];
        let used = if shifts.is_none() { 1 } else { 3 };
        let planes = all.into_iter().take(used);
        Some(Self {
            size: (picture.width(), picture.height()),
            shifts,
            depth: u8::try_from(picture.bit_depth())
                .ok()
                .filter(|depth| (8..=12).contains(depth))?,
            planes: planes
                .map(|it| (picture.plane(it), picture.stride(it) as usize))
                .collect(),
        })
    }
}

impl Planes for Frame {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn shifts(&self) -> Option<(u32, u32)> {
        self.shifts
    }

    fn depth(&self) -> u8 {
        self.depth
    }

    fn row(&self, plane: usize, y: usize, out: &mut Vec<u16>) {
        out.clear();
        let Some((bytes, stride)) = self.planes.get(plane) else {
            return;
        };
        let shift = if plane == 0 {
            0
        } else {
            self.shifts.map_or(0, |shifts| shifts.0)
        };
        let width = (self.size.0 as usize).div_ceil(1 << shift);
        let line = bytes.get(y * stride..).unwrap_or_default();
        if self.depth == 8 {
            out.extend(line.iter().take(width).map(|sample| u16::from(*sample)));
        } else {
            let pairs = line.as_chunks::<2>().0;
            out.extend(
                pairs
                    .iter()
                    .take(width)
                    .map(|pair| u16::from_ne_bytes(*pair)),
            );
        }
    }
}
