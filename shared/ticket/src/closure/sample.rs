//! Closures that are looked at without a reason, so that what is missed can be measured.

use super::facts::ClosureFacts;
use super::rules::Rules;

/// Whether chance takes this closure. The same for the same ticket, closure and rules' version, on
/// every machine, and nobody can tell beforehand without the rules; another version takes others.
pub(super) fn is_taken(facts: &ClosureFacts, rules: &Rules) -> bool {
    let Some(sample) = rules.sample else {
        return false;
    };
    let mut hasher = blake3::Hasher::new();
    for part in [
        "jaga closure sample",
        &rules.version,
        facts.ticket_id.as_str(),
        facts.closure.as_str(),
    ] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    let digest = hasher.finalize();
    let head = digest.as_bytes().first_chunk::<8>();
    // 53 bits are what a double holds exactly.
    let value = head.map_or(0, |bytes| u64::from_le_bytes(*bytes) >> 11);
    (value as f64) / ((1_u64 << 53) as f64) < sample.share
}
