//! What runs within this process: Jaga itself, the floor below it, and the `image` crate.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, anyhow, bail, ensure};
use bytes::Bytes;
use image::{DynamicImage, ImageReader, codecs::jpeg::JpegEncoder, imageops::FilterType};
use jaga_imaging::{Limits, analyse, strip};
use jaga_photo::{Decoder, Verdict};
use jaga_service::PhotoConfig;
use turbojpeg::{Decompressor, Image, PixelFormat, ScalingFactor};

/// The subcommand whose body is the child's.
const CHILD: &str = "decode-child";

/// The whole pipeline, in this process.
pub fn pipeline(photo: &[u8]) -> Result<()> {
    let analysis = analyse(photo, &Limits::default()).map_err(|why| anyhow!("{why}"))?;
    std::hint::black_box(analysis);
    Ok(())
}

/// Strip and verification alone, in this process.
pub fn clean(photo: &[u8]) -> Result<()> {
    std::hint::black_box(strip(photo, &Limits::default()).map_err(|why| anyhow!("{why}"))?);
    Ok(())
}

/// The whole pipeline in a child, as the photo worker has it done: start, limits, pipes and end.
pub struct Sandboxed {
    runtime: tokio::runtime::Runtime,
    decoder: Decoder,
}

impl Sandboxed {
    /// `jaga` is the released binary.
    pub fn new(jaga: PathBuf) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let decoder = Decoder::new(jaga, CHILD, PhotoConfig::default());
        Ok(Self { runtime, decoder })
    }

    /// One photo.
    pub fn pipeline(&self, photo: &Bytes) -> Result<()> {
        // Shared, not copied, as the worker has it from the vault.
        let bytes = photo.clone();
        // As the worker does: it checks that the answer is about this upload.
        let digest = blake3::hash(photo);
        match self.runtime.block_on(self.decoder.analyse(bytes, digest)) {
            Ok(Verdict::Taken(_)) => Ok(()),
            Ok(Verdict::Refused { reason, detail }) => bail!("refused: {reason}: {detail}"),
            Err(decision) => bail!("the child failed: {decision:?}"),
        }
    }
}

/// Start and end of a child that gets no order: what a process of its own costs.
pub fn start_only(jaga: &Path) -> Result<()> {
    let mut command = Command::new(jaga);
    command.arg(CHILD).env_clear().stdin(Stdio::null());
    let done = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    // What it says when it is told nothing.
    ensure!(done.code() == Some(4), "the child ended with {done}");
    Ok(())
}

/// The floor: libjpeg-turbo reads every coefficient and shows one of 64.
pub fn floor(photo: &[u8]) -> Result<()> {
    let mut codec = Decompressor::new()?;
    let header = codec.read_header(photo)?;
    codec.set_scaling_factor(ScalingFactor::ONE_EIGHTH)?;
    let size = header.scaled(ScalingFactor::ONE_EIGHTH);
    let mut image = Image {
        pixels: vec![0; 3 * size.width * size.height],
        width: size.width,
        pitch: 3 * size.width,
        height: size.height,
        format: PixelFormat::RGB,
    };
    codec.decompress(photo, image.as_deref_mut())?;
    std::hint::black_box(image.pixels);
    Ok(())
}

/// The same job with the `image` crate (and BLAKE3) alone. It can't strip a file, so its clean copy
/// is a new one (`strip`), unless that is left out.
pub fn image_crate(photo: &[u8], strip: bool) -> Result<()> {
    let digest = blake3::hash(photo);
    let reader = ImageReader::new(Cursor::new(photo)).with_guessed_format()?;
    let mut codec = reader.into_decoder()?;
    let turn = image::ImageDecoder::orientation(&mut codec)?;
    let mut picture = DynamicImage::from_decoder(codec)?;
    picture.apply_orientation(turn);
    let jpeg = |picture: &DynamicImage, quality| -> Result<Vec<u8>> {
        let mut out = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, quality))?;
        Ok(out)
    };
    let clean = strip.then(|| jpeg(&picture, 92)).transpose()?;
    let small: Result<Vec<_>> = [1600, 320]
        .into_iter()
        .map(|side| jpeg(&picture.resize(side, side, FilterType::Lanczos3), 80))
        .collect();
    // Eight by eight means: the simplest of perceptual hashes.
    let hash = picture.resize_exact(8, 8, FilterType::Triangle).to_luma8();
    std::hint::black_box((digest, clean, small?, hash));
    Ok(())
}
