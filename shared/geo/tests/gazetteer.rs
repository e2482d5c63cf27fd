//! The facts that are compiled in, and what is refused in a file like them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use std::collections::HashSet;

use jaga_geo::{Answer, BadGazetteer, Gazetteer, Position, distance_m, fold};

const HEADER: &str = "code,name,district,city,lat,lon,inradius_m,circumradius_m,aliases\n";

fn parse(rows: &str) -> Result<Gazetteer, BadGazetteer> {
    Gazetteer::parse("test", format!("{HEADER}{rows}").as_bytes())
}

#[test]
fn jakarta_has_267_kelurahan_44_kecamatan_and_6_kota() {
    let all = Gazetteer::builtin();
    assert_eq!(all.iter().count(), 267);
    let districts: HashSet<_> = all.iter().map(|k| &k.code[..8]).collect();
    let cities: HashSet<_> = all.iter().map(|k| k.city.as_str()).collect();
    assert_eq!((districts.len(), cities.len()), (44, 6));
    assert_eq!(all.version(), "gazetteer-2430-2025.1");
}

#[test]
fn every_code_is_unique_well_formed_and_found() {
    let all = Gazetteer::builtin();
    let mut seen = HashSet::new();
    for k in all {
        assert!(seen.insert(&k.code), "{} stands there twice", k.code);
        let lengths: Vec<usize> = k.code.split('.').map(str::len).collect();
        assert_eq!(lengths, [2, 2, 2, 4], "{}", k.code);
        assert!(k.code.starts_with("31."), "{}", k.code);
        assert_eq!(all.by_code(&k.code), Some(k));
    }
    assert_eq!(all.by_code("31.73.01.9999"), None);
    assert_eq!(all.by_code(""), None);
}

#[test]
fn every_name_and_alias_finds_its_kelurahan_in_any_spelling() {
    let all = Gazetteer::builtin();
    for k in all {
        for name in std::iter::once(&k.name).chain(&k.aliases) {
            let spellings = [
                name.clone(),
                name.to_uppercase(),
                name.replace(' ', ""),
                format!("Kelurahan {name}"),
                format!(" kel. {} ", name.to_lowercase().replace(' ', "-")),
            ];
            for spelling in spellings {
                let found = all.by_name(&spelling).map(|f| f.code.as_str());
                assert_eq!(found, Some(k.code.as_str()), "{spelling:?}");
            }
        }
    }
    assert_eq!(
        all.by_name("Halim Perdana Kusumah").unwrap().name,
        "Halim Perdana Kusuma"
    );
    assert_eq!(all.by_name(""), None);
    assert_eq!(all.by_name("Kelurahan"), None);
    assert_eq!(all.by_name("Bekasi"), None);
}

#[test]
fn no_two_kelurahan_share_a_folded_name() {
    let names: HashSet<String> = Gazetteer::builtin().iter().map(|k| fold(&k.name)).collect();
    assert_eq!(names.len(), 267);
}

#[test]
fn every_centre_is_certain_of_its_own_kelurahan() {
    let all = Gazetteer::builtin();
    for k in all {
        assert_eq!(
            all.locate(k.centre),
            Answer::Certain(k.code.clone()),
            "{}",
            k.name
        );
    }
}

#[test]
fn no_two_circles_of_certainty_overlap() {
    let all: Vec<_> = Gazetteer::builtin().iter().collect();
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            let room = distance_m(a.centre, b.centre) - a.inradius_m - b.inradius_m;
            assert!(
                room > -1.0,
                "{} and {} overlap by {} m",
                a.name,
                b.name,
                -room
            );
        }
    }
}

#[test]
fn candidates_are_ranked_and_come_with_how_far_they_are_at_most() {
    let all = Gazetteer::builtin();
    let kapuk = all.by_name("Kapuk").unwrap();
    // North of the inner circle by some metres.
    let lat = kapuk.centre.lat + (kapuk.inradius_m + 30.0) / 110_574.0;
    let position = Position::new(lat, kapuk.centre.lon).unwrap();
    let Answer::Candidates(some) = all.locate(position) else {
        panic!("expected candidates")
    };
    assert!(
        some.iter()
            .any(|c| c.code == kapuk.code && (29.0..31.5).contains(&c.distance_m))
    );
    assert!(some.windows(2).all(|w| w[0].distance_m <= w[1].distance_m));
}

#[test]
fn what_is_far_from_jakarta_is_outside_for_certain() {
    let all = Gazetteer::builtin();
    let elsewhere = [
        (-7.2575, 112.7521), // Surabaya
        (-6.9175, 107.6191), // Bandung
        (-6.5971, 106.8060), // Bogor
        (6.2, 106.8),        // Jakarta with the S lost
        (-6.2, -106.8),      // Jakarta with the E lost
        (90.0, 0.0),
        (-90.0, 180.0),
        (0.0, -180.0),
    ];
    for (lat, lon) in elsewhere {
        assert_eq!(
            all.locate(Position::new(lat, lon).unwrap()),
            Answer::OutsideForCertain
        );
    }
}

#[test]
fn a_gazetteer_that_contradicts_itself_is_refused_with_the_line() {
    let good = "1,A,D,C,-6.2,106.8,100,200,\n";
    assert!(parse(good).is_ok());
    let text = |rows: &str| parse(rows).unwrap_err().to_string();
    assert_eq!(text(""), "the gazetteer is empty");
    assert_eq!(
        text(&format!("{good}1,B,D,C,-6.3,106.8,100,200,\n")),
        "line 3: code 1 stands there twice"
    );
    assert_eq!(
        text(&format!("{good}2,B,D,C,-6.3,106.8,100,200,a\n")),
        "line 3: the name a means two kelurahan"
    );
    for radii in ["0,200", "-5,200", "300,200", "NaN,200", "100,inf"] {
        assert_eq!(
            text(&format!("1,A,D,C,-6.2,106.8,{radii},\n")),
            "line 2: the radii are impossible"
        );
    }
    for centre in ["0,0", "106.8,-6.2", "NaN,106.8", "-6.2,181"] {
        assert_eq!(
            text(&format!("1,A,D,C,{centre},100,200,\n")),
            "line 2: the centre is no position"
        );
    }
    assert!(matches!(parse("1,A,D,C,-6.2\n"), Err(BadGazetteer::Csv(_))));
    assert!(Gazetteer::parse("x", b"\xff\xfe\x00").is_err());
}
