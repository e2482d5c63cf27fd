//! Where the evidence was taken, around the reporter's pin: metres, and no coordinate.

use std::fmt::Write as _;

use jaga_geo::{Position, distance_m};

use crate::html::esc;

/// Pixels.
const SIDE: f64 = 480.0;
/// Pixels from the pin to the outermost ring.
const REACH: f64 = 200.0;
/// Photos that are farther away are drawn at the edge.
const FAR_M: f64 = 5000.0;

/// A sketch with the pin in the middle, north up. `photos`: a caption and a position each.
pub fn sketch(pin: Position, photos: &[(String, Position)], tolerance_m: Option<u32>) -> String {
    let tolerance = tolerance_m.map_or(0.0, f64::from);
    let farthest = photos
        .iter()
        .map(|(_, at)| distance_m(pin, *at))
        .fold(tolerance.max(50.0), f64::max);
    let radius = ring(farthest.min(FAR_M));
    let pixels = REACH / radius;
    let middle = SIDE / 2.0;
    let mut svg = format!(
        "<svg class=sketch role=img aria-label=\"Denah / sketch\" viewBox=\"0 0 {SIDE} {SIDE}\">"
    );
    let mut put = |text: std::fmt::Arguments<'_>| {
        // Writing to a string can't fail.
        let _never = svg.write_fmt(text);
    };
    if tolerance > 0.0 && tolerance <= radius {
        put(format_args!(
            "<circle class=tolerance cx={middle} cy={middle} r=\"{:.1}\"><title>wajar / normal: \
             {tolerance:.0} m</title></circle>",
            tolerance * pixels
        ));
    }
    for share in [0.5, 1.0] {
        // Named at the bottom: photos are seldom exactly south.
        put(format_args!(
            "<circle class=ring cx={middle} cy={middle} r=\"{:.1}\"/><text x=\"{middle}\" y=\"{:.1}\">\
             {:.0} m</text>",
            REACH * share,
            REACH.mul_add(share, middle - 4.0),
            radius * share
        ));
    }
    put(format_args!(
        "<circle class=pin cx={middle} cy={middle} r=5 /><text x=\"{:.1}\" y=\"{:.1}\">titik / pin</text>\
         <text x=\"{middle}\" y=12>U / N</text>",
        middle + 8.0,
        middle - 8.0
    ));
    for (n, (caption, at)) in photos.iter().enumerate() {
        let metres = distance_m(pin, *at);
        // On a sketch of a few kilometres the ground is flat.
        let east = (at.lon - pin.lon) * pin.lat.to_radians().cos();
        let angle = (at.lat - pin.lat).atan2(east);
        let reach = metres.min(radius) * pixels;
        let (x, y) = (
            reach.mul_add(angle.cos(), middle),
            reach.mul_add(-angle.sin(), middle),
        );
        let caption = esc(caption);
        // Words point inwards, or they would leave the sheet.
        let (anchor, beside) = if x > middle {
            ("end", -9.0)
        } else {
            ("start", 9.0)
        };
        put(format_args!(
            "<circle class=photo cx=\"{x:.1}\" cy=\"{y:.1}\" r=6><title>{caption}: {metres:.0} m</title>\
             </circle><text text-anchor={anchor} x=\"{:.1}\" y=\"{:.1}\">{caption}: {metres:.0} m</text>",
            x + beside,
            // Photos of one place would write over each other.
            (n as f64).mul_add(14.0, y + 4.0)
        ));
    }
    svg + "</svg>"
}

/// A round number of metres that reaches so far.
fn ring(metres: f64) -> f64 {
    [100.0, 200.0, 500.0, 1000.0, 2000.0]
        .into_iter()
        .find(|ring| metres <= *ring)
        .unwrap_or(FAR_M)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sketch_holds_metres_and_no_coordinate() {
        let at = |lat, lon| Position::repaired(lat, lon).unwrap().0;
        let pin = at(-6.175_392, 106.827_153);
        let photos = [
            (
                "bukti 1 <b>".to_owned(),
                at(-6.175_392 + 0.0009, 106.827_153),
            ),
            ("bukti 2".to_owned(), at(-6.3, 106.827_153)),
        ];
        let svg = sketch(pin, &photos, Some(50));
        assert!(svg.contains(": 100 m") || svg.contains(": 99 m"), "{svg}");
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        for secret in ["106.8", "6.17", "6.3"] {
            assert!(!svg.contains(secret), "{secret}");
        }
        // North is up, and what is far stays on the sheet.
        let y: Vec<f64> = svg
            .split("class=photo ")
            .skip(1)
            .filter_map(|part| part.split("cy=\"").nth(1)?.split('"').next()?.parse().ok())
            .collect();
        assert!(
            y[0] < SIDE / 2.0 && (y[1] - (SIDE / 2.0 + REACH)).abs() < 1.0,
            "{y:?}"
        );
    }
}
