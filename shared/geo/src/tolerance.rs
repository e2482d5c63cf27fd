//! How far off is still normal. Every figure is a default of ours with its reason; no rule of the
//! city states one.

use crate::fold;

/// Metres on both sides of a border in which two good sources may name different kelurahan. Two
/// public boundary sets differ there by 27 m (90th percentile), a phone by 5 to 20 m more.
pub const BORDER_BAND_M: f64 = 50.0;

/// Metres a photographer may stand from a spot: across the street, or at the reporter's own gate.
pub const REACH_OF_A_SPOT_M: f64 = 50.0;

/// Metres along a thing that is long: the pin marks one place of a road, the work is at another.
pub const REACH_OF_A_LINE_M: f64 = 250.0;

/// Words in a category's name that say that the thing is long or wide.
const LINES: [&str; 20] = [
    "jalan",
    "jembatan",
    "trotoar",
    "kali",
    "sungai",
    "saluran",
    "drainase",
    "got",
    "gorong",
    "tanggul",
    "waduk",
    "situ",
    "banjir",
    "genangan",
    "rob",
    "macet",
    "kemacetan",
    "kabel",
    "galian",
    "jalur",
];

/// Half the width of the border band for a position of this accuracy, metres. An accuracy that is
/// missing, negative or no number counts as none stated.
pub fn border_band_m(accuracy_m: Option<f64>) -> f64 {
    BORDER_BAND_M
        + accuracy_m
            .filter(|a| a.is_finite() && *a > 0.0)
            .unwrap_or(0.0)
}

/// How far from the ticket's point a photo of it may normally be taken, metres: the border band,
/// the photo's own accuracy, and the reach of what the category is about.
pub fn tolerance_m(accuracy_m: Option<f64>, category: Option<&str>) -> f64 {
    let reach = if category.is_some_and(is_long) {
        REACH_OF_A_LINE_M
    } else {
        REACH_OF_A_SPOT_M
    };
    border_band_m(accuracy_m) + reach
}

/// Metres to the border, and the share of cases in which two independent public sources name
/// different kelurahan nearer than that (measured on Jakarta's borders). Between 100 and 200 m nothing
/// was stated; the figure for 50 to 100 m is kept.
const DIFFERENT: [(f64, f64); 5] = [
    (5.0, 0.35),
    (10.0, 0.16),
    (25.0, 0.06),
    (50.0, 0.03),
    (200.0, 0.016),
];

/// Over 200 m.
const DIFFERENT_FAR: f64 = 0.001;

/// How often a second source names the same kelurahan for a point this far from the border, 0 to 1.
pub fn confidence(distance_to_border_m: f64) -> f64 {
    let nearer = DIFFERENT.iter().find(|(m, _)| distance_to_border_m < *m);
    1.0 - nearer.map_or(DIFFERENT_FAR, |(_, share)| *share)
}

fn is_long(category: &str) -> bool {
    category
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| LINES.contains(&fold(word).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roads_and_rivers_are_long_and_a_tree_is_not() {
        for long in [
            "Jalan Rusak",
            "Saluran Air, Kali/Sungai",
            "BANJIR",
            "Trotoar",
        ] {
            assert_eq!(
                tolerance_m(None, Some(long)).to_bits(),
                300_f64.to_bits(),
                "{long}"
            );
        }
        for spot in [Some("Pohon Tumbang"), Some("Kalimat lain"), Some(""), None] {
            assert_eq!(
                tolerance_m(None, spot).to_bits(),
                100_f64.to_bits(),
                "{spot:?}"
            );
        }
    }

    #[test]
    fn an_impossible_accuracy_counts_as_none_stated() {
        for bad in [Some(f64::NAN), Some(f64::INFINITY), Some(-3.0), None] {
            assert_eq!(border_band_m(bad).to_bits(), BORDER_BAND_M.to_bits());
        }
        assert_eq!(border_band_m(Some(12.0)).to_bits(), 62_f64.to_bits());
    }
}
