//! A folder as the CRM: each new file is an upload, each new ticket folder a ticket.
//!
//! Layout: `TICKET/report/*`, `TICKET/evidence/*`, `TICKET/ticket.json`. Files elsewhere belong to the
//! ticket named by the first folder (or `INBOX`), as report photos. Ids come from place and content, so
//! that a restart, or the same file again, is no second upload.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bytes::Bytes;
use jaga_broker::{Exchange, Outgoing, Published};
use jaga_contract::{
    Channel, Envelope, EventData, EventId, ObjectRef, PhotoId, PhotoUploaded, Role, Step,
    Submission, TicketChanged, TicketId, Told, Visibility,
};
use jaga_runner::Runtime;
use jaga_vault::Vault;
use jiff::Timestamp;

use crate::names;
use crate::output::note;

const SOURCE: &str = "/inbox";

/// Watches one folder.
pub struct Inbox {
    root: PathBuf,
    runtime: Runtime,
    vault: Vault,
    /// Size and modification time of files seen once: a file still being written changes.
    fresh: BTreeMap<PathBuf, (u64, Option<std::time::SystemTime>)>,
    taken: BTreeSet<PathBuf>,
    tickets: BTreeSet<TicketId>,
    refused: BTreeSet<PathBuf>,
    pub photos: BTreeSet<PhotoId>,
}

impl Inbox {
    pub fn new(root: PathBuf, runtime: Runtime, vault: Vault) -> anyhow::Result<Self> {
        if !root.is_dir() {
            bail!("--inbox: {} is not a folder", root.display());
        }
        Ok(Self {
            root,
            runtime,
            vault,
            fresh: BTreeMap::new(),
            taken: BTreeSet::new(),
            tickets: BTreeSet::new(),
            refused: BTreeSet::new(),
            photos: BTreeSet::new(),
        })
    }

    /// Looks once; returns whether everything there is taken (nothing new, nothing still growing).
    pub async fn look(&mut self) -> anyhow::Result<bool> {
        let mut files = Vec::new();
        walk(&self.root, &mut files)
            .with_context(|| format!("can't read the inbox {}", self.root.display()))?;
        // A ticket before its photos.
        files.sort_by_key(|path| (!is_ticket(&self.root, path), path.clone()));
        let mut settled = true;
        let mut growing = BTreeSet::new();
        for path in files {
            if self.taken.contains(&path) {
                continue;
            }
            settled = false;
            if growing.iter().any(|dir: &PathBuf| path.starts_with(dir)) {
                continue;
            }
            // It may be gone or renamed by now; the next look sees what is there.
            let Ok(meta) = std::fs::metadata(&path) else {
                continue;
            };
            if self.is_complete(&path, &meta) {
                self.take(&path, &meta).await?;
                self.fresh.remove(&path);
                self.taken.insert(path);
            } else if is_ticket(&self.root, &path) {
                // Half a ticket would count for ever: its photos wait until it is whole.
                growing.extend(path.parent().map(Path::to_owned));
            }
        }
        Ok(settled)
    }

    fn is_complete(&mut self, path: &Path, meta: &Metadata) -> bool {
        let seen = (meta.len(), meta.modified().ok());
        self.fresh.insert(path.to_owned(), seen) == Some(seen)
    }

    async fn take(&mut self, path: &Path, meta: &Metadata) -> anyhow::Result<()> {
        let relative = path.strip_prefix(&self.root).unwrap_or(path).to_owned();
        let parts: Vec<String> = relative
            .iter()
            .map(|p| p.to_string_lossy().into_owned())
            .collect();
        let (ticket, role) = match parts.as_slice() {
            [ticket, role, ..] if role == "evidence" => (ticket.as_str(), Role::Evidence),
            [ticket, _, ..] => (ticket.as_str(), Role::Report),
            _ => ("INBOX", Role::Report),
        };
        let file = self.root.join(ticket).join("ticket.json");
        let ticket = ticket_id(ticket);
        let at = modified(meta, self.runtime.clock.now());
        self.ticket(&ticket, &file, at).await?;
        if is_ticket(&self.root, path) {
            return Ok(());
        }
        self.photo(path, &relative, &ticket, role, at).await
    }

    /// The folder's own steps, or a private submission that claims nothing.
    async fn ticket(
        &mut self,
        ticket: &TicketId,
        file: &Path,
        at: Timestamp,
    ) -> anyhow::Result<()> {
        if self.tickets.contains(ticket) {
            return Ok(());
        }
        let steps = if file.is_file() {
            match steps(file, ticket, at) {
                Ok(steps) => steps,
                Err(error) => {
                    note(&format!(
                        "jaga: {}: {error:#}; the ticket is taken without it",
                        names::shown(file)
                    ));
                    vec![bare(ticket, at)?]
                }
            }
        } else {
            vec![bare(ticket, at)?]
        };
        for step in steps {
            let id = step.event_id.clone();
            self.publish(Envelope::new(id, SOURCE, step.occurred_at, step))
                .await?;
        }
        self.tickets.insert(ticket.clone());
        Ok(())
    }

