//! The polygons the gazetteer was computed from, where a tester has them.
#![allow(dead_code, reason = "each test file uses its part of this")]

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A file of `geo` in `$JAGA_SHARED`, or in `shared` beside the project.
#[expect(
    clippy::disallowed_methods,
    reason = "the place of the test's data is the tester's to say"
)]
#[expect(clippy::print_stderr, reason = "a test that did nothing must say so")]
pub(crate) fn shared(file: &str) -> Option<String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let path = std::env::var_os("JAGA_SHARED")
        .map_or_else(beside, PathBuf::from)
        .join("geo")
        .join(file);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {} is absent", path.display());
    }
    text
}

/// One closed ring with its bounding box, as longitude and latitude.
pub(crate) struct Ring {
    pub(crate) points: Vec<(f64, f64)>,
    west: f64,
    east: f64,
}

/// A kelurahan's polygons.
pub(crate) struct Shape {
    pub(crate) code: String,
    pub(crate) rings: Vec<Ring>,
}

impl Shape {
    /// Even-odd over all rings: holes and islands need no special care.
    pub(crate) fn contains(&self, lon: f64, lat: f64) -> bool {
        let crossings = self.rings.iter().filter(|r| r.west <= lon && lon <= r.east);
        crossings.fold(false, |inside, ring| inside ^ odd(&ring.points, lon, lat))
    }
}

/// Whether a ray to the south crosses the ring an odd number of times.
fn odd(ring: &[(f64, f64)], lon: f64, lat: f64) -> bool {
    ring.windows(2).fold(false, |inside, pair| {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        let crosses = (x1 > lon) != (x2 > lon) && lat > (y2 - y1) * (lon - x1) / (x2 - x1) + y1;
        inside ^ crosses
    })
}

/// All kelurahan of the polygon file.
pub(crate) fn shapes() -> Option<Vec<Shape>> {
    let json: Value = serde_json::from_str(&shared("jakarta_kelurahan.geojson")?).unwrap();
    let list = |v: &Value| v.as_array().unwrap().clone();
    let ring = |v: &Value| {
        let points: Vec<(f64, f64)> = list(v)
            .iter()
            .map(|p| (p[0].as_f64().unwrap(), p[1].as_f64().unwrap()))
            .collect();
        let lons = points.iter().map(|p| p.0);
        let (west, east) = (
            lons.clone().fold(f64::MAX, f64::min),
            lons.fold(f64::MIN, f64::max),
        );
        Ring { points, west, east }
    };
    let shape = |feature: &Value| {
        let geometry = &feature["geometry"];
        let coordinates = &geometry["coordinates"];
        let rings = match geometry["type"].as_str() {
            Some("Polygon") => list(coordinates).iter().map(ring).collect(),
            _ => list(coordinates)
                .iter()
                .flat_map(list)
                .map(|r| ring(&r))
                .collect(),
        };
        Shape {
            code: feature["properties"]["code"].as_str().unwrap().to_owned(),
            rings,
        }
    };
    Some(list(&json["features"]).iter().map(shape).collect())
}
