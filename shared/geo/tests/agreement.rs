//! Four positions, six pairs; suspicious values; and where a report should have gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

#[path = "common/made.rs"]
mod made;

use jaga_geo::{
    Certainty, Claim, Gazetteer, Kelurahan, Layer, LayerSpec, Near, Office, Pair, PlaceVerdict,
    PolygonLayer, Position, Positions, Says, Side, Source, Worth, agreement, confidence, judge,
    same_accuracy, side_of,
};
use made::{collection, feature, square};

const KAPUK: &str = "31.73.01.1005";
const NEXT: &str = "31.73.01.1006";
const FAR: &str = "31.75.06.1001";

/// Kapuk, a neighbour to the east, and another one a kilometre farther.
fn layer() -> PolygonLayer {
    let text = collection(&[
        feature(KAPUK, &[&square(106.80, -6.2, 0.01)]),
        feature(NEXT, &[&square(106.81, -6.2, 0.01)]),
        feature(FAR, &[&square(106.83, -6.2, 0.01)]),
    ]);
    PolygonLayer::parse(text.as_bytes(), &LayerSpec::default()).unwrap()
}

fn name(code: &str) -> &'static Kelurahan {
    Gazetteer::builtin().by_code(code).unwrap()
}

fn pair(pairs: &[Pair], a: Source, b: Source) -> (Says, Option<i64>) {
    let found = pairs.iter().find(|p| (p.a, p.b) == (a, b)).unwrap();
    (found.says, found.distance_m.map(|m| m.round() as i64))
}

const IN_KAPUK: (f64, f64) = (-6.195, 106.805);
const IN_NEXT: (f64, f64) = (-6.195, 106.815);

#[test]
fn every_pair_is_told_apart_with_its_metres() {
    let layer = layer();
    let address = format!("Kel. {}", name(FAR).name);
    let all = Positions {
        pin: Some(IN_KAPUK),
        photo: Some(IN_NEXT),
        accuracy_m: Some(5.0),
        kelurahan: Some(KAPUK),
        address: Some(&address),
        category: None,
    };
    let pairs = agreement(&layer, &all);
    assert_eq!(pairs.len(), 6);
    assert_eq!(
        pair(&pairs, Source::Pin, Source::Photo),
        (Says::Disagree, Some(1107))
    );
    assert_eq!(
        pair(&pairs, Source::Pin, Source::Ticket),
        (Says::Agree, Some(0))
    );
    assert_eq!(
        pair(&pairs, Source::Photo, Source::Ticket),
        (Says::Disagree, Some(553))
    );
    assert_eq!(
        pair(&pairs, Source::Photo, Source::Address),
        (Says::Disagree, Some(1660))
    );
    assert_eq!(
        pair(&pairs, Source::Pin, Source::Address),
        (Says::Disagree, Some(2767))
    );
    assert_eq!(
        pair(&pairs, Source::Ticket, Source::Address),
        (Says::Disagree, Some(2213))
    );
    let near = Positions {
        photo: Some((-6.195, 106.8102)),
        ..all
    };
    let pairs = agreement(&layer, &near);
    assert_eq!(
        pair(&pairs, Source::Photo, Source::Ticket),
        (Says::Agree, Some(22))
    );
}

#[test]
fn what_is_missing_or_unusable_is_unknown_and_neighbours_are_0_m_apart() {
    let layer = layer();
    let pairs = agreement(&layer, &Positions::default());
    assert!(
        pairs
            .iter()
            .all(|p| p.says == Says::Unknown && p.distance_m.is_none())
    );
    let street = Positions {
        pin: Some((0.0, 0.0)),
        photo: Some((106.805, -6.195)),
        kelurahan: Some(KAPUK),
        address: Some("Jl. Kapuk Raya"),
        ..Positions::default()
    };
    let pairs = agreement(&layer, &street);
    assert_eq!(
        pair(&pairs, Source::Pin, Source::Photo),
        (Says::Unknown, None)
    );
    assert_eq!(
        pair(&pairs, Source::Photo, Source::Ticket),
        (Says::Agree, Some(0)),
        "turned"
    );
    assert_eq!(
        pair(&pairs, Source::Ticket, Source::Address),
        (Says::Unknown, None)
    );
    let address = format!("Kel. {}", name(NEXT).name);
    let next = Positions {
        kelurahan: Some(KAPUK),
        address: Some(&address),
        ..Positions::default()
    };
    let pairs = agreement(&layer, &next);
    assert_eq!(
        pair(&pairs, Source::Ticket, Source::Address),
        (Says::Disagree, Some(0))
    );
}

