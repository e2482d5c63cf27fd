//! Dated layers: Kapuk splits in three, and a ticket is judged by the borders of its own day.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod common;
#[path = "common/made.rs"]
mod made;

use std::sync::Arc;

use common::shared;
use geo::{BooleanOps, BoundingRect, MultiPolygon, Rect};
use jaga_geo::{
    BadLayers, Claim, Gazetteer, Layer as _, LayerSpec, Layers, PlaceVerdict, PolygonLayer,
    Position, diff, judge,
};
use jiff::civil::{Date, date};
use made::{city, collection, dice};

const KAPUK: &str = "31.73.01.1005";
/// Made up: the true codes are not issued yet.
const SOUTH: &str = "31.73.01.1091";
const EAST: &str = "31.73.01.1092";

fn spec(name: &str, from: Option<Date>, to: Option<Date>) -> LayerSpec {
    LayerSpec {
        name: name.into(),
        valid_from: from,
        valid_to: to,
        new_codes: vec![SOUTH.into(), EAST.into()],
        ..LayerSpec::default()
    }
}

fn layer(text: &str, spec: &LayerSpec) -> Arc<PolygonLayer> {
    Arc::new(PolygonLayer::parse(text.as_bytes(), spec).expect("a sound layer"))
}

/// A feature of any shape, with a name.
fn written(code: &str, name: &str, shape: &MultiPolygon<f64>) -> String {
    let ring = |r: &geo::LineString<f64>| {
        let points: Vec<(f64, f64)> = r.0.iter().map(|c| (c.x, c.y)).collect();
        made::ring(&points)
    };
    let parts: Vec<String> = shape
        .iter()
        .map(|p| {
            let rings = std::iter::once(p.exterior()).chain(p.interiors());
            format!("[{}]", rings.map(ring).collect::<Vec<_>>().join(","))
        })
        .collect();
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{name}"}},"geometry":{{"type":"MultiPolygon","coordinates":[{}]}}}}"#,
        parts.join(",")
    )
}

/// The same city with one kelurahan cut in three by two straight lines.
fn split(old: &PolygonLayer, code: &str) -> String {
    let mut features = Vec::new();
    for place in old.places() {
        let shape = old.shape(&place.code).unwrap();
        if place.code != code {
            features.push(written(&place.code, &place.name, shape));
            continue;
        }
        let frame = shape.bounding_rect().unwrap();
        let middle = frame.center();
        let window = |west: f64, south: f64, east: f64, north: f64| {
            let cut = Rect::new((west, south), (east, north)).to_polygon();
            shape.intersection(&MultiPolygon::new(vec![cut]))
        };
        let (low, high) = (frame.min(), frame.max());
        let rest = window(low.x - 1.0, middle.y, middle.x, high.y + 1.0);
        let south = window(low.x - 1.0, low.y - 1.0, high.x + 1.0, middle.y);
        let east = window(middle.x, middle.y, high.x + 1.0, high.y + 1.0);
        features.push(written(code, &place.name, &rest));
        features.push(written(SOUTH, "Kapuk Selatan", &south));
        features.push(written(EAST, "Kapuk Timur", &east));
    }
    collection(&features)
}

/// A city that has Kapuk: the real one, or a made-up one.
fn cities() -> Vec<(String, String)> {
    let made = city(4, &mut dice("split"));
    let code = made::codes()[5].clone();
    let mut cities = vec![(made.replace(&code, KAPUK), KAPUK.to_owned())];
    cities.extend(shared("jakarta_kelurahan.geojson").map(|text| (text, KAPUK.to_owned())));
    cities
}

