//! Reasons as they may be shown.

use std::collections::BTreeSet;

use jaga_contract::{PhotoId, Signal};

/// Reasons without what a private report would lose by them. `withheld`: the ticket's own report is
/// private, and figures and words that tell its place go. `hidden`: report photos of other private
/// tickets, which are neither named nor dated.
pub fn told(mut signals: Vec<Signal>, withheld: bool, hidden: &BTreeSet<PhotoId>) -> Vec<Signal> {
    for signal in &mut signals {
        let named = signal.photos.len();
        signal.photos.retain(|photo| !hidden.contains(photo));
        if signal.photos.len() < named {
            signal.figures.remove("apart_s");
        }
        if withheld {
            without_place(signal);
        }
    }
    signals
}

fn without_place(signal: &mut Signal) {
    let metres = |name: &str| name.ends_with("_m");
    let place = signal.figures.keys().any(|name| metres(name));
    signal.figures.retain(|name, _| !metres(name));
    if place || matches!(signal.name.as_str(), "far_from_ticket" | "other_kelurahan") {
        signal.text_id = "Lokasi foto perlu diperiksa.".into();
        signal.text_en = "The place of the photo needs a look.".into();
    }
}
