//! What a rules file must keep to, each fault with its line and key.

use std::collections::BTreeMap;
use std::ops::Range;

use jaga_contract::Strength;
use toml::Spanned;

use super::{File, Name, Weight, Weights};
use crate::PolicyError;
use crate::read::Source;

/// The largest tolerances that make sense: a day and a bit, the size of the city.
const MAX_ZONE_S: u32 = 26 * 3600;
const HOUR: u32 = 3600;
/// How far the ledger looks for a report of the same place, metres.
const MAX_AGAIN_M: u32 = 330;

struct Check<'a>(Source<'a>);

impl Check<'_> {
    fn that(
        &self,
        fine: bool,
        key: &str,
        span: Range<usize>,
        problem: &str,
    ) -> Result<(), PolicyError> {
        if fine {
            Ok(())
        } else {
            Err(self.0.error(key, Some(span), problem))
        }
    }

    fn share(&self, value: f64, key: &str, span: Range<usize>) -> Result<(), PolicyError> {
        let fine = (0.0..=1.0).contains(&value);
        self.that(fine, key, span, "a share is from 0 to 1")
    }
}

pub(super) fn all(file: &File, source: Source<'_>) -> Result<(), PolicyError> {
    let check = Check(source);
    let version = file.version.get_ref().trim();
    check.that(
        !version.is_empty(),
        "version",
        file.version.span(),
        "may not be empty",
    )?;
    verdict(file, &check)?;
    pictures(file, &check)?;
    places(file, &check)?;
    people(file, &check)?;
    categories(file, &check)?;
    authority(file, &check)?;
    signals(file, &check)
}

fn authority(file: &File, check: &Check<'_>) -> Result<(), PolicyError> {
    for entry in &file.authority {
        let (it, span) = (entry.get_ref(), entry.span());
        let filled =
            |list: &[String]| !list.is_empty() && list.iter().all(|w| !w.trim().is_empty());
        check.that(
            filled(&it.words) && filled(&it.units),
            "authority",
            span.clone(),
            "words and units are needed, and none may be empty",
        )?;
        let lower = it.words.iter().all(|w| *w == w.to_lowercase());
        check.that(
            lower,
            "authority.words",
            span,
            "words of a category's name are written in lower case",
        )?;
    }
    Ok(())
}

fn verdict(file: &File, check: &Check<'_>) -> Result<(), PolicyError> {
    let (verdict, span) = (file.verdict.get_ref(), file.verdict.span());
    let rising = 0 < verdict.review && verdict.review <= verdict.hold;
    check.that(
        rising,
        "verdict",
        span.clone(),
        "0 < review <= hold is needed",
    )?;
    check.that(
        verdict.families > 0,
        "verdict.families",
        span,
        "at least 1 is needed",
    )
}

fn pictures(file: &File, check: &Check<'_>) -> Result<(), PolicyError> {
    let (near, span) = (file.near.get_ref(), file.near.span());
    check.that(
        near.distance <= 256,
        "near.distance",
        span.clone(),
        "a fingerprint has 256 bits",
    )?;
    check.that(
        near.quality <= 100,
        "near.quality",
        span,
        "quality ends at 100",
    )?;
    if let Some(scene) = &file.scene {
        let (it, span) = (scene.get_ref(), scene.span());
        check.share(it.confidence, "scene.confidence", span.clone())?;
        check.share(it.sure, "scene.sure", span.clone())?;
        check.share(it.collage, "scene.collage", span.clone())?;
        check.share(it.unchanged, "scene.unchanged", span.clone())?;
        check.that(
            it.confidence <= it.sure,
            "scene.sure",
            span,
            "confidence <= sure is needed",
        )?;
    }
    let (marks, span) = (file.marks.get_ref(), file.marks.span());
    check.that(
        marks.blurred_percent <= 100,
        "marks.blurred_percent",
        span,
        "100 is all of it",
    )?;
    if let Some(traces) = &file.traces {
        let (it, span) = (traces.get_ref(), traces.span());
        check.share(it.screen_pattern, "traces.screen_pattern", span.clone())?;
        check.share(it.camera_share, "traces.camera_share", span)?;
    }
    Ok(())
}

fn places(file: &File, check: &Check<'_>) -> Result<(), PolicyError> {
    let (capture, span) = (file.capture.get_ref(), file.capture.span());
    let sane = capture.zone_tolerance_s <= MAX_ZONE_S && capture.clock_tolerance_s <= MAX_ZONE_S;
    check.that(sane, "capture", span, "zones are at most 26 hours apart")?;
    if let Some(place) = &file.place {
        let (it, span) = (place.get_ref(), place.span());
        let moves = it.speed_m_s.is_finite() && it.speed_m_s > 0.0;
        check.that(
            moves,
            "place.speed_m_s",
            span.clone(),
            "more than 0 is needed",
        )?;
        check.share(it.habit_share, "place.habit_share", span.clone())?;
        let shortly = it.officer_s.is_none_or(|s| (1..=HOUR).contains(&s));
        let text = "1 to 3600 is needed: later an officer may be anywhere";
        check.that(shortly, "place.officer_s", span, text)?;
    }
    Ok(())
}

