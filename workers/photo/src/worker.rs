//! One photo's walk: fetch, take apart in the sandbox, place, compare, store, commit.

use std::time::Duration;

use bytes::Bytes;
use jaga_contract::{ClosureDue, Incoming, PhotoRejected, PhotoUploaded, Role};
use jaga_imaging::Analysis;
use jaga_ledger::{Ledger, PhotoRow, RenditionRow, TicketRow, Tx};
use jaga_runner::{Committed, Decision, Handler, Job, Runtime};
use jaga_service::{Config, PhotoConfig, VaultConfig, seam};
use jaga_vault::{Vault, VaultError};
use jiff::Timestamp;

use crate::layers::LayerStore;
use crate::likeness::{Matcher, merge_with};
use crate::pairs::wake;
use crate::sandbox::{Decoder, Verdict};
use crate::{announce, facts, original};

pub(crate) const SOURCE: &str = "/jaga/photo";

/// The worker.
pub struct Photo {
    pub(crate) vault: Vault,
    pub(crate) decoder: Decoder,
    layers: LayerStore,
    matcher: Matcher,
    config: PhotoConfig,
    pub(crate) buckets: VaultConfig,
}

impl Photo {
    /// A worker on a vault, with a decoder to send pixels to and layers to place photos by.
    pub fn new(vault: Vault, decoder: Decoder, layers: LayerStore, config: &Config) -> Self {
        Self {
            vault,
            decoder,
            layers,
            matcher: Matcher::new(config.photo.similar_reach),
            config: config.photo.clone(),
            buckets: config.vault.clone(),
        }
    }

    /// Reads all fingerprints at the start, so that the first photo does not have to wait for it. If the
    /// ledger is away the first photo reads them.
    pub(crate) async fn remember(&self, ledger: &Ledger) {
        if let Err(error) = Box::pin(self.matcher.catch_up(ledger)).await {
            tracing::warn!(%error, "fingerprints are not in memory yet");
        }
    }
}

impl Handler for Photo {
    const NAME: &'static str = "photo";
    type Message = PhotoUploaded;

    fn accept(&self, incoming: Incoming) -> Option<PhotoUploaded> {
        match incoming {
            Incoming::PhotoUploaded(event) => Some(event.data),
            _ => None,
        }
    }

    async fn handle(&self, job: &Job<'_>, upload: &PhotoUploaded) -> Result<Committed, Decision> {
        self.allow(upload)?;
        let ledger = &job.runtime.ledger;
        let ticket = self.ticket(job, upload).await?;
        let Some(bytes) = self.fetch(upload).await? else {
            let most = self.config.max_mib;
            let detail = format!("the upload has more than {most} MiB");
            return reject(job, upload, None, ("too_large", &detail)).await;
        };
        seam("fetched");
        let digest = blake3::hash(&bytes);
        let analysis = match self.decoder.analyse(bytes, digest).await? {
            Verdict::Taken(analysis) => analysis,
            Verdict::Refused { reason, detail } => {
                let digest = hex::encode(digest.as_bytes());
                return reject(job, upload, Some(digest), (reason, &detail)).await;
            }
        };
        seam("analysed");
        let in_force = self.layers.ready().await?;
        let layer = facts::layer(&in_force, upload, ticket.as_ref());
        let by = (layer, in_force.offices.as_slice());
        let (mut row, placed) = facts::row(upload, ticket.as_ref(), &analysis.facts, by);
        let questions = analysis.facts.prints.questions.clone();
        Box::pin(self.matcher.catch_up(ledger)).await?;
        let found = self.matcher.look(&questions).await;
        // Reports resemble each other all the time, and that is no pair.
        let near = match row.role {
            Role::Report => Vec::new(),
            Role::Evidence => {
                let alike = self.matcher.alike(ledger, &row, &questions, found.clone());
                Box::pin(alike).await?
            }
        };
        let mut analysis = *analysis;
        let clean = Bytes::from(std::mem::take(&mut analysis.clean));
        let told = Box::pin(self.compare_before(ledger, &row, &clean, &near)).await?;
        seam("compared");
        self.store(&mut row, clean, analysis).await?;
        seam("stored");
        let mut tx = ledger.begin().await?;
        if tx.record_photo(&row).await? {
            let credit = layer.credit();
            tx.note_layer(layer.version(), &credit.licence, &credit.attribution)
                .await?;
            // From here to the commit no other photo is committed.
            Box::pin(self.matcher.commit(&mut tx, &row, &questions, found)).await?;
            let matches = Box::pin(tx.similar(&row.photo_id)).await?;
            let merge_with = Box::pin(merge_with(ledger, &row, ticket.as_ref(), &matches)).await?;
            let event = announce::processed(
                (&row, &placed),
                ticket.as_ref(),
                (&matches, merge_with),
                &self.buckets.clean,
            );
            tx.emit(&format!("photo:{}", row.photo_id), SOURCE, job.now, event)
                .await?;
            let mut woken = told.record(&mut tx).await?;
            if upload.role == Role::Evidence {
                woken.remove(&upload.ticket_id);
            }
            wake(&mut tx, woken, job.now).await?;
            wake_closure(&mut tx, upload, "processed", job.now).await?;
        }
        seam("written");
        job.commit(tx).await
    }

    async fn settle(&self, runtime: &Runtime, upload: &PhotoUploaded) -> Result<(), Decision> {
        original::settle(self, &runtime.ledger, upload).await?;
        Box::pin(self.compare_after(runtime, upload)).await
    }

