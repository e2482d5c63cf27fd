//! A photo's position against its ticket: every verdict, and what stands beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use jaga_geo::{
    BORDER_BAND_M, BadPosition, Claim, Gazetteer, Kelurahan, PlaceVerdict, Placed, Position,
    distance_m, judge,
};
use proptest::prelude::*;

fn kelurahan(name: &str) -> &'static Kelurahan {
    Gazetteer::builtin().by_name(name).unwrap()
}

fn raw(p: Position) -> (f64, f64) {
    (p.lat, p.lon)
}

/// A point this many metres north of a kelurahan's centre.
fn north(of: &Kelurahan, metres: f64) -> (f64, f64) {
    (of.centre.lat + metres / 110_575.0, of.centre.lon)
}

fn claim(of: &Kelurahan) -> Claim<'_> {
    Claim {
        kelurahan: Some(&of.code),
        ..Claim::default()
    }
}

fn against(photo: (f64, f64), claim: &Claim<'_>) -> Placed {
    judge(Gazetteer::builtin(), Some(photo), None, claim)
}

#[test]
fn a_photo_well_inside_is_inside_and_names_its_kelurahan() {
    let kapuk = kelurahan("Kapuk");
    let placed = against(raw(kapuk.centre), &claim(kapuk));
    assert_eq!(placed.verdict, PlaceVerdict::Inside);
    assert_eq!(placed.kelurahan.as_deref(), Some("31.73.01.1005"));
    assert!(placed.candidates.is_empty());
    assert_eq!(placed.layer, Gazetteer::builtin().version());
}

#[test]
fn the_band_before_the_edge_of_the_known_is_near_border_and_grows_with_the_accuracy() {
    let kapuk = kelurahan("Kapuk");
    let at = north(kapuk, kapuk.inradius_m - BORDER_BAND_M - 10.0);
    assert_eq!(against(at, &claim(kapuk)).verdict, PlaceVerdict::Inside);
    let blurred = judge(Gazetteer::builtin(), Some(at), Some(20.0), &claim(kapuk));
    assert_eq!(blurred.verdict, PlaceVerdict::NearBorder);
    assert_eq!(blurred.kelurahan, None);
    assert!(blurred.candidates.contains(&kapuk.code));
    let at = north(kapuk, kapuk.inradius_m + 10.0);
    assert_eq!(against(at, &claim(kapuk)).verdict, PlaceVerdict::NearBorder);
}

#[test]
fn a_photo_certain_in_another_kelurahan_is_outside_the_claimed_one_even_next_door() {
    let (kapuk, next) = (kelurahan("Kapuk"), kelurahan("Cengkareng Timur"));
    let placed = against(raw(next.centre), &claim(kapuk));
    assert!(
        distance_m(next.centre, kapuk.centre) < kapuk.circumradius_m,
        "not next door"
    );
    assert_eq!(placed.verdict, PlaceVerdict::Outside);
    assert_eq!(placed.kelurahan.as_ref(), Some(&next.code));
}

#[test]
fn a_photo_beyond_the_outer_circle_is_outside() {
    let kapuk = kelurahan("Kapuk");
    let far = north(kapuk, -(kapuk.circumradius_m + BORDER_BAND_M + 10.0));
    assert_eq!(against(far, &claim(kapuk)).verdict, PlaceVerdict::Outside);
    // A position known to some kilometres only proves nothing.
    let vague = judge(
        Gazetteer::builtin(),
        Some(far),
        Some(5_000.0),
        &claim(kapuk),
    );
    assert_eq!(vague.verdict, PlaceVerdict::NearBorder);
    let bandung = against((-6.9175, 107.6191), &claim(kapuk));
    assert_eq!(
        (bandung.verdict, bandung.kelurahan),
        (PlaceVerdict::Outside, None)
    );
    assert!(bandung.candidates.is_empty());
}

