//! What is said of a clean copy.

use jaga_imaging::{Method, Removed};
use serde_json::json;

use super::{Done, Written};
use crate::names;
use crate::output::{say, say_json};

pub fn clean(done: &Done, written: &Written<'_>, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return say_json(&line(done, written));
    }
    let again = match written.clean.method {
        Method::Reencoded => format!("; {} encoded again as JPEG", done.seen.0),
        Method::Lossless => String::new(),
    };
    say(&format!(
        "{} -> {}: removed {}{again}",
        names::shown(&done.errand.input),
        names::shown(&written.output),
        list(&written.clean.removed)
    ));
    Ok(())
}

fn line(done: &Done, written: &Written<'_>) -> serde_json::Value {
    let (input_format, bytes_in) = done.seen;
    let clean = written.clean;
    let mut line = json!({
        "input_format": input_format, "format": clean.format,
        "method": clean.method, "removed": clean.removed,
        "bytes_in": bytes_in, "bytes_out": clean.bytes.len(),
        "digest": blake3::hash(&clean.bytes).to_hex().as_str(),
    });
    names::put(&mut line, "input", &done.errand.input);
    names::put(&mut line, "output", &written.output);
    if let Some(evidence) = written.evidence {
        line["evidence"] = json!(evidence);
    }
    line
}

fn list(removed: &[Removed]) -> String {
    if removed.is_empty() {
        return "nothing".into();
    }
    let carriers: Vec<&str> = removed.iter().map(|it| it.carrier.as_str()).collect();
    carriers.join(", ")
}
