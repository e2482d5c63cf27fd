//! What each tier's answers count as, and what is asked of it.

use jaga_likeness::Relation;

use crate::tally::Kind;
use crate::tiers::{Both, Indexed, Said};

/// How a tier's answers are told: a table for each kind of pair.
pub struct View {
    pub name: &'static str,
    /// What it can say.
    pub answers: &'static [&'static str],
    /// Which of these it said.
    pub answer: fn(&Said) -> usize,
    /// For edits what counts as found, for honest and unrelated pairs as wrong: the first so many answers.
    pub counted: fn(Kind) -> usize,
    pub honest: &'static str,
    /// Processor time, milliseconds.
    pub spent: fn(&Said) -> f64,
    /// At least so many percent of a row's edits.
    pub goal: fn(&str) -> Option<f64>,
}

pub const VIEWS: [View; 3] = [
    View {
        name: "whole pipeline: report against evidence",
        answers: &["copy", "near", "nothing"],
        answer: |said| match said.both() {
            Both::Copy => 0,
            Both::Near => 1,
            Both::Nothing => 2,
        },
        counted: |kind| if kind == Kind::Edit { 2 } else { 1 },
        honest: "honest: taken for an edited copy",
        spent: |said| said.comparing + said.asking,
        goal: |row| match row {
            "exact" => Some(100.0),
            _ if row.starts_with("resaved") => Some(100.0),
            "crop 5 %" | "crop 10 %" | "crop 20 %" | "mirror" | "scale 0.5" | "JPEG 40" => {
                Some(95.0)
            }
            _ if row.starts_with("erased") && !row.contains("scale") => Some(95.0),
            _ if ["banner", "rotation", "screenshot"]
                .iter()
                .any(|it| row.starts_with(it)) =>
            {
                Some(95.0)
            }
            _ => None,
        },
    },
    View {
        name: "index alone: report unknown",
        answers: &["duplicate", "similar", "nothing"],
        answer: |said| match said.indexed {
            Indexed::Duplicate => 0,
            Indexed::Similar => 1,
            Indexed::Nothing => 2,
        },
        counted: |kind| if kind == Kind::Edit { 2 } else { 1 },
        honest: "honest: called a duplicate, to be compared",
        spent: |said| said.asking,
        goal: |row| match row {
            "exact" => Some(100.0),
            "banner 12 %" | "crop 10 %" | "mirror" | "scale 0.5" | "JPEG 40" => Some(90.0),
            _ => None,
        },
    },
    View {
        name: "scene comparison alone",
        answers: &["ident", "edited", "same", "unkn", "unrel"],
        answer: |said| match said.relation() {
            Relation::Identical => 0,
            Relation::EditedCopy => 1,
            Relation::SameScene => 2,
            Relation::Unknown => 3,
            Relation::Unrelated => 4,
        },
        // Sky painted over sky leaves the same picture: both say that it was used again.
        counted: |kind| if kind == Kind::Unrelated { 3 } else { 2 },
        honest: "honest: taken for an edited copy",
        spent: |said| said.comparing,
        goal: |_| None,
    },
];