#[test]
fn circles_say_what_they_can_and_no_metres() {
    let all = Gazetteer::builtin();
    let centre = all.by_code(KAPUK).unwrap().centre;
    let of = Positions {
        pin: Some((centre.lat, centre.lon)),
        kelurahan: Some(KAPUK),
        address: Some("Kec. Menteng"),
        ..Positions::default()
    };
    let pairs = agreement(all, &of);
    assert_eq!(
        pair(&pairs, Source::Pin, Source::Ticket),
        (Says::Agree, Some(0))
    );
    assert_eq!(
        pair(&pairs, Source::Pin, Source::Address),
        (Says::Disagree, None)
    );
    assert_eq!(
        pair(&pairs, Source::Ticket, Source::Address),
        (Says::Disagree, None)
    );
}

fn report(layer: &dyn Layer, photo: Option<(f64, f64)>, claim: &Claim<'_>) -> jaga_geo::Placed {
    judge(
        layer,
        photo,
        Some(5.0),
        &Claim {
            is_report: true,
            ..*claim
        },
    )
}

#[test]
fn a_report_in_the_wrong_queue_gets_a_proposal_with_its_reasons() {
    let layer = layer();
    let claim = Claim {
        kelurahan: Some(KAPUK),
        ..Claim::default()
    };
    let alone = report(&layer, Some(IN_NEXT), &claim).reroute.unwrap();
    assert_eq!((alone.to.as_str(), alone.worth), (NEXT, Worth::Likely));
    let both = report(
        &layer,
        Some(IN_NEXT),
        &Claim {
            point: Some(IN_NEXT),
            ..claim
        },
    )
    .reroute
    .unwrap();
    assert_eq!(
        (both.worth, both.by),
        (Worth::Strong, vec![Source::Photo, Source::Pin])
    );
    let torn = report(
        &layer,
        Some(IN_NEXT),
        &Claim {
            point: Some(IN_KAPUK),
            ..claim
        },
    )
    .reroute
    .unwrap();
    assert_eq!((torn.worth, torn.against), (Worth::Weak, vec![Source::Pin]));
    let pin = report(
        &layer,
        None,
        &Claim {
            point: Some(IN_NEXT),
            ..claim
        },
    );
    assert_eq!(pin.verdict, PlaceVerdict::NotApplicable);
    assert_eq!(pin.reroute.unwrap().by, [Source::Pin]);
    // Right, near a border, or an evidence photo: nothing to propose.
    assert_eq!(report(&layer, Some(IN_KAPUK), &claim).reroute, None);
    assert_eq!(
        report(&layer, Some((-6.195, 106.8102)), &claim).reroute,
        None
    );
    assert_eq!(judge(&layer, Some(IN_NEXT), None, &claim).reroute, None);
}

#[test]
fn near_a_border_the_neighbours_are_named_with_their_distances() {
    let layer = layer();
    let claim = Claim {
        kelurahan: Some(KAPUK),
        ..Claim::default()
    };
    let placed = judge(&layer, Some((-6.195, 106.8098)), Some(5.0), &claim);
    assert_eq!(placed.verdict, PlaceVerdict::NearBorder);
    assert_eq!(placed.certainty, Some(Certainty::NearBorder));
    assert_eq!(
        (placed.kelurahan, placed.candidates),
        (None, vec![KAPUK.to_owned(), NEXT.to_owned()])
    );
    assert_eq!(placed.neighbours.len(), 1);
    assert!((placed.neighbours[0].distance_m - 22.1).abs() < 0.1);
    assert!((placed.distance_to_border_m.unwrap() - 22.1).abs() < 0.1);
    assert!((placed.confidence.unwrap() - 0.94).abs() < 1e-9);
    let far = judge(&layer, Some(IN_NEXT), None, &claim);
    assert_eq!(far.verdict, PlaceVerdict::Outside);
    assert!((far.distance_to_border_m.unwrap() - 553.3).abs() < 0.5);
    assert!((far.confidence.unwrap() - 0.999).abs() < 1e-9);
}