#[test]
fn without_a_position_or_a_claim_the_verdict_is_not_applicable() {
    let kapuk = kelurahan("Kapuk");
    let none = judge(Gazetteer::builtin(), None, Some(5.0), &claim(kapuk));
    assert_eq!(
        (none.verdict, none.distance_to_ticket_m),
        (PlaceVerdict::NotApplicable, None)
    );
    let unclaimed = against(raw(kapuk.centre), &Claim::default());
    assert_eq!(unclaimed.verdict, PlaceVerdict::NotApplicable);
    assert_eq!(unclaimed.kelurahan.as_ref(), Some(&kapuk.code));
    // A code the layer does not know, such as Kapuk Selatan's to come, can't be judged.
    let coming = Claim {
        kelurahan: Some("31.73.01.1007"),
        ..Claim::default()
    };
    assert_eq!(
        against(raw(kapuk.centre), &coming).verdict,
        PlaceVerdict::NotApplicable
    );
}

#[test]
fn the_distance_to_the_ticket_is_given_whenever_there_are_both_points() {
    let kapuk = kelurahan("Kapuk");
    let pin = Some(raw(kapuk.centre));
    let only_pin = Claim {
        point: pin,
        ..Claim::default()
    };
    let placed = against(north(kapuk, 120.0), &only_pin);
    assert_eq!(placed.verdict, PlaceVerdict::NotApplicable);
    assert!((placed.distance_to_ticket_m.unwrap() - 120.0).abs() < 0.1);
    let outside = Claim {
        point: pin,
        ..claim(kapuk)
    };
    let bandung = against((-6.9175, 107.6191), &outside);
    assert!((110_000.0..130_000.0).contains(&bandung.distance_to_ticket_m.unwrap()));
}

#[test]
fn the_tolerance_adds_band_accuracy_and_reach_of_the_category() {
    let road = Claim {
        category: Some("Jalan Rusak"),
        ..Claim::default()
    };
    let tolerance = |accuracy, claim: &Claim<'_>| {
        judge(Gazetteer::builtin(), None, accuracy, claim)
            .tolerance_m
            .round() as i64
    };
    assert_eq!(tolerance(None, &Claim::default()), 100);
    assert_eq!(tolerance(Some(12.0), &Claim::default()), 112);
    assert_eq!(tolerance(Some(12.0), &road), 312);
}

#[test]
fn zero_and_impossible_positions_are_unusable_and_nothing_is_concluded_from_them() {
    let kapuk = kelurahan("Kapuk");
    let with_pin = Claim {
        point: Some(raw(kapuk.centre)),
        ..claim(kapuk)
    };
    let bad = [
        (0.0, 0.0),
        (-0.0, 0.0),
        (91.0, 10.0),
        (-6.2, 181.0),
        (f64::NAN, 106.8),
        (-6.2, f64::INFINITY),
        (1e300, -1e300),
        (120.0, 45.0),
    ];
    for at in bad {
        let placed = against(at, &with_pin);
        assert_eq!(placed.verdict, PlaceVerdict::Unusable, "{at:?}");
        assert_eq!(
            (placed.kelurahan, placed.distance_to_ticket_m),
            (None, None),
            "{at:?}"
        );
        assert!(!placed.identical_to_pin && !placed.swapped && placed.candidates.is_empty());
    }
}

#[test]
fn swapped_coordinates_are_turned_and_said() {
    let kapuk = kelurahan("Kapuk");
    let (lat, lon) = raw(kapuk.centre);
    let with_pin = Claim {
        point: Some((lon, lat)),
        ..claim(kapuk)
    };
    let placed = against((lon, lat), &with_pin);
    assert_eq!(placed.verdict, PlaceVerdict::Inside);
    assert!(placed.swapped);
    assert!(
        placed.distance_to_ticket_m.unwrap() < 0.001,
        "the pin is turned too"
    );
}

