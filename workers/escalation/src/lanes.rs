//! Batches side by side: while one is computed, the database writes the other. On SQLite one after the
//! other, for it has one writer.

use std::future::Future;

use jaga_ledger::{DueTicket, LedgerError, Tx};
use tokio::sync::Mutex;

use crate::sweep::{Ended, Run, Swept};

/// Where batches come from: locked tickets and the transaction that holds them.
pub(crate) trait Source {
    /// The next batch; an empty one where nothing is left. Asked by one lane at a time.
    fn next(&mut self) -> impl Future<Output = Result<(Tx, Vec<DueTicket>), LedgerError>> + Send;
}

/// Runs batches until none is left. Dropping the future undoes what is not committed. `beat` is called
/// after each batch.
pub(crate) async fn drain<S, F, B>(
    run: &Run<'_>,
    source: S,
    beat: &Mutex<F>,
) -> Result<Swept, Ended>
where
    S: Source + Send,
    F: FnMut() -> B + Send,
    B: Future<Output = Result<(), LedgerError>> + Send,
{
    let source = Mutex::new(source);
    // Boxed: a batch on its way is kilobytes, and a run stands within others.
    let lane = || Box::pin(lane(run, &source, beat));
    if run.runtime.ledger.dialect() == "sqlite" {
        return lane().await;
    }
    let (one, other) = tokio::try_join!(lane(), lane())?;
    Ok(one + other)
}

async fn lane<S, F, B>(run: &Run<'_>, source: &Mutex<S>, beat: &Mutex<F>) -> Result<Swept, Ended>
where
    S: Source + Send,
    F: FnMut() -> B + Send,
    B: Future<Output = Result<(), LedgerError>> + Send,
{
    let mut swept = Swept::default();
    loop {
        let (tx, due) = source.lock().await.next().await?;
        if due.is_empty() {
            return Ok(swept);
        }
        swept = swept + run.batch(tx, due).await?;
        let mut beat = beat.lock().await;
        beat().await?;
    }
}
