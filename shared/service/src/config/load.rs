//! Defaults, then a file, then the environment; each error names its key and where it came from.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Config, check};

/// What is wrong with the configuration. Values are not repeated: they may be secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file can't be read.
    #[error("can't read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{}: not valid TOML at line {line}", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// A key that does not exist.
    #[error("{origin}: unknown key `{key}`{}", hint(key))]
    UnknownKey {
        /// File or variable.
        origin: String,
        /// The key.
        key: String,
    },
    /// A value of the wrong kind.
    #[error("{origin}: `{key}` must be {expected}")]
    WrongType {
        /// File or variable.
        origin: String,
        /// The key.
        key: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A value that can't be right, or does not agree with others.
    #[error("`{key}`: {problem}")]
    Impossible {
        /// The key.
        key: String,
        /// What is wrong.
        problem: String,
    },
}

impl Config {
    /// Loads the effective configuration. `env` is the process's environment, given as a parameter.
    pub fn load(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table = defaults();
        if let Some(path) = file {
            overlay_file(&mut table, path)?;
        }
        let mut vars: Vec<_> = env.into_iter().filter(|(name, _)| is_ours(name)).collect();
        vars.sort();
        for (name, value) in vars {
            overlay_variable(&mut table, &name, &value)?;
        }
        let config: Self = table.try_into().map_err(|e: toml::de::Error| {
            // Types were checked above: what is left are enum names.
            ConfigError::Impossible {
                key: "service.log_format".into(),
                problem: e.message().into(),
            }
        })?;
        check::check(&config)?;
        Ok(config)
    }
}

fn defaults() -> Table {
    Table::try_from(Config::default()).unwrap_or_default()
}

/// `JAGA_TEST_…`, `JAGA_BLESS` and the like are the tests' own.
fn is_ours(name: &str) -> bool {
    name.strip_prefix("JAGA_").is_some_and(|rest| {
        !["TEST_", "SHARED", "BLESS", "CRASH_AT", "CONFIG"]
            .iter()
            .any(|t| rest.starts_with(t))
    })
}

fn overlay_file(table: &mut Table, path: &Path) -> Result<(), ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let file: Table = text.parse().map_err(|e: toml::de::Error| {
        let at = e.span().map_or(0, |s| s.start);
        let line = text
            .get(..at)
            .map_or(1, |before| before.matches('\n').count() + 1);
        ConfigError::NotToml {
            path: path.to_owned(),
            line,
        }
    })?;
    let origin = path.display().to_string();
    for (section, values) in file {
        let Value::Table(values) = values else {
            return Err(ConfigError::UnknownKey {
                origin,
                key: section,
            });
        };
        for (key, value) in values {
            set(table, &origin, &section, &key, value)?;
        }
    }
    Ok(())
}

fn overlay_variable(table: &mut Table, name: &str, text: &str) -> Result<(), ConfigError> {
    let unknown = || ConfigError::UnknownKey {
        origin: name.into(),
        key: name.into(),
    };
    let dotted = name
        .strip_prefix("JAGA_")
        .unwrap_or(name)
        .to_ascii_lowercase();
    let (section, key) = dotted.split_once('_').ok_or_else(unknown)?;
    let known = |key: &str| {
        table
            .get(section)
            .and_then(|s| s.get(key))
            .map(|v| (key.to_owned(), v.clone()))
    };
    let (key, old, text) = if let Some((key, old)) = known(key) {
        (key, old, text.to_owned())
    } else if let Some((key, old)) = key.strip_suffix("_file").and_then(known) {
        let path = PathBuf::from(text);
        let read = std::fs::read_to_string(&path)
            .map_err(|source| ConfigError::Unreadable { path, source })?;
        (key, old, read.trim_end_matches(['\n', '\r']).to_owned())
    } else {
        return Err(unknown());
    };
    let wrong = |expected| ConfigError::WrongType {
        origin: name.into(),
        key: format!("{section}.{key}"),
        expected,
    };
    let value = match old {
        Value::Integer(_) => Value::Integer(text.parse().map_err(|_| wrong("a whole number"))?),
        Value::Float(_) => Value::Float(text.parse().map_err(|_| wrong("a number"))?),
        Value::Boolean(_) => Value::Boolean(text.parse().map_err(|_| wrong("true or false"))?),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|t| !t.is_empty());
            Value::Array(items.map(|t| Value::String(t.to_owned())).collect())
        }
        _ => Value::String(text),
    };
    set(table, name, section, &key, value)
}

