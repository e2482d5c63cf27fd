//! Where a demo keeps its things: a fresh folder, or a former demo's, emptied.

use std::fs::{self, DirBuilder, File};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, bail};

/// Says that a folder is a demo's, and may be emptied by the next one.
const MARK: &str = "demo.json";

/// What a demo makes; nothing else is ever removed.
const OURS: [&str; 8] = [
    "bus",
    "vault",
    "ledger.sqlite",
    "ledger.sqlite-wal",
    "ledger.sqlite-shm",
    "report.html",
    "cards",
    "demo.log",
];

/// The folder of one demo.
pub struct Home {
    pub dir: PathBuf,
}

impl Home {
    /// Takes the folder, or makes a new one in the temporary directory.
    pub fn open(wanted: Option<&Path>, seed: u64) -> anyhow::Result<Self> {
        let dir = match wanted {
            Some(dir) => taken(dir)?,
            None => fresh(&std::env::temp_dir())?,
        };
        let mark = serde_json::json!({ "made_by": "jaga demo", "seed": seed });
        fs::write(dir.join(MARK), format!("{mark}\n"))
            .with_context(|| format!("can't write in {}", dir.display()))?;
        Ok(Self { dir })
    }

    pub fn report(&self) -> PathBuf {
        self.dir.join("report.html")
    }

    /// The folder of review cards.
    pub fn cards(&self) -> PathBuf {
        self.dir.join("cards")
    }

    pub fn log(&self) -> PathBuf {
        self.dir.join("demo.log")
    }

    /// Sends warnings and errors to a file: the screen is for the table.
    pub fn start_log(&self) -> anyhow::Result<()> {
        let file = File::create(self.log()).context("can't write the demo's log")?;
        let log = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::WARN)
            .with_ansi(false)
            .with_writer(Mutex::new(file))
            .try_init();
        // Failing means that something else logs already; then its log is as good.
        drop(log);
        Ok(())
    }
}

fn taken(dir: &Path) -> anyhow::Result<PathBuf> {
    make(dir)
        .or_else(|e| {
            if e.kind() == ErrorKind::AlreadyExists {
                Ok(())
            } else {
                Err(e)
            }
        })
        .with_context(|| format!("can't create {}", dir.display()))?;
    let empty = fs::read_dir(dir)
        .with_context(|| format!("can't read {}", dir.display()))?
        .next()
        .is_none();
    if empty {
        return Ok(dir.to_owned());
    }
    if !dir.join(MARK).is_file() {
        bail!(
            "{} is not empty and not a former demo's: name another folder",
            dir.display()
        );
    }
    if let Ok(lock) = File::open(dir.join("bus").join("lock"))
        && lock.try_lock().is_err()
    {
        bail!("{} is in use by a running jaga", dir.display());
    }
    for name in OURS {
        let path = dir.join(name);
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        match removed {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                return Err(e).with_context(|| format!("can't remove {}", path.display()));
            }
            _ => {}
        }
    }
    Ok(dir.to_owned())
}

fn fresh(parent: &Path) -> anyhow::Result<PathBuf> {
    for n in 1..10_000 {
        let dir = parent.join(format!("jaga-demo-{n}"));
        match make(&dir) {
            Ok(()) => return Ok(dir),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e).with_context(|| format!("can't create {}", dir.display())),
        }
    }
    bail!(
        "{} is full of former demos: remove some, or name a folder by --data",
        parent.display()
    )
}

/// For the owner alone: the quarantine holds photos as they came.
fn make(dir: &Path) -> std::io::Result<()> {
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent)?;
    }
    DirBuilder::new().mode(0o700).create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("ledger.sqlite"), "theirs").unwrap();
        assert!(Home::open(Some(dir.path()), 1).is_err());
        assert_eq!(
            fs::read(dir.path().join("ledger.sqlite")).unwrap(),
            b"theirs"
        );
    }

    #[test]
    fn a_former_demos_folder_is_emptied_of_what_a_demo_makes() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(Some(&dir.path().join("new")), 1).unwrap();
        fs::create_dir_all(home.dir.join("vault/jaga-clean")).unwrap();
        fs::write(home.report(), "old").unwrap();
        fs::write(home.dir.join("notes.txt"), "mine").unwrap();
        let again = Home::open(Some(&home.dir), 2).unwrap();
        assert!(!again.report().exists() && !again.dir.join("vault").exists());
        assert!(again.dir.join("notes.txt").exists());
    }

    #[test]
    fn a_running_jagas_folder_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(Some(&dir.path().join("new")), 1).unwrap();
        fs::create_dir(home.dir.join("bus")).unwrap();
        let lock = File::create(home.dir.join("bus/lock")).unwrap();
        lock.lock().unwrap();
        assert!(Home::open(Some(&home.dir), 1).is_err());
        assert!(home.dir.join("bus/lock").exists());
    }
}
