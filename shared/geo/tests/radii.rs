//! The radii of `data/gazetteer.csv` are computed here, from polygons that are not part of the
//! project. `JAGA_BLESS=1` writes the file anew, with the same codes, names and centres.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod common;

use std::path::Path;

use common::{Shape, shapes};
use jaga_geo::{Gazetteer, Kelurahan, Position, distance_m};

/// Metres from a centre to the nearest and the farthest point of a border.
fn extent(shape: &Shape, centre: Position) -> (f64, f64) {
    // A plane that is true at the centre: one degree each way by WGS84. Over the 2 km of the
    // largest inner circle it is off by less than 0.1 m.
    let degree = |lat: f64, lon: f64| {
        let from = |sign: f64| Position {
            lat: centre.lat + sign * lat / 200.0,
            lon: centre.lon + sign * lon / 200.0,
        };
        distance_m(from(-1.0), from(1.0)) * 100.0
    };
    let (north, east) = (degree(1.0, 0.0), degree(0.0, 1.0));
    let (mut nearest, mut farthest) = (f64::MAX, 0.0_f64);
    for ring in &shape.rings {
        for &(lon, lat) in &ring.points {
            // What is farthest is a corner.
            farthest = farthest.max(distance_m(centre, Position { lat, lon }));
        }
        for pair in ring.points.windows(2) {
            let plane =
                |(lon, lat): (f64, f64)| ((lon - centre.lon) * east, (lat - centre.lat) * north);
            let ((x, y), (x2, y2)) = (plane(pair[0]), plane(pair[1]));
            let (dx, dy) = (x2 - x, y2 - y);
            let length2 = dx * dx + dy * dy;
            let t = if length2 > 0.0 {
                (-(x * dx + y * dy) / length2).clamp(0.0, 1.0)
            } else {
                0.0
            };
            nearest = nearest.min((x + t * dx).hypot(y + t * dy));
        }
    }
    (nearest, farthest)
}

fn bless(rows: &[(&Kelurahan, f64, f64)]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/gazetteer.csv");
    let mut writer = csv::Writer::from_path(path).unwrap();
    writer
        .write_record([
            "code",
            "name",
            "district",
            "city",
            "lat",
            "lon",
            "inradius_m",
            "circumradius_m",
            "aliases",
        ])
        .unwrap();
    for (k, inner, outer) in rows {
        let numbers = [
            format!("{:.5}", k.centre.lat),
            format!("{:.5}", k.centre.lon),
            inner.to_string(),
            outer.to_string(),
        ];
        let texts = [&k.code, &k.name, &k.district, &k.city].map(String::as_str);
        let aliases = k.aliases.join(";");
        let record = texts
            .into_iter()
            .chain(numbers.iter().map(String::as_str))
            .chain([aliases.as_str()]);
        writer.write_record(record).unwrap();
    }
    writer.flush().unwrap();
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the tester says whether the file is written anew"
)]
fn the_radii_are_those_of_the_polygons_rounded_to_the_safe_side() {
    let Some(shapes) = shapes() else { return };
    let all = Gazetteer::builtin();
    let rows: Vec<(&Kelurahan, f64, f64)> = all
        .iter()
        .map(|k| {
            let shape = shapes.iter().find(|s| s.code == k.code).unwrap();
            assert!(
                shape.contains(k.centre.lon, k.centre.lat),
                "{} has its centre elsewhere",
                k.name
            );
            let (nearest, farthest) = extent(shape, k.centre);
            (k, nearest.floor(), farthest.ceil())
        })
        .collect();
    if std::env::var_os("JAGA_BLESS").is_some() {
        return bless(&rows);
    }
    for (k, inner, outer) in rows {
        let stated = (k.inradius_m, k.circumradius_m);
        assert!(
            (stated.0 - inner).abs() < 0.5 && (stated.1 - outer).abs() < 0.5,
            "{}: {stated:?} stand in the file, {inner} and {outer} are computed",
            k.name
        );
    }
}
