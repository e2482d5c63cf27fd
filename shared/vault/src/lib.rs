#![doc = include_str!("../README.md")]

#[cfg(any(test, feature = "conformance"))]
#[doc(hidden)]
pub mod conformance;
mod content;
mod dir;
mod error;
mod key;
mod s3;
mod vault;

pub use content::{content_digest, content_key};
pub use dir::Dir;
pub use error::VaultError;
pub use s3::{S3, S3Settings};
pub use vault::Vault;