    async fn parked(
        &self,
        tx: &mut Tx,
        upload: &PhotoUploaded,
        now: Timestamp,
        code: &str,
    ) -> Result<(), Decision> {
        let who = (
            upload.photo_id.clone(),
            upload.ticket_id.clone(),
            upload.role,
        );
        let row = PhotoRow::bare(who, "parked", Some(code.to_owned()), upload.uploaded_at);
        match tx.record_photo(&row).await {
            // The id belongs to another photo, whose row stands.
            Ok(false) | Err(jaga_ledger::LedgerError::PhotoConflict(_)) => Ok(()),
            Ok(true) => wake_closure(tx, upload, "parked", now).await,
            Err(e) => Err(e.into()),
        }
    }

    async fn probe(&self) -> Result<(), Decision> {
        self.decoder.probe().await?;
        self.layers.ready().await?;
        let b = &self.buckets;
        Ok(self
            .vault
            .check(&[&b.quarantine, &b.clean, &b.sealed])
            .await?)
    }
}

impl Photo {
    /// Only buckets on the list are read: an event may not make us fetch anything else.
    fn allow(&self, upload: &PhotoUploaded) -> Result<(), Decision> {
        let bucket = &upload.object.bucket;
        if *bucket == self.buckets.quarantine || self.buckets.also_read.contains(bucket) {
            return Ok(());
        }
        let why = "the upload names a bucket that is not in vault.quarantine or vault.also_read";
        Err(Decision::Park {
            code: "bucket_not_allowed",
            why: why.into(),
        })
    }

    /// The ticket; a photo that overtook it waits a while, and is then judged as of a private one.
    async fn ticket(
        &self,
        job: &Job<'_>,
        upload: &PhotoUploaded,
    ) -> Result<Option<TicketRow>, Decision> {
        let ledger: &Ledger = &job.runtime.ledger;
        let known = ledger.ticket(&upload.ticket_id).await?;
        if known.as_ref().is_some_and(|t| t.submitted_at.is_some()) {
            return Ok(known);
        }
        let waited = ledger
            .now()
            .await?
            .duration_since(job.claimed.first_seen)
            .as_secs_f64();
        if waited >= self.config.ticket_wait_s as f64 {
            return Ok(known);
        }
        let after = Duration::from_secs_f64((waited / 2.0).clamp(0.5, 10.0));
        Err(Decision::Wait {
            after,
            why: "the photo's ticket is not known yet",
        })
    }

    async fn fetch(&self, upload: &PhotoUploaded) -> Result<Option<Bytes>, Decision> {
        let cap = self.config.max_mib << 20;
        match self
            .vault
            .get(&upload.object.bucket, &upload.object.key, cap)
            .await
        {
            Ok(bytes) => Ok(Some(bytes)),
            Err(VaultError::TooLarge { .. }) => Ok(None),
            Err(VaultError::NotFound { .. }) => Err(Decision::Retry {
                code: "object_missing",
                why: "the upload is not in its bucket".into(),
            }),
            Err(VaultError::BadKey { .. }) => Err(Decision::Park {
                code: "bad_key",
                why: "the upload's key can't name an object".into(),
            }),
            Err(e) => Err(e.into()),
        }
    }

    /// Content-addressed: the same bytes have the same key, so a repeat is a no-op.
    async fn store(
        &self,
        row: &mut PhotoRow,
        clean: Bytes,
        analysis: Analysis,
    ) -> Result<(), Decision> {
        let bucket = &self.buckets.clean;
        let (ext, kind) = match analysis.facts.format.as_str() {
            "png" => ("png", "image/png"),
            "webp" => ("webp", "image/webp"),
            "gif" => ("gif", "image/gif"),
            "avif" => ("avif", "image/avif"),
            _ => ("jpg", "image/jpeg"),
        };
        row.clean_key = Some(self.vault.put_content(bucket, clean, ext, kind).await?);
        for r in analysis.renditions {
            let key = self
                .vault
                .put_content(bucket, r.jpeg.into(), "jpg", "image/jpeg")
                .await?;
            row.renditions.push(RenditionRow {
                width: r.width,
                height: r.height,
                key,
            });
        }
        Ok(())
    }
}

/// The photo can't be used, and says why; nothing of it is published.
async fn reject(
    job: &Job<'_>,
    upload: &PhotoUploaded,
    digest: Option<String>,
    (reason, detail): (&str, &str),
) -> Result<Committed, Decision> {
    let who = (
        upload.photo_id.clone(),
        upload.ticket_id.clone(),
        upload.role,
    );
    let mut row = PhotoRow::bare(who, "rejected", Some(reason.to_owned()), upload.uploaded_at);
    // Tells a repeat of this upload from another one under the same id.
    row.upload_digest = digest;
    let mut tx = job.runtime.ledger.begin().await?;
    if tx.record_photo(&row).await? {
        let event = PhotoRejected {
            photo_id: row.photo_id,
            ticket_id: row.ticket_id,
            role: row.role,
            reason: reason.to_owned(),
            detail: detail.to_owned(),
        };
        tx.emit(
            &format!("photo:{}", upload.photo_id),
            SOURCE,
            job.now,
            event,
        )
        .await?;
        wake_closure(&mut tx, upload, "rejected", job.now).await?;
    }
    job.commit(tx).await
}

/// A closure may have waited for this photo: its commit wakes it, nothing polls.
async fn wake_closure(
    tx: &mut Tx,
    upload: &PhotoUploaded,
    outcome: &str,
    now: Timestamp,
) -> Result<(), Decision> {
    if upload.role == Role::Evidence {
        let due = ClosureDue {
            ticket_id: upload.ticket_id.clone(),
        };
        // A parked photo that is replayed has two outcomes, and both are news.
        let id = format!("due:photo:{}:{outcome}", upload.photo_id);
        tx.emit(&id, SOURCE, now, due).await?;
    }
    Ok(())
}
