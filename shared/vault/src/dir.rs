//! The directory twin: `DIR/<bucket>/<key>`, readable by the owner alone. Written aside in
//! `DIR/.tmp`, then renamed into place. No symbolic link is followed below `DIR`.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use crate::VaultError;
use crate::error::At;

/// A directory as a vault.
#[derive(Debug, Clone)]
pub struct Dir {
    root: Arc<PathBuf>,
    fsync: bool,
}

impl Dir {
    pub(crate) fn new(root: PathBuf, fsync: bool) -> Self {
        Self {
            root: Arc::new(root),
            fsync,
        }
    }

    /// Runs file work off the runtime's threads.
    async fn run<T: Send + 'static>(
        &self,
        at: At<'_>,
        work: impl FnOnce(&Self, At<'_>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (this, operation, bucket) = (self.clone(), at.operation, at.bucket.to_owned());
        let task = tokio::task::spawn_blocking(move || {
            work(
                &this,
                At {
                    operation,
                    bucket: &bucket,
                },
            )
        });
        task.await.map_err(|_| at.unreachable("the task died"))?
    }

    pub(crate) async fn get(&self, at: At<'_>, key: &str, cap: usize) -> Result<Bytes, VaultError> {
        let key = key.to_owned();
        self.run(at, move |dir, at| {
            let Some((path, found)) = dir.look(at, &key)? else {
                return Err(at.not_found());
            };
            if found.len() > cap as u64 {
                return Err(at.too_large(cap));
            }
            let mut bytes = Vec::with_capacity(found.len() as usize);
            let file = File::open(path).map_err(|e| failure(at, &e))?;
            file.take(cap as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|e| failure(at, &e))?;
            if bytes.len() > cap {
                Err(at.too_large(cap))
            } else {
                Ok(bytes.into())
            }
        })
        .await
    }

    pub(crate) async fn put(&self, at: At<'_>, key: &str, bytes: Bytes) -> Result<(), VaultError> {
        let key = key.to_owned();
        self.run(at, move |dir, at| {
            dir.look(at, &key)?;
            dir.write(at, &key, &bytes).map_err(|e| failure(at, &e))
        })
        .await
    }

    pub(crate) async fn size(&self, at: At<'_>, key: &str) -> Result<Option<u64>, VaultError> {
        let key = key.to_owned();
        self.run(at, move |dir, at| {
            Ok(dir.look(at, &key)?.map(|(_, found)| found.len()))
        })
        .await
    }

    pub(crate) async fn delete(&self, at: At<'_>, key: &str) -> Result<(), VaultError> {
        let key = key.to_owned();
        self.run(at, move |dir, at| {
            let Some((path, _)) = dir.look(at, &key)? else {
                return Ok(());
            };
            // Forced: a reporter's photo must not come back after a power cut.
            match fs::remove_file(&path).and_then(|()| dir.settle(path.parent())) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(failure(at, &error)),
                _ => Ok(()),
            }
        })
        .await
    }

    pub(crate) async fn list(&self, at: At<'_>, prefix: &str) -> Result<Vec<String>, VaultError> {
        let prefix = prefix.to_owned();
        self.run(at, move |dir, at| {
            let mut keys = Vec::new();
            walk(&dir.bucket(at)?, "", &mut keys).map_err(|e| failure(at, &e))?;
            keys.retain(|key| key.starts_with(&prefix));
            keys.sort();
            Ok(keys)
        })
        .await
    }

    pub(crate) async fn check(&self, at: At<'_>) -> Result<(), VaultError> {
        self.run(at, |dir, at| {
            dir.bucket(at)?;
            let probe = dir.aside().map_err(|e| failure(at, &e))?;
            let tried = dir
                .create(&probe, b"probe")
                .and_then(|()| fs::remove_file(&probe));
            tried.map_err(|e| failure(at, &e))
        })
        .await
    }

    pub(crate) async fn ensure(&self, at: At<'_>) -> Result<(), VaultError> {
        self.run(at, |dir, at| {
            make_dir(&dir.root.join(at.bucket)).map_err(|e| failure(at, &e))?;
            dir.settle(Some(&dir.root)).map_err(|e| failure(at, &e))
        })
        .await
    }

    fn bucket(&self, at: At<'_>) -> Result<PathBuf, VaultError> {
        let path = self.root.join(at.bucket);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => Ok(path),
            Ok(_) => Err(at.denied("not a directory")),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(at.no_bucket()),
            Err(error) => Err(failure(at, &error)),
        }
    }

    /// Finds an object. Walks the key part by part, so that no link leads out of the bucket.
    fn look(&self, at: At<'_>, key: &str) -> Result<Option<(PathBuf, Metadata)>, VaultError> {
        let mut path = self.bucket(at)?;
        let mut found = None;
        for part in key.split('/') {
            path.push(part);
            match fs::symlink_metadata(&path) {
                Ok(it) if it.is_symlink() => return Err(at.denied("a symbolic link")),
                Ok(it) => found = Some(it),
                Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    return Ok(None);
                }
                Err(error) => return Err(failure(at, &error)),
            }
        }
        Ok(found.filter(Metadata::is_file).map(|found| (path, found)))
    }

    fn write(&self, at: At<'_>, key: &str, bytes: &[u8]) -> io::Result<()> {
        let place = self.root.join(at.bucket).join(key);
        let parent = place.parent().unwrap_or(&self.root);
        make_dir(parent)?;
        let aside = self.aside()?;
        let done = self
            .create(&aside, bytes)
            .and_then(|()| fs::rename(&aside, &place));
        if done.is_err() {
            // A full disk must not fill further with pieces.
            let _ = fs::remove_file(&aside);
        }
        done?;
        // Each new directory on the way must be safe too, up to the bucket.
        let bucket = self.root.join(at.bucket);
        for dir in parent
            .ancestors()
            .take_while(|dir| dir.starts_with(&bucket))
        {
            self.settle(Some(dir))?;
        }
        Ok(())
    }

    fn aside(&self) -> io::Result<PathBuf> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let tmp = self.root.join(".tmp");
        make_dir(&tmp)?;
        Ok(tmp.join(format!(
            "{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        )))
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        // Truncates what a process of the same number left when it died.
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(bytes)?;
        if self.fsync { file.sync_all() } else { Ok(()) }
    }

    fn settle(&self, dir: Option<&Path>) -> io::Result<()> {
        match dir {
            Some(dir) if self.fsync => File::open(dir)?.sync_all(),
            _ => Ok(()),
        }
    }
}

fn make_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn walk(dir: &Path, prefix: &str, keys: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        // A name that is no text can't have been put here by a key.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{prefix}{name}/"), keys)?;
        } else if kind.is_file() {
            keys.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

/// Says only the kind of trouble: the message could hold the path.
fn failure(at: At<'_>, error: &io::Error) -> VaultError {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            at.denied(error.kind().to_string())
        }
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::InvalidFilename => {
            at.bad_key()
        }
        // A full or failing disk: nobody's photo is at fault.
        kind => at.unreachable(kind.to_string()),
    }
}
