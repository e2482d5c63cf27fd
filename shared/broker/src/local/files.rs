//! `DIR/<queue>/new/<sequence>-<process>-<hash>.json`, and `tmp` beside `new`. Readable by the owner
//! alone: messages may speak of reporters.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::{BusError, Topology};

/// A file left aside for longer than this belongs to a process that died.
const ABANDONED: Duration = Duration::from_mins(10);

#[derive(Debug)]
pub(super) struct Files {
    root: PathBuf,
    fsync: bool,
    last: AtomicU64,
}

fn storage(operation: &'static str) -> impl Fn(io::Error) -> BusError {
    move |source| BusError::Storage { operation, source }
}

impl Files {
    pub(super) fn open(root: &Path, fsync: bool) -> Result<Self, BusError> {
        let files = Self {
            root: root.to_owned(),
            fsync,
            last: AtomicU64::new(0),
        };
        for queue in Topology::queues() {
            for part in ["new", "tmp"] {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(files.dir(queue.name, part))
                    .map_err(storage("create"))?;
            }
        }
        Ok(files)
    }

    fn dir(&self, queue: &str, part: &str) -> PathBuf {
        self.root.join(queue).join(part)
    }

    pub(super) fn lock_file(&self) -> Result<File, BusError> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true).mode(0o600);
        options
            .open(self.root.join("lock"))
            .map_err(storage("lock"))
    }

    /// Can something be written here?
    pub(super) fn probe(&self) -> Result<(), BusError> {
        let path = self
            .root
            .join(format!("probe-{}-{}", std::process::id(), self.sequence()));
        self.create(&path, b"probe").map_err(storage("check"))?;
        fs::remove_file(&path).map_err(storage("check"))
    }

    /// Writes a message aside and renames it into place. It counts as stored only after
    /// [`Self::settle`].
    pub(super) fn store(&self, queue: &str, body: &Bytes) -> io::Result<String> {
        let hash = blake3::hash(body).to_hex();
        let name = format!(
            "{:016x}-{}-{}.json",
            self.sequence(),
            std::process::id(),
            &hash[..16]
        );
        let aside = self.dir(queue, "tmp").join(&name);
        let place = self.dir(queue, "new").join(&name);
        let done = self
            .create(&aside, body)
            .and_then(|()| fs::rename(&aside, place));
        if done.is_err() {
            // A full disk must not fill further with pieces; if this fails too, the sweep gets it.
            let _ = fs::remove_file(&aside);
        }
        done.map(|()| name)
    }

    /// Forces the names of a queue to the disk.
    pub(super) fn settle(&self, queue: &str) -> io::Result<()> {
        if self.fsync {
            File::open(self.dir(queue, "new"))?.sync_all()
        } else {
            Ok(())
        }
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(bytes)?;
        if self.fsync { file.sync_all() } else { Ok(()) }
    }

    /// `None` if it is gone: someone finished it meanwhile.
    pub(super) fn read(&self, queue: &str, name: &str) -> Result<Option<Bytes>, BusError> {
        match fs::read(self.dir(queue, "new").join(name)) {
            Ok(body) => Ok(Some(body.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(BusError::Storage {
                operation: "receive",
                source,
            }),
        }
    }

    pub(super) fn remove(&self, queue: &str, name: &str) -> Result<(), BusError> {
        match fs::remove_file(self.dir(queue, "new").join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(storage("ack")(error)),
            _ => Ok(()),
        }
    }

    pub(super) fn list(&self, queue: &str) -> Result<Vec<String>, BusError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.dir(queue, "new")).map_err(storage("look"))? {
            let name = entry.map_err(storage("look"))?.file_name();
            // Hidden files and half-written foreign ones are none of ours.
            names.extend(name.into_string().ok().filter(|n| {
                !n.starts_with('.') && Path::new(n).extension().is_some_and(|e| e == "json")
            }));
        }
        Ok(names)
    }

    /// Clears away what died halfway, long ago.
    #[expect(
        clippy::disallowed_methods,
        reason = "the age of a file is by the machine's own clock"
    )]
    pub(super) fn sweep(&self) {
        let abandoned = |path: &Path| -> io::Result<bool> {
            let age = SystemTime::now().duration_since(fs::metadata(path)?.modified()?);
            Ok(age.is_ok_and(|age| age > ABANDONED))
        };
        for queue in Topology::queues() {
            let Ok(entries) = fs::read_dir(self.dir(queue.name, "tmp")) else {
                continue;
            };
            for path in entries.flatten().map(|entry| entry.path()) {
                if abandoned(&path).unwrap_or(false) && fs::remove_file(&path).is_err() {
                    tracing::warn!(queue = queue.name, "an abandoned file can't be removed");
                }
            }
        }
    }

    /// Microseconds since 1970, but never the same twice and never backwards in this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "orders files on this machine; decides nothing"
    )]
    fn sequence(&self) -> u64 {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |t| t.as_micros() as u64);
        let next = |last: u64| now.max(last + 1);
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |l| Some(next(l)));
        next(last.unwrap_or(now))
    }
}
