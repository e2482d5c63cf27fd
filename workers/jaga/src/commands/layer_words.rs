//! What `jaga layer` tells in words.

use std::collections::BTreeMap;
use std::path::Path;

use jaga_geo::{
    Area, BadLayer, Codes, Fault, Finding, Layer, LayerDiff, LayerReport, LayerSpec, PolygonLayer,
};

use crate::output::table;

/// More findings are for `--json`.
const MOST_FINDINGS: usize = 50;

/// A layer that can be used.
pub fn sound(
    file: &Path,
    spec: &LayerSpec,
    layer: &PolygonLayer,
    report: &LayerReport,
    areas: bool,
) -> Vec<String> {
    let mut lines = vec![format!(
        "{}: {} features, {} positions, {}",
        file.display(),
        report.areas.len(),
        report.positions,
        km2(report.area_m2)
    )];
    let mut fact = |name: &str, text: String| lines.push(format!("  {name:<12} {text}"));
    fact("version", layer.version().to_owned());
    let numbering = match spec.codes {
        Codes::Kemendagri => "Kemendagri",
        Codes::Bps2020 => "BPS 2020",
    };
    let code = &spec.properties.code;
    fact("codes", format!("{numbering}, from the property {code:?}"));
    let (from, to) = layer.valid();
    let from = from.map_or("since ever".into(), |day| format!("from {day}"));
    let to = to.map_or("until another begins".into(), |day| {
        format!("until {day} begins")
    });
    fact("in force", format!("{from}, {to}"));
    let credit = layer.credit();
    let stated = |text: &str| match text {
        "" => "not stated: ask for it, and set it in the layer's settings".to_owned(),
        text => text.to_owned(),
    };
    fact("licence", stated(&credit.licence));
    fact("attribution", stated(&credit.attribution));
    lines.extend(of_areas(layer, report, areas));
    lines.extend(listed(
        "warnings",
        &report.warnings.iter().collect::<Vec<_>>(),
    ));
    let count = |is: fn(&Fault) -> bool| report.warnings.iter().filter(|f| is(&f.fault)).count();
    lines.push(format!(
        "no errors, {} overlaps, {} gaps: the layer can be used",
        count(|f| matches!(f, Fault::Sliver { .. })),
        count(|f| matches!(f, Fault::Gap { .. })),
    ));
    lines
}

fn of_areas(layer: &PolygonLayer, report: &LayerReport, each: bool) -> Vec<String> {
    let city = |area: &Area| {
        let place = layer.places().by_code(&area.code);
        place.map_or(String::new(), |k| k.city.clone())
    };
    if each {
        let mut rows = table(["code", "kelurahan", "kota", "area", "pieces", "holes"]);
        for a in &report.areas {
            let (parts, holes) = (a.parts.to_string(), a.holes.to_string());
            rows.add_row([
                a.code.clone(),
                a.name.clone(),
                city(a),
                km2(a.area_m2),
                parts,
                holes,
            ]);
        }
        return vec![rows.to_string()];
    }
    let mut cities: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    for area in &report.areas {
        let sum = cities.entry(city(area)).or_default();
        sum.0 += 1;
        sum.1 += area.area_m2;
    }
    let mut rows = table(["kota", "kelurahan", "area"]);
    for (city, (count, area_m2)) in cities {
        rows.add_row([city, count.to_string(), km2(area_m2)]);
    }
    let mut lines = vec![rows.to_string()];
    let by_size = |a: &&Area, b: &&Area| a.area_m2.total_cmp(&b.area_m2);
    for (word, area) in [
        ("smallest", report.areas.iter().min_by(by_size)),
        ("largest", report.areas.iter().max_by(by_size)),
    ] {
        if let Some(a) = area {
            let (code, name) = (&a.code, &a.name);
            lines.push(format!("  {word:<12} {code} {name}, {}", km2(a.area_m2)));
        }
    }
    lines
}

/// A layer that can't be used.
pub fn refused(file: &Path, bad: &BadLayer, property_names: &[String]) -> Vec<String> {
    let errors: Vec<&Finding> = bad.errors().collect();
    let mut lines = vec![format!("{}: {} features", file.display(), bad.features)];
    let unmapped = |f: &&&Finding| matches!(f.fault, Fault::NoProperty { .. } | Fault::BadCode);
    let map = errors.iter().any(|f| unmapped(&f));
    let count = errors.len();
    lines.extend(listed("errors", &errors));
    let warnings: Vec<&Finding> = bad.findings.iter().filter(|f| !f.is_error()).collect();
    lines.extend(listed("warnings", &warnings));
    if map && !property_names.is_empty() {
        lines.push(format!(
            "the first feature has the properties {}: say which is the code by --property code=NAME",
            property_names.join(", ")
        ));
    }
    lines.push(format!("{count} errors: the layer can't be used"));
    lines
}

fn listed(what: &str, findings: &[&Finding]) -> Vec<String> {
    if findings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("{what}:")];
    let shown = findings.iter().take(MOST_FINDINGS);
    lines.extend(shown.map(|finding| format!("  {finding}")));
    if let Some(more) = findings.len().checked_sub(MOST_FINDINGS)
        && more > 0
    {
        lines.push(format!("  … and {more} more (--json lists them all)"));
    }
    lines
}

/// What a new layer changes.
pub fn changes(old: &PolygonLayer, new: &PolygonLayer, diff: &LayerDiff) -> Vec<String> {
    let mut lines = vec![format!("{} -> {}", old.version(), new.version())];
    for (word, places) in [("came", &diff.came), ("went", &diff.went)] {
        let place = |(code, name): &(String, String)| format!("  {word:<8} {code} {name}");
        lines.extend(places.iter().map(place));
    }
    for (code, before, after) in &diff.renamed {
        lines.push(format!("  renamed  {code} {before} -> {after}"));
    }
    if !diff.moved.is_empty() {
        let mut rows = table(["moved", "kelurahan", "lost", "gained", "farthest"]);
        for m in &diff.moved {
            let (lost, gained) = (ground(m.lost_m2), ground(m.gained_m2));
            let farthest = format!("{:.1} m", m.farthest_m);
            rows.add_row([m.code.clone(), m.name.clone(), lost, gained, farthest]);
        }
        lines.push(rows.to_string());
    }
    lines.push(format!(
        "{} came, {} went, {} renamed, {} moved, {} unchanged",
        diff.came.len(),
        diff.went.len(),
        diff.renamed.len(),
        diff.moved.len(),
        diff.unchanged
    ));
    lines
}

fn km2(area_m2: f64) -> String {
    format!("{:.2} km2", area_m2 / 1e6)
}

/// Strips along a border are square metres, whole quarters square kilometres.
fn ground(area_m2: f64) -> String {
    if area_m2 < 1e5 {
        format!("{area_m2:.0} m2")
    } else {
        km2(area_m2)
    }
}
