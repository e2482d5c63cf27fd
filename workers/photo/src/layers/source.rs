//! Where a list or a layer lies: a file, or an object of the vault.

use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use jaga_vault::{Vault, VaultError};

use super::LoadError;

/// A file or an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    File(PathBuf),
    Object { bucket: String, key: String },
}

impl Source {
    /// `vault:BUCKET/KEY`, or a path.
    pub(super) fn parse(text: &str) -> Self {
        let object = text.strip_prefix("vault:").and_then(|o| o.split_once('/'));
        match object {
            Some((bucket, key)) => Self::Object {
                bucket: bucket.into(),
                key: key.into(),
            },
            None => Self::File(text.into()),
        }
    }

    /// What a list at this place means by `text`: beside the list, unless it says where.
    pub(super) fn beside(&self, text: &str) -> Self {
        match (self, Self::parse(text)) {
            (Self::File(list), Self::File(path)) => {
                Self::File(list.parent().unwrap_or(Path::new("")).join(path))
            }
            (Self::Object { bucket, key }, Self::File(path)) if path.is_relative() => {
                let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
                let key = match folder {
                    "" => text.to_owned(),
                    folder => format!("{folder}/{text}"),
                };
                Self::Object {
                    bucket: bucket.clone(),
                    key,
                }
            }
            (_, said) => said,
        }
    }

    /// All of it, if it has at most `cap` bytes.
    pub(super) async fn read(&self, vault: &Vault, cap: usize) -> Result<Bytes, LoadError> {
        match self {
            Self::File(path) => read(path, cap)
                .await
                .map_err(|source| LoadError::Unreadable {
                    at: self.to_string(),
                    source,
                }),
            Self::Object { bucket, key } => {
                let got = vault.get(bucket, key, cap).await;
                got.map_err(|source| match source {
                    VaultError::NotFound { .. } | VaultError::TooLarge { .. } => {
                        let source = std::io::Error::other(source);
                        let at = self.to_string();
                        LoadError::Unreadable { at, source }
                    }
                    source => LoadError::Vault {
                        at: self.to_string(),
                        source,
                    },
                })
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Object { bucket, key } => write!(f, "vault:{bucket}/{key}"),
        }
    }
}

async fn read(path: &Path, cap: usize) -> std::io::Result<Bytes> {
    use tokio::io::AsyncReadExt as _;
    let mut bytes = Vec::new();
    let file = tokio::fs::File::open(path).await?;
    file.take(cap as u64 + 1).read_to_end(&mut bytes).await?;
    if bytes.len() > cap {
        return Err(std::io::Error::other(format!("more than {cap} bytes")));
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_lies_beside_its_list_unless_the_list_says_where() {
        let file = Source::parse("/etc/jaga/layers.toml");
        assert_eq!(file.beside("a.geojson").to_string(), "/etc/jaga/a.geojson");
        assert_eq!(file.beside("/b/a.geojson").to_string(), "/b/a.geojson");
        assert_eq!(file.beside("vault:ref/k/a").to_string(), "vault:ref/k/a");
        let object = Source::parse("vault:ref/2027/layers.toml");
        assert_eq!(
            object.beside("a.geojson").to_string(),
            "vault:ref/2027/a.geojson"
        );
        assert_eq!(object.beside("/b/a.geojson").to_string(), "/b/a.geojson");
        let top = Source::parse("vault:ref/layers.toml");
        assert_eq!(top.beside("a.geojson").to_string(), "vault:ref/a.geojson");
    }
}
