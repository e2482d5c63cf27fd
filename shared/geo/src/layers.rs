//! Which layer is in force on which day. A ticket is judged by the one of the day it was submitted.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::{Gazetteer, Layer, PolygonLayer};

/// Why layers can't stand beside each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLayers {
    /// Dates that end before they begin.
    #[error("{version} ends on the day it begins, or before: correct valid_from and valid_to")]
    Backwards {
        /// Which layer.
        version: String,
    },
    /// Two layers for one day.
    #[error("{one} and {other} are in force on the same day: end the one where the other begins")]
    SameDay {
        /// The one that begins first.
        one: String,
        /// The other.
        other: String,
    },
}

/// The built-in gazetteer and any number of dated polygon layers.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// By their first day.
    dated: Vec<Arc<PolygonLayer>>,
}

impl Layers {
    /// Puts layers in order; no two may be in force on the same day. A layer without a last day is
    /// in force until the next one begins. Days that no layer covers are the gazetteer's.
    pub fn new(layers: impl IntoIterator<Item = Arc<PolygonLayer>>) -> Result<Self, BadLayers> {
        let mut dated: Vec<Arc<PolygonLayer>> = layers.into_iter().collect();
        dated.sort_by_key(|l| l.valid().0.unwrap_or(Date::MIN));
        for layer in &dated {
            if let (Some(from), Some(to)) = layer.valid()
                && to <= from
            {
                let version = layer.version().to_owned();
                return Err(BadLayers::Backwards { version });
            }
        }
        for (one, other) in dated.iter().zip(dated.iter().skip(1)) {
            let begins = |layer: &PolygonLayer| layer.valid().0.unwrap_or(Date::MIN);
            // An open end is where the next one begins.
            let overlap = one.valid().1.is_some_and(|ends| ends > begins(other));
            if overlap || begins(one) == begins(other) {
                return Err(BadLayers::SameDay {
                    one: one.version().to_owned(),
                    other: other.version().to_owned(),
                });
            }
        }
        Ok(Self { dated })
    }

    /// The layer in force on a day.
    pub fn in_force(&self, day: Date) -> &dyn Layer {
        let found = self.dated.iter().rev().find(|layer| {
            let (from, to) = layer.valid();
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to)
        });
        match found {
            Some(layer) => layer.as_ref(),
            None => Gazetteer::builtin(),
        }
    }

    /// The layer in force at an instant, by Jakarta's day (UTC+7, no daylight saving).
    pub fn in_force_at(&self, at: Timestamp) -> &dyn Layer {
        self.in_force(Offset::constant(7).to_datetime(at).date())
    }

    /// The layer of that version, to understand an older verdict.
    pub fn by_version(&self, version: &str) -> Option<&dyn Layer> {
        let gazetteer = Gazetteer::builtin();
        if gazetteer.version() == version {
            return Some(gazetteer);
        }
        let found = self.dated.iter().find(|l| l.version() == version)?;
        Some(found.as_ref())
    }

    /// The loaded layers, by their first day.
    pub fn iter(&self) -> impl Iterator<Item = &PolygonLayer> {
        self.dated.iter().map(AsRef::as_ref)
    }
}
