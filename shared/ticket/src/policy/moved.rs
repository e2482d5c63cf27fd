//! Migrations: which open tickets go over to which policy, as the policy file writes them.

use serde::Deserialize;
use toml::Spanned;

use super::data::Reader;
use super::{Migration, Policy};
use crate::PolicyError;
use crate::date::Day;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MigrationData {
    from: Spanned<String>,
    to: Spanned<String>,
    /// Tickets that ended before this day keep what they had.
    open_on: Day,
    source: String,
}

pub(super) fn read(
    reader: &Reader<'_>,
    rows: &[Spanned<MigrationData>],
    policies: &[Policy],
) -> Result<Vec<Migration>, PolicyError> {
    let mut found: Vec<Migration> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let key = format!("migration[{at}]");
        let data = row.get_ref();
        for (part, version) in [("from", &data.from), ("to", &data.to)] {
            if !policies.iter().any(|p| p.version == *version.get_ref()) {
                let text = format!("there is no policy \"{}\"", version.get_ref());
                let key = format!("{key}.{part}");
                return Err(reader.source.error(&key, Some(version.span()), text));
            }
        }
        let fail = |text: String| {
            let key = format!("{key}.from");
            reader.source.error(&key, Some(data.from.span()), text)
        };
        let from = data.from.get_ref();
        if found.iter().any(|m| m.from == *from) {
            return Err(fail(format!("\"{from}\" already goes elsewhere")));
        }
        found.push(Migration {
            from: from.clone(),
            to: data.to.get_ref().clone(),
            open_on: reader.midnight(&format!("{key}.open_on"), data.open_on)?,
            source: data.source.clone(),
        });
        if let Some(round) = cycle(from, &found) {
            return Err(fail(format!("goes round in a cycle: {}", round.join(", "))));
        }
    }
    Ok(found)
}

/// The versions on the way from one back to itself, if it leads there. What was read before has no
/// cycle, so a new one goes through the last that was read.
fn cycle<'a>(from: &'a str, rules: &'a [Migration]) -> Option<Vec<&'a str>> {
    let mut round = vec![from];
    let mut now = from;
    while let Some(rule) = rules.iter().find(|m| m.from == now) {
        now = &rule.to;
        round.push(now);
        if now == from {
            return Some(round);
        }
    }
    None
}
