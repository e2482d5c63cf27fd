//! Made-up layers, written as GeoJSON: a grid of kelurahan with wavy borders, and single features.
#![allow(dead_code, reason = "each test file uses its part of this")]

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A generator with a seed that is said, so that a failure can be repeated.
#[expect(clippy::print_stderr, reason = "a failure must be repeatable")]
#[expect(clippy::disallowed_methods, reason = "the tester may repeat a seed")]
pub(crate) fn dice(test: &str) -> ChaCha8Rng {
    let seed = std::env::var("JAGA_TEST_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(20_261_122_u64);
    eprintln!("{test}: JAGA_TEST_SEED={seed}");
    ChaCha8Rng::seed_from_u64(seed)
}

/// A ring's positions as GeoJSON has them.
pub(crate) fn ring(points: &[(f64, f64)]) -> String {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("[{x},{y}]")).collect();
    format!("[{}]", points.join(","))
}

/// A feature of one polygon: its shell, then its holes.
pub(crate) fn feature(code: &str, rings: &[&[(f64, f64)]]) -> String {
    let rings: Vec<String> = rings.iter().map(|r| ring(r)).collect();
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[{}]}}}}"#,
        rings.join(",")
    )
}

/// A feature with any geometry.
pub(crate) fn with_geometry(code: &str, geometry: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{geometry}}}"#)
}

/// A collection of features.
pub(crate) fn collection(features: &[String]) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

/// A closed square: its south-west corner and its side, degrees.
pub(crate) fn square(west: f64, south: f64, side: f64) -> Vec<(f64, f64)> {
    let (east, north) = (west + side, south + side);
    vec![
        (west, south),
        (east, south),
        (east, north),
        (west, north),
        (west, south),
    ]
}

/// Codes of Jakarta, for features that need known ones.
pub(crate) fn codes() -> Vec<String> {
    let all = jaga_geo::Gazetteer::builtin();
    all.iter().map(|k| k.code.clone()).collect()
}

/// A city of `n` by `n` kelurahan around Jakarta's middle, with crooked borders that neighbours share
/// to the bit, and nothing between them.
pub(crate) fn city(n: usize, rng: &mut ChaCha8Rng) -> String {
    const BENDS: usize = 6;
    let (west, south, side) = (106.75, -6.30, 0.012);
    let steps = n * BENDS;
    let mut wiggle = || (rng.random::<f64>() - 0.5) * side / BENDS as f64 * 0.6;
    // Every corner and every bend of the lattice once.
    let at: Vec<Vec<(f64, f64)>> = (0..=steps)
        .map(|y| {
            let lat = south + y as f64 * side / BENDS as f64;
            let lon = |x: usize| west + x as f64 * side / BENDS as f64;
            (0..=steps)
                .map(|x| (lon(x) + wiggle(), lat + wiggle()))
                .collect()
        })
        .collect();
    let codes = codes();
    let mut features = Vec::new();
    for row in 0..n {
        for column in 0..n {
            let (x0, y0) = (column * BENDS, row * BENDS);
            let mut points = Vec::new();
            points.extend((0..BENDS).map(|k| at[y0][x0 + k]));
            points.extend((0..BENDS).map(|k| at[y0 + k][x0 + BENDS]));
            points.extend((0..BENDS).map(|k| at[y0 + BENDS][x0 + BENDS - k]));
            points.extend((0..BENDS).map(|k| at[y0 + BENDS - k][x0]));
            points.push(points[0]);
            features.push(feature(&codes[row * n + column], &[&points]));
        }
    }
    collection(&features)
}
