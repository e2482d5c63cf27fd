//! Which bucket names and keys are taken, the same in both twins.

use crate::VaultError;
use crate::error::At;

/// S3's own limit, bytes.
const MAX_KEY: usize = 1024;

/// The longest name of a file in a directory, bytes.
const MAX_PART: usize = 255;

/// S3's bucket names: 3 to 63 of lower-case letters, digits, dots and hyphens, never starting with a
/// dot or hyphen.
pub(crate) fn check_bucket(at: At<'_>) -> Result<(), VaultError> {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
    let name = at.bucket;
    let starts_well = !name.starts_with(['.', '-']);
    if (3..=63).contains(&name.len())
        && name.bytes().all(legal)
        && starts_well
        && !name.contains("..")
    {
        Ok(())
    } else {
        // The name may be anything, so it is not repeated.
        Err(VaultError::BadKey {
            operation: at.operation,
            bucket: "a bucket without a name".into(),
        })
    }
}

/// A relative path of ordinary names. S3 alone would take more (empty parts, dots), but such keys
/// change their meaning in proxies and can't be files.
pub(crate) fn check_key(at: At<'_>, key: &str) -> Result<(), VaultError> {
    check_bucket(at)?;
    let ordinary =
        |part: &str| !part.is_empty() && part != "." && part != ".." && part.len() <= MAX_PART;
    let clean = !key.bytes().any(|b| b.is_ascii_control());
    if key.len() <= MAX_KEY && clean && key.split('/').all(ordinary) {
        Ok(())
    } else {
        Err(at.bad_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_climb_hide_or_overflow_are_refused() {
        let at = At {
            operation: "get",
            bucket: "jaga-clean",
        };
        let long = "x/".repeat(600) + "x";
        let wide = "x".repeat(256);
        let bad = [
            "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\0b", "a\nb",
        ];
        for key in bad.into_iter().chain([long.as_str(), wide.as_str()]) {
            assert!(check_key(at, key).is_err(), "{key:?}");
        }
        for key in [
            "a",
            "ab/cd/ef.jpg",
            "foto jalan rusak.jpg",
            "é/…",
            "..a/b..",
            "a\\b",
        ] {
            assert!(check_key(at, key).is_ok(), "{key:?}");
        }
    }

    #[test]
    fn bucket_names_are_s3s() {
        for bucket in [
            "", "ab", "..", "../x", "Upper", "a/b", ".tmp", "-ab", "a..b", "a b",
        ] {
            assert!(
                check_bucket(At {
                    operation: "get",
                    bucket
                })
                .is_err(),
                "{bucket:?}"
            );
        }
        assert!(
            check_bucket(At {
                operation: "get",
                bucket: "jaga-quarantine"
            })
            .is_ok()
        );
    }
}
