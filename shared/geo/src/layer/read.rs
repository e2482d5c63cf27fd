//! From bytes to features: bounded, and each feature read on its own so that one fault names one.

use geojson::{Feature, GeometryValue};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::fault::{BadLayer, Fault};
use super::spec::{LayerSpec, MAX_LAYER_BYTES};
use crate::Credit;

/// More features are no city: the whole country has 84 000.
const MAX_FEATURES: usize = 20_000;
/// Opening brackets, nearly one for each position; and commas, some three.
const MAX_BRACKETS: usize = 1_500_000;
const MAX_COMMAS: usize = 4 * MAX_BRACKETS;
/// Longer texts of a property are cut: they end up in messages and pages.
const MAX_TEXT: usize = 80;

/// The members of a feature collection that matter here; features stay text until their turn.
#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    kind: Option<Value>,
    #[serde(borrow)]
    features: Option<Vec<&'a RawValue>>,
    crs: Option<Value>,
    license: Option<Value>,
    licence: Option<Value>,
    attribution: Option<Value>,
}

/// A feature as it stands in the file.
pub(super) struct Raw {
    pub(super) code: Result<String, Fault>,
    pub(super) name: Option<String>,
    pub(super) district: Option<String>,
    pub(super) city: Option<String>,
    /// Polygons, each a shell and its holes, each a list of longitude and latitude.
    pub(super) polygons: Result<Vec<Vec<Vec<[f64; 2]>>>, Fault>,
}

/// Reads the features and whose they are.
pub(super) fn read(bytes: &[u8], spec: &LayerSpec) -> Result<(Vec<Raw>, Credit), BadLayer> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bounded(bytes).map_err(BadLayer::whole)?;
    let collection: Collection<'_> = serde_json::from_slice(bytes).map_err(|e| {
        BadLayer::whole(if e.is_data() {
            Fault::NotGeoJson
        } else {
            Fault::NotJson {
                line: e.line(),
                column: e.column(),
            }
        })
    })?;
    let features = collection.features.unwrap_or_default();
    if collection.kind.as_ref().and_then(Value::as_str) != Some("FeatureCollection") {
        return Err(BadLayer::whole(Fault::NotGeoJson));
    }
    if !collection.crs.as_ref().is_none_or(is_wgs84) {
        return Err(BadLayer::whole(Fault::WrongCrs));
    }
    if features.is_empty() {
        return Err(BadLayer::whole(Fault::Empty));
    }
    if features.len() > MAX_FEATURES {
        return Err(BadLayer::whole(Fault::TooMany {
            what: "features",
            limit: MAX_FEATURES,
        }));
    }
    let stated = |ours: &str, theirs: [Option<&Value>; 2]| {
        let theirs = theirs.into_iter().flatten().find_map(Value::as_str);
        match ours.trim() {
            "" => cut(theirs.unwrap_or_default(), 1000),
            ours => ours.to_owned(),
        }
    };
    let credit = Credit {
        licence: stated(
            &spec.licence,
            [collection.license.as_ref(), collection.licence.as_ref()],
        ),
        attribution: stated(&spec.attribution, [collection.attribution.as_ref(), None]),
    };
    let raw = features.iter().map(|text| feature(text.get(), spec));
    Ok((raw.collect(), credit))
}

/// The properties of the first feature, if the file can be read that far.
pub(super) fn first_properties(bytes: &[u8]) -> Option<Map<String, Value>> {
    #[derive(Deserialize)]
    struct Features<'a> {
        #[serde(borrow)]
        features: Vec<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct First {
        properties: Map<String, Value>,
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bounded(bytes).ok()?;
    let all: Features<'_> = serde_json::from_slice(bytes).ok()?;
    let first: First = serde_json::from_str(all.features.first()?.get()).ok()?;
    Some(first.properties)
}

/// What a hostile file could make large is counted before anything is built from it.
fn bounded(bytes: &[u8]) -> Result<(), Fault> {
    if bytes.len() > MAX_LAYER_BYTES {
        return Err(Fault::TooLarge {
            bytes: bytes.len(),
            limit: MAX_LAYER_BYTES,
        });
    }
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    if first.is_none() {
        return Err(Fault::Empty);
    }
    if first != Some(&b'{') {
        return Err(Fault::NotGeoJson);
    }
    for (sign, limit, what) in [
        (b'[', MAX_BRACKETS, "positions"),
        (b',', MAX_COMMAS, "numbers"),
    ] {
        if memchr::memchr_iter(sign, bytes).nth(limit).is_some() {
            return Err(Fault::TooMany { what, limit });
        }
    }
    Ok(())
}

/// GeoJSON is WGS84 by definition; older files name it, and GDAL writes it in several ways.
fn is_wgs84(crs: &Value) -> bool {
    if crs.is_null() {
        return true;
    }
    let name = crs.pointer("/properties/name").and_then(Value::as_str);
    name.is_some_and(|n| {
        let n = n.to_ascii_uppercase();
        n.ends_with(":CRS84") || n.ends_with(":4326") || n == "WGS84" || n == "WGS 84"
    })
}

fn feature(text: &str, spec: &LayerSpec) -> Raw {
    let Ok(feature) = serde_json::from_str::<Feature>(text) else {
        // The code is still wanted for the message.
        let properties = serde_json::from_str::<Value>(text)
            .ok()
            .and_then(|v| v.get("properties").cloned());
        return Raw {
            code: match &properties {
                Some(properties) => code(|key| properties.get(key), spec),
                None => Err(Fault::Unreadable),
            },
            name: None,
            district: None,
            city: None,
            polygons: Err(Fault::Unreadable),
        };
    };
    let text = |key: &str| {
        let text = feature.property(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| cut(text, MAX_TEXT))
    };
    Raw {
        code: code(|key| feature.property(key), spec),
        name: text(&spec.properties.name),
        district: text(&spec.properties.district),
        city: text(&spec.properties.city),
        polygons: match feature.geometry.map(|g| g.value) {
            None => Err(Fault::NotAPolygon { found: "missing" }),
            Some(GeometryValue::Polygon { coordinates }) => Ok(vec![rings(&coordinates)]),
            Some(GeometryValue::MultiPolygon { coordinates }) => {
                Ok(coordinates.iter().map(|p| rings(p)).collect())
            }
            Some(other) => Err(Fault::NotAPolygon {
                found: other.type_name(),
            }),
        },
    }
}

fn code<'a>(
    property: impl Fn(&str) -> Option<&'a Value>,
    spec: &LayerSpec,
) -> Result<String, Fault> {
    let key = &spec.properties.code;
    let raw = match property(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => {
            return Err(Fault::NoProperty {
                property: key.clone(),
            });
        }
    };
    spec.kemendagri(&raw).ok_or(Fault::BadCode)
}

/// A position of fewer than two numbers becomes one of no numbers: the ring is looked at later.
fn rings(polygon: &[Vec<geojson::Position>]) -> Vec<Vec<[f64; 2]>> {
    let point = |p: &geojson::Position| match p.as_slice() {
        [lon, lat, ..] => [*lon, *lat],
        _ => [f64::NAN, f64::NAN],
    };
    polygon
        .iter()
        .map(|ring| ring.iter().map(point).collect())
        .collect()
}

fn cut(text: &str, longest: usize) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(longest)
        .collect()
}
