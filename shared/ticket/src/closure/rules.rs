//! Thresholds and weights: dated data, like policies.

use std::sync::OnceLock;

use jaga_contract::Strength;
use serde::Deserialize;
use toml::Spanned;

use crate::PolicyError;
use crate::read::Source;

/// The rules that come with Jaga.
pub const BUILTIN: &str = include_str!("../../../../deploy/policy/closure-rules.toml");

/// When a closure should be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// On every verdict.
    pub version: String,
    /// Points for each verdict.
    pub verdict: Limits,
    /// When a fingerprint counts as near.
    pub near: Near,
    /// How far clocks may be off.
    pub capture: Capture,
    /// When several closures were one visit.
    pub one_visit: OneVisit,
    /// Which marks mean what.
    pub marks: Marks,
    /// Tolerances by category; the last is for the rest.
    pub categories: Vec<Category>,
    /// What each signal weighs.
    pub weights: Weights,
}

/// Points from which a verdict holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// `review` from here.
    pub review: u32,
    /// `hold` from here.
    pub hold: u32,
}

/// When a fingerprint counts as near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// PDQ bits apart, at most.
    pub distance: u32,
    /// PDQ quality, at least.
    pub quality: u8,
}

/// How far clocks may be off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// Of a phone's clock, seconds.
    pub clock_tolerance_s: u32,
    /// Of a time without a zone, seconds.
    pub zone_tolerance_s: u32,
}

/// When several closures were one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneVisit {
    /// Metres between the tickets' points, at most.
    pub metres: u32,
    /// Seconds between the uploads, at most.
    pub within_s: u32,
}

/// Which marks mean what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// Made or changed by a model.
    pub ai: Vec<String>,
    /// Changed by a person or an editor.
    pub edited: Vec<String>,
}

/// Tolerances of one group of categories.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// For people.
    pub name: String,
    /// Words of a category's name, lower case.
    pub words: Vec<String>,
    /// How far evidence may be from the pin, metres.
    pub far_m: u32,
    /// A plausible minimum from assignment to closure, seconds.
    pub too_fast_s: u32,
}

/// What a signal weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// Hard or soft.
    pub strength: Strength,
    /// 0 to 100.
    pub points: u32,
    /// Points of the weaker form, which is soft.
    pub lowered: u32,
}

/// What each signal weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the like-named signal")]
pub struct Weights {
    pub evidence_missing: Weight,
    pub evidence_unreadable: Weight,
    pub same_bytes_elsewhere: Weight,
    pub same_picture_elsewhere: Weight,
    pub copy_of_report_photo: Weight,
    pub near_picture: Weight,
    pub captured_before_ticket: Weight,
    pub far_from_ticket: Weight,
    pub too_fast: Weight,
    pub ai_or_edit_mark: Weight,
    /// Absent in rules of before: then it is not looked for.
    #[serde(default)]
    pub copied_position: Option<Weight>,
}

impl Weights {
    fn named(&self) -> impl Iterator<Item = (&'static str, Weight)> {
        let copied = self.copied_position.map(|w| ("copied_position", w));
        [
            ("evidence_missing", self.evidence_missing),
            ("evidence_unreadable", self.evidence_unreadable),
            ("same_bytes_elsewhere", self.same_bytes_elsewhere),
            ("same_picture_elsewhere", self.same_picture_elsewhere),
            ("copy_of_report_photo", self.copy_of_report_photo),
            ("near_picture", self.near_picture),
            ("captured_before_ticket", self.captured_before_ticket),
            ("far_from_ticket", self.far_from_ticket),
            ("too_fast", self.too_fast),
            ("ai_or_edit_mark", self.ai_or_edit_mark),
        ]
        .into_iter()
        .chain(copied)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Spanned<String>,
    verdict: Spanned<Limits>,
    near: Spanned<Near>,
    capture: Spanned<Capture>,
    one_visit: OneVisit,
    marks: Marks,
    category: Vec<Spanned<Category>>,
    signals: Spanned<Weights>,
}

/// The largest tolerances that make sense: a day and a bit, the size of the city.
const MAX_ZONE_S: u32 = 26 * 3600;

impl Rules {
    /// Reads rules from TOML; see `deploy/policy/closure-rules.toml` for the shape.
    pub fn parse(toml: &str) -> Result<Self, PolicyError> {
        let source = Source::new("closure-rules", toml);
        let file: File = source.read()?;
        let check = |fine: bool, key: &str, span, text: &str| {
            if fine {
                Ok(())
            } else {
                Err(source.error(key, Some(span), text))
            }
        };
        let version = file.version.get_ref().trim().to_owned();
        check(
            !version.is_empty(),
            "version",
            file.version.span(),
            "may not be empty",
        )?;
        let (verdict, near) = (*file.verdict.get_ref(), *file.near.get_ref());
        let rising = 0 < verdict.review && verdict.review <= verdict.hold;
        check(
            rising,
            "verdict",
            file.verdict.span(),
            "0 < review <= hold is needed",
        )?;
        let span = file.near.span();
        check(
            near.distance <= 256,
            "near.distance",
            span.clone(),
            "a fingerprint has 256 bits",
        )?;
        check(
            near.quality <= 100,
            "near.quality",
            span,
            "quality ends at 100",
        )?;
        let capture = *file.capture.get_ref();
        let sane =
            capture.zone_tolerance_s <= MAX_ZONE_S && capture.clock_tolerance_s <= MAX_ZONE_S;
        check(
            sane,
            "capture",
            file.capture.span(),
            "zones are at most 26 hours apart",
        )?;
        let last = file.category.len().checked_sub(1).ok_or_else(|| {
            source.error(
                "category",
                None,
                "there is none; the last, without words, is for the rest",
            )
        })?;
        for (at, category) in file.category.iter().enumerate() {
            let (key, words) = (format!("category[{at}].words"), &category.get_ref().words);
            let text = "the last category, and only the last, has no words";
            check(
                words.is_empty() == (at == last),
                &key,
                category.span(),
                text,
            )?;
            let lower = words
                .iter()
                .all(|w| !w.is_empty() && *w == w.to_lowercase());
            check(lower, &key, category.span(), "words are in lower case")?;
        }
        for (name, weight) in file.signals.get_ref().named() {
            let key = format!("signals.{name}");
            let span = file.signals.span();
            let falling = weight.lowered <= weight.points && weight.points <= 100;
            check(
                falling,
                &key,
                span.clone(),
                "lowered <= points <= 100 is needed",
            )?;
            let known = weight.strength != Strength::Withdrawn;
            check(known, &key, span, "strength is hard or soft")?;
        }
        Ok(Self {
            version,
            verdict,
            near,
            capture,
            one_visit: file.one_visit,
            marks: file.marks,
            categories: file.category.into_iter().map(Spanned::into_inner).collect(),
            weights: file.signals.into_inner(),
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

    /// The tolerances of a category; the last group's where no word fits.
    pub fn category(&self, name: &str) -> Option<&Category> {
        let name = name.to_lowercase();
        let fits = |c: &&Category| c.words.iter().any(|w| name.contains(w.as_str()));
        self.categories.iter().find(fits).or(self.categories.last())
    }
}
