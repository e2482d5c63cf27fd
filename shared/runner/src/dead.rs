//! Dead letters: what the broker itself gave up on becomes a parked row like everything else.

use jaga_broker::{BusError, Delivery};
use jaga_contract::decode;

use crate::deliver::Desk;
use crate::park::{Parking, digest_id, park};
use crate::session::ack;
use crate::{Decision, Handler, Trouble};

/// Parks one dead letter and acks it.
pub(crate) async fn letter<H: Handler>(
    desk: &Desk<H>,
    delivery: Option<Result<Delivery, BusError>>,
) -> Result<(), Trouble> {
    let Delivery {
        body,
        dead,
        receipt,
        ..
    } = delivery.ok_or(Trouble::Ended)??;
    let why = dead.map_or_else(
        || "the broker gave it up".to_owned(),
        |d| format!("the broker gave it up: {} ({} times)", d.reason, d.count),
    );
    let incoming = decode(&body).ok();
    let message_id = incoming
        .as_ref()
        .map_or_else(|| digest_id(&body), jaga_contract::Incoming::message_id);
    let message = incoming.and_then(|i| desk.handler.accept(i));
    let parking = Parking {
        message: message.as_ref(),
        claimed: None,
        code: "dead_lettered",
        why: &why,
        body: &body,
    };
    park(&desk.runtime, &*desk.handler, &message_id, parking)
        .await
        .map_err(|d| match d {
            Decision::Pause { why } => Trouble::Paused(why),
            other => Trouble::Paused(format!("parking a dead letter: {other:?}")),
        })?;
    ack::<H>(receipt).await
}
