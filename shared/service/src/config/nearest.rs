//! What a misspelt key may have meant.

use super::load::defaults;

/// The nearest key there is.
pub(super) fn hint(key: &str) -> String {
    let wanted = key
        .strip_prefix("JAGA_")
        .unwrap_or(key)
        .to_ascii_lowercase()
        .replacen('_', ".", 1);
    let table = defaults();
    let keys = table.iter().flat_map(|(section, t)| {
        let keys: Vec<String> = t
            .as_table()
            .map(|t| t.keys().cloned().collect())
            .unwrap_or_default();
        keys.into_iter().map(move |k| format!("{section}.{k}"))
    });
    keys.map(|k| (distance(&wanted, &k), k))
        .min()
        .filter(|(d, _)| *d <= 4)
        .map(|(_, k)| format!(", did you mean `{k}`?"))
        .unwrap_or_default()
}

/// Levenshtein.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, cb) in b.iter().enumerate() {
            let (Some(&left), Some(&up)) = (row.get(j), row.get(j + 1)) else {
                continue;
            };
            let best = (diagonal + usize::from(ca != *cb))
                .min(left + 1)
                .min(up + 1);
            diagonal = up;
            if let Some(slot) = row.get_mut(j + 1) {
                *slot = best;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}
