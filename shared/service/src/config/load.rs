//! Defaults, then a file, then the environment; each error names its key and where it came from.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::nearest::hint;
use super::{Config, PhotoConfig, check};

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
        let mut table = overlaid(file, env, None)?;
        let photo = section(&mut table, "photo", "photo.sandbox")?;
        // Types were checked above: what is left are enum names.
        let mut config: Self = typed(table, "service.log_format")?;
        config.photo = photo;
        check::check(&config)?;
        Ok(config)
    }
}

impl PhotoConfig {
    /// Loads the section `[photo]` alone, for a tool that needs no other: what the others say is not looked at, and
    /// numbers need not agree with theirs.
    ///
    /// # Errors
    /// As [`Config::load`], of this section.
    pub fn load(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table = overlaid(file, env, Some("photo"))?;
        let config = section(&mut table, "photo", "photo.sandbox")?;
        check::photo(&config)?;
        Ok(config)
    }
}

/// The defaults with what a file and the environment say, of all sections or of one.
fn overlaid(
    file: Option<&Path>,
    env: impl IntoIterator<Item = (String, String)>,
    only: Option<&str>,
) -> Result<Table, ConfigError> {
    let mut table = defaults();
    if let Some(path) = file {
        overlay_file(&mut table, path, only)?;
    }
    let start = only.map_or("JAGA_".into(), |only| {
        format!("JAGA_{}_", only.to_ascii_uppercase())
    });
    let ours = |name: &str| is_ours(name) && name.starts_with(&start);
    let mut vars: Vec<_> = env.into_iter().filter(|(name, _)| ours(name)).collect();
    vars.sort();
    for (name, value) in vars {
        overlay_variable(&mut table, &name, &value)?;
    }
    Ok(table)
}

/// Takes a section out; `key` is the one of it whose type is not all there is to check.
fn section<T: DeserializeOwned>(
    table: &mut Table,
    name: &str,
    key: &str,
) -> Result<T, ConfigError> {
    match table.remove(name) {
        Some(Value::Table(section)) => typed(section, key),
        _ => typed(Table::new(), key),
    }
}

fn typed<T: DeserializeOwned>(table: Table, key: &str) -> Result<T, ConfigError> {
    table
        .try_into()
        .map_err(|e: toml::de::Error| ConfigError::Impossible {
            key: key.into(),
            problem: e.message().into(),
        })
}

pub(super) fn defaults() -> Table {
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

fn overlay_file(table: &mut Table, path: &Path, only: Option<&str>) -> Result<(), ConfigError> {
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
    let wanted = |section: &str| only.is_none_or(|only| only == section);
    for (section, values) in file.into_iter().filter(|(name, _)| wanted(name)) {
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
            ("[photo]\nsandbox = \"none\"", "", "photo.sandbox"),
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

    #[test]
    fn the_section_of_photos_is_read_whatever_the_others_say() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jaga.toml");
        let others = "[broker]\nurl = 7\n[nobody]\nx = 1\n[service]\njob_deadline_s = 1\n[photo]\n";
        let load = |photo: &str, var: (&str, &str)| {
            std::fs::write(&path, others.to_owned() + photo).unwrap();
            let env = [("JAGA_LEDGER_CONNECTIONS", "many"), var];
            PhotoConfig::load(Some(&path), env.map(|(a, b)| (a.to_owned(), b.to_owned())))
        };
        let limits = load("max_mib = 7", ("JAGA_PHOTO_MAX_MEGAPIXELS", "200")).unwrap();
        assert_eq!((limits.max_mib, limits.max_megapixels), (7, 200));
        for (photo, var, named) in [
            ("max_mb = 7", "", "photo.max_mb"),
            ("max_mib = 0", "", "photo.max_mib"),
            ("child_cpu_s = 30", "", "photo.child_cpu_s"),
            ("", "JAGA_PHOTO_MAX_MIB", "photo.max_mib"),
            ("", "JAGA_PHOTO_MAX_MB", "JAGA_PHOTO_MAX_MB"),
        ] {
            let error = load(photo, (var, "x")).unwrap_err().to_string();
            assert!(error.contains(named), "{photo:?} {var:?}: {error}");
        }
    }
}
