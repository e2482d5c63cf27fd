//! What may go wrong with an object. Errors name the operation and the bucket, never the key: an
//! upload's key may carry the name of a reporter's file.

/// Why the vault did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// No such object. A store that hides what one may not list says [`Self::Denied`] instead.
    #[error("{operation} in {bucket}: there is no such object")]
    NotFound {
        /// What was tried.
        operation: &'static str,
        /// Where.
        bucket: String,
    },
    /// No such bucket: the configuration or the store is wrong, not the object.
    #[error("{operation}: there is no bucket {bucket}")]
    NoBucket {
        /// What was tried.
        operation: &'static str,
        /// Where.
        bucket: String,
    },
    /// The object has more bytes than the caller takes.
    #[error("{operation} in {bucket}: the object has more than {cap} bytes")]
    TooLarge {
        /// What was tried.
        operation: &'static str,
        /// Where.
        bucket: String,
        /// The most bytes the caller takes.
        cap: usize,
    },
    /// The store is away, overloaded, or did not answer in time: pause, then try again.
    #[error("{operation} in {bucket}: the store is not reachable ({detail})")]
    Unreachable {
        /// What was tried.
        operation: &'static str,
        /// Where.
        bucket: String,
        /// What was seen, such as `503 SlowDown`.
        detail: String,
    },
    /// We may not.
    #[error("{operation} in {bucket}: the store refuses access ({detail})")]
    Denied {
        /// What was tried.
        operation: &'static str,
        /// Where.
        bucket: String,
        /// What the store said.
        detail: String,
    },
    /// What came back is not what was stored: wrong length or wrong digest.
    #[error("{operation} in {bucket}: the object arrived damaged ({detail})")]
    Damaged {
        /// What was tried.
        operation: &'static str,
        /// Where.
        bucket: String,
        /// What does not agree.
        detail: &'static str,
    },
    /// The key can't name an object here: empty, too long, or climbing out of the bucket.
    #[error("{operation} in {bucket}: the key is not usable")]
    BadKey {
        /// What was tried.
        operation: &'static str,
        /// Where.
        bucket: String,
    },
    /// The store understood and said no, and would again.
    #[error("{operation} in {bucket}: the store says no ({detail})")]
    Refused {
        /// What was tried.
        operation: &'static str,
        /// Where.
        bucket: String,
        /// What the store said.
        detail: String,
    },
}

impl VaultError {
    /// The same call may work later without anyone's hands: the work waits, it has not failed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Damaged { .. })
    }

    /// Someone must change rights or configuration first; no object is at fault.
    pub fn needs_hands(&self) -> bool {
        matches!(self, Self::Denied { .. } | Self::NoBucket { .. })
    }
}

/// The place of a failure, to build errors from.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) operation: &'static str,
    pub(crate) bucket: &'a str,
}

impl At<'_> {
    pub(crate) fn not_found(self) -> VaultError {
        VaultError::NotFound {
            operation: self.operation,
            bucket: self.bucket.into(),
        }
    }

    pub(crate) fn no_bucket(self) -> VaultError {
        VaultError::NoBucket {
            operation: self.operation,
            bucket: self.bucket.into(),
        }
    }

    pub(crate) fn too_large(self, cap: usize) -> VaultError {
        VaultError::TooLarge {
            operation: self.operation,
            bucket: self.bucket.into(),
            cap,
        }
    }

    pub(crate) fn unreachable(self, detail: impl Into<String>) -> VaultError {
        VaultError::Unreachable {
            operation: self.operation,
            bucket: self.bucket.into(),
            detail: detail.into(),
        }
    }

    pub(crate) fn denied(self, detail: impl Into<String>) -> VaultError {
        VaultError::Denied {
            operation: self.operation,
            bucket: self.bucket.into(),
            detail: detail.into(),
        }
    }

    pub(crate) fn damaged(self, detail: &'static str) -> VaultError {
        VaultError::Damaged {
            operation: self.operation,
            bucket: self.bucket.into(),
            detail,
        }
    }

    pub(crate) fn bad_key(self) -> VaultError {
        VaultError::BadKey {
            operation: self.operation,
            bucket: self.bucket.into(),
        }
    }

    pub(crate) fn refused(self, detail: impl Into<String>) -> VaultError {
        VaultError::Refused {
            operation: self.operation,
            bucket: self.bucket.into(),
            detail: detail.into(),
        }
    }
}
