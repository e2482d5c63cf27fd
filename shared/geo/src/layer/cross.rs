//! Sides that meet: within a feature they must not cross, between two features they show an overlap.

use std::collections::BTreeSet;

use geo::MultiPolygon;
use robust::{Coord, orient2d};

use super::fault::Fault;
use super::grid::frame;

/// Sides by row, and pairs of sides to look at: above these the file is no map of a city.
const MOST_SIDES: usize = 8_000_000;
const MOST_PAIRS: usize = 60_000_000;
/// Crossings within features that are told, at most.
const MOST_TOLD: usize = 200;

/// What the sides of all features say.
#[derive(Debug, Default)]
pub(super) struct Crossings {
    /// Faults by feature.
    pub(super) faults: Vec<(usize, Fault)>,
    /// Pairs of features, the smaller number first, whose ground may overlap.
    pub(super) suspects: BTreeSet<(usize, usize)>,
}

/// A side with where it stands.
#[derive(Clone, Copy)]
struct Side {
    /// The corner before `a`.
    before: [f64; 2],
    a: [f64; 2],
    b: [f64; 2],
    feature: u32,
    ring: u32,
    at: u32,
    /// How many sides the ring has.
    of: u32,
}

/// How two sides meet.
enum Meeting {
    Apart,
    /// In one point that is an end of at least one of them.
    Touch,
    /// In the middle of both.
    Cross,
    /// Over a stretch; the flag says whether it is the same two ends in the same direction.
    Along {
        same_way: bool,
    },
}

/// The same corner, to the bit: neighbours share theirs.
fn same(p: [f64; 2], q: [f64; 2]) -> bool {
    p.map(f64::to_bits) == q.map(f64::to_bits)
}

impl Side {
    fn left(&self) -> f64 {
        self.a[0].min(self.b[0])
    }

    fn right(&self) -> f64 {
        self.a[0].max(self.b[0])
    }

    fn low(&self) -> f64 {
        self.a[1].min(self.b[1])
    }

    fn high(&self) -> f64 {
        self.a[1].max(self.b[1])
    }

    fn turn(&self, p: [f64; 2]) -> f64 {
        let at = |[x, y]: [f64; 2]| Coord { x, y };
        orient2d(at(self.a), at(self.b), at(p))
    }

    /// Whether a point of the side's line lies between its ends.
    fn spans(&self, p: [f64; 2]) -> bool {
        (self.left()..=self.right()).contains(&p[0]) && (self.low()..=self.high()).contains(&p[1])
    }

    fn meets(&self, other: &Self) -> Meeting {
        if self.low() > other.high() || other.low() > self.high() {
            return Meeting::Apart;
        }
        let (c, d) = (self.turn(other.a), self.turn(other.b));
        let (a, b) = (other.turn(self.a), other.turn(self.b));
        if c == 0.0 && d == 0.0 {
            // On one line: a shared end is a touch, anything more a stretch.
            let inner = |p: [f64; 2], of: &Self| of.spans(p) && !same(p, of.a) && !same(p, of.b);
            let equal = same(self.a, other.a) && same(self.b, other.b);
            let turned = same(self.a, other.b) && same(self.b, other.a);
            let ends = [
                (other.a, self),
                (other.b, self),
                (self.a, other),
                (self.b, other),
            ];
            return if equal || turned || ends.iter().any(|(p, of)| inner(*p, of)) {
                let way = |s: &Self| (s.b[0] - s.a[0], s.b[1] - s.a[1]);
                let (one, two) = (way(self), way(other));
                Meeting::Along {
                    same_way: one.0 * two.0 + one.1 * two.1 > 0.0,
                }
            } else if ends.iter().any(|(p, of)| of.spans(*p)) {
                Meeting::Touch
            } else {
                Meeting::Apart
            };
        }
        if (c < 0.0) != (d < 0.0) && (a < 0.0) != (b < 0.0) && ![a, b, c, d].contains(&0.0) {
            return Meeting::Cross;
        }
        let on = [
            (c, other.a, self),
            (d, other.b, self),
            (a, self.a, other),
            (b, self.b, other),
        ];
        if on.iter().any(|(turn, p, of)| *turn == 0.0 && of.spans(*p)) {
            Meeting::Touch
        } else {
            Meeting::Apart
        }
    }

    /// Whether a side that touches this one goes on into its ground. Rings are the right way round:
    /// the ground is on the left of every side.
    fn is_entered_by(&self, other: &Self) -> bool {
        [(other.a, other.b), (other.b, other.a)]
            .into_iter()
            .any(|(here, there)| {
                if same(here, self.a) {
                    return self.holds_at_corner(there);
                }
                let on = !same(here, self.b) && self.spans(here) && self.turn(here) == 0.0;
                on && self.turn(there) > 0.0
            })
    }

