//! `jaga layer`: a polygon file before it goes into force, by itself and against the one before.

use std::path::Path;

use jaga_geo::{BadLayer, Fault, Finding, Layer, LayerDiff, LayerReport, PolygonLayer, diff};
use serde_json::{Value, json};

use super::layer_words::{changes, refused, sound};
use crate::cli::{LayerArgs, LayerWhat, ReadingArgs};
use crate::layers::Source;
use crate::names;
use crate::output::{Outcome, say, say_json};

pub fn run(args: &LayerArgs) -> anyhow::Result<Outcome> {
    match &args.what {
        LayerWhat::Check {
            file,
            reading,
            areas,
            json,
        } => check(file, reading, *areas, *json),
        LayerWhat::Diff {
            old,
            new,
            reading,
            json,
        } => compare(old, new, reading, *json),
    }
}

fn check(file: &Path, reading: &ReadingArgs, areas: bool, json: bool) -> anyhow::Result<Outcome> {
    let source = Source::open(file, reading)?;
    let checked = source.parse();
    let seen = checked.as_ref().map(|layer| (layer, layer.report()));
    if json {
        let mut all = match &seen {
            Ok((layer, report)) => sound_as_json(layer, report),
            Err(bad) => refused_as_json(bad, &source.property_names()),
        };
        names::put(&mut all, "file", file);
        all["properties"] = json!(source.spec.properties);
        all["codes"] = json!(source.spec.codes);
        say_json(&all)?;
    } else {
        let lines = match &seen {
            Ok((layer, report)) => sound(file, &source.spec, layer, report, areas),
            Err(bad) => refused(file, bad, &source.property_names()),
        };
        for line in &lines {
            say(line);
        }
    }
    Ok(Outcome::yes_if(checked.is_ok()))
}

fn sound_as_json(layer: &PolygonLayer, report: &LayerReport) -> Value {
    let areas = report.areas.iter().map(|a| {
        json!({
            "code": a.code, "name": a.name, "area_m2": a.area_m2, "parts": a.parts, "holes": a.holes
        })
    });
    let (from, to) = layer.valid();
    json!({
        "usable": true, "version": layer.version(), "features": report.areas.len(),
        "positions": report.positions, "area_m2": report.area_m2,
        "errors": [], "warnings": findings(report.warnings.iter()),
        "overlaps": findings(report.warnings.iter().filter(|f| is_overlap(f))),
        "gaps": findings(report.warnings.iter().filter(|f| matches!(f.fault, Fault::Gap { .. }))),
        "areas": areas.collect::<Vec<_>>(), "valid_from": from, "valid_to": to,
        "licence": layer.credit().licence, "attribution": layer.credit().attribution,
    })
}

fn refused_as_json(bad: &BadLayer, property_names: &[String]) -> Value {
    json!({
        "usable": false, "features": bad.features, "errors": findings(bad.errors()),
        "warnings": findings(bad.findings.iter().filter(|f| !f.is_error())),
        "overlaps": findings(bad.findings.iter().filter(|f| is_overlap(f))),
        "property_names": property_names,
    })
}

fn is_overlap(finding: &Finding) -> bool {
    matches!(
        finding.fault,
        Fault::Overlap { .. } | Fault::Sliver { .. } | Fault::SameShape { .. }
    )
}

fn findings<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Value> {
    let finding = |f: &Finding| {
        json!({
            "feature": f.feature, "code": f.code, "fault": f.fault, "message": f.to_string()
        })
    };
    findings.map(finding).collect()
}

fn compare(old: &Path, new: &Path, reading: &ReadingArgs, json: bool) -> anyhow::Result<Outcome> {
    let load = |path: &Path| {
        let mut source = Source::open(path, reading)?;
        // A code that no list has may be just what came.
        source.spec.check_codes = false;
        source.load()
    };
    let (old, new) = (load(old)?, load(new)?);
    let diff = diff(&old, &new);
    if json {
        say_json(&diff_as_json(&old, &new, &diff))?;
    } else {
        for line in changes(&old, &new, &diff) {
            say(&line);
        }
    }
    Ok(Outcome::Done)
}

fn diff_as_json(old: &PolygonLayer, new: &PolygonLayer, diff: &LayerDiff) -> Value {
    let places = |of: &[(String, String)]| -> Vec<Value> {
        let place = |(code, name): &(String, String)| json!({"code": code, "name": name});
        of.iter().map(place).collect()
    };
    let renamed = diff
        .renamed
        .iter()
        .map(|(code, old, new)| json!({"code": code, "old": old, "new": new}));
    let moved = diff.moved.iter().map(|m| {
        json!({
            "code": m.code, "name": m.name, "lost_m2": m.lost_m2, "gained_m2": m.gained_m2,
            "farthest_m": m.farthest_m
        })
    });
    json!({
        "old": old.version(), "new": new.version(),
        "came": places(&diff.came), "went": places(&diff.went),
        "renamed": renamed.collect::<Vec<_>>(), "moved": moved.collect::<Vec<_>>(),
        "unchanged": diff.unchanged,
    })
}