fn set(
    table: &mut Table,
    origin: &str,
    section: &str,
    key: &str,
    value: Value,
) -> Result<(), ConfigError> {
    let full = format!("{section}.{key}");
    let slot = table
        .get_mut(section)
        .and_then(Value::as_table_mut)
        .and_then(|t| t.get_mut(key))
        .ok_or_else(|| ConfigError::UnknownKey {
            origin: origin.into(),
            key: full.clone(),
        })?;
    let value = match (&*slot, value) {
        (Value::Float(_), Value::Integer(i)) => Value::Float(i as f64),
        (_, value) => value,
    };
    if !slot.same_type(&value) {
        let expected = match slot {
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::Array(_) => "a list",
            _ => "a text",
        };
        return Err(ConfigError::WrongType {
            origin: origin.into(),
            key: full,
            expected,
        });
    }
    // Unsigned everywhere: a negative number would be a puzzling error later.
    let negative = match value {
        Value::Integer(i) => i < 0,
        Value::Float(f) => f.is_nan() || f < 0.0,
        _ => false,
    };
    if negative {
        return Err(ConfigError::Impossible {
            key: full,
            problem: "may not be negative".into(),
        });
    }
    *slot = value;
    Ok(())
}

/// The nearest key there is.
fn hint(key: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jaga.toml");
        std::fs::write(&path, toml).unwrap();
        Config::load(
            Some(&path),
            env.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())),
        )
    }

    #[test]
    fn the_file_overrides_defaults_and_the_environment_overrides_the_file() {
        let c = load(
            "[photo]\nconcurrency = 3\nmax_mib = 7",
            &[("JAGA_PHOTO_CONCURRENCY", "5")],
        );
        let c = c.unwrap();
        assert_eq!(
            (c.photo.concurrency, c.photo.max_mib, c.relay.batch),
            (5, 7, 100)
        );
    }

    #[test]
    fn a_secret_is_read_from_its_file_and_a_number_is_a_fine_password() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        std::fs::write(&file, "s3cret\n").unwrap();
        let env = [
            ("JAGA_VAULT_SECRET_KEY_FILE", file.to_str().unwrap()),
            ("JAGA_VAULT_ACCESS_KEY", "12345"),
            ("JAGA_TEST_AMQP_URL", "ignored"),
        ];
        let c = load("", &env).unwrap();
        assert_eq!(
            (c.vault.secret_key.expose(), c.vault.access_key.expose()),
            ("s3cret", "12345")
        );
    }

    #[test]
    fn an_unknown_key_or_an_impossible_value_is_an_error_that_names_it() {
        let cases = [
            ("[photo]\nconcurency = 3", "", "photo.concurency"),
            ("[phto]\nx = 3", "", "phto.x"),
            ("concurrency = 3", "", "concurrency"),
            ("[photo]\nconcurrency = \"3\"", "", "photo.concurrency"),
            ("[photo]\nconcurrency = -3", "", "photo.concurrency"),
            ("[photo]\nconcurrency = ", "", "line 2"),
            ("[service]\nlog_format = \"xml\"", "", "log_format"),
            ("[service]\njob_deadline_s = 500", "", "job_deadline_s"),
            ("", "JAGA_PHOTO_CONCURENCY", "JAGA_PHOTO_CONCURENCY"),
            ("", "JAGA_PHOTO_CONCURRENCY", "photo.concurrency"),
        ];
        for (toml, var, named) in cases {
            let env: Vec<_> = Some((var, "x"))
                .filter(|v| !v.0.is_empty())
                .into_iter()
                .collect();
            let error = load(toml, &env).unwrap_err().to_string();
            assert!(error.contains(named), "{toml:?} {var:?}: {error}");
        }
        let error = load("[photo]\nconcurency = 3", &[])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("did you mean `photo.concurrency`"),
            "{error}"
        );
    }
}
