//! What something costs: processor time, and the spread of many rounds of it.

use anyhow::Result;
use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

fn spent(usage: &Usage) -> f64 {
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    micros as f64 / 1000.0
}

/// Runs it and returns the processor time that this process and its ended children took for it,
/// all threads together, in milliseconds.
pub fn of(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let now = || -> Result<f64> {
        let own = getrusage(UsageWho::RUSAGE_SELF)?;
        let children = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        Ok(spent(&own) + spent(&children))
    };
    let before = now()?;
    work()?;
    Ok(now()? - before)
}

/// The most memory that one ended child of this process has had at a time, MiB.
pub fn largest_child() -> Result<f64> {
    Ok(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() as f64 / 1024.0)
}

/// Median and quartiles.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Spread {
    /// Of values in any order; `None` of none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        // Between the two neighbours, as most tools have it.
        let at = |share: f64| {
            let place = share * (sorted.len().checked_sub(1)?) as f64;
            let (low, high) = (
                sorted.get(place as usize)?,
                sorted.get(place.ceil() as usize)?,
            );
            Some(low + (high - low) * place.fract())
        };
        Some(Self {
            median: at(0.5)?,
            low: at(0.25)?,
            high: at(0.75)?,
        })
    }
}
