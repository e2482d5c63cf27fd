//! A loaded layer: checked features, an index for "which", and one for "how far".

use geo::{BoundingRect, InteriorPoint, MultiPolygon};
use jiff::civil::Date;

use super::check::{Candidate, check};
use super::fault::{BadLayer, Fault, Finding};
use super::grid::Grid;
use super::nearest::{Parts, between_m, border_m};
use super::read::{Raw, read};
use super::rings;
use super::spec::LayerSpec;
use super::{Certainty, Credit, Layer, Near, REACH_OF_THE_NEAREST_M, Whereabouts};
use crate::places::Clash;
use crate::{Gazetteer, Kelurahan, Places, Position, Standing, distance_m};

/// Kelurahan with their borders, read from a file and found sound.
#[derive(Debug)]
pub struct PolygonLayer {
    version: String,
    digest: [u8; 32],
    credit: Credit,
    valid: (Option<Date>, Option<Date>),
    places: Places,
    /// In the order of `places`.
    pub(super) shapes: Vec<MultiPolygon<f64>>,
    grid: Grid,
    parts: Parts,
    warnings: Vec<Finding>,
}

impl PolygonLayer {
    /// Reads and checks a GeoJSON file. Either every feature is sound, or the layer is refused with
    /// everything that is wrong, feature by feature.
    pub fn parse(bytes: &[u8], spec: &LayerSpec) -> Result<Self, BadLayer> {
        let (raw, credit) = read(bytes, spec)?;
        let features = raw.len();
        let mut sorting = Sorting::default();
        for (at, raw) in raw.into_iter().enumerate() {
            sorting.take(at, raw, spec);
        }
        let mut findings = sorting.findings;
        if !findings.iter().any(Finding::is_error) {
            let of: Vec<Candidate<'_>> = sorting
                .places
                .iter()
                .enumerate()
                .map(|(feature, place)| Candidate {
                    feature,
                    code: &place.code,
                })
                .collect();
            findings.extend(check(&of, &sorting.shapes, spec.overlap_tolerance_m));
        }
        let missing = Gazetteer::builtin()
            .iter()
            .filter(|k| sorting.places.by_code(&k.code).is_none());
        let codes = missing.count();
        if codes > 0 {
            findings.push(Finding {
                feature: None,
                code: None,
                fault: Fault::MissingCodes { codes },
            });
        }
        findings.sort_by_key(|f| !f.is_error());
        if findings.iter().any(Finding::is_error) {
            return Err(BadLayer { features, findings });
        }
        let digest = *blake3::hash(bytes).as_bytes();
        let short = hex::encode(digest.get(..8).unwrap_or_default());
        Ok(Self {
            version: format!("{}@{short}", spec.name),
            digest,
            credit,
            valid: (spec.valid_from, spec.valid_to),
            grid: Grid::new(&sorting.shapes),
            parts: Parts::new(&sorting.shapes),
            places: sorting.places,
            shapes: sorting.shapes,
            warnings: findings,
        })
    }

    /// BLAKE3 of the file.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// First day in force, and first day in force no more; `None` is open.
    pub fn valid(&self) -> (Option<Date>, Option<Date>) {
        self.valid
    }

    /// What was found and does not keep the layer from being used.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// The kelurahan whose polygon holds the position. A position on a border is in exactly one of
    /// the two. Some tens of nanoseconds.
    #[inline]
    pub fn containing(&self, position: Position) -> Option<&Kelurahan> {
        let found = self.grid.find(position.lon, position.lat)?;
        self.places.get(found as usize)
    }

    /// Kelurahan by the distance of their border (the containing one's too), metres, the nearest
    /// first: all within `limit_m`, and the nearest `at_least` of all in any case.
    pub fn borders(&self, position: Position, limit_m: f64, at_least: usize) -> Vec<Near> {
        let found = self.parts.around(&self.shapes, position, limit_m, at_least);
        let near = found.into_iter().filter_map(|(feature, distance_m)| {
            Some(Near {
                code: self.places.get(feature as usize)?.code.clone(),
                distance_m,
            })
        });
        near.collect()
    }

    /// Metres between two kelurahan, border to border: 0 if they touch. `None` for an unknown code.
    pub fn between_m(&self, one: &str, other: &str) -> Option<f64> {
        Some(between_m(self.shape(one)?, self.shape(other)?))
    }

    /// The rings of a kelurahan, shells and holes, as longitude and latitude: to draw a map.
    pub fn outline(&self, code: &str) -> Vec<Vec<(f64, f64)>> {
        let shape = self.places.index(code).and_then(|at| self.shapes.get(at));
        let rings = shape
            .into_iter()
            .flatten()
            .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        rings
            .map(|ring| ring.0.iter().map(|c| (c.x, c.y)).collect())
            .collect()
    }

    /// A kelurahan's polygons, longitude first, as the `geo` crate has them.
    pub fn shape(&self, code: &str) -> Option<&MultiPolygon<f64>> {
        self.shapes.get(self.places.index(code)?)
    }
}

impl Layer for PolygonLayer {
    fn version(&self) -> &str {
        &self.version
    }

    fn credit(&self) -> &Credit {
        &self.credit
    }

    fn places(&self) -> &Places {
        &self.places
    }

