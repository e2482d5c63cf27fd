//! A signal as it was seen: its form, its figures, its photos, its words.

use jaga_contract::{PhotoId, Signal, Strength};

use crate::closure::rules::{Name, Weight};
use crate::closure::words::{Gap, Words};

/// A signal and its points.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::closure) struct Seen {
    pub(in crate::closure) name: Name,
    pub(in crate::closure) strength: Strength,
    pub(in crate::closure) points: u32,
    figures: Vec<(&'static str, f64)>,
    pub(in crate::closure) photos: Vec<PhotoId>,
    words: Words,
}

/// In which form a signal was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::closure) enum Form {
    Full,
    /// The weaker form: less was seen, or something may explain it.
    Lowered,
    /// Seen, and explained: shown, weighs nothing.
    Withdrawn,
}

/// What looking for a signal gave: nothing, something, or, as the error, what would have to be known.
pub(in crate::closure) type Look = Result<Option<Seen>, Gap>;

impl Seen {
    pub(in crate::closure) fn new(name: Name, weight: &Weight, form: Form, words: Words) -> Self {
        let (strength, points) = match form {
            Form::Full => (weight.strength, weight.points),
            Form::Lowered => (Strength::Soft, weight.lowered),
            Form::Withdrawn => (Strength::Withdrawn, 0),
        };
        Self {
            name,
            strength,
            points,
            figures: Vec::new(),
            photos: Vec::new(),
            words,
        }
    }

    /// A figure; one that is no number is left out, for JSON has none.
    pub(super) fn figure(mut self, name: &'static str, value: impl Into<f64>) -> Self {
        let value = value.into();
        if value.is_finite() {
            // Finer than that nobody reads, and no comparison is.
            self.figures.push((name, (value * 1e4).round() / 1e4));
        }
        self
    }

    pub(super) fn photos<'a>(mut self, photos: impl IntoIterator<Item = &'a PhotoId>) -> Self {
        for photo in photos {
            if !self.photos.contains(photo) {
                self.photos.push(photo.clone());
            }
        }
        self
    }

    pub(in crate::closure) fn into_signal(self) -> Signal {
        let figures = self.figures.into_iter();
        Signal {
            name: self.name.as_str().to_owned(),
            strength: self.strength,
            figures: figures
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            photos: self.photos,
            text_id: self.words.id.into_owned(),
            text_en: self.words.en.into_owned(),
        }
    }
}
