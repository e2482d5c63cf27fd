//! A map as SVG in the page: outlines of the layer, or the gazetteer's circles; pins; photos. Nothing
//! is fetched. Only made-up positions come on it: the week's pins and officers' photos.

use std::fmt::Write as _;

use jaga_geo::Layer;

/// Pixels.
const WIDTH: f64 = 1040.0;
/// Pixels around the city.
const MARGIN: f64 = 12.0;
/// The islands lie far out at sea and would make the city small.
const ISLANDS: &str = "31.01.";

/// A map of one layer, as far as it is drawn.
pub struct Map {
    out: String,
    /// Degrees: the west and the north end.
    corner: (f64, f64),
    /// Pixels a degree of longitude and of latitude.
    scale: (f64, f64),
    height: f64,
}

impl Map {
    /// The layer's kelurahan, the islands left out. `None` if there is nothing to draw.
    pub fn of(layer: &dyn Layer) -> Option<Self> {
        let places = || {
            let all = layer.places().iter();
            all.filter(|k| !k.code.starts_with(ISLANDS))
        };
        let mut frame = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
        for k in places() {
            let (lat, lon) = (k.centre.lat, k.centre.lon);
            // A circle's width, degrees: a degree of latitude has some 110.6 km.
            let reach = k.circumradius_m / 110_600.0;
            frame = (
                frame.0.min(lat - reach),
                frame.1.max(lat + reach),
                frame.2.min(lon - reach),
                frame.3.max(lon + reach),
            );
        }
        let (south, north, west, east) = frame;
        if south >= north || west >= east {
            return None;
        }
        // A degree of longitude is shorter by the cosine of the latitude.
        let x = (WIDTH - 2.0 * MARGIN) / (east - west);
        let y = x / f64::midpoint(south, north).to_radians().cos();
        let height = (north - south) * y + 2.0 * MARGIN;
        let mut map = Self {
            out: String::new(),
            corner: (west, north),
            scale: (x, y),
            height,
        };
        for k in places() {
            if let Some(polygons) = layer.polygons() {
                map.outline(&polygons.outline(&k.code));
            } else {
                let pixels = k.inradius_m / 110_600.0 * map.scale.1;
                map.circle((k.centre.lat, k.centre.lon), "inner", pixels, "");
            }
        }
        Some(map)
    }

    fn at(&self, (lat, lon): (f64, f64)) -> (f64, f64) {
        let x = (lon - self.corner.0) * self.scale.0 + MARGIN;
        let y = (self.corner.1 - lat) * self.scale.1 + MARGIN;
        (x, y)
    }

    /// Rings as one path; what is nearer together than a pixel is one point.
    fn outline(&mut self, rings: &[Vec<(f64, f64)>]) {
        self.put(format_args!("<path class=border d=\""));
        for ring in rings {
            let mut last: Option<(f64, f64)> = None;
            for (lon, lat) in ring {
                let (x, y) = self.at((*lat, *lon));
                let near = |(a, b): (f64, f64)| (x - a).hypot(y - b) < 1.0;
                if last.is_some_and(near) {
                    continue;
                }
                let pen = if last.is_none() { 'M' } else { 'L' };
                self.put(format_args!("{pen}{x:.1} {y:.1}"));
                last = Some((x, y));
            }
            self.put(format_args!("Z"));
        }
        self.put(format_args!("\"/>"));
    }

    /// A dot; `title` is escaped text.
    pub fn dot(&mut self, at: (f64, f64), class: &str, title: &str) {
        self.circle(at, class, if class == "pin" { 2.5 } else { 4.0 }, title);
    }

    fn circle(&mut self, at: (f64, f64), class: &str, radius: f64, title: &str) {
        let (x, y) = self.at(at);
        self.put(format_args!(
            "<circle class={class} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"><title>{title}</title></circle>"
        ));
    }

    /// From a pin to the photo that was taken elsewhere.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (self.at(from), self.at(to));
        self.put(format_args!(
            "<line class=apart x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        ));
    }

    fn put(&mut self, svg: std::fmt::Arguments<'_>) {
        // Writing to a string can't fail.
        let _never = self.out.write_fmt(svg);
    }

    /// The whole drawing.
    pub fn end(self) -> String {
        format!(
            "<svg class=map xmlns=\"http://www.w3.org/2000/svg\" role=img aria-label=\"Map of Jakarta\" \
             viewBox=\"0 0 {WIDTH:.0} {:.0}\">{}</svg>",
            self.height, self.out
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaga_geo::Gazetteer;

    #[test]
    fn the_city_fills_the_map_and_keeps_its_shape() {
        let mut map = Map::of(Gazetteer::builtin()).unwrap();
        // Monas is in the middle of the width and north of the middle.
        let (x, y) = map.at((-6.1754, 106.8272));
        assert!(x > 400.0 && x < 640.0, "{x}");
        assert!(y > 200.0 && y < map.height / 2.0, "{y} of {}", map.height);
        // A kilometre is as long to the east as to the south.
        let east = map.at((-6.1754, 106.8272 + 0.009_04)).0 - x;
        let south = map.at((-6.1754 - 0.009_04 * 0.994, 106.8272)).1 - y;
        assert!((east / south - 1.0).abs() < 0.02, "{east} {south}");
        map.dot((-6.1754, 106.8272), "outside", "JK1");
        let svg = map.end();
        assert!(svg.matches("<circle").count() > 250, "a circle a kelurahan");
        assert!(!svg.contains("href"), "nothing is fetched");
    }
}
