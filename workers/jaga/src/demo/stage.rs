//! Plays the script: the CRM's events over the bus, the clock by hand, a sweep at every half hour.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use jaga_broker::{Exchange, Outgoing, Published, Publisher};
use jaga_contract::{
    Envelope, EventData, EventId, ObjectRef, PhotoId, PhotoUploaded, TicketChanged, Told,
};
use jaga_escalation::{Ended, Right};
use jaga_scene::Week;
use jaga_scene::week::{Case, Happening, Upload};
use jiff::Timestamp;
use tokio::time::Instant;

use super::calm::{Said, until_calm};
use super::script::{Act, Cue, Script, happening};
use super::stock::{About, Stock};
use crate::embedded::Embedded;

const SOURCE: &str = "/crm";

/// What was played.
#[derive(Default)]
pub struct Played {
    /// Different messages published.
    pub firsts: usize,
    /// Messages published again.
    pub repeats: usize,
    pub originals: BTreeMap<PhotoId, About>,
    /// Bytes of all originals.
    pub bytes: u64,
    /// Real seconds it took.
    pub seconds: f64,
}

/// The CRM and its clock.
pub struct Stage<'a> {
    embedded: &'a Embedded,
    week: Arc<Week>,
    stock: Stock,
    publisher: Publisher,
    played: Played,
    bar: &'a ProgressBar,
}

impl<'a> Stage<'a> {
    pub async fn new(
        embedded: &'a Embedded,
        week: Arc<Week>,
        stock: Stock,
        bar: &'a ProgressBar,
    ) -> anyhow::Result<Self> {
        let publisher = embedded.runtime.bus.publisher().await?;
        Ok(Self {
            embedded,
            week,
            stock,
            publisher,
            played: Played::default(),
            bar,
        })
    }

    /// The whole week.
    pub async fn play(mut self, script: &Script) -> anyhow::Result<Played> {
        let started = Instant::now();
        for act in &script.acts {
            self.act(act).await?;
        }
        self.calm(&Said::default()).await?;
        self.publisher.close().await;
        self.played.seconds = started.elapsed().as_secs_f64();
        Ok(self.played)
    }

    async fn act(&mut self, act: &Act) -> anyhow::Result<()> {
        self.embedded.runtime.clock.set(act.until);
        self.bar.set_message(clock_face(act.until));
        // Each wave ends before the next begins, so that nothing has to wait in real seconds.
        for wave in [&act.tickets, &act.rest] {
            if wave.is_empty() {
                continue;
            }
            let mut said = Said::default();
            for cue in wave {
                self.say(*cue, &mut said).await?;
            }
            self.calm(&said).await?;
            self.bar.inc(said.len() as u64);
        }
        let beat = || async { Ok(()) };
        let right = Right {
            holder: "demo".to_owned(),
            lease: None,
        };
        let Embedded { runtime, rules, .. } = self.embedded;
        match jaga_escalation::sweep(runtime, &rules.get(), &right, beat).await {
            Ok(_) => Ok(()),
            Err(Ended::Ledger(error)) => Err(error.into()),
            Err(Ended::Fenced) => bail!("somebody else sweeps the demo"),
        }
    }

    async fn calm(&self, said: &Said) -> anyhow::Result<()> {
        until_calm(&self.embedded.runtime.ledger, said).await
    }

    async fn say(&mut self, cue: Cue, said: &mut Said) -> anyhow::Result<()> {
        let week = Arc::clone(&self.week);
        let (case, moment) = happening(&week, cue).context("a cue of another week")?;
        match &moment.what {
            Happening::Ticket(step) => {
                let event = Envelope::new(step.event_id.clone(), SOURCE, moment.at, step.clone());
                self.tell(event, cue).await?;
                Self::note_step(cue, step, said);
            }
            Happening::Upload(upload) => {
                if !cue.again {
                    self.store(upload).await?;
                    said.photos.insert(upload.photo_id.clone());
                }
                let event = self.uploaded(case, upload)?;
                self.tell(event, cue).await?;
            }
        }
        Ok(())
    }

    fn note_step(cue: Cue, step: &TicketChanged, said: &mut Said) {
        if !cue.again {
            let steps = said.steps.entry(step.ticket_id.clone()).or_default();
            steps.insert(step.event_id.clone());
        }
    }

    /// The upload arrives in the quarantine, as the CRM puts it there.
    async fn store(&mut self, upload: &Upload) -> anyhow::Result<()> {
        let original = self.stock.next().await?;
        if original.photo_id != upload.photo_id {
            bail!("photos are played in another order than they are made");
        }
        let bucket = &self.embedded.runtime.config.vault.quarantine;
        let key = upload.photo_id.as_str();
        self.played.bytes += original.bytes.len() as u64;
        self.embedded
            .vault
            .put(bucket, key, original.bytes, "application/octet-stream")
            .await?;
        self.played
            .originals
            .insert(original.photo_id, original.about);
        Ok(())
    }

    fn uploaded(&self, case: &Case, upload: &Upload) -> anyhow::Result<Envelope<PhotoUploaded>> {
        let data = PhotoUploaded {
            photo_id: upload.photo_id.clone(),
            ticket_id: case.ticket_id.clone(),
            role: upload.role,
            object: ObjectRef {
                bucket: self.embedded.runtime.config.vault.quarantine.clone(),
                key: upload.photo_id.to_string(),
            },
            uploaded_at: upload.uploaded_at,
            told: Told::default(),
        };
        let id = EventId::new(format!("upload:{}", upload.photo_id))?;
        Ok(Envelope::new(id, SOURCE, upload.uploaded_at, data))
    }

    async fn tell<T: EventData>(&mut self, event: Envelope<T>, cue: Cue) -> anyhow::Result<()> {
        let message = Outgoing {
            message_id: event.id.to_string(),
            exchange: Exchange::Crm,
            routing_key: T::TYPE.into(),
            body: event.to_bytes()?.into(),
        };
        match self.publisher.publish(&[message]).await?.as_slice() {
            [Published::Sent] if cue.again => self.played.repeats += 1,
            [Published::Sent] => self.played.firsts += 1,
            other => bail!("the bus did not take an event: {other:?}"),
        }
        Ok(())
    }
}

/// The week's time for people, such as `Tue 14:30`.
fn clock_face(at: Timestamp) -> String {
    jiff::tz::Offset::constant(7)
        .to_datetime(at)
        .strftime("%a %H:%M")
        .to_string()
}
