//! A file without an answer: why, and which setting would give it one. It ends nothing: the others have theirs.

use std::path::Path;

use jaga_imaging::Refusal;
use jaga_photo::OF_TIME;
use jaga_service::PhotoConfig;
use serde_json::{Value, json};

use crate::names;
use crate::output::{note, say_json};

/// Why a file has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// A stable word.
    pub code: &'static str,
    /// One plain sentence, without the file's name.
    pub reason: String,
    /// The limit that it broke.
    limit: Option<Limit>,
}

/// A limit, as whoever runs the tool can or can't change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// A key of the configuration, and what it says now.
    Key(&'static str, u64),
    Fixed,
}

/// What was asked of the decoder: each has its own limit of processor time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    Decode,
    Compare,
}

impl Refused {
    /// The photo was not taken, or the decoder ended over it.
    pub fn photo(code: &'static str, reason: String, work: Work, limits: &PhotoConfig) -> Self {
        let limit = match (code, work) {
            ("too_large", _) => Limit::Key("photo.max_mib", limits.max_mib as u64),
            ("too_many_pixels", _) => Limit::Key("photo.max_megapixels", limits.max_megapixels),
            ("too_costly", _) if !reason.contains(OF_TIME) => Limit::Fixed,
            ("too_costly", Work::Decode) => Limit::Key("photo.child_cpu_s", limits.child_cpu_s),
            ("too_costly", Work::Compare) => {
                Limit::Key("photo.compare_cpu_s", limits.compare_cpu_s)
            }
            ("decoder_memory", _) => Limit::Key("photo.child_memory_mib", limits.child_memory_mib),
            ("decoder_deadline", _) => {
                Limit::Key("photo.child_deadline_s", limits.child_deadline_s)
            }
            ("too_many_frames" | "too_many_parts" | "inflates_too_far", _) => Limit::Fixed,
            _ => return Self::plain(code, reason),
        };
        Self {
            limit: Some(limit),
            ..Self::plain(code, reason)
        }
    }

    /// As the decoder's own refusal.
    pub fn refusal(refusal: &Refusal, limits: &PhotoConfig) -> Self {
        let (code, reason) = (refusal.code.as_str(), refusal.detail.clone());
        Self::photo(code, reason, Work::Decode, limits)
    }

    /// The file, or the folder, can't be read.
    pub fn unreadable(error: &std::io::Error) -> Self {
        Self::plain("unreadable", format!("can't be read: {error}"))
    }

    /// Neither a file nor a folder: a link is not followed (it may lead anywhere, and back), a pipe is not waited for.
    pub fn not_a_file(kind: &'static str) -> Self {
        Self::plain("not_a_file", format!("is {kind}, left out"))
    }

    /// There is a clean copy, but no place for it.
    pub fn unwritable(reason: String) -> Self {
        Self::plain("unwritable", reason)
    }

    fn plain(code: &'static str, reason: String) -> Self {
        Self {
            code,
            reason,
            limit: None,
        }
    }

    /// The reason, and what can be done about it.
    pub fn advice(&self) -> String {
        let reason = &self.reason;
        match self.limit {
            None => reason.clone(),
            Some(Limit::Fixed) => format!("{reason} (no setting raises this limit)"),
            Some(Limit::Key(key, value)) => {
                let variable = key.to_ascii_uppercase().replace('.', "_");
                format!("{reason} ({key} or JAGA_{variable} raises this limit, {value} now)")
            }
        }
    }

    /// `error`, `reason`, and where a setting raises the limit its key as `limit`.
    pub fn as_json(&self) -> Value {
        let mut object = json!({"error": self.code, "reason": self.reason});
        if let Some(Limit::Key(key, _)) = self.limit {
            object["limit"] = json!(key);
        }
        object
    }

    /// Tells it: a line of JSON among the results, or a note beside them.
    pub fn tell(&self, input: &Path, as_json: bool) -> anyhow::Result<()> {
        if as_json {
            let mut line = self.as_json();
            names::put(&mut line, "input", input);
            return say_json(&line);
        }
        let by_the_photo = !matches!(self.code, "unreadable" | "unwritable" | "not_a_file");
        let refused = if by_the_photo { "refused: " } else { "" };
        note(&format!(
            "{}: {refused}{}",
            names::shown(input),
            self.advice()
        ));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_limit_names_the_key_that_raises_it_and_no_other() {
        let limits = PhotoConfig::default();
        let of = |code, work| Refused::photo(code, "why".into(), work, &limits);
        assert_eq!(
            of("too_many_pixels", Work::Decode).advice(),
            "why (photo.max_megapixels or JAGA_PHOTO_MAX_MEGAPIXELS raises this limit, 100 now)"
        );
        let slow = format!("2 s {OF_TIME}");
        let slow = Refused::photo("too_costly", slow, Work::Compare, &limits).as_json();
        assert_eq!(slow["limit"], "photo.compare_cpu_s");
        // Memory is bought by the file's own bytes.
        let greedy = of("too_costly", Work::Decode);
        assert!(greedy.as_json()["limit"].is_null());
        assert!(greedy.advice().contains("no setting"));
        assert!(
            of("too_many_frames", Work::Decode)
                .advice()
                .contains("no setting")
        );
        assert_eq!(of("damaged", Work::Decode).advice(), "why");
    }
}
