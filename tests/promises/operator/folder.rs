//! A folder of uploads as an operator has it: good photos, and what else ends up among them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jaga_scene::{Captured, Extras, Gps, PhoneShot, Problem, Scene, State, View};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

/// Where the report's photo was taken. No output may say so.
pub(crate) const LAT: f64 = -6.144_912;
/// The same.
pub(crate) const LON: f64 = 106.763_287;
/// In the name of every file of an inbox. No output may repeat it.
pub(crate) const NAMED: &str = "nama-berkas";

/// A photo as a phone writes it, with everything in it that must not leave.
pub(crate) fn shot(seed: u64, size: (u32, u32)) -> PhoneShot {
    let kind = Problem::ALL[seed as usize % Problem::ALL.len()];
    let picture = Scene::new(seed, kind).render(State::Before, &View::front(seed), size.0, size.1);
    let taken = Timestamp::from_second(1_793_600_000).unwrap_or_default();
    let mut shot = PhoneShot::new(
        picture,
        Some(Captured::jakarta(taken)),
        Some(Gps::at(LAT, LON)),
    );
    shot.extras = Extras::full(&seed.to_string());
    shot
}

/// A Windows bitmap of one colour's shades: it can't be cleaned without encoding it again.
pub(crate) fn bitmap(colour: u8) -> Vec<u8> {
    const SIDE: u32 = 64;
    let pixels = 3 * SIDE * SIDE;
    let mut file = b"BM".to_vec();
    for number in [54 + pixels, 0, 54, 40, SIDE, SIDE] {
        file.extend(number.to_le_bytes());
    }
    // One plane, 24 bits a pixel, not compressed; the other numbers may be zero.
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    file.extend((0..pixels).map(|at| colour.wrapping_add((at / 97) as u8)));
    file
}

/// An inbox and a data folder.
pub(crate) struct Folder {
    root: TempDir,
    /// Files that are photos or take their place.
    pub(crate) uploads: usize,
    /// Of these, photos that are what they should be.
    pub(crate) good: usize,
    /// What is in the photos and must be in nothing that is made from them.
    pub(crate) secrets: Vec<Vec<u8>>,
}

impl Folder {
    pub(crate) fn empty() -> Result<Self> {
        let root = tempfile::tempdir()?;
        std::fs::create_dir(root.path().join("inbox"))?;
        Ok(Self {
            root,
            uploads: 0,
            good: 0,
            secrets: Vec::new(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn inbox(&self) -> PathBuf {
        self.path().join("inbox")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// A file of the inbox that is no photo, or not a whole one.
    pub(crate) fn garbage(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.uploads += 1;
        self.file(name, bytes)
    }

    pub(crate) fn photo(&mut self, name: &str, shot: &PhoneShot) -> Result<()> {
        let png = Path::new(name)
            .extension()
            .is_some_and(|kind| kind == "png");
        let bytes = if png { shot.png() } else { shot.jpeg() };
        self.secrets.extend(shot.secrets());
        self.uploads += 1;
        self.good += 1;
        self.file(name, &bytes)
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.inbox().join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        Ok(std::fs::write(path, bytes)?)
    }

    /// Three tickets: one told well, one told badly, one not told of; and files beside them.
    pub(crate) fn mixed() -> Result<Self> {
        let mut folder = Self::empty()?;
        let small = (640, 480);
        folder.file(
            "JK1/ticket.json",
            serde_json::json!({
                "number": "JK1", "channel": "jaki", "category": "Jalan Rusak",
                "visibility": "public", "point": { "lat": LAT, "lon": LON },
                "kelurahan": "31.73.01.1005"
            })
            .to_string()
            .as_bytes(),
        )?;
        folder.file("JK2/ticket.json", b"{ \"number\": ")?;
        folder.photo(&format!("JK1/report/{NAMED}-1.jpg"), &shot(1, small))?;
        folder.photo(&format!("JK1/evidence/{NAMED}-2.jpg"), &shot(2, small))?;
        folder.photo(&format!("JK2/report/{NAMED}-3.png"), &shot(3, small))?;
        folder.photo(
            &format!("JK3/{NAMED} dengan spasi (4).jpg"),
            &shot(4, small),
        )?;
        folder.photo(&format!("{NAMED}-5.jpg"), &shot(5, small))?;
        let whole = shot(6, small).jpeg();
        folder.garbage(&format!("JK3/report/{NAMED}-6.jpg"), &whole[..300])?;
        folder.garbage(&format!("JK3/report/{NAMED}-7.jpg"), b"")?;
        folder.garbage(&format!("JK3/report/{NAMED}-8.txt"), b"bukan foto")?;
        folder.garbage(
            &format!("JK3/report/{NAMED}-9.png"),
            b"\x89PNG\r\n\x1a\nbroken",
        )?;
        folder.file(&format!("JK3/report/.{NAMED}-hidden.jpg"), &whole)?;
        Ok(folder)
    }
}

/// Photo, outcome and digest of each row of `jaga report photos --json`.
pub(crate) fn outcomes(report: &Value) -> BTreeSet<(String, String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = report.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter()
        .map(|row| {
            (
                text(row, "photo"),
                text(row, "outcome"),
                text(row, "digest"),
            )
        })
        .collect()
}
