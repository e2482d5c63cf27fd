//! Many rows in one statement, in one text for both databases: rows travel as a JSON list in `$1`.
//!
//! A round trip costs more than the row it carries; sweeps write a batch in a handful of statements.

/// Replaces `{rows: name TYPE, …}` by a table expression named `r` over the JSON list of objects in
/// `$1`, and `{bytes: text}` by the bytes of a text.
pub(crate) fn expand(template: &str, postgres: bool) -> String {
    let mut text = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, what, inner, after)) = next(rest) {
        text.push_str(before);
        match (what, postgres) {
            ("rows", true) => {
                text.push_str("json_to_recordset(CAST($1 AS json)) AS r(");
                text.push_str(inner);
                text.push(')');
            }
            ("rows", false) => {
                let columns: Vec<String> = inner
                    .split(',')
                    .filter_map(|column| column.split_whitespace().next())
                    .map(|name| format!("json_extract(value, '$.{name}') AS {name}"))
                    .collect();
                text.push_str("(SELECT ");
                text.push_str(&columns.join(", "));
                text.push_str(" FROM json_each($1)) AS r");
            }
            (_, true) => {
                text.push_str("convert_to(");
                text.push_str(inner);
                text.push_str(", 'UTF8')");
            }
            (_, false) => {
                text.push_str("CAST(");
                text.push_str(inner);
                text.push_str(" AS BLOB)");
            }
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The first placeholder: what stands before it, its name, its inside, what follows.
fn next(text: &str) -> Option<(&str, &str, &str, &str)> {
    let found = ["rows", "bytes"].into_iter().filter_map(|name| {
        let opening = format!("{{{name}:");
        text.find(&opening).map(|at| (at, name, opening.len()))
    });
    let (at, name, opening) = found.min()?;
    let (inner, after) = text.get(at + opening..)?.split_once('}')?;
    Some((text.get(..at)?, name, inner.trim(), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_serves_both_databases() {
        let text = "INSERT INTO t SELECT r.a, {bytes: r.b} FROM {rows: a TEXT, b TEXT} WHERE true";
        assert_eq!(
            expand(text, true),
            "INSERT INTO t SELECT r.a, convert_to(r.b, 'UTF8') FROM \
             json_to_recordset(CAST($1 AS json)) AS r(a TEXT, b TEXT) WHERE true"
        );
        assert_eq!(
            expand(text, false),
            "INSERT INTO t SELECT r.a, CAST(r.b AS BLOB) FROM (SELECT json_extract(value, '$.a') AS a, \
             json_extract(value, '$.b') AS b FROM json_each($1)) AS r WHERE true"
        );
        assert_eq!(expand("SELECT 1", true), "SELECT 1");
    }
}
