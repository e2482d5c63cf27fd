//! The layers in force, read by configuration from files or the vault, and read again when their
//! content changes. What lies there and can't be used never replaces what is in force.

mod list;
mod source;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jaga_geo::{BadLayer, BadLayers, Layers, MAX_LAYER_BYTES, Office, PolygonLayer};
use jaga_runner::{Decision, Runtime};
use jaga_service::GeoConfig;
use jaga_vault::{Vault, VaultError};
use tokio::sync::Mutex;

use list::{Entry, List};
use source::Source;

pub use list::BadList;

/// Bytes of a list at most: thousands of layers.
const MAX_LIST_BYTES: usize = 1 << 20;

/// So many errors of one layer are told; `jaga layer check` tells all.
const MOST_TOLD: usize = 20;

/// Why layers can't be used. No coordinates are in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or an object that is not there, or is no text.
    #[error("{at}: can't be read")]
    Unreadable {
        /// Which.
        at: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The vault did not give the object.
    #[error("{at}: the vault did not give it")]
    Vault {
        /// Which.
        at: String,
        /// Why.
        #[source]
        source: VaultError,
    },
    /// The list is not right.
    #[error("{at}: {source}")]
    List {
        /// Which.
        at: String,
        /// Why.
        source: BadList,
    },
    /// A layer is not sound: an error per feature.
    #[error("layer {name} ({at}):{}", told(bad))]
    Layer {
        /// Its name in the list.
        name: String,
        /// Where it lies.
        at: String,
        /// What was found.
        bad: BadLayer,
    },
    /// Sound layers that can't stand beside each other.
    #[error("{at}: {source}")]
    Together {
        /// The list.
        at: String,
        /// Why.
        source: BadLayers,
    },
    /// Reading it took the process's own parts down; a defect.
    #[error("{at}: reading it broke off")]
    Broken {
        /// Which.
        at: String,
    },
}

impl LoadError {
    /// Whether waiting helps: the store is away, the layers may be sound.
    pub fn is_vault(&self) -> bool {
        matches!(self, Self::Vault { .. })
    }

    /// The error with its causes.
    fn text(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) if !matches!(self, Self::List { .. } | Self::Together { .. }) => {
                format!("{self}: {cause}")
            }
            _ => self.to_string(),
        }
    }
}

/// Each error of a layer on a line of its own.
fn told(bad: &BadLayer) -> String {
    let mut text = String::new();
    for finding in bad.errors().take(MOST_TOLD) {
        text.push_str("\n  ");
        text.push_str(&finding.to_string());
    }
    let more = bad.errors().count().saturating_sub(MOST_TOLD);
    if more > 0 {
        let tail = format!("\n  and {more} more: jaga layer check tells all");
        text.push_str(&tail);
    }
    text
}

/// What photos are judged by.
#[derive(Debug, Default)]
pub struct InForce {
    /// The dated layers, and the built-in gazetteer for all other days.
    pub layers: Layers,
    /// Offices, at which no evidence is taken.
    pub offices: Vec<Office>,
    /// The layers as they were listed, to tell which did not change.
    entries: Vec<(Entry, Arc<PolygonLayer>)>,
}

/// What a look at the files and objects brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing changed.
    Same,
    /// Something changed, and is in force from now on.
    Loaded,
}

/// The layers in force. Cheap to clone; all clones see the same.
#[derive(Clone)]
pub struct LayerStore(Arc<Store>);

struct Store {
    /// `None`: the gazetteer alone.
    list: Option<Source>,
    vault: Vault,
    /// `None`: not read yet, for the vault was away.
    in_force: RwLock<Option<Arc<InForce>>>,
    seen: Mutex<Seen>,
}

/// What was found at the last look.
#[derive(Default)]
struct Seen {
    /// Of the content in force.
    good: Option<blake3::Hash>,
    /// Why the last look brought nothing; told once, not at every look.
    refused: Option<String>,
}

impl LayerStore {
    /// Reads what configuration names. A layer that is not sound is an error; a vault that is away is
    /// none: the store is then empty until [`Self::look`] reaches it.
    pub async fn open(config: &GeoConfig, vault: Vault) -> Result<Self, LoadError> {
        let list = Some(config.layers.as_str()).filter(|l| !l.is_empty());
        let store = Self(Arc::new(Store {
            in_force: RwLock::new(list.is_none().then(Arc::default)),
            list: list.map(Source::parse),
            vault,
            seen: Mutex::default(),
        }));
        match store.look().await {
            Err(error) if error.is_vault() => {
                tracing::warn!(error = error.text(), "the layers could not be fetched yet");
                Ok(store)
            }
            looked => looked.map(|_| store),
        }
    }

