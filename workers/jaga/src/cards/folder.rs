//! Cards as files. What reviewers read is for its owner alone: it holds photos.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::Context;
use jaga_contract::EventId;
use jaga_ledger::{ClosureRow, Ledger};
use jaga_ticket::closure::Rules;
use jaga_vault::Vault;

use super::card::page;
use super::material::Material;
use super::pictures::Pictures;
use crate::cli::Audience;
use crate::html::{Page, dated};

/// What cards are made from.
pub struct Desk<'a> {
    pub ledger: &'a Ledger,
    pub vault: &'a Vault,
    /// The bucket of clean renditions.
    pub bucket: &'a str,
    pub rules: &'a Rules,
    pub audience: Audience,
}

impl Desk<'_> {
    /// One card. `None`: the closure has no verdict yet.
    pub async fn card(&self, closure: &ClosureRow) -> anyhow::Result<Option<(Material, String)>> {
        let gathered = Material::gather(self.ledger, closure, self.rules).await?;
        let Some(material) = gathered else {
            return Ok(None);
        };
        let pictures = Pictures::load(self.vault, self.bucket, material.shown()).await?;
        let html = page(&material, &pictures, self.audience);
        Ok(Some((material, html)))
    }

    /// Writes a file of this desk's readers.
    pub fn write(&self, path: &Path, html: &str) -> anyhow::Result<()> {
        let mode = match self.audience {
            Audience::Reviewer => 0o600,
            Audience::Public => 0o644,
        };
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(mode);
        file.open(path)
            .and_then(|mut file| file.write_all(html.as_bytes()))
            .with_context(|| format!("can't write {}", path.display()))
    }
}

/// A closure's file. Ids may hold a colon, which an address can't begin with.
pub fn file_name(closure: &EventId) -> String {
    format!("{}.html", closure.as_str().replace(':', "="))
}

/// Writes a card of each, in this order, and `index.html`, which lists them. Returns how many.
pub async fn write_all(desk: &Desk<'_>, closures: &[EventId], dir: &Path) -> anyhow::Result<usize> {
    let mut make = DirBuilder::new();
    make.recursive(true);
    if desk.audience == Audience::Reviewer {
        make.mode(0o700);
    }
    make.create(dir)
        .with_context(|| format!("can't create {}", dir.display()))?;
    let mut index = Page::new(
        "Penutupan untuk diperiksa",
        "Penutupan untuk diperiksa",
        "closures to look at",
    );
    let mut count = 0;
    for closure in closures {
        let Some(row) = desk.ledger.closure(closure).await? else {
            continue;
        };
        let Some((material, html)) = desk.card(&row).await? else {
            continue;
        };
        let name = file_name(closure);
        desk.write(&dir.join(&name), &html)?;
        count += 1;
        let public = desk.audience == Audience::Public && material.withheld;
        let category = material.category().filter(|_| !public).unwrap_or_default();
        let text = format!(
            "{count}. {} · {category} · {}",
            row.ticket_id,
            dated(row.proposed_at)
        );
        index.link(&format!("./{name}"), &text);
    }
    if count == 0 {
        index.note("tidak ada yang menunggu / none waits");
    }
    desk.write(&dir.join("index.html"), &index.end())?;
    Ok(count)
}
