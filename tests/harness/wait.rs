//! Waiting on a real condition, and the seed of a run.

use std::future::Future;
use std::io::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use tokio::time::{Instant, sleep, timeout};

/// Asks `probe` again and again until it answers `Ok`, at most for `deadline`.
///
/// The `Err` of a probe is what it saw instead; the last one stands in the error that this returns
/// when the time is up. A probe that hangs counts as time running out.
pub async fn eventually<T, P, F>(deadline: Duration, mut probe: P) -> anyhow::Result<T>
where
    P: FnMut() -> F,
    F: Future<Output = anyhow::Result<T>>,
{
    let start = Instant::now();
    let mut pause = Duration::from_millis(5);
    let mut last = anyhow!("the first look did not come back");
    loop {
        let left = deadline.saturating_sub(start.elapsed());
        match timeout(left, probe()).await {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(seen)) => last = seen,
            Err(_) => {
                return Err(last.context(format!("not within {deadline:?}; a look hung; before")));
            }
        }
        if start.elapsed() + pause >= deadline {
            return Err(last).context(format!("not within {deadline:?}; last seen"));
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(100));
    }
}

/// The seed of this run: `JAGA_TEST_SEED`, or a random one. Always printed, so that a failure can
/// be repeated.
pub fn seed() -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    let seed = *SEED.get_or_init(|| {
        std::env::var("JAGA_TEST_SEED")
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or_else(rand::random)
    });
    say(&format!("repeat with JAGA_TEST_SEED={seed}"));
    seed
}

/// Says on standard error why a test does not run here. The caller returns.
pub fn skip(why: &str) {
    say(&format!("skipped: {why}"));
}

/// One line to standard error, past the test runner's capture: a skip must be seen in a green run.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