    /// What photos are judged by; `None` while a vault that was away at the start has not come back.
    pub fn in_force(&self) -> Option<Arc<InForce>> {
        let held = self.0.in_force.read();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at everything that is named, and takes it if it changed and all of it is sound.
    pub async fn look(&self) -> Result<Look, LoadError> {
        let Some(list) = &self.0.list else {
            return Ok(Look::Same);
        };
        // One look at a time.
        let mut seen = self.0.seen.lock().await;
        let found = self.read(list).await;
        let digest = found.as_ref().ok().map(Found::digest);
        if digest.is_some() && digest == seen.good {
            seen.refused = None;
            refused(false);
            return Ok(Look::Same);
        }
        let loaded = match found {
            Ok(found) => self.load(list, found).await,
            Err(error) => Err(error),
        };
        match loaded {
            Ok(loaded) => {
                let versions: Vec<&str> =
                    loaded.layers.iter().map(jaga_geo::Layer::version).collect();
                tracing::info!(layers = versions.join(", "), "layers in force");
                let held = self.0.in_force.write();
                *held.unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(loaded));
                *seen = Seen {
                    good: digest,
                    refused: None,
                };
                refused(false);
                metrics::counter!("jaga_layer_loads_total", "outcome" => "loaded").increment(1);
                Ok(Look::Loaded)
            }
            Err(error) => {
                refused(true);
                let text = error.text();
                if seen.refused.as_ref() != Some(&text) {
                    let outcome = if error.is_vault() {
                        "unreachable"
                    } else {
                        "refused"
                    };
                    metrics::counter!("jaga_layer_loads_total", "outcome" => outcome).increment(1);
                    if seen.good.is_some() {
                        tracing::error!(
                            error = text,
                            "new layers were refused, the old ones stay in force"
                        );
                    }
                    seen.refused = Some(text);
                }
                Err(error)
            }
        }
    }

    /// Looks again and again until the runtime stops.
    pub(crate) async fn watch(&self, runtime: &Runtime) {
        if self.0.list.is_none() {
            return;
        }
        let every = Duration::from_secs(runtime.config.geo.reload_s);
        loop {
            tokio::select! {
                () = runtime.stop.cancelled() => return,
                () = tokio::time::sleep(every) => {}
            }
            // What is wrong was logged and counted, and the old layers stay.
            drop(self.look().await);
        }
    }

    /// For the probe: the layers are there, or why not.
    pub(crate) async fn ready(&self) -> Result<Arc<InForce>, Decision> {
        if let Some(held) = self.in_force() {
            return Ok(held);
        }
        let looked = self.look().await;
        let why = looked.err().map_or_else(String::new, |e| e.text());
        self.in_force().ok_or(Decision::Pause { why })
    }

    async fn read(&self, at: &Source) -> Result<Found, LoadError> {
        let bytes = at.read(&self.0.vault, MAX_LIST_BYTES).await?;
        let text = std::str::from_utf8(&bytes).map_err(|e| LoadError::Unreadable {
            at: at.to_string(),
            source: std::io::Error::other(e),
        })?;
        let list = List::parse(text).map_err(|source| LoadError::List {
            at: at.to_string(),
            source,
        })?;
        let mut layers = Vec::with_capacity(list.layers.len());
        for entry in list.layers {
            let source = at.beside(&entry.source);
            let bytes = source.read(&self.0.vault, MAX_LAYER_BYTES).await?;
            layers.push((entry, source, bytes));
        }
        Ok(Found {
            text: blake3::hash(&bytes),
            layers,
            offices: list.offices,
        })
    }

    async fn load(&self, list: &Source, found: Found) -> Result<InForce, LoadError> {
        let old = self.in_force().unwrap_or_default();
        let mut entries = Vec::with_capacity(found.layers.len());
        for (entry, source, bytes) in found.layers {
            let digest = *blake3::hash(&bytes).as_bytes();
            let kept = old
                .entries
                .iter()
                .find(|(e, layer)| e.spec == entry.spec && layer.digest() == digest);
            let layer = if let Some((_, layer)) = kept {
                Arc::clone(layer)
            } else {
                let (name, at) = (entry.spec.name.clone(), source.to_string());
                let spec = entry.spec.clone();
                // Checking takes a moment; the worker's other tasks go on meanwhile.
                let parsed =
                    tokio::task::spawn_blocking(move || PolygonLayer::parse(&bytes, &spec)).await;
                let parsed = parsed.map_err(|_| LoadError::Broken { at: at.clone() })?;
                Arc::new(parsed.map_err(|bad| LoadError::Layer { name, at, bad })?)
            };
            entries.push((entry, layer));
        }
        let layers = Layers::new(entries.iter().map(|(_, layer)| Arc::clone(layer)));
        Ok(InForce {
            layers: layers.map_err(|source| LoadError::Together {
                at: list.to_string(),
                source,
            })?,
            offices: found.offices,
            entries,
        })
    }
}

/// Everything as it lies there.
struct Found {
    text: blake3::Hash,
    layers: Vec<(Entry, Source, bytes::Bytes)>,
    offices: Vec<Office>,
}

impl Found {
    fn digest(&self) -> blake3::Hash {
        let mut all = blake3::Hasher::new();
        all.update(self.text.as_bytes());
        for (_, _, bytes) in &self.layers {
            all.update(blake3::hash(bytes).as_bytes());
        }
        all.finalize()
    }
}

/// 1 while what lies there is not what is in force.
fn refused(it_is: bool) {
    metrics::gauge!("jaga_layers_refused").set(f64::from(u8::from(it_is)));
}
