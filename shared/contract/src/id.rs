//! Identifiers that are safe in keys, file names, logs and SQL: 1 to 96 of `A-Z a-z 0-9 . _ : -`.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest identifier, in bytes.
const MAX_LEN: usize = 96;

/// Why a text is no identifier. The text itself is not repeated: it may be anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing between the quotes.
    #[error("an identifier may not be empty")]
    Empty,
    /// More than 96 bytes.
    #[error("an identifier has at most {MAX_LEN} bytes, this one has {0}")]
    TooLong(usize),
    /// A character outside the allowed set, at this byte.
    #[error("an identifier has only letters, digits and . _ : - (byte {0} is something else)")]
    Character(usize),
}

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_LEN {
        return Err(IdError::TooLong(text.len()));
    }
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
    match text.bytes().position(|b| !legal(b)) {
        // A leading dot would hide a file or climb a folder.
        None if text.starts_with('.') => Err(IdError::Character(0)),
        None => Ok(()),
        Some(at) => Err(IdError::Character(at)),
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(try_from = "String", into = "String")]
        #[schemars(extend(
            "minLength" = 1,
            "maxLength" = MAX_LEN,
            "pattern" = "^[A-Za-z0-9_:-][A-Za-z0-9._:-]*$"
        ))]
        pub struct $name(String);

        impl $name {
            /// Checks and takes a text.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                check(&text)?;
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// One uploaded photo; given by the CRM, never reused.
    PhotoId
}
id! {
    /// One ticket, such as `JK2503050007`.
    TicketId
}
id! {
    /// One event: the identity by which a repeat is recognised.
    EventId
}
id! {
    /// A unit of the city: a kelurahan's office, a Dinas, a Suku Dinas, a BUMD.
    UnitId
}
id! {
    /// An officer, by a handle that only the CRM can resolve: never a name or an employee's number.
    OfficerId
}
id! {
    /// A kelurahan by its Kemendagri code, such as `31.73.01.1005`.
    KelurahanCode
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_could_climb_hide_or_break_a_line_are_refused() {
        for bad in ["", ".", "..", ".x", "a/b", "a b", "a\n", "é", "a\\b", "a\0"] {
            assert!(PhotoId::new(bad).is_err(), "{bad:?}");
        }
        assert!(PhotoId::new("x".repeat(97)).is_err());
        for good in [
            "JK2503050007",
            "31.73.01.1005",
            "photo:7_a-b",
            &"x".repeat(96),
        ] {
            assert_eq!(PhotoId::new(good).map(String::from), Ok((*good).to_owned()));
        }
    }
}
