//! What is there at the end: read again from the ledger, the vault and the mailbox.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use jaga_contract::TicketId;
use jaga_ledger::{ActionRow, OpenWork, ParkedRow, PhotoRow, TicketRow, VerdictRow};
use jaga_photo::InForce;
use jaga_vault::{Vault, content_digest};

use super::carriers::{Carriers, carriers};
use super::home::Home;
use super::mailbox::Mailbox;
use super::secrets::Search;
use super::stage::Played;
use crate::embedded::Embedded;

/// More than any object of a demo has.
const CAP: usize = 64 << 20;

/// A published object, looked at byte by byte.
pub struct Object {
    /// Its bytes are what its key promises.
    pub true_to_key: bool,
    pub leaks: bool,
    pub carriers: Carriers,
    pub bytes: Bytes,
}

/// Everything that the figures, the checks and the report rest on.
pub struct Findings {
    /// Every photo, renditions included.
    pub photos: Vec<PhotoRow>,
    pub tickets: BTreeMap<TicketId, TicketRow>,
    pub states: Vec<(String, i64)>,
    pub verdicts: Vec<VerdictRow>,
    pub actions: Vec<ActionRow>,
    pub parked: Vec<ParkedRow>,
    pub open: OpenWork,
    /// The workers answered for every message.
    pub answered: bool,
    pub quarantine: BTreeSet<String>,
    pub sealed: BTreeSet<String>,
    /// The clean bucket; bytes are kept of small renditions only.
    pub objects: BTreeMap<String, Object>,
    pub mailbox: Mailbox,
    /// The layers that places were judged by.
    pub in_force: Arc<InForce>,
    /// Where a secret was found besides the objects.
    pub leaks: Vec<&'static str>,
    /// How many different secrets were looked for.
    pub secrets: usize,
}

impl Findings {
    pub async fn gather(
        embedded: &Embedded,
        home: &Home,
        played: &Played,
        tickets: impl Iterator<Item = &TicketId>,
        answered: bool,
    ) -> anyhow::Result<Self> {
        let ledger = &embedded.runtime.ledger;
        let secrets = played
            .originals
            .values()
            .flat_map(|about| about.secrets.clone());
        let search = Arc::new(Search::new(secrets)?);
        let mailbox = Mailbox::empty(&embedded.runtime.bus).await?;
        let mut photos = Vec::new();
        for row in ledger.photos().await? {
            photos.extend(ledger.photo(&row.photo_id).await?);
        }
        let mut rows = BTreeMap::new();
        for id in tickets {
            if let Some(row) = ledger.ticket(id).await? {
                rows.insert(id.clone(), row);
            }
        }
        let buckets = &embedded.runtime.config.vault;
        let list = async |bucket: &str| -> anyhow::Result<BTreeSet<String>> {
            Ok(embedded.vault.list(bucket, "").await?.into_iter().collect())
        };
        let objects = objects(&embedded.vault, &buckets.clean, &search).await?;
        Ok(Self {
            leaks: elsewhere(home, &mailbox, &search),
            secrets: search.count(),
            photos,
            tickets: rows,
            states: ledger.ticket_counts().await?,
            verdicts: ledger.verdicts().await?,
            actions: ledger.actions().await?,
            parked: ledger.parked(true).await?,
            open: ledger.open_work().await?,
            answered,
            quarantine: list(&buckets.quarantine).await?,
            sealed: list(&buckets.sealed).await?,
            objects,
            mailbox,
            in_force: embedded.layers.in_force().unwrap_or_default(),
        })
    }

    /// A photo's row.
    pub fn photo(&self, id: &jaga_contract::PhotoId) -> Option<&PhotoRow> {
        self.photos.iter().find(|p| p.photo_id == *id)
    }

    /// Nothing of the reporter's photos may be shown, unless the ticket is known to be public.
    pub fn is_withheld(&self, ticket: &TicketId) -> bool {
        self.tickets.get(ticket).is_none_or(|t| t.withheld)
    }
}

/// Reads every published object again, a few at a time.
async fn objects(
    vault: &Vault,
    bucket: &str,
    search: &Arc<Search>,
) -> anyhow::Result<BTreeMap<String, Object>> {
    let keys = vault.list(bucket, "").await?;
    stream::iter(keys)
        .map(|key| {
            let search = Arc::clone(search);
            async move {
                let bytes = vault.get(bucket, &key, CAP).await?;
                let name = key.clone();
                let object = tokio::task::spawn_blocking(move || object(&name, bytes, &search));
                anyhow::Ok((key, object.await?))
            }
        })
        .buffer_unordered(4)
        .try_collect()
        .await
}

fn object(key: &str, bytes: Bytes, search: &Search) -> Object {
    /// Small renditions are shown in the report.
    const SMALL: usize = 64 << 10;
    Object {
        true_to_key: content_digest(key) == Some(blake3::hash(&bytes)),
        leaks: search.finds(&bytes),
        carriers: carriers(&bytes),
        bytes: if bytes.len() <= SMALL {
            bytes
        } else {
            Bytes::new()
        },
    }
}

/// Looks for secrets in what else may be read by people who may not see a reporter's data.
fn elsewhere(home: &Home, mailbox: &Mailbox, search: &Search) -> Vec<&'static str> {
    let mut found = Vec::new();
    if mailbox.bodies.iter().any(|body| search.finds(body)) {
        found.push("an event");
    }
    let coordinates: [&[u8]; 4] = [b"\"lat\"", b"\"lon\"", b"\"position\"", b"\"gps\""];
    let tells = |body: &Bytes| {
        coordinates
            .iter()
            .any(|n| memchr::memmem::find(body, n).is_some())
    };
    if mailbox.bodies.iter().any(tells) {
        found.push("coordinates in an event");
    }
    for (file, name) in [
        ("ledger.sqlite", "the ledger"),
        ("ledger.sqlite-wal", "the ledger"),
        ("demo.log", "the log"),
    ] {
        // A file that is not there tells nothing.
        let bytes = std::fs::read(home.dir.join(file)).unwrap_or_default();
        if search.finds(&bytes) && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
