//! Photos of 12 megapixels as phones write them, and the same in other formats.

use std::io::Cursor;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use image::{DynamicImage, ImageFormat};
use jaga_scene::{Captured, Gps, PhoneShot, Problem, Scene, State, View};
use moxcms::ColorProfile;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// A phone's sensor, held upright.
const SIZE: (u32, u32) = (3024, 4032);

/// Levels of sensor noise that bring the files to 3.5 to 5 MB, as phones write them.
const NOISE: [f32; 2] = [5.0, 7.0];

/// A file to measure with.
pub struct Photo {
    pub name: String,
    pub bytes: Bytes,
}

fn shot(seed: u64, problem: Problem, noise: f32) -> Result<PhoneShot> {
    let view = View {
        noise,
        ..View::somewhere(seed)
    };
    let rgb = Scene::new(seed, problem).render(State::Before, &view, SIZE.0, SIZE.1);
    let at = "2026-11-02T01:02:03Z".parse().context("a time")?;
    let place = Gps {
        accuracy_m: Some(4.8),
        ..Gps::at(-6.2088, 106.8456)
    };
    let mut shot = PhoneShot::new(rgb, Some(Captured::jakarta(at)), Some(place));
    shot.quality = 92;
    // Sensors lie on their side: that is how most phone photos are stored.
    shot.extras.orientation = 6;
    shot.extras.maker_note = true;
    shot.extras.thumbnail = true;
    shot.extras.xmp = true;
    Ok(shot)
}

/// Two streets by day, baseline 4:2:0 at quality 92, with EXIF, position, maker note and thumbnail.
pub fn generated() -> Result<Vec<Photo>> {
    let of = |name: &str, seed, problem, noise| -> Result<Photo> {
        Ok(Photo {
            name: name.to_owned(),
            bytes: shot(seed, problem, noise)?.jpeg().into(),
        })
    };
    Ok(vec![
        of("street", 11, Problem::Pothole, NOISE[0])?,
        of("parking", 12, Problem::IllegalParking, NOISE[1])?,
    ])
}

/// One street in every format and coding that costs differently.
pub fn formats() -> Result<Vec<Photo>> {
    let shot = shot(11, Problem::Pothole, NOISE[0])?;
    let rgb = &shot.rgb;
    let picture = image::RgbImage::from_raw(rgb.width, rgb.height, rgb.data.clone());
    let picture = DynamicImage::from(picture.context("the picture has another size")?);
    let mut webp = Cursor::new(Vec::new());
    picture.write_to(&mut webp, ImageFormat::WebP)?;
    let mut grey = Cursor::new(Vec::new());
    picture.to_luma8().write_to(&mut grey, ImageFormat::Jpeg)?;
    let list = [
        ("JPEG 4:2:0", shot.jpeg()),
        ("JPEG 4:4:4", jpeg(&shot, Subsamp::None, false)?),
        ("JPEG progressive", jpeg(&shot, Subsamp::Sub2x2, true)?),
        ("JPEG grey", grey.into_inner()),
        ("JPEG Display P3", in_display_p3(&shot.jpeg())?),
        ("PNG", shot.png()),
        ("WebP lossless", webp.into_inner()),
    ];
    let photo = |(name, bytes): (&str, Vec<u8>)| Photo {
        name: name.to_owned(),
        bytes: bytes.into(),
    };
    Ok(list.into_iter().map(photo).collect())
}

fn jpeg(shot: &PhoneShot, subsamp: Subsamp, progressive: bool) -> Result<Vec<u8>> {
    let mut codec = Compressor::new()?;
    codec.set_quality(92)?;
    codec.set_subsamp(subsamp)?;
    codec.set_progressive(progressive)?;
    let width = shot.rgb.width as usize;
    Ok(codec.compress_to_vec(Image {
        pixels: shot.rgb.data.as_slice(),
        width,
        pitch: 3 * width,
        height: shot.rgb.height as usize,
        format: PixelFormat::RGB,
    })?)
}

/// Says that the numbers are of a wide gamut, as iPhones do.
fn in_display_p3(jpeg: &[u8]) -> Result<Vec<u8>> {
    let profile = ColorProfile::new_display_p3().encode()?;
    let length = u16::try_from(profile.len() + 16)?.to_be_bytes();
    let head = [
        b"\xff\xd8\xff\xe2".as_slice(),
        &length,
        b"ICC_PROFILE\0\x01\x01",
    ]
    .concat();
    Ok([&head, &profile, jpeg.get(2..).unwrap_or_default()].concat())
}