    /// Whether the way from the corner `a` to a point begins in the ground.
    fn holds_at_corner(&self, to: [f64; 2]) -> bool {
        let into = Self {
            a: self.before,
            b: self.a,
            ..*self
        };
        let (left_of_in, left_of_out) = (into.turn(to) > 0.0, self.turn(to) > 0.0);
        if into.turn(self.b) > 0.0 {
            left_of_in && left_of_out
        } else {
            left_of_in || left_of_out
        }
    }

    fn is_next_to(&self, other: &Self) -> bool {
        let gap = self.at.abs_diff(other.at);
        gap == 1 || gap + 1 == self.of
    }
}

/// Looks at all sides that lie near each other.
pub(super) fn crossings(shapes: &[MultiPolygon<f64>]) -> Result<Crossings, Fault> {
    let mut found = Crossings::default();
    let mut pairs = 0_usize;
    for mut row in rows(shapes)? {
        row.sort_unstable_by(|x, y| x.left().total_cmp(&y.left()));
        for (at, side) in row.iter().enumerate() {
            let later = row.get(at + 1..).unwrap_or_default();
            for other in later.iter().take_while(|o| o.left() <= side.right()) {
                pairs += 1;
                if pairs > MOST_PAIRS {
                    return Err(Fault::TooMany {
                        what: "sides that lie over each other",
                        limit: MOST_PAIRS,
                    });
                }
                found.note(side, other);
            }
        }
    }
    found.faults.sort_by_key(|(feature, fault)| match fault {
        Fault::CrossesItself { ring, position } | Fault::TouchesItself { ring, position } => {
            (*feature, *ring, *position)
        }
        _ => (*feature, 0, 0),
    });
    found.faults.dedup();
    Ok(found)
}

impl Crossings {
    fn note(&mut self, side: &Side, other: &Side) {
        let meeting = side.meets(other);
        if side.feature != other.feature {
            let overlap = match meeting {
                Meeting::Apart => return,
                Meeting::Cross | Meeting::Along { same_way: true } => true,
                Meeting::Touch | Meeting::Along { .. } => {
                    side.is_entered_by(other) || other.is_entered_by(side)
                }
            };
            if overlap {
                let (a, b) = (side.feature as usize, other.feature as usize);
                self.suspects.insert((a.min(b), a.max(b)));
            }
            return;
        }
        let (ring, position) = (side.ring as usize, side.at as usize);
        let fault = match meeting {
            Meeting::Cross | Meeting::Along { .. } => Fault::CrossesItself { ring, position },
            Meeting::Touch if side.ring == other.ring && !side.is_next_to(other) => {
                Fault::TouchesItself { ring, position }
            }
            _ => return,
        };
        if self.faults.len() < MOST_TOLD {
            self.faults.push((side.feature as usize, fault));
        }
    }
}

/// The sides by the rows of latitude they reach into: only neighbours of a row can meet.
fn rows(shapes: &[MultiPolygon<f64>]) -> Result<Vec<Vec<Side>>, Fault> {
    let ([_, south, _, north], cell) = frame(shapes);
    let count = ((north - south) / cell) as usize + 1;
    let mut rows: Vec<Vec<Side>> = vec![Vec::new(); count];
    let mut total = 0_usize;
    for (feature, shape) in shapes.iter().enumerate() {
        let rings = shape
            .iter()
            .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        for (ring, line) in rings.enumerate() {
            let of = line.0.len().saturating_sub(1) as u32;
            for (at, piece) in line.lines().enumerate() {
                let before = line.0.get((at + of as usize - 1) % of.max(1) as usize);
                let side = Side {
                    before: before.map_or([0.0; 2], |c| [c.x, c.y]),
                    a: [piece.start.x, piece.start.y],
                    b: [piece.end.x, piece.end.y],
                    feature: feature as u32,
                    ring: ring as u32,
                    at: at as u32,
                    of,
                };
                let row = |y: f64| (((y - south) / cell) as usize).min(count - 1);
                let (first, last) = (row(side.low()), row(side.high()));
                total += last + 1 - first;
                if total > MOST_SIDES {
                    return Err(Fault::TooMany {
                        what: "sides",
                        limit: MOST_SIDES,
                    });
                }
                for row in rows.iter_mut().take(last + 1).skip(first) {
                    row.push(side);
                }
            }
        }
    }
    Ok(rows)
}
