//! Files as BIG and OCHA publish them are read without being told which property means what.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

#[path = "common/made.rs"]
mod made;

use jaga_geo::{Layer as _, LayerSpec, PolygonLayer, Properties, property_names};

#[test]
fn published_files_are_read_without_being_told_how() {
    let file = |properties: &str| {
        let shape = made::ring(&made::square(106.8, -6.2, 0.01));
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{{properties}}},
            "geometry":{{"type":"Polygon","coordinates":[{shape}]}}}}]}}"#
        )
    };
    let read = |text: &str| {
        let spec = LayerSpec::default().fitted(text.as_bytes());
        let layer = PolygonLayer::parse(text.as_bytes(), &spec).unwrap();
        let place = layer.places().iter().next().unwrap();
        (place.code.clone(), place.name.clone(), place.city.clone())
    };
    let kapuk = |name: &str, city: &str| ("31.73.01.1005".into(), name.into(), city.into());
    let ocha =
        file(r#""ADM4_EN":"Kapuk","ADM4_PCODE":"ID3174070004","ADM2_EN":"Kota Jakarta Barat""#);
    assert_eq!(read(&ocha), kapuk("Kapuk", "Kota Jakarta Barat"));
    let later = ocha
        .to_lowercase()
        .replace("id31", "ID31")
        .replace("featurecollection", "FeatureCollection")
        .replace("\"feature\"", "\"Feature\"")
        .replace("polygon", "Polygon");
    assert_eq!(read(&later), kapuk("kapuk", "kota jakarta barat"));
    let big = file(
        r#""NAMOBJ":"KAPUK","KDEPUM":"31.73.01.1005","KDEBPS":"3174070004","WADMKK":"Jakarta Barat""#,
    );
    assert_eq!(read(&big), kapuk("KAPUK", "Jakarta Barat"));
    // What was said, or is there under the default name, stays.
    let ours = file(r#""code":"31.73.01.1005","ADM4_PCODE":"ID3171010001""#);
    assert_eq!(read(&ours), kapuk("Kapuk", "Jakarta Barat"));
    let said = LayerSpec {
        properties: Properties {
            code: "kode".into(),
            ..Properties::default()
        },
        ..LayerSpec::default()
    };
    assert_eq!(said.clone().fitted(ocha.as_bytes()), said);
    for unreadable in [
        "",
        "{",
        "[]",
        r#"{"features":[]}"#,
        r#"{"features":[{}]}"#,
        r#"{"features":[7]}"#,
    ] {
        assert_eq!(
            LayerSpec::default().fitted(unreadable.as_bytes()),
            LayerSpec::default()
        );
        assert!(property_names(unreadable.as_bytes()).is_empty());
    }
    let mut names = property_names(ocha.as_bytes());
    names.sort();
    assert_eq!(names, ["ADM2_EN", "ADM4_EN", "ADM4_PCODE"]);
}
