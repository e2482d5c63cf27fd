//! File names in JSON. A name is bytes, JSON is text: one that is not UTF-8 is said twice, readable under the key
//! itself (U+FFFD stands for what can't be read), and whole under `KEY_base64`, so that a program finds the file.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Puts a name into an object.
pub fn put(object: &mut Value, key: &str, path: &Path) {
    object[key] = json!(path.to_string_lossy());
    if path.to_str().is_none() {
        object[format!("{key}_base64")] = json!(STANDARD.encode(path.as_os_str().as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn a_name_that_is_not_utf8_is_readable_and_not_lost() {
        let mut object = json!({});
        put(&mut object, "input", Path::new("jalan/é.jpg"));
        assert_eq!(object, json!({"input": "jalan/é.jpg"}));
        let mut object = json!({});
        put(
            &mut object,
            "input",
            Path::new(OsStr::from_bytes(b"a\xff.jpg")),
        );
        assert_eq!(
            object,
            json!({"input": "a\u{FFFD}.jpg", "input_base64": STANDARD.encode(b"a\xff.jpg")})
        );
    }
}
