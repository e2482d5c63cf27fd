//! Putting a message aside: with its bytes, its reason, and what its absence means for others.

use jaga_ledger::Claimed;
use tracing::warn;

use crate::{Decision, Handler, Runtime};

/// What is parked.
pub(crate) struct Parking<'a, M> {
    /// The decoded message; absent where the bytes were none.
    pub message: Option<&'a M>,
    /// The claim, where there is one.
    pub claimed: Option<&'a Claimed>,
    /// A stable code.
    pub code: &'a str,
    /// For people.
    pub why: &'a str,
    /// The bytes.
    pub body: &'a [u8],
}

/// Parks in one transaction. The id of bytes that are no message is their digest, so that a
/// redelivery parks the same row. False: it was ended meanwhile, there is nothing to put aside.
pub(crate) async fn park<H: Handler>(
    runtime: &Runtime,
    handler: &H,
    message_id: &str,
    p: Parking<'_, H::Message>,
) -> Result<bool, Decision> {
    let mut tx = runtime.ledger.begin().await?;
    let parked = tx
        .park(H::NAME, message_id, p.claimed, (p.code, p.why), p.body)
        .await;
    let id = match parked {
        Err(jaga_ledger::LedgerError::AlreadyDone) => return Ok(false),
        other => other?,
    };
    if let Some(message) = p.message {
        handler
            .parked(&mut tx, message, runtime.clock.now(), p.code)
            .await?;
    }
    tx.commit().await?;
    metrics::counter!("jaga_parked_total", "worker" => H::NAME, "reason" => p.code.to_owned())
        .increment(1);
    warn!(worker = H::NAME, parked = %id, code = p.code, why = p.why, "a message was parked");
    Ok(true)
}

/// The identity of bytes that are no message.
pub(crate) fn digest_id(body: &[u8]) -> String {
    format!("bytes#{}", blake3::hash(body).to_hex())
}