#[test]
fn reclaimed_land_is_approximate_and_nearest_and_farther_out_is_outside() {
    let layer = layer();
    let claim = Claim {
        kelurahan: Some(KAPUK),
        ..Claim::default()
    };
    let at = |metres: f64| (-6.19 + metres / 110_574.0, 106.805);
    let land = judge(&layer, Some(at(80.0)), None, &claim);
    assert_eq!(
        (land.verdict, land.certainty),
        (PlaceVerdict::NearBorder, Some(Certainty::Approximate))
    );
    assert_eq!((land.kelurahan, land.candidates[0].as_str()), (None, KAPUK));
    assert_eq!(land.confidence, None);
    let sea = judge(&layer, Some(at(120.0)), None, &claim);
    assert_eq!(
        (sea.verdict, sea.certainty),
        (PlaceVerdict::Outside, Some(Certainty::Outside))
    );
    assert!((sea.distance_to_border_m.unwrap() - 120.0).abs() < 0.5);
    assert!(sea.candidates.is_empty());
}

#[test]
fn the_side_beyond_jakarta_is_named_only_where_there_is_one() {
    let near = |code: &str, distance_m| {
        side_of(&Near {
            code: code.into(),
            distance_m,
        })
    };
    assert_eq!(near("31.75.06.1001", 300.0), Some(Side::Bekasi));
    assert_eq!(near("31.73.06.1001", 300.0), Some(Side::Tangerang));
    assert_eq!(near("31.74.09.1001", 4_000.0), Some(Side::Depok));
    assert_eq!(near("31.74.09.1001", 6_000.0), None, "too far to say");
    assert_eq!(near("31.72.01.1001", 300.0), None, "the coast");
    assert_eq!(near("31.75.10.1001", 300.0), None, "a corner");
    let placed = judge(&layer(), Some((-6.195, 106.845)), None, &Claim::default());
    assert_eq!(placed.side, Some(Side::Bekasi));
}

#[test]
fn an_office_to_the_last_digit_is_said() {
    let offices = [Office {
        name: KAPUK.into(),
        position: Position::new(IN_KAPUK.0, IN_KAPUK.1).unwrap(),
    }];
    let claim = Claim {
        offices: &offices,
        ..Claim::default()
    };
    let said = |at| judge(&layer(), Some(at), None, &claim).identical_to_office;
    assert_eq!(said(IN_KAPUK).as_deref(), Some(KAPUK));
    assert_eq!(said((IN_KAPUK.0 + 0.00001, IN_KAPUK.1)), None);
}

#[test]
fn one_accuracy_in_a_row_is_counted_back_from_the_newest() {
    let row = [Some(5.0), None, Some(5.0), Some(5.0), Some(5.1), Some(5.0)];
    assert_eq!(same_accuracy(row), Some(3));
    assert_eq!(same_accuracy([Some(5.1), Some(5.0)]), Some(1));
    assert_eq!(same_accuracy([None, Some(5.0)]), None);
    assert_eq!(same_accuracy([Some(f64::NAN); 9]), None);
    assert_eq!(
        same_accuracy([Some(0.0); 9]),
        None,
        "no receiver is that sure"
    );
    assert_eq!(same_accuracy([]), None);
}

#[test]
fn confidence_grows_with_the_way_to_the_border() {
    let ways = [-3.0, 0.0, 4.9, 5.0, 10.0, 25.0, 50.0, 150.0, 200.0, 1e6];
    assert!(
        ways.windows(2)
            .all(|w| confidence(w[0]) <= confidence(w[1]))
    );
    assert!((confidence(0.0) - 0.65).abs() < 1e-9 && (confidence(1e6) - 0.999).abs() < 1e-9);
}