    fn whereabouts(&self, position: Position, margin_m: f64) -> Whereabouts {
        let margin_m = margin_m.max(0.0);
        let inside = self.containing(position).map(|k| k.code.clone());
        let mut near = self.borders(position, margin_m.max(REACH_OF_THE_NEAREST_M), 1);
        if let Some(code) = inside {
            let own = near.iter().position(|n| n.code == code);
            let own_m = match own {
                Some(at) => near.remove(at).distance_m,
                None => self.border_m(position, &code).unwrap_or(0.0),
            };
            near.retain(|n| n.distance_m <= margin_m);
            return Whereabouts {
                certainty: if own_m > margin_m {
                    Certainty::Certain
                } else {
                    Certainty::NearBorder
                },
                kelurahan: Some(code),
                distance_to_border_m: Some(own_m),
                neighbours: near,
                nearest: None,
            };
        }
        let nearest = near.first().cloned();
        let distance_m = nearest.as_ref().map(|n| n.distance_m);
        if distance_m.is_some_and(|m| m <= margin_m.max(REACH_OF_THE_NEAREST_M)) {
            let kelurahan = Some(near.remove(0).code);
            return Whereabouts {
                certainty: Certainty::Approximate,
                kelurahan,
                distance_to_border_m: distance_m,
                neighbours: near,
                nearest,
            };
        }
        Whereabouts {
            certainty: Certainty::Outside,
            kelurahan: None,
            distance_to_border_m: distance_m,
            neighbours: Vec::new(),
            nearest,
        }
    }

    fn standing(&self, position: Position, code: &str, margin_m: f64) -> Option<Standing> {
        let border_m = self.border_m(position, code)?;
        let holder = self.containing(position);
        let margin_m = match holder {
            None => margin_m.max(REACH_OF_THE_NEAREST_M),
            Some(_) => margin_m.max(0.0),
        };
        Some(if border_m <= margin_m {
            Standing::Unsure
        } else if holder.is_some_and(|k| k.code == code) {
            Standing::Within
        } else {
            Standing::Beyond
        })
    }

    fn border_m(&self, position: Position, code: &str) -> Option<f64> {
        self.shape(code).map(|shape| border_m(shape, position))
    }

    fn way_m(&self, position: Position, code: &str) -> Option<f64> {
        if self.containing(position).is_some_and(|k| k.code == code) {
            return Some(0.0);
        }
        self.border_m(position, code)
    }

    fn polygons(&self) -> Option<&PolygonLayer> {
        Some(self)
    }
}

/// Features on their way into the layer: codes and names, then shapes.
#[derive(Default)]
struct Sorting {
    places: Places,
    shapes: Vec<MultiPolygon<f64>>,
    /// Where in the file each of them stood.
    numbers: Vec<usize>,
    findings: Vec<Finding>,
}

impl Sorting {
    fn take(&mut self, feature: usize, raw: Raw, spec: &LayerSpec) {
        let code = raw.code.as_ref().ok().cloned();
        let mut note = |fault: Fault| {
            self.findings.push(Finding {
                feature: Some(feature),
                code: code.clone(),
                fault,
            });
        };
        let known = code.as_ref().and_then(|c| Gazetteer::builtin().by_code(c));
        match &raw.code {
            Err(fault) => note(fault.clone()),
            Ok(code) => {
                let listed = known.is_some() || spec.new_codes.iter().any(|c| c == code);
                if spec.check_codes && !listed {
                    note(Fault::UnknownCode);
                }
            }
        }
        let shape = match raw.polygons {
            Err(fault) => {
                // What could not be read at all is said once.
                if raw.code.as_ref().err() != Some(&fault) {
                    note(fault);
                }
                None
            }
            Ok(polygons) => {
                let shaped = rings::shape(&polygons);
                shaped.faults.into_iter().for_each(&mut note);
                shaped.shape
            }
        };
        let (Some(code), Some(shape)) = (code.clone(), shape) else {
            return;
        };
        let (Some(centre), Some(outer)) = (shape.interior_point(), shape.bounding_rect()) else {
            return note(Fault::Empty);
        };
        let centre = Position {
            lat: centre.y(),
            lon: centre.x(),
        };
        let corners = [
            (outer.min().x, outer.min().y),
            (outer.max().x, outer.max().y),
        ];
        let corners = corners
            .iter()
            .flat_map(|a| corners.iter().map(|b| (a.0, b.1)));
        let or_known = |own: Option<String>, other: Option<&String>| {
            own.or_else(|| other.cloned()).unwrap_or_default()
        };
        let key = code.clone();
        let place = Kelurahan {
            name: or_known(raw.name, known.map(|k| &k.name)),
            district: or_known(raw.district, known.map(|k| &k.district)),
            city: or_known(raw.city, known.map(|k| &k.city)),
            aliases: known.map(|k| k.aliases.clone()).unwrap_or_default(),
            centre,
            inradius_m: (border_m(&shape, centre) - 0.5).max(0.0),
            circumradius_m: corners
                .map(|(lon, lat)| distance_m(centre, Position { lat, lon }))
                .fold(0.0, f64::max),
            code,
        };
        match self.places.push(place) {
            Ok(()) => {}
            Err(Clash::Name(_)) => note(Fault::SameName),
            Err(Clash::Code) => {
                let other = self.places.index(&key).and_then(|at| self.numbers.get(at));
                return note(Fault::SameCode {
                    other: other.copied().unwrap_or_default(),
                });
            }
        }
        self.numbers.push(feature);
        self.shapes.push(shape);
    }
}
