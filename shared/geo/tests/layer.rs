//! A polygon layer against brute force: who holds a point, how far its borders are, and what a point
//! on a border is. On the real polygons where a tester has them, on a made-up city always.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking, and say what they measured"
)]

mod common;
#[path = "common/made.rs"]
mod made;

use common::shared;
use jaga_geo::{
    Answer, Certainty, Claim, Gazetteer, Layer as _, LayerSpec, PlaceVerdict, PolygonLayer,
    Position, distance_m, judge,
};
use made::{city, dice};
use rand::RngExt;

fn parse(text: &str) -> PolygonLayer {
    PolygonLayer::parse(text.as_bytes(), &LayerSpec::default()).expect("a sound layer")
}

/// The made-up city, and Jakarta where it is at hand.
fn layers(test: &str) -> Vec<PolygonLayer> {
    let mut layers = vec![parse(&city(8, &mut dice(test)))];
    layers.extend(shared("jakarta_kelurahan.geojson").map(|text| parse(&text)));
    layers
}

/// All features that hold a point, by a ray to the south over every side.
fn brute(layer: &PolygonLayer, lon: f64, lat: f64) -> Vec<String> {
    let odd = |ring: &Vec<(f64, f64)>| {
        ring.windows(2).fold(false, |inside, pair| {
            let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
            let crosses = (x1 > lon) != (x2 > lon) && lat > (y2 - y1) * (lon - x1) / (x2 - x1) + y1;
            inside ^ crosses
        })
    };
    let holds = |code: &str| {
        layer
            .outline(code)
            .iter()
            .fold(false, |i, ring| i ^ odd(ring))
    };
    let all = layer.places().iter().map(|k| k.code.clone());
    all.filter(|code| holds(code)).collect()
}

/// Positions over the layer's frame and some way around it.
fn anywhere(layer: &PolygonLayer, rng: &mut impl RngExt, mainland: bool) -> Position {
    let centres = layer.places().iter().map(|k| k.centre);
    let centres = centres.filter(|c| !mainland || c.lat < -6.05);
    let (mut low, mut high) = ((90.0_f64, 180.0_f64), (-90.0_f64, -180.0_f64));
    for c in centres {
        low = (low.0.min(c.lat), low.1.min(c.lon));
        high = (high.0.max(c.lat), high.1.max(c.lon));
    }
    let at = |a: f64, b: f64, u: f64| a - 0.02 + u * (b - a + 0.04);
    Position {
        lat: at(low.0, high.0, rng.random()),
        lon: at(low.1, high.1, rng.random()),
    }
}

#[test]
fn containment_agrees_with_brute_force() {
    for layer in layers("containment") {
        let mut rng = dice("containment");
        let mut inside = 0;
        for n in 0..20_000 {
            let p = anywhere(&layer, &mut rng, n % 4 > 0);
            let found = layer.containing(p).map(|k| k.code.clone());
            let truth = brute(&layer, p.lon, p.lat);
            assert!(
                truth.len() <= 1,
                "{} holders at {},{}",
                truth.len(),
                p.lat,
                p.lon
            );
            assert_eq!(found.as_ref(), truth.first(), "at {},{}", p.lat, p.lon);
            inside += usize::from(found.is_some());
        }
        assert!(inside > 5_000, "only {inside} points fell inside");
    }
}

#[test]
fn every_corner_and_every_point_of_a_border_is_near_border_from_both_sides() {
    for layer in layers("borders") {
        let mut rng = dice("borders");
        let codes: Vec<String> = layer.places().iter().map(|k| k.code.clone()).collect();
        for code in codes.iter().step_by(7) {
            for ring in layer.outline(code) {
                for pair in ring.windows(2).step_by(3) {
                    let u: f64 = if rng.random::<bool>() {
                        0.0
                    } else {
                        rng.random()
                    };
                    let (a, b) = (pair[0], pair[1]);
                    let p = Position {
                        lat: a.1 + u * (b.1 - a.1),
                        lon: a.0 + u * (b.0 - a.0),
                    };
                    let touching = layer.borders(p, 0.01, 1);
                    assert!(
                        touching.iter().any(|n| n.code == *code),
                        "{code} is not there"
                    );
                    // One of the two, never both, and both say near border.
                    let found = layer.whereabouts(p, 50.0);
                    assert!(matches!(
                        found.certainty,
                        Certainty::NearBorder | Certainty::Approximate
                    ));
                    for near in &touching {
                        let claim = Claim {
                            kelurahan: Some(&near.code),
                            ..Claim::default()
                        };
                        let placed = judge(&layer, Some((p.lat, p.lon)), None, &claim);
                        assert_eq!(placed.verdict, PlaceVerdict::NearBorder);
                        assert!(placed.distance_to_border_m.unwrap() < 0.01);
                        assert!(placed.candidates.contains(&near.code));
                    }
                    let holders = brute(&layer, p.lon, p.lat).len();
                    assert!(holders <= 2 && layer.containing(p).is_some() >= (holders == 2));
                }
            }
        }
    }
}

