//! From the command line and the configuration to the parts: embedded in a directory, or the cluster's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use jaga_broker::{AmqpSettings, Bus, LocalSettings};
use jaga_ledger::{Ledger, LedgerSettings};
use jaga_service::{Config, PhotoConfig};
use jaga_vault::{S3Settings, Vault};

use crate::cli::PlaceArgs;

/// The three outside things.
pub struct Parts {
    pub ledger: Ledger,
    pub bus: Bus,
    pub vault: Vault,
}

/// Reads the configuration from a file and the environment.
pub fn configuration(file: Option<&Path>) -> anyhow::Result<Config> {
    Ok(Config::load(file, environment()?)?)
}

/// Reads the section `[photo]` alone: a tool for photos needs no bus, no ledger and no vault.
pub fn photo_configuration(file: Option<&Path>) -> anyhow::Result<PhotoConfig> {
    Ok(PhotoConfig::load(file, environment()?)?)
}

/// The variables that are ours, read here and nowhere else. Others may hold anything: the name of a folder that is not
/// UTF-8, say.
fn environment() -> anyhow::Result<Vec<(String, String)>> {
    let ours = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        // The path of the configuration itself has been read as an argument.
        (name.starts_with("JAGA_") && name != "JAGA_CONFIG").then_some((name, value))
    });
    ours.map(|(name, value)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => bail!("{name} is not UTF-8"),
    })
    .collect()
}

/// Where the embedded parts lie in their directory.
pub fn embedded(dir: &Path, durable: bool) -> anyhow::Result<Parts> {
    std::fs::create_dir_all(dir).with_context(|| format!("can't create {}", dir.display()))?;
    let settings = LocalSettings {
        fsync: durable,
        ..LocalSettings::default()
    };
    let media = dir.join("vault");
    Ok(Parts {
        ledger: Ledger::embedded(&dir.join("ledger.sqlite"), durable)?,
        bus: Bus::local_with(&dir.join("bus"), settings)?,
        vault: if durable {
            Vault::dir(media)
        } else {
            Vault::dir_without_fsync(media)
        },
    })
}

/// The cluster's parts. Nothing is connected yet: what is down at start-up is waited for.
pub fn cluster(config: &Config, name: &str) -> anyhow::Result<Parts> {
    Ok(Parts {
        ledger: ledger(config)?,
        bus: bus(config, name)?,
        vault: vault(config)?,
    })
}

pub fn ledger(config: &Config) -> anyhow::Result<Ledger> {
    if config.ledger.url.is_empty() {
        bail!("ledger.url is not set (JAGA_LEDGER_URL or JAGA_LEDGER_URL_FILE)");
    }
    Ok(Ledger::open(&LedgerSettings {
        url: config.ledger.url.expose().to_owned(),
        connections: config.ledger.connections,
        deadline: Duration::from_secs(config.ledger.deadline_s),
    })?)
}

pub fn bus(config: &Config, name: &str) -> anyhow::Result<Bus> {
    if config.broker.url.is_empty() {
        bail!("broker.url is not set (JAGA_BROKER_URL or JAGA_BROKER_URL_FILE)");
    }
    Ok(Bus::amqp(AmqpSettings {
        url: config.broker.url.expose().to_owned(),
        heartbeat_s: config.broker.heartbeat_s,
        connection_name: format!("jaga {name}"),
        timeout: Duration::from_secs(config.broker.timeout_s),
    }))
}

pub fn vault(config: &Config) -> anyhow::Result<Vault> {
    let v = &config.vault;
    if v.access_key.is_empty() || v.secret_key.is_empty() {
        bail!("vault.access_key and vault.secret_key must be set");
    }
    let timeout = Duration::from_secs(v.timeout_s);
    Ok(Vault::s3(S3Settings {
        endpoint: Some(v.endpoint.clone()).filter(|e| !e.is_empty()),
        region: v.region.clone(),
        access_key: v.access_key.expose().to_owned(),
        secret_key: v.secret_key.expose().to_owned(),
        path_style: v.path_style,
        attempt_timeout: timeout,
        operation_timeout: timeout,
    }))
}

/// Embedded or cluster, for the operator's commands.
pub enum Place {
    Embedded(PathBuf),
    Cluster,
}

/// `--data` means embedded, a configured ledger means the cluster, and otherwise `jaga-data` if there is one.
pub fn choose(args: &PlaceArgs, config: &Config) -> anyhow::Result<Place> {
    if let Some(dir) = &args.data {
        if !dir.join("ledger.sqlite").exists() {
            bail!(
                "{} holds no ledger: start `jaga up --data` there first",
                dir.display()
            );
        }
        return Ok(Place::Embedded(dir.clone()));
    }
    if !config.ledger.url.is_empty() {
        return Ok(Place::Cluster);
    }
    let usual = PathBuf::from("jaga-data");
    if usual.join("ledger.sqlite").exists() {
        return Ok(Place::Embedded(usual));
    }
    bail!("nothing to look at: give --data DIR (embedded) or --config FILE (cluster)")
}

/// The ledger alone, for reports.
pub async fn ledger_of(args: &PlaceArgs) -> anyhow::Result<Ledger> {
    let config = configuration(args.config.as_deref())?;
    let ledger = match choose(args, &config)? {
        Place::Embedded(dir) => Ledger::embedded(&dir.join("ledger.sqlite"), true)?,
        Place::Cluster => ledger(&config)?,
    };
    ledger.check().await?;
    Ok(ledger)
}
