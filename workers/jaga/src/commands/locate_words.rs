//! What `jaga locate` tells of one point, in JSON and in words.

use jaga_geo::{Certainty, Kelurahan, Layer, Near, Placed, Side, Whereabouts};
use serde_json::{Value, json};

use super::locate_point::Answer;

/// More of those that may hold a point help nobody.
const MOST_CANDIDATES: usize = 5;

/// Everything that was found of a point.
pub struct Found<'a> {
    pub layer: &'a dyn Layer,
    pub answer: Answer<'a>,
    pub placed: Placed,
    /// The point itself, without a border band.
    pub here: Whereabouts,
    pub claimed: Option<&'a Kelurahan>,
}

impl Found<'_> {
    /// In no kelurahan, nor near one.
    pub fn is_outside(&self) -> bool {
        self.answer.kelurahan.is_none() && self.placed.certainty == Some(Certainty::Outside)
    }

    fn candidates(&self) -> impl Iterator<Item = &Near> {
        let circles = self.here.certainty == Certainty::Candidates;
        let most = if circles { MOST_CANDIDATES } else { 0 };
        self.here.neighbours.iter().take(most)
    }

    fn name(&self, code: &str) -> &str {
        self.layer
            .places()
            .by_code(code)
            .map_or("", |k| k.name.as_str())
    }

    pub fn as_json(&self) -> Value {
        let (answer, placed) = (&self.answer, &self.placed);
        let brief = |k: &Kelurahan| json!({"code": k.code, "name": k.name});
        let near = |n: &Near| {
            json!({
                "code": n.code, "name": self.name(&n.code), "distance_m": centimetres(n.distance_m)
            })
        };
        json!({
            "kelurahan": answer.kelurahan.map(brief),
            "kecamatan": answer.kelurahan.map(|k| &k.district),
            "kota": answer.kelurahan.map(|k| &k.city),
            "verdict": answer.verdict,
            "distance_to_border_m": answer.distance_to_border_m.map(centimetres),
            "neighbours": placed.neighbours.iter().map(near).collect::<Vec<_>>(),
            "distance_to_pin_m": placed.distance_to_ticket_m.map(centimetres),
            "layer": placed.layer,
            "confidence": placed.confidence,
            "certainty": placed.certainty,
            "candidates": self.candidates().map(near).collect::<Vec<_>>(),
            "claimed": self.claimed.map(brief),
            "nearest": self.here.nearest.as_ref().map(near),
            "outside_jakarta": self.is_outside(),
            "side": placed.side,
            "swapped": placed.swapped,
            "tolerance_m": placed.tolerance_m,
            "identical_to_pin": placed.identical_to_pin,
            "licence": self.layer.credit().licence,
            "attribution": self.layer.credit().attribution,
        })
    }

    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.headline()];
        for near in self.candidates() {
            let (code, name) = (&near.code, self.name(&near.code));
            lines.push(format!("  {code} {name} (within {:.0} m)", near.distance_m));
        }
        lines.extend(
            self.facts()
                .into_iter()
                .map(|(name, text)| format!("  {name:<12} {text}")),
        );
        lines
    }

    fn headline(&self) -> String {
        let full = |k: &Kelurahan| format!("{} {}, {}, {}", k.code, k.name, k.district, k.city);
        match (self.answer.kelurahan, self.here.certainty) {
            (Some(k), Certainty::Certain | Certainty::NearBorder) => full(k),
            (Some(k), _) => format!("in no kelurahan of the layer; the nearest is {}", full(k)),
            (None, Certainty::Outside) => match self.placed.side {
                Some(side) => format!("outside Jakarta, on the side of {}", neighbour(side)),
                None => "outside Jakarta".into(),
            },
            (None, _) => "can't be told for certain by the gazetteer; the likeliest:".into(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let (answer, placed) = (&self.answer, &self.placed);
        let mut facts = Vec::new();
        let mut fact = |name, text: String| facts.push((name, text));
        if placed.swapped {
            let text = "latitude and longitude came in the wrong order and were turned";
            fact("turned", text.into());
        }
        let verdict = match self.claimed {
            Some(k) => format!("{} (claimed: {})", answer.verdict.as_str(), k.name),
            None => answer.verdict.as_str().to_owned(),
        };
        fact("verdict", verdict);
        if let Some(m) = answer.distance_to_border_m {
            let of = self.claimed.or(answer.kelurahan).or_else(|| {
                let nearest = self.here.nearest.as_ref()?;
                self.layer.places().by_code(&nearest.code)
            });
            let of = of.map_or("", |k| k.name.as_str());
            fact("border", format!("{} to the border of {of}", metres(m)));
        }
        if !placed.neighbours.is_empty() {
            let near = placed.neighbours.iter();
            let near = near.map(|n| format!("{} {}", self.name(&n.code), metres(n.distance_m)));
            fact("neighbours", near.collect::<Vec<_>>().join(", "));
        }
        if let Some(share) = placed.confidence {
            let text =
                "of points this far from a border are in the same kelurahan by a second source";
            fact("confidence", format!("{:.1} % {text}", share * 100.0));
        }
        if let Some(m) = placed.distance_to_ticket_m {
            let normal = placed.tolerance_m;
            let mut text = format!("{} from the pin (normal up to {normal:.0} m)", metres(m));
            if placed.identical_to_pin {
                text.push_str("; the same to the last digit: copied, not measured");
            }
            fact("pin", text);
        }
        let credit = self.layer.credit();
        let licence = Some(credit.licence.as_str()).filter(|l| !l.is_empty());
        let licence = licence.unwrap_or("licence not stated");
        fact("layer", format!("{} ({licence})", placed.layer));
        if !credit.attribution.is_empty() {
            fact("attribution", credit.attribution.clone());
        }
        facts
    }
}

fn neighbour(side: Side) -> &'static str {
    match side {
        Side::Tangerang => "Tangerang",
        Side::Depok => "Depok",
        Side::Bekasi => "Bekasi",
    }
}

/// Nothing here is known better than to a centimetre.
fn centimetres(metres: f64) -> f64 {
    (metres * 100.0).round() / 100.0
}

fn metres(m: f64) -> String {
    if m < 10.0 {
        format!("{m:.1} m")
    } else if m < 10_000.0 {
        format!("{m:.0} m")
    } else {
        format!("{:.1} km", m / 1000.0)
    }
}
