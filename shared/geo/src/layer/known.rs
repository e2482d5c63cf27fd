//! Property names of published polygon files, so that such a file is read without being told how.

use serde_json::{Map, Value};

use super::read::first_properties;
use super::spec::{Codes, LayerSpec, Properties};

/// Properties that hold the code, and the numbering that the publisher uses. BIG's catalogue (KUGI)
/// has Kemendagri's codes in `KDEPUM` beside the statistics office's in `KDEBPS`; OCHA's P-codes are
/// the statistics office's with `ID` before them.
const CODE: [(&str, Codes); 2] = [
    ("KDEPUM", Codes::Kemendagri),
    ("ADM4_PCODE", Codes::Bps2020),
];
const NAME: [&str; 4] = ["WADMKD", "ADM4_EN", "ADM4_NAME", "NAMOBJ"];
const DISTRICT: [&str; 3] = ["WADMKC", "ADM3_EN", "ADM3_NAME"];
const CITY: [&str; 3] = ["WADMKK", "ADM2_EN", "ADM2_NAME"];

impl LayerSpec {
    /// The same, with the property names and the numbering of a published file where nothing was said
    /// of them: only if the properties are the default ones, the file's first feature has no property
    /// of the default name, and it has one that BIG or OCHA use for the code (in whatever case).
    #[must_use]
    pub fn fitted(mut self, bytes: &[u8]) -> Self {
        if self.properties != Properties::default() {
            return self;
        }
        let Some(there) = first_properties(bytes) else {
            return self;
        };
        if there.contains_key(&self.properties.code) {
            return self;
        }
        let code = CODE
            .iter()
            .find_map(|(name, codes)| Some((spelled(&there, name)?, *codes)));
        let Some((code, codes)) = code else {
            return self;
        };
        self.properties.code = code;
        if self.codes == Codes::default() {
            self.codes = codes;
        }
        for (slot, names) in [
            (&mut self.properties.name, &NAME[..]),
            (&mut self.properties.district, &DISTRICT),
            (&mut self.properties.city, &CITY),
        ] {
            if let Some(found) = names.iter().find_map(|name| spelled(&there, name)) {
                *slot = found;
            }
        }
        self
    }
}

/// The names of the first feature's properties, to tell an operator what there is to map; empty if
/// the file can't be read that far.
pub fn property_names(bytes: &[u8]) -> Vec<String> {
    let names = first_properties(bytes).unwrap_or_default();
    names.into_iter().map(|(name, _)| name).collect()
}

/// The property of this name as the file writes it.
fn spelled(there: &Map<String, Value>, name: &str) -> Option<String> {
    let found = there.keys().find(|key| key.eq_ignore_ascii_case(name));
    found.cloned()
}
