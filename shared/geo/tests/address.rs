//! Names in a free-text address, and how sure they are.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use jaga_geo::{Gazetteer, Level, Sureness, address_place, mentions};
use proptest::prelude::*;

/// The place that an address names: its level, its name, how sure.
fn named(address: &str) -> Option<(Level, String, Sureness)> {
    let found = address_place(address, Gazetteer::builtin().places())?;
    let first = found.kelurahan.first()?;
    let name = match found.level {
        Level::Kelurahan => &first.name,
        Level::Kecamatan => &first.district,
        Level::Kota => &first.city,
    };
    Some((found.level, name.clone(), found.sureness))
}

fn kelurahan(address: &str, name: &str) {
    let found = named(address);
    assert!(
        matches!(&found, Some((Level::Kelurahan, found, _)) if found == name),
        "{address:?}: {found:?}"
    );
}

#[test]
fn a_name_called_kelurahan_is_sure_in_any_spelling() {
    for address in [
        "Kel. Kapuk, Kec. Cengkareng",
        "KEL KAPUK",
        "kelurahan  kapuk",
        "Jl. Raya Kapuk No. 12, Kel.Kapuk",
        "Kapuk, Kel. Kapuk, Jakarta Barat 11720",
    ] {
        assert_eq!(
            named(address),
            Some((Level::Kelurahan, "Kapuk".into(), Sureness::Sure)),
            "{address}"
        );
    }
}

#[test]
fn a_street_named_like_a_kelurahan_is_not_taken_for_it() {
    for address in [
        "Jl. Kebon Jeruk Raya",
        "Jalan Kebon Jeruk Raya No. 27",
        "Jln Kapuk Raya",
        "Gg. Petojo Utara",
        "Stasiun Cawang",
        "Kebon Jeruk Raya",
        "Kapuk IV",
        "depan Masjid Kapuk",
        "Jl. Haji Kapuk",
    ] {
        assert_eq!(named(address), None, "{address}");
        let found = mentions(address, Gazetteer::builtin().places());
        assert!(!found.is_empty(), "{address}");
        assert!(
            found.iter().all(|m| m.sureness == Sureness::Doubtful),
            "{address}"
        );
    }
}

#[test]
fn after_the_street_the_kelurahan_is_read() {
    kelurahan("Jl. Panjang No. 5 Kedoya Utara", "Kedoya Utara");
    kelurahan(
        "Jl. Raya Kebon Jeruk, Kelapa Dua, Jakarta Barat",
        "Kelapa Dua",
    );
    kelurahan(
        "Jl. Menteng Raya RT 03/RW 05 Kebon Sirih Jakarta Pusat",
        "Kebon Sirih",
    );
    kelurahan("Jl. Kapuk Raya - Pejagalan", "Pejagalan");
}

#[test]
fn abbreviations_old_spelling_and_missing_spaces_are_understood() {
    kelurahan("Rw. Badak Utara, Koja", "Rawa Badak Utara");
    kelurahan("RAWABADAKUTARA", "Rawa Badak Utara");
    kelurahan("Kb. Sirih", "Kebon Sirih");
    kelurahan("kebun sirih", "Kebon Sirih");
    kelurahan("Pd. Kelapa Jaktim", "Pondok Kelapa");
    kelurahan("Tg. Priuk Kel Tanjung Priuk", "Tanjung Priok");
    kelurahan("Gelora Jkt Pst", "Gelora");
    kelurahan("Kedoya Sel., Kb. Jeruk", "Kedoya Selatan");
    kelurahan("Tjikoko", "Cikoko");
}

#[test]
fn the_longest_name_wins() {
    kelurahan("Kel. Kebayoran Lama Utara", "Kebayoran Lama Utara");
    kelurahan("Cengkareng Timur", "Cengkareng Timur");
    kelurahan("Pasar Manggis, Setiabudi", "Pasar Manggis");
}

#[test]
fn a_name_that_is_also_a_kecamatan_is_weighed() {
    let bare = named("Kebon Jeruk").unwrap();
    assert_eq!((bare.0, bare.2), (Level::Kecamatan, Sureness::Likely));
    kelurahan("Kebon Jeruk, Kebon Jeruk, Jakarta Barat", "Kebon Jeruk");
    assert_eq!(named("Kec. Kebon Jeruk").unwrap().0, Level::Kecamatan);
    assert_eq!(named("Kec. Kebon Jeruk").unwrap().2, Sureness::Sure);
    kelurahan("Kel. Kebon Jeruk, Kec. Kebon Jeruk", "Kebon Jeruk");
    assert_eq!(
        named("Jakbar").unwrap(),
        (Level::Kota, "Jakarta Barat".into(), Sureness::Likely)
    );
}

#[test]
fn what_contradicts_itself_names_nothing_sure() {
    let found = named("Kapuk, Kec. Menteng");
    assert!(!matches!(found, Some((Level::Kelurahan, ..))), "{found:?}");
    assert_eq!(named("Kapuk atau Pejagalan"), None);
    let found = named("Kapuk, Jakarta Timur");
    assert!(!matches!(found, Some((Level::Kelurahan, ..))), "{found:?}");
}

#[test]
fn everyday_words_are_no_place() {
    for text in [
        "sampah di tengah jalan",
        "karet ban terbakar",
        "",
        "...",
        "lampu mati sejak kemarin",
    ] {
        assert_eq!(named(text), None, "{text}");
    }
}

#[test]
fn every_kelurahan_is_found_by_its_name() {
    for place in Gazetteer::builtin() {
        kelurahan(
            &format!("Jl. Mawar No. 1, Kel. {}", place.name),
            &place.name,
        );
        kelurahan(
            &format!("kel {} kec {}", place.name.to_uppercase(), place.district),
            &place.name,
        );
        let whole = format!("{}, {}, {}", place.name, place.district, place.city);
        let found = named(&whole);
        assert!(
            found.is_some_and(|f| f.0 == Level::Kelurahan && f.1 == place.name),
            "{whole}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_whatever_makes_it_panic(text in "\\PC{0,400}") {
        let _ = mentions(&text, Gazetteer::builtin().places());
    }
}
