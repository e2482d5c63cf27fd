//! C2PA manifests: what the file's own signed history says was done, and whether its hashes agree.
//!
//! The boxes are read here and the claim's CBOR by `ciborium`. Certificates are not looked at: whose
//! signature it is, and whether it holds, is said by nobody here.

use ciborium::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{
    jumbf::{Super, joined, supers},
    model::{Flaw, Provenance, Reading},
    provenance::term,
    sources::Sources,
};

/// What the active manifest, the last of the store, says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct C2pa {
    /// Manifests in the store: the active one and those of its ingredients.
    pub manifests: u32,
    /// Its actions in order, at most 64.
    pub actions: Vec<Action>,
    /// Pictures that it says it was made from.
    pub ingredients: Ingredients,
    /// What could be checked.
    pub integrity: Integrity,
}

/// One step of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What was done.
    pub kind: ActionKind,
    /// The digital source type that stands beside it, where that is a mark.
    pub source: Option<Provenance>,
}

/// Kinds of actions, the many names of edits in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// `c2pa.created`: made or taken.
    Created,
    /// `c2pa.opened`: an existing picture was opened.
    Opened,
    /// `c2pa.placed`: another picture was put in.
    Placed,
    /// The pixels were changed, by whatever tool.
    Edited,
    /// Turned, scaled or cut, the content left.
    Framed,
    /// Encoded, packaged or published anew.
    Converted,
    /// Anything else.
    Other,
}

/// Ingredients by their relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ingredients {
    /// The picture that this one is an edit of.
    pub parent: u32,
    /// Pictures put into this one.
    pub component: u32,
    /// Pictures given to a model.
    pub input: u32,
    /// Any other.
    pub other: u32,
}

/// What was checked of a manifest. In no case the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integrity {
    /// Nothing could be checked, such as for an unknown kind of hash.
    PresentUnchecked,
    /// The claim's hashes of its own assertions agree; the signature is not checked.
    HashesAgreeSignatureUnchecked,
    /// An assertion is not the one that was claimed, or is gone.
    HashMismatch,
    /// There is no signature.
    Unsigned,
}

/// A store beyond this is not read: real ones hold thumbnails, some hundred kilobytes.
const MAX_STORE: usize = 8 << 20;
/// CBOR beyond this is not read; it takes some ten times its size in memory.
const MAX_CBOR: usize = 256 << 10;
const MAX_DEPTH: usize = 32;
const MAX_ACTIONS: usize = 64;
const MAX_ASSERTIONS: usize = 256;

/// Reads the store, if there is one.
pub(super) fn read(sources: &Sources<'_>) -> Reading<C2pa> {
    if !sources.c2pa {
        return Reading::Absent;
    }
    let store = joined(&sources.other, MAX_STORE);
    let told = store.as_deref().and_then(|bytes| {
        let store = supers(bytes).find(|it| it.label == "c2pa")?;
        let manifests = store.supers().count() as u32;
        let active = store.supers().last()?;
        tell(manifests, &active)
    });
    told.map_or(Reading::Unreadable(Flaw::Malformed), Reading::Present)
}

fn tell(manifests: u32, active: &Super<'_>) -> Option<C2pa> {
    let assertions = active.labelled("c2pa.assertions")?;
    let claim = active.labelled("c2pa.claim").and_then(|it| cbor(&it))?;
    let mut told = C2pa {
        manifests,
        actions: Vec::new(),
        ingredients: Ingredients::default(),
        integrity: integrity(&claim, active, &assertions),
    };
    for assertion in assertions.supers().take(MAX_ASSERTIONS) {
        let kind = |name| assertion.label.starts_with(name);
        if kind("c2pa.actions") {
            actions(&assertion, &mut told.actions);
        } else if kind("c2pa.ingredient") {
            let relationship = cbor(&assertion);
            let relationship = relationship
                .as_ref()
                .and_then(|it| text(it, "relationship"));
            let count = match relationship {
                Some("parentOf") => &mut told.ingredients.parent,
                Some("componentOf") => &mut told.ingredients.component,
                Some("inputTo") => &mut told.ingredients.input,
                _ => &mut told.ingredients.other,
            };
            *count += 1;
        }
    }
    Some(told)
}