#[test]
fn points_next_to_a_border_by_the_last_bit_are_in_one_kelurahan_exactly() {
    let layer = parse(&city(6, &mut dice("bits")));
    let code = &layer.places().iter().nth(14).unwrap().code.clone();
    for pair in layer.outline(code)[0].windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let (mut lat, lon) = (f64::midpoint(a.1, b.1), f64::midpoint(a.0, b.0));
        for _ in 0..4 {
            let p = Position { lat, lon };
            assert!(
                layer.containing(p).is_some(),
                "nobody holds a point inside the city"
            );
            lat = lat.next_up();
        }
    }
}

#[test]
fn distances_agree_with_a_walk_along_the_border() {
    for layer in layers("distances") {
        let mut rng = dice("distances");
        for _ in 0..60 {
            let p = anywhere(&layer, &mut rng, true);
            for near in layer.borders(p, 0.0, 2) {
                let mut walked = f64::MAX;
                for ring in layer.outline(&near.code) {
                    for pair in ring.windows(2) {
                        let (a, b) = (pair[0], pair[1]);
                        let ends = Position { lat: a.1, lon: a.0 };
                        // Sides are short: far ones need no walk.
                        if distance_m(p, ends) > walked + 3_000.0 {
                            continue;
                        }
                        for step in 0..=50 {
                            let u = f64::from(step) / 50.0;
                            let at = Position {
                                lat: a.1 + u * (b.1 - a.1),
                                lon: a.0 + u * (b.0 - a.0),
                            };
                            walked = walked.min(distance_m(p, at));
                        }
                    }
                }
                assert!(
                    near.distance_m <= walked + 0.001,
                    "{} > {walked}",
                    near.distance_m
                );
                assert!(
                    near.distance_m > walked - walked * 0.001 - 3.0,
                    "{} {walked}",
                    near.distance_m
                );
            }
        }
    }
}

#[test]
fn all_180_distance_vectors_are_right() {
    let (Some(text), Some(rows)) = (
        shared("jakarta_kelurahan.geojson"),
        shared("distance_vectors.csv"),
    ) else {
        return;
    };
    let layer = parse(&text);
    let (mut count, mut worst) = (0, 0.0_f64);
    for row in csv::Reader::from_reader(rows.as_bytes()).records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let p = Position::new(number(2), number(1)).unwrap();
        let found = layer.containing(p).map_or("", |k| k.code.as_str());
        assert_eq!(found, &row[3], "{row:?}");
        let mut close = |ours: f64, truth: f64| {
            let off = (ours - truth).abs();
            worst = worst.max(off / (0.05 + truth * 0.001));
            assert!(off <= 0.05 + truth * 0.001, "{ours} for {truth}: {row:?}");
        };
        let near = layer.borders(p, 0.0, 3);
        let mut others: Vec<_> = near.iter().filter(|n| n.code != row[3]).collect();
        if !found.is_empty() {
            close(layer.border_m(p, found).unwrap(), number(5));
            let whole = layer.whereabouts(p, 0.0);
            close(whole.distance_to_border_m.unwrap(), number(5));
        }
        others.truncate(2);
        assert_eq!(others.len(), 2, "{row:?}");
        for (near, at) in others.iter().zip([6, 8]) {
            // Far out at sea only the nearest is stated.
            if !row[at].is_empty() {
                assert_eq!(near.code, row[at], "{row:?}");
                close(near.distance_m, number(at + 1));
            }
        }
        count += 1;
    }
    eprintln!("worst deviation: {:.0} % of what is allowed", worst * 100.0);
    assert_eq!(count, 180);
}

#[test]
fn the_gazetteer_never_contradicts_a_million_points_and_settles_two_fifths_inside() {
    let Some(text) = shared("jakarta_kelurahan.geojson") else {
        return;
    };
    let layer = parse(&text);
    let circles = Gazetteer::builtin();
    let mut rng = dice("gazetteer");
    let (mut inside, mut settled) = (0_u32, 0_u32);
    for n in 0..1_000_000 {
        let p = anywhere(&layer, &mut rng, n % 10 > 0);
        let truth = layer.containing(p).map(|k| k.code.as_str());
        inside += u32::from(truth.is_some());
        match circles.locate(p) {
            Answer::Certain(code) => {
                assert_eq!(Some(code.as_str()), truth, "at {},{}", p.lat, p.lon);
                settled += 1;
            }
            Answer::OutsideForCertain => assert_eq!(truth, None, "at {},{}", p.lat, p.lon),
            Answer::Candidates(some) => {
                assert!(truth.is_none_or(|t| some.iter().any(|c| c.code == t)));
            }
        }
    }
    eprintln!("{inside} inside, {settled} settled");
    assert!(inside > 300_000 && settled * 10 >= inside * 4);
}

#[test]
fn the_real_layer_has_no_error_no_overlap_and_no_gap() {
    let Some(text) = shared("jakarta_kelurahan.geojson") else {
        return;
    };
    let layer = parse(&text);
    assert!(layer.version().starts_with("layer@"));
    assert!(layer.credit().licence.starts_with("CC BY 3.0 IGO"));
    assert!(layer.credit().attribution.contains("BPS"));
    let report = layer.report();
    assert_eq!((report.areas.len(), report.positions), (267, 26_021));
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let km2 = report.area_m2 / 1e6;
    assert!((600.0..700.0).contains(&km2), "{km2}");
}
