//! The photos, made ahead of their time on all cores, never more than a few of them in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use jaga_contract::PhotoId;
use jaga_scene::week::{Fate, Source, Upload};
use jaga_scene::{PhoneShot, Rgb, Week};
use memchr::memmem;
use tokio::sync::mpsc;

use super::carriers::{Carriers, carriers};
use super::script::{Script, upload};
use super::secrets;

/// Photos that may wait for their turn.
const AHEAD: usize = 24;

/// A file as it comes from a phone.
pub struct Original {
    pub photo_id: PhotoId,
    pub bytes: Bytes,
    pub about: About,
}

/// What is remembered of an original.
pub struct About {
    pub carriers: Carriers,
    /// Byte strings that no output may hold.
    pub secrets: Vec<Vec<u8>>,
    /// How many of them the original really holds: a search that finds nothing there proves nothing.
    pub present: usize,
    /// Drawn to be usable; not known of a photo from a folder.
    pub usable: Option<bool>,
}

/// Real photos that take the place of drawn report photos.
pub struct Album {
    files: Vec<PathBuf>,
}

impl Album {
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        const KINDS: [&str; 9] = [
            "jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "gif", "tif",
        ];
        let mut files = Vec::new();
        crate::inbox::walk(dir, &mut files)
            .with_context(|| format!("can't read the folder {}", dir.display()))?;
        files.retain(|file| {
            let ext = file.extension().map(|e| e.to_string_lossy().to_lowercase());
            ext.is_some_and(|e| KINDS.contains(&e.as_str()))
        });
        files.sort();
        if files.is_empty() {
            bail!("--photos: no image files in {}", dir.display());
        }
        Ok(Self { files })
    }

    /// The n-th replaceable upload's file; the folder is gone through again and again.
    fn file(&self, n: usize) -> Option<&Path> {
        self.files.get(n % self.files.len()).map(PathBuf::as_path)
    }
}

/// The photos in the order of the script.
pub struct Stock {
    ready: mpsc::Receiver<anyhow::Result<Original>>,
}

impl Stock {
    pub fn open(week: Arc<Week>, script: &Script, album: Option<Album>) -> Self {
        let (sender, ready) = mpsc::channel(AHEAD);
        let order: Vec<PhotoId> = script
            .uploads(&week)
            .into_iter()
            .filter_map(|cue| Some(upload(&week, cue)?.photo_id.clone()))
            .collect();
        let shop = Arc::new(Shop { week, album });
        let hands = std::thread::available_parallelism().map_or(2, usize::from) + 1;
        tokio::spawn(async move {
            let mut made = stream::iter(order)
                .map(|id| {
                    let shop = Arc::clone(&shop);
                    tokio::task::spawn_blocking(move || shop.make(&id))
                })
                .buffered(hands);
            while let Some(one) = made.next().await {
                let one = one.unwrap_or_else(|e| Err(anyhow::anyhow!("drawing a photo: {e}")));
                if sender.send(one).await.is_err() {
                    return;
                }
            }
        });
        Self { ready }
    }

    /// The next photo in order.
    pub async fn next(&mut self) -> anyhow::Result<Original> {
        self.ready
            .recv()
            .await
            .context("there are no more photos")?
    }
}

struct Shop {
    week: Arc<Week>,
    album: Option<Album>,
}

impl Shop {
    fn make(&self, id: &PhotoId) -> anyhow::Result<Original> {
        let upload = self.week.upload(id).context("a photo of another week")?;
        let real = self.real(upload)?;
        let (bytes, secrets) = match real {
            Some(bytes) => {
                let secrets = secrets::of_file(&bytes);
                (bytes, secrets)
            }
            None => (self.drawn(upload)?, self.planted(upload)),
        };
        let is_real = upload.is_replaceable() && self.album.is_some();
        let about = About {
            carriers: carriers(&bytes),
            present: secrets
                .iter()
                .filter(|s| memmem::find(&bytes, s).is_some())
                .count(),
            secrets,
            usable: (!is_real).then(|| upload.fate() == Fate::Usable),
        };
        Ok(Original {
            photo_id: id.clone(),
            bytes: bytes.into(),
            about,
        })
    }

    /// The file from the folder that takes this upload's place.
    fn real(&self, upload: &Upload) -> anyhow::Result<Option<Vec<u8>>> {
        let Some(album) = self.album.as_ref().filter(|_| upload.is_replaceable()) else {
            return Ok(None);
        };
        let mut replaceable = self.week.uploads().filter(|u| u.is_replaceable());
        let n = replaceable
            .position(|u| u.photo_id == upload.photo_id)
            .unwrap_or(0);
        let Some(file) = album.file(n) else {
            return Ok(None);
        };
        let bytes =
            std::fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
        Ok(Some(bytes))
    }

    fn drawn(&self, upload: &Upload) -> anyhow::Result<Vec<u8>> {
        // An edited copy of a photo that a real one took the place of: edit the real one.
        let under = upload
            .derived_from
            .as_ref()
            .and_then(|id| self.week.upload(id));
        if let (Some(under), Source::Jpeg(_)) = (under, &upload.source)
            && let Some(bytes) = self.real(under)?
            && let Some(pixels) = pixels(&bytes)
        {
            return Ok(upload.jpeg_over(pixels, &self.week));
        }
        Ok(upload.jpeg(&self.week))
    }

    /// What the plan hides in the file; the pixels do not matter for it.
    fn planted(&self, upload: &Upload) -> Vec<Vec<u8>> {
        let own = match &upload.source {
            Source::SameBytes(id) => self.week.upload(id).and_then(Upload::plan),
            _ => upload.plan(),
        };
        let Some(plan) = own else { return Vec::new() };
        PhoneShot {
            rgb: Rgb::flat(1, 1, [0; 3]),
            captured: plan.captured,
            gps: plan.gps,
            model: plan.model,
            extras: plan.extras.clone(),
            quality: plan.quality,
        }
        .secrets()
    }
}

/// The upright pixels of a real photo, not larger than the drawn ones.
fn pixels(bytes: &[u8]) -> Option<Rgb> {
    let picture = image::load_from_memory(bytes)
        .ok()?
        .thumbnail(1600, 1600)
        .into_rgb8();
    let (width, height) = picture.dimensions();
    Some(Rgb {
        width,
        height,
        data: picture.into_raw(),
    })
}