#[test]
fn a_ticket_is_judged_by_the_borders_of_the_day_it_was_submitted() {
    for (text, code) in cities() {
        let day = date(2027, 6, 22);
        let old = layer(&text, &spec("before", None, Some(day)));
        let new = layer(&split(&old, &code), &spec("after", Some(day), None));
        assert_eq!(new.places().len(), old.places().len() + 2);
        let layers = Layers::new([new.clone(), old.clone()]).unwrap();
        let (before, after) = (date(2027, 6, 21), day);
        assert_eq!(layers.in_force(before).version(), old.version());
        assert_eq!(layers.in_force(after).version(), new.version());
        // Midnight is Jakarta's: 17:00 UTC of the day before.
        let at = |text: &str| layers.in_force_at(text.parse().unwrap()).version();
        assert_eq!(at("2027-06-21T16:59:59Z"), old.version());
        assert_eq!(at("2027-06-21T17:00:00Z"), new.version());

        // Well inside what becomes Kapuk Selatan, by the new layer.
        let south = new.places().by_code(SOUTH).unwrap().centre;
        let photo = Some((south.lat, south.lon));
        let of = |claimed| Claim {
            kelurahan: Some(claimed),
            ..Claim::default()
        };
        let told = |day, claimed| judge(layers.in_force(day), photo, None, &of(claimed));
        let then = told(before, code.as_str());
        assert_eq!(then.verdict, PlaceVerdict::Inside);
        assert_eq!(
            (then.kelurahan.as_deref(), then.layer.as_str()),
            (Some(code.as_str()), old.version())
        );
        let now = told(after, code.as_str());
        assert_ne!(now.verdict, PlaceVerdict::Inside);
        assert_eq!(now.layer, new.version());
        assert_eq!(told(after, SOUTH).verdict, PlaceVerdict::Inside);
        assert_eq!(told(after, "Kapuk Selatan").verdict, PlaceVerdict::Inside);
        assert_eq!(told(before, SOUTH).verdict, PlaceVerdict::NotApplicable);

        let change = diff(&old, &new);
        let came: Vec<&str> = change.came.iter().map(|(c, _)| c.as_str()).collect();
        assert_eq!(came, [SOUTH, EAST]);
        assert!(change.went.is_empty());
        assert_eq!(change.moved[0].code, code);
        assert!(change.moved[0].lost_m2 > 100_000.0 && change.moved[0].farthest_m > 200.0);
        let rest: f64 = change.moved[1..]
            .iter()
            .map(|m| m.lost_m2 + m.gained_m2)
            .sum();
        assert!(rest < 10.0, "{rest} m2 of others changed");
    }
}

#[test]
fn days_without_a_layer_are_the_gazetteers_and_an_open_end_ends_where_the_next_begins() {
    let text = city(3, &mut dice("dates"));
    let (a, b) = (date(2020, 4, 1), date(2026, 1, 1));
    let one = layer(&text, &spec("one", Some(a), None));
    let two = layer(&text, &spec("two", Some(b), None));
    let layers = Layers::new([two.clone(), one.clone()]).unwrap();
    let version = |day| layers.in_force(day).version().to_owned();
    assert_eq!(version(date(2020, 3, 31)), Gazetteer::builtin().version());
    assert_eq!(version(a), one.version());
    assert_eq!(version(date(2025, 12, 31)), one.version());
    assert_eq!(version(b), two.version());
    assert!(layers.by_version(one.version()).is_some());
    assert!(layers.by_version(Gazetteer::builtin().version()).is_some());
    assert!(layers.by_version("nothing").is_none());
    assert_eq!(
        Layers::default().in_force(b).version(),
        Gazetteer::builtin().version()
    );
    assert_eq!(layers.iter().count(), 2);
}

#[test]
fn two_layers_for_one_day_are_refused() {
    let text = city(3, &mut dice("dates"));
    let (a, b, c) = (date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1));
    let new = |dates: &[(Option<Date>, Option<Date>)]| {
        let made = dates
            .iter()
            .map(|(from, to)| layer(&text, &spec("x", *from, *to)));
        Layers::new(made.collect::<Vec<_>>())
    };
    assert!(new(&[(Some(a), Some(b)), (Some(b), Some(c))]).is_ok());
    let overlap = new(&[(Some(a), Some(c)), (Some(b), None)]);
    assert!(matches!(overlap, Err(BadLayers::SameDay { .. })));
    assert!(matches!(
        new(&[(None, None), (None, None)]),
        Err(BadLayers::SameDay { .. })
    ));
    assert!(matches!(
        new(&[(Some(b), Some(a))]),
        Err(BadLayers::Backwards { .. })
    ));
}

#[test]
fn the_version_names_the_file_and_nothing_but_the_file_changes_it() {
    let text = city(3, &mut dice("version"));
    let one = layer(&text, &spec("bps", None, None));
    assert_eq!(
        one.version(),
        layer(&text, &spec("bps", None, None)).version()
    );
    assert_ne!(
        one.version(),
        layer(&format!("{text} "), &spec("bps", None, None)).version()
    );
    assert_eq!(one.digest(), *blake3::hash(text.as_bytes()).as_bytes());
    assert!(one.version().starts_with("bps@") && one.version().len() == 20);
}

#[test]
fn an_unchanged_layer_has_no_difference() {
    let text = city(3, &mut dice("same"));
    let (one, two) = (
        layer(&text, &spec("a", None, None)),
        layer(&text, &spec("b", None, None)),
    );
    let change = diff(&one, &two);
    assert_eq!(change.unchanged, 9);
    assert!(change.came.is_empty() && change.went.is_empty() && change.moved.is_empty());
    assert!(Position::new(-6.2, 106.8).is_ok());
}
