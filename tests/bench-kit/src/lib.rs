#![doc = include_str!("../README.md")]

mod rival;

use std::time::Duration;

use anyhow::Result;
use jaga_ledger::{Ledger, LedgerSettings};

pub use rival::Rival;

/// An empty record at this address, ready to be filled.
pub async fn new_ledger(url: &str) -> Result<Ledger> {
    let ledger = Ledger::open(&LedgerSettings {
        url: url.to_owned(),
        connections: 4,
        deadline: Duration::from_mins(20),
    })?;
    ledger.migrate().await?;
    Ok(ledger)
}

/// Megabytes in memory now; not a number where the system does not tell.
pub fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:"));
    let kb = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok());
    kb.unwrap_or(f64::NAN) / 1024.0
}
