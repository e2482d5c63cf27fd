//! The files that one kind of rules is made of, and the rules in force. What lies there and is not sound
//! never replaces what is in force, not even at a start: the ledger keeps the texts that were last taken.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use jaga_ledger::Ledger;
use jaga_runner::{InForce, Runtime};

/// Which part, and its text. A part that configuration does not name is built in, and left out.
pub type Texts = BTreeMap<String, String>;

/// Says where a part was read, for errors.
pub type Where<'a> = &'a (dyn Fn(&str) -> String + Sync);

/// Rules with their version, or what is wrong: file, line and key.
pub type Build<T> = fn(&Texts, Where<'_>) -> anyhow::Result<(T, String)>;

/// Where rules of one kind come from.
pub struct RuleFiles<T> {
    /// As the ledger and the metrics call them.
    pub name: &'static str,
    /// Each part and its file.
    pub named: Vec<(&'static str, PathBuf)>,
    pub build: Build<T>,
}

impl<T> RuleFiles<T> {
    /// `parts` of a configuration, where an empty path is the part that is built in.
    pub fn new(name: &'static str, parts: &[(&'static str, &str)], build: Build<T>) -> Self {
        let named = parts.iter().filter(|(_, path)| !path.is_empty());
        Self {
            name,
            named: named.map(|(p, path)| (*p, PathBuf::from(path))).collect(),
            build,
        }
    }

    /// The rules as the files have them now, and their version.
    pub async fn load(&self) -> anyhow::Result<(T, String)> {
        self.built(&self.read_still().await?)
    }

    async fn read(&self) -> anyhow::Result<Texts> {
        let mut texts = Texts::new();
        for (part, path) in &self.named {
            let text = tokio::fs::read_to_string(path).await;
            let text = text.with_context(|| format!("can't read {}", path.display()))?;
            texts.insert((*part).to_owned(), text);
        }
        Ok(texts)
    }

    /// Parts that belong together are two files: both must be of one moment.
    async fn read_still(&self) -> anyhow::Result<Texts> {
        let texts = self.read().await?;
        if self.read().await? != texts {
            bail!("the files of {} changed while they were read", self.name);
        }
        Ok(texts)
    }

    fn built(&self, texts: &Texts) -> anyhow::Result<(T, String)> {
        let at = |part: &str| {
            let named = self.named.iter().find(|(p, _)| *p == part);
            named.map_or_else(|| part.to_owned(), |(_, path)| path.display().to_string())
        };
        (self.build)(texts, &at)
    }

    fn built_of_kept(&self, texts: &Texts) -> anyhow::Result<(T, String)> {
        let at = |part: &str| format!("the {part} that the ledger keeps");
        (self.build)(texts, &at)
    }
}

/// Rules in force, and what is needed to replace them.
pub struct Watched<T> {
    files: RuleFiles<T>,
    /// What the workers ask.
    pub in_force: InForce<T>,
    /// What is in force.
    good: Texts,
    version: String,
    /// Whether the ledger has it.
    kept: bool,
    /// What the last look found: it is taken when the next one finds the same, for whoever writes a file
    /// may not be done.
    seen: Option<Result<Texts, String>>,
    /// What was found last of all that is not sound; it is told once.
    refused: Option<Result<Texts, String>>,
}

impl<T> Watched<T> {
    /// The rules as the files have them; where those are not sound, as they were last taken. Without either
    /// there is no start.
    pub async fn open(files: RuleFiles<T>, ledger: &Ledger) -> anyhow::Result<Self> {
        let found = files.read_still().await;
        let seen = found
            .as_ref()
            .map(Clone::clone)
            .map_err(|e| format!("{e:#}"));
        let built = found.and_then(|texts| {
            let (rules, version) = files.built(&texts)?;
            Ok((rules, version, texts))
        });
        let (rules, version, good, refused) = match built {
            Ok((rules, version, texts)) => (rules, version, texts, None),
            Err(error) => {
                let name = files.name;
                let kept = ledger.kept_rules(name).await;
                let Some(kept) = kept.with_context(|| {
                    format!(
                        "{error:#}; and the ledger can't be asked for the {name} rules of before"
                    )
                })?
                else {
                    return Err(error);
                };
                let (rules, version) = files
                    .built_of_kept(&kept.texts)
                    .with_context(|| format!("{error:#}; and"))?;
                tracing::error!(
                    rules = name,
                    error = format!("{error:#}"),
                    version,
                    taken_at = %kept.taken_at,
                    "these rules were refused, those that were last taken stay in force"
                );
                count(name, "refused");
                (rules, version, kept.texts, Some(seen))
            }
        };
        gauge(files.name, refused.is_some());
        Ok(Self {
            in_force: InForce::new(rules),
            good,
            version,
            kept: refused.is_some(),
            seen: refused.clone(),
            refused,
            files,
        })
    }

    /// Looks again and again until the runtime stops.
    pub async fn watch(mut self, runtime: Runtime, every: Duration) {
        // Not before the start: a ledger that is away must not hold it up.
        self.keep(&runtime.ledger).await;
        while !(self.files.named.is_empty() && self.kept) {
            tokio::select! {
                () = runtime.stop.cancelled() => return,
                () = tokio::time::sleep(every) => {}
            }
            self.look().await;
            self.keep(&runtime.ledger).await;
        }
    }

    async fn look(&mut self) {
        let found = self.files.read().await.map_err(|e| format!("{e:#}"));
        let settled = self.seen.as_ref() == Some(&found);
        self.seen = Some(found.clone());
        if found.as_ref() == Ok(&self.good) {
            self.refused = None;
            gauge(self.files.name, false);
            return;
        }
        if !settled || self.refused.as_ref() == Some(&found) {
            return;
        }
        let built = match &found {
            Ok(texts) => self.files.built(texts).map_err(|e| format!("{e:#}")),
            Err(error) => Err(error.clone()),
        };
        match (built, found) {
            (Ok((rules, version)), Ok(texts)) => {
                tracing::info!(rules = self.files.name, version, "rules in force");
                self.in_force.put(rules);
                (self.good, self.version) = (texts, version);
                (self.kept, self.refused) = (false, None);
                gauge(self.files.name, false);
                count(self.files.name, "loaded");
            }
            (Err(error), found) => {
                tracing::error!(
                    rules = self.files.name,
                    error,
                    version = self.version,
                    "new rules were refused, the old ones stay in force"
                );
                self.refused = Some(found);
                gauge(self.files.name, true);
                count(self.files.name, "refused");
            }
            (Ok(_), Err(_)) => {}
        }
    }

    /// For the next start. A ledger that is away gets it at the next look.
    async fn keep(&mut self, ledger: &Ledger) {
        if self.kept {
            return;
        }
        let keeping = ledger.keep_rules(self.files.name, &self.version, &self.good);
        match keeping.await {
            Ok(()) => self.kept = true,
            Err(error) => tracing::warn!(
                rules = self.files.name,
                %error,
                "the rules in force could not be kept for the next start yet"
            ),
        }
    }
}

/// 1 while what lies there is not what is in force.
fn gauge(rules: &'static str, refused: bool) {
    metrics::gauge!("jaga_rules_refused", "rules" => rules).set(f64::from(u8::from(refused)));
}

fn count(rules: &'static str, outcome: &'static str) {
    metrics::counter!("jaga_rule_loads_total", "rules" => rules, "outcome" => outcome).increment(1);
}
