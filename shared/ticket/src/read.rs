//! TOML to types, with errors that a clerk can follow: which file, which line, which key.

use std::ops::Range;

use serde::de::DeserializeOwned;

/// Why a policy file can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {}{key}: {problem}", line.map(|l| format!("line {l}: ")).unwrap_or_default())]
pub struct PolicyError {
    /// Which of the three: `calendars`, `policy` or `closure-rules`.
    pub file: &'static str,
    /// The key, such as `calendars.asn-dki.week.mon`.
    pub key: String,
    /// Line in the file, from 1, if it can be told.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: String,
}

/// A text being read, so that later checks can still name a line.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    file: &'static str,
    text: &'a str,
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'static str, text: &'a str) -> Self {
        Self { file, text }
    }

    /// Reads the whole text as `T`; unknown keys are errors by `T`'s own `deny_unknown_fields`.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, PolicyError> {
        let parsed = toml::Deserializer::parse(self.text).map_err(|e| {
            let key = e.span().and_then(|s| self.key_at(s.start));
            self.error(&key.unwrap_or_default(), e.span(), first_line(e.message()))
        })?;
        serde_path_to_error::deserialize(parsed).map_err(|e| {
            // `Spanned` shows up in the path under its private name.
            let key = e
                .path()
                .to_string()
                .replace(".$__serde_spanned_private_value", "");
            let inner = e.inner();
            // Arrays of tables have no span of their own; the key still names the place.
            self.error(&key, inner.span(), first_line(inner.message()))
        })
    }

    /// The key that a place in the text belongs to, as the lines above it tell: for a text that is no
    /// TOML, where no reader can.
    fn key_at(&self, place: usize) -> Option<String> {
        let end = self.text.get(place..)?.find('\n').map(|n| place + n);
        let above = self.text.get(..end.unwrap_or(self.text.len()))?;
        let name = above
            .lines()
            .next_back()?
            .split_once('=')
            .map(|(k, _)| k.trim());
        let headers = || above.lines().map(str::trim).filter(|l| l.starts_with('['));
        let header = headers().next_back().map(|last| {
            let bare = last.trim_matches(['[', ']', ' ']);
            if last.starts_with("[[") {
                format!("{bare}[{}]", headers().filter(|h| *h == last).count() - 1)
            } else {
                bare.to_owned()
            }
        });
        let parts: Vec<&str> = header.as_deref().into_iter().chain(name).collect();
        Some(parts.join("."))
    }

    /// An error at a key, with a line if a span is known.
    pub(crate) fn error(
        &self,
        key: &str,
        span: Option<Range<usize>>,
        problem: impl Into<String>,
    ) -> PolicyError {
        let line = span
            .and_then(|s| self.text.get(..s.start))
            .map(|before| before.bytes().filter(|b| *b == b'\n').count() + 1);
        let key = if key.is_empty() || key == "." {
            "top level".to_owned()
        } else {
            key.to_owned()
        };
        PolicyError {
            file: self.file,
            key,
            line,
            problem: problem.into(),
        }
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
