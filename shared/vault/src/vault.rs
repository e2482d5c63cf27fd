//! One face for both vaults.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use bytes::Bytes;

use crate::error::At;
use crate::key::{check_bucket, check_key};
use crate::{Dir, S3, S3Settings, VaultError, content_digest, content_key};

/// Where photos lie. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Vault {
    /// A store that speaks S3.
    S3(S3),
    /// A directory.
    Dir(Dir),
}

/// The SDK's futures are huge and nested deep; boxed, they cost callers neither stack nor the
/// compiler's patience when it proves them `Send`.
fn boxed<'a, T>(
    work: impl Future<Output = T> + Send + 'a,
) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(work)
}

impl Vault {
    /// A store that speaks S3. Connects to nothing yet.
    pub fn s3(settings: S3Settings) -> Self {
        Self::S3(S3::new(settings))
    }

    /// A directory: `DIR/<bucket>/<key>`. Touches nothing yet.
    pub fn dir(path: impl AsRef<Path>) -> Self {
        Self::Dir(Dir::new(path.as_ref().to_owned(), true))
    }

    /// A directory whose files are not forced to the disk; for demonstrations.
    pub fn dir_without_fsync(path: impl AsRef<Path>) -> Self {
        Self::Dir(Dir::new(path.as_ref().to_owned(), false))
    }

    /// Reads an object of at most `cap` bytes. A larger one is given up before more than `cap`
    /// bytes are held; a broken-off one is an error, never half the bytes.
    pub async fn get(&self, bucket: &str, key: &str, cap: usize) -> Result<Bytes, VaultError> {
        let at = At {
            operation: "get",
            bucket,
        };
        check_key(at, key)?;
        match self {
            Self::S3(s3) => boxed(s3.get(at, key, cap)).await,
            Self::Dir(dir) => dir.get(at, key, cap).await,
        }
    }

    /// Stores an object, whole or not at all; the same again changes nothing.
    pub async fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: Bytes,
        content_type: &str,
    ) -> Result<(), VaultError> {
        let at = At {
            operation: "put",
            bucket,
        };
        check_key(at, key)?;
        match self {
            Self::S3(s3) => boxed(s3.put(at, key, bytes, content_type)).await,
            Self::Dir(dir) => dir.put(at, key, bytes).await,
        }
    }

    /// The object's size in bytes, if it exists.
    pub async fn size(&self, bucket: &str, key: &str) -> Result<Option<u64>, VaultError> {
        let at = At {
            operation: "look up",
            bucket,
        };
        check_key(at, key)?;
        match self {
            Self::S3(s3) => boxed(s3.size(at, key)).await,
            Self::Dir(dir) => dir.size(at, key).await,
        }
    }

    /// Whether the object exists.
    pub async fn exists(&self, bucket: &str, key: &str) -> Result<bool, VaultError> {
        self.size(bucket, key).await.map(|size| size.is_some())
    }

    /// Removes an object; one that is not there is removed already.
    pub async fn delete(&self, bucket: &str, key: &str) -> Result<(), VaultError> {
        let at = At {
            operation: "delete",
            bucket,
        };
        check_key(at, key)?;
        match self {
            Self::S3(s3) => boxed(s3.delete(at, key)).await,
            Self::Dir(dir) => dir.delete(at, key).await,
        }
    }

    /// Every key that starts with `prefix`, sorted; all of them, so not for large buckets.
    pub async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<String>, VaultError> {
        let at = At {
            operation: "list",
            bucket,
        };
        check_bucket(at)?;
        match self {
            Self::S3(s3) => boxed(s3.list(at, prefix)).await,
            Self::Dir(dir) => dir.list(at, prefix).await,
        }
    }

    /// Are these buckets there and usable? For readiness and `jaga doctor`.
    pub async fn check(&self, buckets: &[&str]) -> Result<(), VaultError> {
        for bucket in buckets {
            let at = At {
                operation: "check",
                bucket,
            };
            check_bucket(at)?;
            match self {
                Self::S3(s3) => boxed(s3.check(at)).await?,
                Self::Dir(dir) => dir.check(at).await?,
            }
        }
        Ok(())
    }

    /// Creates the buckets that are missing.
    pub async fn ensure_buckets(&self, buckets: &[&str]) -> Result<(), VaultError> {
        for bucket in buckets {
            let at = At {
                operation: "create",
                bucket,
            };
            check_bucket(at)?;
            match self {
                Self::S3(s3) => boxed(s3.ensure(at)).await?,
                Self::Dir(dir) => dir.ensure(at).await?,
            }
        }
        Ok(())
    }

    /// Stores bytes under their own digest and returns the key. A repeat is a no-op, so a step that
    /// was interrupted may simply run again. What the store holds afterwards has the right length;
    /// [`Self::get_content`] checks every byte.
    pub async fn put_content(
        &self,
        bucket: &str,
        bytes: Bytes,
        ext: &str,
        content_type: &str,
    ) -> Result<String, VaultError> {
        let key = content_key(&blake3::hash(&bytes), ext);
        let length = bytes.len() as u64;
        if self.size(bucket, &key).await? == Some(length) {
            return Ok(key);
        }
        self.put(bucket, &key, bytes, content_type).await?;
        match self.size(bucket, &key).await? {
            Some(stored) if stored == length => Ok(key),
            _ => Err(At {
                operation: "put",
                bucket,
            }
            .damaged("the stored length differs")),
        }
    }

    /// Reads an object and checks it against the digest in its key.
    pub async fn get_content(
        &self,
        bucket: &str,
        key: &str,
        cap: usize,
    ) -> Result<Bytes, VaultError> {
        let at = At {
            operation: "get",
            bucket,
        };
        let digest = content_digest(key).ok_or_else(|| at.bad_key())?;
        let bytes = self.get(bucket, key, cap).await?;
        if blake3::hash(&bytes) == digest {
            Ok(bytes)
        } else {
            Err(at.damaged("the digest differs"))
        }
    }
}