fn people(all: &File, check: &Check<'_>) -> Result<(), PolicyError> {
    if let Some(burst) = &all.burst {
        let fine = burst.get_ref().closures > 1;
        check.that(fine, "burst.closures", burst.span(), "one is no burst")?;
    }
    if let Some(response) = &all.response {
        let (it, span) = (response.get_ref(), response.span());
        let fine = (1..=5).contains(&it.low_rating);
        let text = "ratings are 1 to 5";
        check.that(fine, "response.low_rating", span.clone(), text)?;
        let fine = (1..=MAX_AGAIN_M).contains(&it.again_m);
        let text = "1 to 330 is needed: reports farther off are not looked up";
        check.that(fine, "response.again_m", span, text)?;
    }
    if let Some(outlier) = &all.outlier {
        let (it, span) = (outlier.get_ref(), outlier.span());
        let fine = it.prior.is_finite() && it.prior > 0.0;
        check.that(fine, "outlier.prior", span.clone(), "more than 0 is needed")?;
        let fine = it.times.is_finite() && it.times >= 1.0;
        check.that(fine, "outlier.times", span.clone(), "at least 1 is needed")?;
        let fine = match (it.window_s, it.follow_s) {
            (Some(window), Some(follow)) => 0 < follow && follow < window,
            (window, follow) => window == follow,
        };
        let text = "0 < follow_s < window_s is needed, or neither";
        check.that(fine, "outlier.follow_s", span, text)?;
    }
    match &all.sample {
        Some(sample) => check.share(sample.get_ref().share, "sample.share", sample.span()),
        None => Ok(()),
    }
}

fn categories(file: &File, check: &Check<'_>) -> Result<(), PolicyError> {
    let last = file.category.len().checked_sub(1).ok_or_else(|| {
        let problem = "there is none; the last, without words, is for the rest";
        check.0.error("category", None, problem)
    })?;
    for (at, category) in file.category.iter().enumerate() {
        let (key, words) = (format!("category[{at}].words"), &category.get_ref().words);
        let text = "the last category, and only the last, has no words";
        let span = category.span();
        check.that(words.is_empty() == (at == last), &key, span.clone(), text)?;
        let lower = words
            .iter()
            .all(|w| !w.is_empty() && *w == w.to_lowercase());
        check.that(lower, &key, span, "words are in lower case")?;
    }
    Ok(())
}

fn signals(file: &File, check: &Check<'_>) -> Result<(), PolicyError> {
    for (written, weight) in &file.signals {
        let key = format!("signals.{}", written.get_ref());
        let name = named(written.get_ref())
            .ok_or_else(|| check.0.error(&key, Some(written.span()), "no such signal"))?;
        let (span, weight) = (weight.span(), weight.get_ref());
        let falling = weight.lowered <= weight.points && weight.points <= 100;
        let text = "lowered <= points <= 100 is needed";
        check.that(falling, &key, span.clone(), text)?;
        let known = weight.strength != Strength::Withdrawn;
        check.that(known, &key, span.clone(), "strength is hard or soft")?;
        if matches!(name, Name::OutlierUnit | Name::OutlierOfficer) {
            // What a hand did before is no proof of what it did now.
            let weak =
                weight.strength == Strength::Soft && weight.points < file.verdict.get_ref().review;
            let text = "it is soft, and below what sends to review by itself";
            check.that(weak, &key, span.clone(), text)?;
        }
        if let Some(section) = name.section() {
            let text = format!("it needs the section [{section}]");
            check.that(has(file, section), &key, span, &text)?;
        }
    }
    Ok(())
}

fn has(file: &File, section: &str) -> bool {
    match section {
        "scene" => file.scene.is_some(),
        "place" => file.place.is_some(),
        "burst" => file.burst.is_some(),
        "traces" => file.traces.is_some(),
        "note" => file.note.is_some(),
        "response" => file.response.is_some(),
        _ => file.outlier.is_some(),
    }
}

fn named(text: &str) -> Option<Name> {
    Name::ALL.into_iter().find(|name| name.as_str() == text)
}

pub(super) fn weights(signals: BTreeMap<Spanned<String>, Spanned<Weight>>) -> Weights {
    let mut weights = Weights::default();
    for (written, weight) in signals {
        if let Some(name) = named(written.get_ref()) {
            weights.set(name, weight.into_inner());
        }
    }
    weights
}