#[test]
fn a_position_equal_to_the_pin_is_said_and_one_a_metre_off_is_not() {
    let kapuk = kelurahan("Kapuk");
    let pin = raw(kapuk.centre);
    let with_pin = Claim {
        point: Some(pin),
        ..claim(kapuk)
    };
    assert!(against(pin, &with_pin).identical_to_pin);
    // Degrees, minutes and seconds as EXIF writes them: the digits survive, the bits do not.
    let dms = |d: f64| {
        let a = d.abs();
        let minutes = (a.fract() * 60.0).floor();
        let seconds = ((a - a.floor() - minutes / 60.0) * 36_000_000.0).round() / 1e4;
        (a.floor() + minutes / 60.0 + seconds / 3600.0) * d.signum()
    };
    assert!(against((dms(pin.0), dms(pin.1)), &with_pin).identical_to_pin);
    assert!(!against((pin.0 + 0.000_01, pin.1), &with_pin).identical_to_pin);
    assert!(!against(pin, &claim(kapuk)).identical_to_pin);
}

#[test]
fn wire_names_are_the_same_in_text_and_json_and_no_coordinate_is_in_either() {
    use PlaceVerdict::{Inside, NearBorder, NotApplicable, Outside, Unusable};
    for verdict in [Inside, NearBorder, Outside, NotApplicable, Unusable] {
        assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.as_str());
    }
    let kapuk = kelurahan("Kapuk");
    let placed = against(raw(kapuk.centre), &claim(kapuk));
    let json = serde_json::to_value(&placed).unwrap();
    assert!(json.get("lat").is_none() && json.get("point").is_none());
    assert_eq!(serde_json::from_value::<Placed>(json).unwrap(), placed);
    assert_eq!(format!("{:?}", kapuk.centre), "Position(..)");
}

proptest! {
    #[test]
    fn distance_is_symmetric_never_negative_and_zero_at_home(
        a in (-90.0..90.0_f64, -180.0..180.0_f64), b in (-90.0..90.0_f64, -180.0..180.0_f64),
    ) {
        let (a, b) = (Position { lat: a.0, lon: a.1 }, Position { lat: b.0, lon: b.1 });
        let there = distance_m(a, b);
        prop_assert!(there >= 0.0 && (there - distance_m(b, a)).abs() < 1e-6);
        prop_assert!(distance_m(a, a) < 1e-6);
    }

    #[test]
    fn every_swapped_indonesian_position_is_repaired(lat in -11.0..6.0_f64, lon in 95.0..141.0_f64) {
        let right = Position::new(lat, lon).unwrap();
        prop_assert_eq!(Position::new(lon, lat), Err(BadPosition::Swapped(right)));
        prop_assert_eq!(Position::repaired(lon, lat), Ok((right, true)));
    }

    #[test]
    fn any_two_numbers_get_a_verdict_that_agrees_with_itself(
        lat in any::<f64>(), lon in any::<f64>(), accuracy in any::<f64>(), pin in any::<(f64, f64)>(),
    ) {
        let kapuk = kelurahan("Kapuk");
        let full = Claim { point: Some(pin), ..claim(kapuk) };
        let placed = judge(Gazetteer::builtin(), Some((lat, lon)), Some(accuracy), &full);
        let usable = Position::repaired(lat, lon).is_ok();
        prop_assert_eq!(placed.verdict == PlaceVerdict::Unusable, !usable);
        prop_assert!(placed.tolerance_m.is_finite() && placed.tolerance_m >= BORDER_BAND_M);
    }

    #[test]
    fn a_wider_margin_never_makes_an_answer_surer(
        lat in -6.4..-6.05_f64, lon in 106.65..107.0_f64, accuracy in 0.0..2_000.0_f64, which in 0..267_usize,
    ) {
        let all = Gazetteer::builtin();
        let of = all.iter().nth(which).unwrap();
        let sharp = judge(all, Some((lat, lon)), None, &claim(of)).verdict;
        let vague = judge(all, Some((lat, lon)), Some(accuracy), &claim(of)).verdict;
        prop_assert!(vague == sharp || vague == PlaceVerdict::NearBorder);
    }
}