fn actions(assertion: &Super<'_>, out: &mut Vec<Action>) {
    let Some(value) = cbor(assertion) else { return };
    let list = get(&value, "actions").and_then(Value::as_array);
    for action in list.into_iter().flatten() {
        if out.len() == MAX_ACTIONS {
            return;
        }
        let name = text(action, "action").unwrap_or_default();
        let source = text(action, "digitalSourceType").and_then(term);
        out.push(Action {
            kind: kind(name),
            source,
        });
    }
}

fn kind(name: &str) -> ActionKind {
    match name.strip_prefix("c2pa.").unwrap_or(name) {
        "created" => ActionKind::Created,
        "opened" => ActionKind::Opened,
        "placed" => ActionKind::Placed,
        "cropped" | "resized" | "orientation" | "resized.proportional" => ActionKind::Framed,
        "converted" | "transcoded" | "repackaged" | "published" | "watermarked" => {
            ActionKind::Converted
        }
        "edited" | "color_adjustments" | "adjustedColor" | "drawing" | "filtered" | "removed"
        | "addedText" | "enhanced" | "deleted" => ActionKind::Edited,
        _ => ActionKind::Other,
    }
}

/// Hashes the claim's assertions again. What C2PA hashes of a box is all but its header.
fn integrity(claim: &Value, active: &Super<'_>, assertions: &Super<'_>) -> Integrity {
    if active.labelled("c2pa.signature").is_none() {
        return Integrity::Unsigned;
    }
    let usual = text(claim, "alg").unwrap_or("sha256");
    // Version 1 has one list, version 2 may have two.
    let lists = ["assertions", "created_assertions", "gathered_assertions"];
    let claimed = lists
        .iter()
        .filter_map(|name| get(claim, name)?.as_array())
        .flatten();
    let mut agreed = 0;
    // One large assertion may be claimed again and again: the work stays that of one store.
    let mut budget = MAX_STORE;
    for entry in claimed.take(MAX_ASSERTIONS) {
        let Some(label) = text(entry, "url").and_then(|url| url.rsplit('/').next()) else {
            return Integrity::PresentUnchecked;
        };
        let Some(hash) = get(entry, "hash").and_then(Value::as_bytes) else {
            return Integrity::PresentUnchecked;
        };
        let Some(assertion) = assertions.supers().find(|it| it.label == label) else {
            // Databoxes and redacted assertions live elsewhere or are lawfully gone.
            continue;
        };
        let Some(left) = budget.checked_sub(assertion.content.len()) else {
            return Integrity::PresentUnchecked;
        };
        budget = left;
        let digest = match text(entry, "alg").unwrap_or(usual) {
            "sha256" => Sha256::digest(assertion.content).to_vec(),
            "sha384" => Sha384::digest(assertion.content).to_vec(),
            "sha512" => Sha512::digest(assertion.content).to_vec(),
            _ => return Integrity::PresentUnchecked,
        };
        if digest != *hash {
            return Integrity::HashMismatch;
        }
        agreed += 1;
    }
    if agreed == 0 {
        Integrity::PresentUnchecked
    } else {
        Integrity::HashesAgreeSignatureUnchecked
    }
}

fn cbor(of: &Super<'_>) -> Option<Value> {
    let body = of.body(*b"cbor").filter(|body| body.len() <= MAX_CBOR)?;
    ciborium::de::from_reader_with_recursion_limit(body, MAX_DEPTH).ok()
}

fn get<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let map = value.as_map()?;
    map.iter()
        .find(|(key, _)| key.as_text() == Some(name))
        .map(|(_, value)| value)
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    get(value, name)?.as_text()
}
