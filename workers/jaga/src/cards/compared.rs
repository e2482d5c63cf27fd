//! Photos held against each other: in words, and as outlines over the picture.

use std::fmt::Write as _;

use jaga_ticket::closure::EvidenceFacts;

use super::words;
use crate::html::esc;

/// The outline of a part that another photo shows otherwise, in shares of the picture's width and
/// height from its upper left corner.
pub type Outline = Vec<[f64; 2]>;

/// Outlines to lie over a picture, as SVG; empty where there are none. Whoever keeps where photos
/// differ hands it in here.
pub fn outlines(regions: Option<&[Outline]>) -> String {
    let Some(regions) = regions.filter(|all| !all.is_empty()) else {
        return String::new();
    };
    let mut svg =
        String::from("<svg viewBox=\"0 0 1 1\" preserveAspectRatio=none aria-hidden=true>");
    for region in regions {
        let sound = |share: f64| {
            if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        let points: Vec<String> = region
            .iter()
            .map(|[x, y]| format!("{:.4},{:.4}", sound(*x), sound(*y)))
            .collect();
        // Writing to a string can't fail.
        let _never = write!(svg, "<polygon points=\"{}\"/>", points.join(" "));
    }
    svg + "</svg>"
}

/// A row for each photo that this one was compared with; cells are HTML.
pub fn rows(photo: &EvidenceFacts) -> Vec<Vec<String>> {
    let percent =
        |share: Option<f64>| share.map_or_else(String::new, |s| format!("{:.0} %", s * 100.0));
    let mut scenes: Vec<_> = photo.scenes.iter().collect();
    scenes.sort_by(|a, b| (b.relation, &a.photo).cmp(&(a.relation, &b.photo)));
    scenes
        .into_iter()
        .map(|scene| {
            let (id, en) = words::relation(scene.relation);
            vec![
                esc(photo.photo.as_str()),
                esc(scene.photo.as_str()),
                format!("{id} <span lang=en>/ {en}</span>"),
                percent(Some(scene.confidence)),
                percent(scene.aligned),
                percent(scene.changed),
            ]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_stay_within_the_picture_and_none_is_nothing() {
        assert_eq!(outlines(None), "");
        assert_eq!(outlines(Some(&[])), "");
        let odd = vec![vec![[0.25, 0.5], [7.0, -1.0], [f64::NAN, 0.5]]];
        let svg = outlines(Some(&odd));
        assert!(
            svg.contains("points=\"0.2500,0.5000 1.0000,0.0000 0.0000,0.5000\""),
            "{svg}"
        );
    }
}
