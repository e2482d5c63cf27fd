//! Whatever is wrong with a layer is a clear error that names the feature, or a verdict; never a
//! panic, and never a layer that is half right.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

#[path = "common/made.rs"]
mod made;

use jaga_geo::{
    BadLayer, Codes, Fault, Layer as _, LayerSpec, MAX_LAYER_BYTES, PolygonLayer, Position,
    Properties,
};
use made::{city, codes, collection, dice, feature, square, with_geometry};
use proptest::prelude::*;

fn parse(text: &str) -> Result<PolygonLayer, BadLayer> {
    PolygonLayer::parse(text.as_bytes(), &LayerSpec::default())
}

/// The first error of a layer that must be refused.
fn error(text: &str) -> String {
    parse(text).expect_err("a bad layer").to_string()
}

fn sound() -> Vec<(f64, f64)> {
    square(106.8, -6.2, 0.01)
}

#[test]
fn what_is_no_layer_at_all_is_refused_with_what_to_do() {
    assert!(error("").starts_with("layer: empty"));
    assert!(error("  \n ").starts_with("layer: empty"));
    assert!(error("garbage").starts_with("layer: no GeoJSON feature collection"));
    assert!(error("[1,2]").starts_with("layer: no GeoJSON feature collection"));
    assert!(error("{").starts_with("layer: no readable JSON, line 1, column 1"));
    assert!(error("{}").starts_with("layer: no GeoJSON"));
    assert!(error(r#"{"type":"Topology"}"#).starts_with("layer: no GeoJSON"));
    assert!(error(r#"{"type":"FeatureCollection","features":[]}"#).starts_with("layer: empty"));
    assert!(error(r#"{"type":"FeatureCollection","features":7}"#).starts_with("layer: no GeoJSON"));
    let deep = format!(r#"{{"type":{}"#, "[".repeat(10_000));
    assert!(error(&deep).starts_with("layer: no readable JSON"));
    let half = collection(&[feature(&codes()[0], &[&sound()])]);
    assert!(error(&half[..half.len() / 2]).starts_with("layer: no readable JSON"));
}

#[test]
fn a_hundred_megabytes_of_garbage_are_refused_unread_and_smaller_floods_are_counted_first() {
    let huge = vec![b'['; 100 << 20];
    let refused = PolygonLayer::parse(&huge, &LayerSpec::default()).unwrap_err();
    assert_eq!(
        refused.findings[0].fault,
        Fault::TooLarge {
            bytes: 100 << 20,
            limit: MAX_LAYER_BYTES
        }
    );
    for flood in ["[1],", "1,", "{},", "\"\","] {
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{}"#,
            flood.repeat(30_000_000 / flood.len())
        );
        let said = error(&text);
        assert!(
            said.contains("more than") || said.contains("no readable JSON"),
            "{flood}: {said}"
        );
    }
}

#[test]
fn every_fault_of_a_feature_names_the_feature_and_what_to_do() {
    let code = &codes()[3];
    let good = feature(&codes()[0], &[&square(106.7, -6.2, 0.01)]);
    let with = |bad: String| error(&collection(&[good.clone(), bad]));
    let shape = |points: &[(f64, f64)]| with(feature(code, &[points]));
    let geometry = |text: &str| with(with_geometry(code, text));
    let cases = [
        (
            shape(&sound()[..4]),
            "ring 0 is not closed: repeat its first position",
        ),
        (shape(&sound()[..3]), "ring 0 has fewer than 4 positions"),
        (shape(&[]), "empty"),
        (shape(&[(106.8, -6.2); 5]), "ring 0 encloses no area"),
        (
            shape(&[(106.8, -6.2), (106.81, -6.2), (106.82, -6.2), (106.8, -6.2)]),
            "ring 0 encloses no area",
        ),
        (
            shape(&square(-6.2, 106.8, 0.01)),
            "latitude and longitude are in the wrong order",
        ),
        (
            shape(&square(700_000.0, 9_313_000.0, 1000.0)),
            "metres of a projection: reproject",
        ),
        (shape(&square(-0.5, 51.0, 0.01)), "lies outside Indonesia"),
        (shape(&square(106.8, 95.0, 0.01)), "out of range"),
        (
            shape(&[
                (179.0, -6.0),
                (-179.0, -6.0),
                (-179.0, -5.0),
                (179.0, -5.0),
                (179.0, -6.0),
            ]),
            "crosses the antimeridian, split it",
        ),
        (
            shape(&[
                (106.8, -6.2),
                (106.81, -6.19),
                (106.81, -6.2),
                (106.8, -6.19),
                (106.8, -6.2),
            ]),
            "encloses no area",
        ),
        (
            shape(&[
                (106.8, -6.2),
                (106.81, -6.18),
                (106.81, -6.2),
                (106.8, -6.19),
                (106.8, -6.2),
            ]),
            "its sides cross each other",
        ),
        (geometry("null"), "the geometry is missing"),
        (
            geometry(r#"{"type":"Point","coordinates":[106.8,-6.2]}"#),
            "the geometry is Point",
        ),
        (geometry(r#"{"type":"Polygon","coordinates":[]}"#), "empty"),
        (
            geometry(r#"{"type":"MultiPolygon","coordinates":[]}"#),
            "empty",
        ),
        (
            geometry(r#"{"type":"Polygon","coordinates":[[["a","b"]]]}"#),
            "no readable feature",
        ),
        (
            geometry(r#"{"type":"Polygon","coordinates":[[[1],[2],[3],[1]]]}"#),
            "no",
        ),
        (
            geometry(r#"{"type":"Polygon","coordinates":[[[1e999,2],[2,3],[3,4],[1,2]]]}"#),
            "no",
        ),
    ];
    for (said, expected) in &cases {
        // What is no JSON number is no readable feature, and so has no readable code.
        let unread = said.starts_with("feature 1: no readable feature");
        let named = said.starts_with(&format!("feature 1 ({code}): "));
        assert!(named || unread, "{said}");
        assert!(said.contains(expected), "{said:?} should say {expected:?}");
        assert!(!said.contains("106.8"), "coordinates in {said:?}");
    }
    for number in ["NaN", "Infinity", "-Infinity", "106,8"] {
        let text = collection(std::slice::from_ref(&good)).replace("106.7,", &format!("{number},"));
        assert!(parse(&text).is_err(), "{number}");
    }
}

#[test]
fn codes_must_be_there_known_and_once() {
    let (a, b) = (codes()[0].clone(), codes()[1].clone());
    let (here, there) = (square(106.7, -6.2, 0.01), square(106.8, -6.2, 0.01));
    let two = |b: &str| collection(&[feature(&a, &[&here]), feature(b, &[&there])]);
    assert!(parse(&two(&b)).is_ok());
    assert!(
        parse(&two(&b.replace('.', ""))).is_ok(),
        "dots may be missing"
    );
    assert!(error(&two(&a)).contains("the same code as feature 0"));
    assert!(error(&two("31.73.01.1099")).contains("the code is in no list"));
    assert!(error(&two("Kapuk")).contains("the code has not ten digits"));
    assert!(error(&two(&b).replace("\"code\"", "\"kode\"")).contains("no property \"code\""));
    let mapped = LayerSpec {
        properties: Properties {
            code: "kode".into(),
            ..Properties::default()
        },
        ..LayerSpec::default()
    };
    let text = two(&b).replace("\"code\"", "\"kode\"");
    assert!(PolygonLayer::parse(text.as_bytes(), &mapped).is_ok());
    let coming = LayerSpec {
        new_codes: vec!["31.73.01.1099".into()],
        ..LayerSpec::default()
    };
    assert!(PolygonLayer::parse(two("31.73.01.1099").as_bytes(), &coming).is_ok());
    // OCHA's files have BPS numbers; the built-in names come with the code.
    let bps = LayerSpec {
        codes: Codes::Bps2020,
        ..LayerSpec::default()
    };
    let text = collection(&[feature("ID3101020001", &[&here])]);
    let layer = PolygonLayer::parse(text.as_bytes(), &bps).unwrap();
    let first = layer.places().iter().next().unwrap();
    assert_eq!(
        (first.code.as_str(), first.name.as_str()),
        ("31.01.01.1001", "Pulau Panggang")
    );
}

#[test]
fn only_wgs84_is_taken() {
    let plain = collection(&[feature(&codes()[0], &[&sound()])]);
    let with = |crs: &str| plain.replacen('{', &format!("{{\"crs\":{crs},"), 1);
    let named = |name: &str| {
        with(&format!(
            r#"{{"type":"name","properties":{{"name":"{name}"}}}}"#
        ))
    };
    for good in [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "EPSG:4326",
        "urn:ogc:def:crs:EPSG::4326",
    ] {
        assert!(parse(&named(good)).is_ok(), "{good}");
    }
    assert!(parse(&with("null")).is_ok());
    for bad in ["EPSG:32748", "urn:ogc:def:crs:EPSG::3857", "", "EPSG:23830"] {
        assert!(
            error(&named(bad)).contains("reproject to EPSG:4326"),
            "{bad}"
        );
    }
    assert!(parse(&with("{}")).is_err() && parse(&with("7")).is_err());
}

#[test]
fn overlaps_beyond_the_tolerance_are_errors_and_slivers_are_warnings() {
    let two = |a: &[(f64, f64)], b: &[(f64, f64)]| {
        collection(&[feature(&codes()[0], &[a]), feature(&codes()[1], &[b])])
    };
    let one = square(106.8, -6.2, 0.01);
    assert!(
        parse(&two(&one, &square(106.81, -6.2, 0.01)))
            .unwrap()
            .warnings()
            .len()
            == 1
    );
    let said = error(&two(&one, &square(106.805, -6.195, 0.01)));
    assert!(said.contains("overlaps feature 0"), "{said}");
    assert!(error(&two(&one, &square(106.803, -6.197, 0.002))).contains("overlaps feature 0"));
    assert!(error(&two(&one, &square(106.799, -6.201, 0.012))).contains("overlaps feature 0"));
    assert!(error(&two(&one, &one)).contains("the same shape as feature 0"));
    let mut turned = one.clone();
    turned.reverse();
    assert!(error(&two(&one, &turned)).contains("the same shape as feature 0"));
    // Through a corner, and along a side: no two sides cross.
    let corner = [
        (106.81, -6.19),
        (106.805, -6.195),
        (106.815, -6.18),
        (106.81, -6.19),
    ];
    assert!(error(&two(&one, &corner)).contains("overlaps feature 0"));
    let along = [
        (106.802, -6.2),
        (106.808, -6.2),
        (106.805, -6.195),
        (106.802, -6.2),
    ];
    assert!(error(&two(&one, &along)).contains("overlaps feature 0"));
    // Twenty centimetres.
    let close = parse(&two(&one, &square(106.809_998, -6.2, 0.01))).unwrap();
    let sliver = |f: &jaga_geo::Finding| matches!(f.fault, Fault::Sliver { other: 0, .. });
    assert!(close.warnings().iter().any(sliver));
}

#[test]
fn holes_islands_and_turned_rings_are_understood() {
    let (outer, inner) = (square(106.8, -6.2, 0.01), square(106.803, -6.197, 0.002));
    let holder = feature(&codes()[0], &[&outer, &inner]);
    let filler = feature(&codes()[1], &[&inner]);
    let layer = parse(&collection(&[holder, filler])).unwrap();
    let at = |lon, lat| {
        layer
            .containing(Position::new(lat, lon).unwrap())
            .map(|k| k.code.clone())
    };
    assert_eq!(at(106.801, -6.199).as_ref(), Some(&codes()[0]));
    assert_eq!(at(106.804, -6.196).as_ref(), Some(&codes()[1]));
    assert_eq!(at(106.82, -6.196), None);
    // The hole is a border too: 111 m to the south of the middle.
    let near = layer
        .border_m(Position::new(-6.198, 106.804).unwrap(), &codes()[0])
        .unwrap();
    assert!((near - 110.6).abs() < 0.3, "{near}");
    let outside = square(106.83, -6.2, 0.001);
    let said = error(&collection(&[feature(&codes()[0], &[&outer, &outside])]));
    assert!(
        said.contains("ring 1 is a hole outside its polygon"),
        "{said}"
    );
    let islands = format!(
        r#"{{"type":"MultiPolygon","coordinates":[[{}],[{}]]}}"#,
        made::ring(&outer),
        made::ring(&outside)
    );
    let layer = parse(&collection(&[with_geometry(&codes()[0], &islands)])).unwrap();
    assert_eq!(layer.report().areas[0].parts, 2);
    let nested = islands.replace(&made::ring(&outside), &made::ring(&inner));
    let said = error(&collection(&[with_geometry(&codes()[0], &nested)]));
    assert!(said.contains("ring 1 lies within another part"), "{said}");
    let mut turned = outer.clone();
    turned.reverse();
    let layer = parse(&collection(&[feature(&codes()[0], &[&turned])])).unwrap();
    assert!(
        layer
            .warnings()
            .iter()
            .any(|f| f.fault == Fault::Turned { rings: 1 })
    );
    assert!(
        layer
            .containing(Position::new(-6.195, 106.805).unwrap())
            .is_some()
    );
}

#[test]
fn gaps_are_found_by_the_report_and_its_areas_add_up() {
    let (west, east) = (square(106.80, -6.2, 0.01), square(106.82, -6.2, 0.01));
    let bridge = |south: f64| {
        let north = south + 0.002;
        vec![
            (106.81, south),
            (106.82, south),
            (106.82, north),
            (106.81, north),
            (106.81, south),
        ]
    };
    let features: Vec<String> = [west, east, bridge(-6.2), bridge(-6.192)]
        .iter()
        .zip(codes())
        .map(|(points, code)| feature(&code, &[points]))
        .collect();
    let report = parse(&collection(&features)).unwrap().report();
    let gaps: Vec<f64> = report
        .warnings
        .iter()
        .filter_map(|f| match &f.fault {
            Fault::Gap { area_m2, beside } => {
                assert_eq!(*beside, codes()[..4], "{beside:?}");
                Some(*area_m2)
            }
            _ => None,
        })
        .collect();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    // 0.01 by 0.006 degrees.
    assert!((gaps[0] / (1106.6 * 663.5) - 1.0).abs() < 0.002, "{gaps:?}");
    assert!((report.area_m2 / (1106.6 * 1105.8 * 2.4) - 1.0).abs() < 0.002);
    assert_eq!(report.positions, 20);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_whatever_makes_it_panic(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&text);
        let _ = PolygonLayer::parse(&bytes, &LayerSpec::default());
    }

    #[test]
    fn no_polygon_whatever_makes_it_panic_and_what_is_taken_answers(
        points in proptest::collection::vec((106.7..106.9_f64, -6.3..-6.1_f64), 0..12),
        wild in proptest::collection::vec((any::<f64>(), any::<f64>()), 0..6),
    ) {
        let mut shape = points;
        shape.extend(shape.first().copied());
        if let Ok(layer) = parse(&collection(&[feature(&codes()[0], &[&shape])])) {
            let report = layer.report();
            prop_assert!(report.area_m2 > 0.0);
        }
        let _ = parse(&collection(&[feature(&codes()[0], &[&wild])]));
    }

    #[test]
    fn a_flipped_byte_is_an_error_or_a_layer_but_no_panic(at in 0.0..1.0_f64, to in any::<u8>()) {
        let mut bytes = city(3, &mut dice("flip")).into_bytes();
        let at = (at * bytes.len() as f64) as usize;
        bytes[at] = to;
        let _ = PolygonLayer::parse(&bytes, &LayerSpec::default());
    }
}
