//! What one point is told, whether it comes alone or among a million rows.

use anyhow::{Context, bail};
use jaga_geo::{Certainty, Kelurahan, Layer, PlaceVerdict, Position, Standing};

/// A point's place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer<'a> {
    /// The kelurahan that holds the point by the layer; where none does, the nearest within 100 m.
    pub kelurahan: Option<&'a Kelurahan>,
    /// Against the claimed kelurahan; without a claim, against the one it is in.
    pub verdict: PlaceVerdict,
    /// Metres to the border of the same; outside all of them, to the nearest. `None` without borders.
    pub distance_to_border_m: Option<f64>,
}

/// Answers as `jaga_geo::judge` does, without what a row has no column for.
pub fn answer<'a>(
    layer: &'a dyn Layer,
    position: Position,
    band_m: f64,
    claimed: Option<&Kelurahan>,
) -> Answer<'a> {
    let mut answer = place(layer, position, band_m);
    if let Some(claimed) = claimed {
        let border_m = layer.border_m(position, &claimed.code);
        answer.distance_to_border_m = border_m.or(answer.distance_to_border_m);
        answer.verdict = match layer.standing(position, &claimed.code, band_m) {
            Some(Standing::Within) => PlaceVerdict::Inside,
            Some(Standing::Unsure) => PlaceVerdict::NearBorder,
            Some(Standing::Beyond) => PlaceVerdict::Outside,
            None => PlaceVerdict::NotApplicable,
        };
    }
    answer
}

fn place(layer: &dyn Layer, position: Position, band_m: f64) -> Answer<'_> {
    // Most points lie in a polygon: then its own border settles everything, and the neighbours need
    // not be looked for.
    if let Some(inside) = layer.polygons().and_then(|l| l.containing(position))
        && let Some(border_m) = layer.border_m(position, &inside.code)
    {
        let near = border_m <= band_m;
        return Answer {
            kelurahan: Some(inside),
            verdict: if near {
                PlaceVerdict::NearBorder
            } else {
                PlaceVerdict::Inside
            },
            distance_to_border_m: Some(border_m),
        };
    }
    let found = layer.whereabouts(position, band_m);
    // The band is for the verdict: what the circles know of the point itself is said even within it.
    let code = match found.certainty {
        Certainty::Candidates => layer.whereabouts(position, 0.0).kelurahan,
        _ => found.kelurahan,
    };
    Answer {
        kelurahan: code.and_then(|code| layer.places().by_code(&code)),
        verdict: match found.certainty {
            Certainty::Certain => PlaceVerdict::Inside,
            Certainty::Outside => PlaceVerdict::Outside,
            _ => PlaceVerdict::NearBorder,
        },
        distance_to_border_m: found.distance_to_border_m,
    }
}

/// A number of degrees as somebody typed it.
pub fn degrees(what: &str, text: &str) -> anyhow::Result<f64> {
    let wrong = || format!("{what}: {text:?} is not a number of degrees (use a point, as in -6.2)");
    let value: f64 = text.trim().parse().with_context(wrong)?;
    if !value.is_finite() {
        bail!("{what}: {text:?} is not a number of degrees");
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use jaga_geo::{Claim, Gazetteer, LayerSpec, PlaceVerdict, PolygonLayer, border_band_m, judge};

    use super::*;

    /// Four squares of 0.01 degrees, with a gap of 0.0005 between west and east.
    fn squares() -> PolygonLayer {
        let feature = |(n, (west, south)): (usize, (f64, f64))| {
            let (east, north) = (west + 0.01, south + 0.01);
            format!(
                r#"{{"type":"Feature","properties":{{"code":"31.73.01.100{}"}},"geometry":
                {{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],
                [{west},{north}],[{west},{south}]]]}}}}"#,
                n + 1
            )
        };
        let corners = [
            (106.8, -6.2),
            (106.8105, -6.2),
            (106.8, -6.19),
            (106.8105, -6.19),
        ];
        let features: Vec<String> = corners.into_iter().enumerate().map(feature).collect();
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            features.join(",")
        );
        PolygonLayer::parse(text.as_bytes(), &LayerSpec::default()).expect("a sound layer")
    }

    #[test]
    fn a_row_says_what_judge_says() {
        let polygons = squares();
        let layers: [&dyn Layer; 2] = [&polygons, Gazetteer::builtin()];
        let claims = [None, Some("31.73.01.1001"), Some("31.73.01.1004")];
        let grid = (0..=40).flat_map(|y| (0..=40).map(move |x| (x, y)));
        for (x, y) in grid {
            let (lat, lon) = (-6.21 + f64::from(y) * 0.001, 106.79 + f64::from(x) * 0.001);
            let position = Position::new(lat, lon).expect("a position");
            for (layer, code) in layers.iter().flat_map(|l| claims.map(|c| (*l, c))) {
                let claimed = code.and_then(|code| layer.places().by_code(code));
                for accuracy in [None, Some(300.0)] {
                    let band_m = border_band_m(accuracy);
                    let ours = answer(layer, position, band_m, claimed);
                    let claim = Claim {
                        kelurahan: code,
                        ..Claim::default()
                    };
                    let placed = judge(layer, Some((lat, lon)), accuracy, &claim);
                    let bits = |m: Option<f64>| m.map(f64::to_bits);
                    assert_eq!(
                        bits(ours.distance_to_border_m),
                        bits(placed.distance_to_border_m),
                        "{lat} {lon} {code:?}"
                    );
                    if code.is_some() {
                        assert_eq!(ours.verdict, placed.verdict, "{lat} {lon} {code:?}");
                        continue;
                    }
                    let expected = match placed.certainty {
                        Some(Certainty::Certain) => PlaceVerdict::Inside,
                        Some(Certainty::Outside) => PlaceVerdict::Outside,
                        _ => PlaceVerdict::NearBorder,
                    };
                    assert_eq!(ours.verdict, expected, "{lat} {lon}");
                    let sure = placed.kelurahan.as_deref();
                    let named = ours.kelurahan.map(|k| k.code.as_str());
                    assert!(sure.is_none() || sure == named, "{lat} {lon}");
                }
            }
        }
    }

    #[test]
    fn only_finite_numbers_with_a_point_are_degrees() {
        for good in ["-6.2", " 106.8 ", "+6", "1e2", "-0.0"] {
            assert!(degrees("LAT", good).is_ok(), "{good}");
        }
        for bad in ["-6,2", "", "NaN", "inf", "1e999", "6.2S", "0x10"] {
            let said = degrees("LAT", bad).expect_err(bad).to_string();
            assert!(said.starts_with("LAT: ") && said.contains(bad), "{said}");
        }
    }
}
