//! The gazetteer against the polygons it was computed from. The polygons are not part of the
//! project: where they are absent these tests say so and do nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod common;

use common::{shapes, shared};
use jaga_geo::{Answer, Gazetteer, Position};

/// Panics if an answer says more than is true; `truth` is the containing kelurahan, if any.
fn check(answer: &Answer, truth: Option<&str>, at: (f64, f64)) {
    match answer {
        Answer::Certain(code) => assert_eq!(Some(code.as_str()), truth, "{at:?}"),
        Answer::OutsideForCertain => assert_eq!(None, truth, "{at:?}"),
        Answer::Candidates(some) => {
            assert!(
                truth.is_none_or(|t| some.iter().any(|c| c.code == t)),
                "{truth:?} at {at:?}"
            );
        }
    }
}

#[test]
fn no_certain_answer_contradicts_the_polygons() {
    let Some(shapes) = shapes() else { return };
    let all = Gazetteer::builtin();
    assert_eq!(shapes.len(), all.iter().count());
    // The plastic number's lattice: even cover without a generator or a seed.
    let (g1, g2) = (0.754_877_666_246_692_8, 0.569_840_290_998_053_3);
    let (mut settled, mut inside) = (0_u32, 0_u32);
    for n in 0..200_000_u32 {
        // Every tenth point over the Thousand Islands and the sea, the rest over the mainland.
        let (u, v) = ((f64::from(n) * g1).fract(), (f64::from(n) * g2).fract());
        let (south, north) = if n % 10 == 0 {
            (-6.4, -4.9)
        } else {
            (-6.4, -6.05)
        };
        let (west, east) = if n % 10 == 0 {
            (106.0, 107.1)
        } else {
            (106.65, 107.0)
        };
        let (lat, lon) = (south + u * (north - south), west + v * (east - west));
        let truth = shapes
            .iter()
            .find(|s| s.contains(lon, lat))
            .map(|s| s.code.as_str());
        let answer = all.locate(Position::new(lat, lon).unwrap());
        check(&answer, truth, (lat, lon));
        inside += u32::from(truth.is_some());
        settled += u32::from(matches!(answer, Answer::Certain(_)));
    }
    assert!(inside > 50_000, "only {inside} points fell into Jakarta");
    assert!(
        settled * 10 >= inside * 4,
        "only {settled} of {inside} points inside were settled"
    );
}

#[test]
fn no_corner_of_a_border_lies_in_a_certain_circle_or_beyond_its_own_outer_one() {
    let Some(shapes) = shapes() else { return };
    let all = Gazetteer::builtin();
    for shape in &shapes {
        for &(lon, lat) in shape.rings.iter().flat_map(|r| &r.points) {
            let Answer::Candidates(some) = all.locate(Position::new(lat, lon).unwrap()) else {
                panic!(
                    "a certain answer on the border of {} at {lat},{lon}",
                    shape.code
                )
            };
            assert!(
                some.iter().any(|c| c.code == shape.code),
                "{} at {lat},{lon}",
                shape.code
            );
        }
    }
}

#[test]
fn no_answer_contradicts_the_distance_vectors() {
    let Some(text) = shared("distance_vectors.csv") else {
        return;
    };
    let all = Gazetteer::builtin();
    let mut rows = 0;
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let truth = Some(&row[3]).filter(|code| !code.is_empty());
        let position = Position::new(number(2), number(1)).unwrap();
        let answer = all.locate(position);
        check(&answer, truth, (number(2), number(1)));
        if let (Answer::Certain(_), Some(_)) = (&answer, truth) {
            // A margin wider than the way to the border takes the certainty away.
            let wider = all.locate_within(position, number(5) * 1.001 + 0.05);
            assert!(matches!(wider, Answer::Candidates(_)), "{row:?}");
        }
        rows += 1;
    }
    assert_eq!(rows, 180);
}
