//! Texts that are never printed.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A secret: masked in logs, in `jaga config` and in errors.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: only for the client that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True if none is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with what lies between `://` and `@` masked, so that the host can be shown.
    pub fn masked(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        match self.0.split_once("://") {
            Some((scheme, rest)) => {
                // Everything up to the LAST @ of the authority: a password may hold one.
                let authority = rest.find(['/', '?']).unwrap_or(rest.len());
                let host = rest[..authority].rfind('@').map_or(0, |at| at + 1);
                let path = rest[host..].split('?').next().unwrap_or_default();
                let user = if host > 0 { "***@" } else { "" };
                format!("{scheme}://{user}{path}")
            }
            None if self.0.starts_with("sqlite:") => self.0.clone(),
            None => "***".into(),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_its_host_and_nothing_else() {
        let url = Secret::new("postgres://jaga:p@ss@db:5432/jaga?sslpassword=x");
        assert_eq!(url.masked(), "postgres://***@db:5432/jaga");
        assert_eq!(format!("{url:?}"), "***");
        assert_eq!(Secret::new("s3cret").masked(), "***");
        assert_eq!(
            Secret::new("amqp://localhost/%2f").masked(),
            "amqp://localhost/%2f"
        );
    }
}
