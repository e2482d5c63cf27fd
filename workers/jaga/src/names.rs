//! File names. To people they are shown without what would steer their terminal. In JSON a name is bytes, JSON is text: one that is not UTF-8 is said twice, readable under the key
//! itself (U+FFFD stands for what can't be read), and whole under `KEY_base64`, so that a program finds the file.

use std::borrow::Cow;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A name on one line, for people: whoever sends photos chooses their names.
pub fn shown(path: &Path) -> String {
    tamed(&path.to_string_lossy(), |_| false).into_owned()
}

/// A text whose control characters, but those that are `meant`, are written as JSON writes them.
pub fn tamed(text: &str, meant: impl Fn(char) -> bool) -> Cow<'_, str> {
    let steers = |it: char| it.is_control() && !meant(it);
    if !text.contains(steers) {
        return text.into();
    }
    let written = |it: char| match it {
        it if steers(it) => format!("\\u{:04x}", u32::from(it)),
        it => it.into(),
    };
    text.chars().map(written).collect()
}

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
    fn a_name_can_neither_steer_a_terminal_nor_make_a_line() {
        let name = Path::new("a\u{1b}[2J\nb\u{9b}.jpg");
        assert_eq!(shown(name), r"a\u001b[2J\u000ab\u009b.jpg");
        assert_eq!(shown(Path::new("jalan é.jpg")), "jalan é.jpg");
        assert_eq!(tamed("a\tb\u{7f}\n", |it| it != '\u{7f}'), "a\tb\\u007f\n");
    }

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
