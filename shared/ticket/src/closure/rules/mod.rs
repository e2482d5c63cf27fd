//! Thresholds and weights: dated data, like policies.

mod check;
mod names;
mod sections;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jaga_contract::UnitId;
use serde::Deserialize;
use toml::Spanned;

pub use self::names::{Explanation, Name, Weight, Weights};
pub use self::sections::{
    Authority, Burst, Capture, Category, Limits, Marks, Near, Note, OneVisit, Outlier, Place,
    Response, Sample, Scene, Traces,
};
use crate::PolicyError;
use crate::read::Source;

/// The rules that come with Jaga.
pub const BUILTIN: &str = include_str!("../../../../../deploy/policy/closure-rules.toml");

/// When a closure should be looked at. Sections that may be absent were not in the first rules: what
/// needs them is not looked for then.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the sections say what they are for")]
pub struct Rules {
    /// On every verdict.
    pub version: String,
    /// BLAKE3 of the file, the first 16 hex digits: tells two files of one version apart.
    pub digest: String,
    pub verdict: Limits,
    pub near: Near,
    pub scene: Option<Scene>,
    pub capture: Capture,
    pub one_visit: OneVisit,
    pub marks: Marks,
    pub place: Option<Place>,
    pub burst: Option<Burst>,
    pub traces: Option<Traces>,
    pub note: Option<Note>,
    pub response: Option<Response>,
    pub outlier: Option<Outlier>,
    pub sample: Option<Sample>,
    /// Tolerances by category; the last is for the rest.
    pub categories: Vec<Category>,
    /// Who may close what; categories that no entry names are anybody's to close, as far as is known.
    pub authority: Vec<Authority>,
    /// The explanations that are looked for, besides those of the first rules.
    pub explanations: Vec<Explanation>,
    /// What each signal weighs.
    pub weights: Weights,
}

fn bare<T>(section: Option<Spanned<T>>) -> Option<T> {
    section.map(Spanned::into_inner)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Spanned<String>,
    verdict: Spanned<Limits>,
    near: Spanned<Near>,
    scene: Option<Spanned<Scene>>,
    capture: Spanned<Capture>,
    one_visit: OneVisit,
    marks: Spanned<Marks>,
    place: Option<Spanned<Place>>,
    burst: Option<Spanned<Burst>>,
    traces: Option<Spanned<Traces>>,
    note: Option<Note>,
    response: Option<Spanned<Response>>,
    outlier: Option<Spanned<Outlier>>,
    sample: Option<Spanned<Sample>>,
    #[serde(default)]
    explanations: Vec<Explanation>,
    category: Vec<Spanned<Category>>,
    #[serde(default)]
    authority: Vec<Spanned<Authority>>,
    signals: BTreeMap<Spanned<String>, Spanned<Weight>>,
}

impl Rules {
    /// Reads rules from TOML; see `deploy/policy/closure-rules.toml` for the shape.
    pub fn parse(toml: &str) -> Result<Self, PolicyError> {
        let source = Source::new("closure-rules", toml);
        let file: File = source.read()?;
        check::all(&file, source)?;
        Ok(Self {
            version: file.version.get_ref().trim().to_owned(),
            digest: blake3::hash(toml.as_bytes()).to_hex()[..16].to_owned(),
            verdict: file.verdict.into_inner(),
            near: file.near.into_inner(),
            scene: bare(file.scene),
            capture: file.capture.into_inner(),
            one_visit: file.one_visit,
            marks: file.marks.into_inner(),
            place: bare(file.place),
            burst: bare(file.burst),
            traces: bare(file.traces),
            note: file.note,
            response: bare(file.response),
            outlier: bare(file.outlier),
            sample: bare(file.sample),
            categories: file.category.into_iter().map(Spanned::into_inner).collect(),
            authority: file
                .authority
                .into_iter()
                .map(Spanned::into_inner)
                .collect(),
            explanations: file.explanations,
            weights: check::weights(file.signals),
        })
    }

    /// The rules that come with Jaga.
    pub fn builtin() -> Self {
        static PARSED: OnceLock<Rules> = OnceLock::new();
        PARSED
            .get_or_init(|| {
                Self::parse(BUILTIN).unwrap_or_else(|e| unreachable!("a test reads it: {e}"))
            })
            .clone()
    }

    /// Whether a unit has authority for a category, by the first entry that names it; `None` where none
    /// does.
    pub fn may_close(&self, unit: &UnitId, category: &str) -> Option<bool> {
        let category = category.to_lowercase();
        let names = |a: &&Authority| a.words.iter().any(|w| category.contains(w.as_str()));
        let units = &self.authority.iter().find(names)?.units;
        Some(units.iter().any(|u| unit.as_str().starts_with(u.as_str())))
    }

    /// The tolerances of a category; the last group's where no word fits.
    pub fn category(&self, name: &str) -> Option<&Category> {
        let name = name.to_lowercase();
        let fits = |c: &&Category| c.words.iter().any(|w| name.contains(w.as_str()));
        self.categories.iter().find(fits).or(self.categories.last())
    }
}