    async fn photo(
        &mut self,
        path: &Path,
        relative: &Path,
        ticket: &TicketId,
        role: Role,
        at: Timestamp,
    ) -> anyhow::Result<()> {
        // One byte more than is read: the worker then says that it is too large.
        let cap = (self.runtime.config.photo.max_mib as u64 * 1024 * 1024) + 1;
        let mut bytes = Vec::new();
        let opened = std::fs::File::open(path).and_then(|f| f.take(cap).read_to_end(&mut bytes));
        if let Err(error) = opened {
            if self.refused.insert(path.to_owned()) {
                note(&format!(
                    "jaga: can't read a file of ticket {ticket}: {error}"
                ));
            }
            return Ok(());
        }
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(relative.to_string_lossy().as_bytes())
            .update(&[0])
            .update(&bytes);
        let digest = hasher.finalize().to_hex();
        let letter = if role == Role::Evidence { "E" } else { "R" };
        let id = PhotoId::new(format!("{ticket}-{letter}-{}", &digest[..12]))?;
        self.photos.insert(id.clone());
        if self.runtime.ledger.photo(&id).await?.is_some() {
            return Ok(());
        }
        let bucket = self.runtime.config.vault.quarantine.clone();
        let key = id.to_string();
        self.vault
            .put(
                &bucket,
                &key,
                Bytes::from(bytes),
                "application/octet-stream",
            )
            .await?;
        let upload = PhotoUploaded {
            photo_id: id.clone(),
            ticket_id: ticket.clone(),
            role,
            object: ObjectRef { bucket, key },
            uploaded_at: at,
            told: Told::default(),
        };
        let event = EventId::new(id.to_string())?;
        self.publish(Envelope::new(event, SOURCE, at, upload)).await
    }

    async fn publish<T: EventData>(&self, event: Envelope<T>) -> anyhow::Result<()> {
        let message = Outgoing {
            message_id: event.id.to_string(),
            exchange: Exchange::Crm,
            routing_key: T::TYPE.into(),
            body: event.to_bytes()?.into(),
        };
        let mut publisher = self.runtime.bus.publisher().await?;
        match publisher.publish(&[message]).await?.as_slice() {
            [Published::Sent] => Ok(()),
            other => bail!("the bus did not take an event: {other:?}"),
        }
    }
}

/// `TICKET/ticket.json`.
fn is_ticket(root: &Path, path: &Path) -> bool {
    let depth = path.strip_prefix(root).map(|p| p.iter().count());
    depth == Ok(2) && path.file_name().is_some_and(|n| n == "ticket.json")
}

/// Every file below, hidden ones and links left out.
pub fn walk(dir: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        // What is gone by now was renamed or removed: the next look sees what is there.
        let Ok(entry) = entry else { continue };
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            match walk(&entry.path(), found) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    note(&format!("jaga: a folder of the inbox can't be read: {e}"));
                }
                _ => {}
            }
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// A folder's name as a ticket id; what an id can't hold becomes a dash.
fn ticket_id(name: &str) -> TicketId {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-');
    let text: String = name
        .chars()
        .map(|c| if legal(c) { c } else { '-' })
        .take(48)
        .collect();
    TicketId::new(text.trim_start_matches('.'))
        .or_else(|_| TicketId::new("INBOX"))
        .unwrap_or_else(|_| unreachable!("a constant is a valid id"))
}

fn modified(meta: &Metadata, now: Timestamp) -> Timestamp {
    let time = meta
        .modified()
        .ok()
        .and_then(|t| Timestamp::try_from(t).ok());
    // A file from the future was not uploaded in the future.
    time.map_or(now, |t| t.min(now))
}

fn bare(ticket: &TicketId, at: Timestamp) -> anyhow::Result<TicketChanged> {
    Ok(submitted(
        ticket,
        at,
        Submission {
            number: ticket.to_string(),
            channel: Channel("inbox".into()),
            category: "lain-lain".into(),
            visibility: Visibility::Private,
            anonymous: false,
            secret: false,
            point: None,
            kelurahan: None,
            address: None,
        },
    )?)
}

fn submitted(
    ticket: &TicketId,
    at: Timestamp,
    submission: Submission,
) -> Result<TicketChanged, jaga_contract::IdError> {
    Ok(TicketChanged {
        event_id: EventId::new(format!("{ticket}-inbox"))?,
        ticket_id: ticket.clone(),
        occurred_at: at,
        unit: None,
        step: Step::Submitted(submission),
    })
}

/// `ticket.json`: a list of steps, or one submission.
fn steps(file: &Path, ticket: &TicketId, at: Timestamp) -> anyhow::Result<Vec<TicketChanged>> {
    let value: serde_json::Value = serde_json::from_str(&crate::rulebook::read(file)?)?;
    if value.is_array() {
        let steps: Vec<TicketChanged> = serde_json::from_value(value)?;
        if let Some(other) = steps.iter().find(|s| s.ticket_id != *ticket) {
            bail!("holds a step of ticket {}", other.ticket_id);
        }
        return Ok(steps);
    }
    Ok(vec![submitted(ticket, at, serde_json::from_value(value)?)?])
}
