//! All that is known of one closure, without what its readers may not see.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use jaga_contract::{PhotoId, Role, Signal, Submission, TicketId};
use jaga_geo::{Gazetteer, Position};
use jaga_ledger::{ClosureRow, Ledger, PhotoRow, ReviewRow, VerdictRow};
use jaga_ticket::closure::{ClosureFacts, Rules, Unknown, judge};
use jaga_ticket::review::told;
use jaga_ticket::{Closure, History, Ticket, fold};

use super::changed::regions;
use super::compared::Outline;

/// One closure.
pub struct Material {
    pub closure: ClosureRow,
    pub ticket: Ticket,
    /// The report is private, or not known to be public: no reporter's photo, no place.
    pub withheld: bool,
    /// The reporter's pin; absent where withheld.
    pub pin: Option<Position>,
    /// The name of the ticket's kelurahan; absent where withheld.
    kelurahan: Option<String>,
    /// Oldest first.
    pub verdicts: Vec<VerdictRow>,
    /// Oldest first.
    pub reviews: Vec<ReviewRow>,
    /// The newest verdict's, as they may be shown.
    pub reasons: Vec<Signal>,
    /// What could not be looked for, and what would have to be known.
    pub unknown: Vec<Unknown>,
    /// What the verdict rests on; absent where it can't be read.
    pub facts: Option<ClosureFacts>,
    /// How far evidence of this category may be from the pin.
    pub tolerance_m: Option<u32>,
    /// In the order sent; `None`: it has not arrived.
    pub evidence: Vec<(PhotoId, Option<PhotoRow>)>,
    /// The reporter's photos; none where withheld.
    pub reports: Vec<PhotoRow>,
    /// Photos of others that the reasons name, and whether they may be shown.
    pub matched: Vec<(PhotoRow, bool)>,
    /// Where evidence differs from what it was made of, and the same places there.
    pub regions: BTreeMap<PhotoId, Vec<Outline>>,
}

impl Material {
    /// Reads it. `None`: the closure has no verdict yet.
    pub async fn gather(
        ledger: &Ledger,
        closure: &ClosureRow,
        rules: &Rules,
    ) -> anyhow::Result<Option<Self>> {
        let verdicts = ledger.verdicts_of(&closure.closure_id).await?;
        let Some(newest) = verdicts.last() else {
            return Ok(None);
        };
        let id = &closure.ticket_id;
        let ticket = fold(id, &History::from_steps(ledger.steps(id).await?));
        let row = ledger.ticket(id).await?;
        let submission = ticket.submission.as_ref();
        let withheld = row.as_ref().is_none_or(|row| row.withheld)
            || submission.is_none_or(Submission::is_withheld);
        let open = row.filter(|_| !withheld);
        let pin = open.as_ref().and_then(|row| row.point);
        let kelurahan = open.as_ref().and_then(|row| row.kelurahan.as_deref());
        let kelurahan = kelurahan.map(|code| {
            let known = Gazetteer::builtin().by_code(code);
            known.map_or_else(|| code.to_owned(), |k| k.name.clone())
        });
        let proposed = proposal(&ticket, closure);
        let mut evidence = Vec::new();
        for photo in proposed.map(|c| c.evidence.clone()).unwrap_or_default() {
            let row = ledger.photo(&photo).await?;
            evidence.push((photo, row));
        }
        let mut drawn = BTreeMap::new();
        for (photo, _) in &evidence {
            for (id, outlines) in regions(ledger, photo).await? {
                drawn.entry(id).or_insert_with(Vec::new).extend(outlines);
            }
        }
        let mut reports = Vec::new();
        if !withheld {
            for photo in ledger.photos_of(id).await? {
                if photo.role == Role::Report {
                    reports.extend(ledger.photo(&photo.photo_id).await?);
                }
            }
        }
        let signals: Vec<Signal> =
            serde_json::from_str(&newest.signals).context("the verdict's reasons can't be read")?;
        let (matched, hidden) = others(ledger, id, &signals, &evidence).await?;
        let facts: Option<ClosureFacts> = serde_json::from_str(&newest.facts).ok();
        // Under other rules other things may be unknown.
        let same_rules = facts.as_ref().filter(|_| newest.rules == rules.version);
        let unknown = same_rules.map(|facts| judge(facts, rules).unknown);
        let unknown = unknown.unwrap_or_default();
        let category = facts.as_ref().map(|f| f.category.as_str());
        let category = category.and_then(|name| rules.category(name));
        Ok(Some(Self {
            closure: closure.clone(),
            withheld,
            pin: pin.and_then(|(lat, lon)| Some(Position::repaired(lat, lon).ok()?.0)),
            kelurahan,
            reviews: ledger.reviews_of(&closure.closure_id).await?,
            reasons: told(signals, withheld, &hidden),
            unknown,
            tolerance_m: category.map(|c| c.far_m),
            verdicts,
            facts,
            evidence,
            reports,
            matched,
            regions: drawn,
            ticket,
        }))
    }

    /// The closure in the ticket's history.
    fn proposal(&self) -> Option<&Closure> {
        proposal(&self.ticket, &self.closure)
    }

    pub fn category(&self) -> Option<&str> {
        Some(self.ticket.submission.as_ref()?.category.as_str())
    }

    /// The unit that closed it.
    pub fn unit(&self) -> Option<&str> {
        Some(self.proposal()?.unit.as_ref()?.as_str())
    }

    /// What the officer wrote.
    pub fn note(&self) -> Option<&str> {
        Some(self.proposal()?.note.as_str())
    }

    pub fn place(&self) -> Option<String> {
        Some(format!("Kelurahan {}", self.kelurahan.as_deref()?))
    }

    pub fn is_decided(&self) -> bool {
        self.reviews.iter().any(|r| r.decision.is_some())
    }

    /// What a reviewer types to decide, by this name.
    pub fn command(&self, id: &str) -> String {
        let again = if self.is_decided() { " --again" } else { "" };
        format!(
            "jaga review decide {id} genuine|fake|unclear --revision {}{again} --note \"…\"",
            self.closure.revision
        )
    }

    /// Every photo whose picture may stand on a card.
    pub fn shown(&self) -> impl Iterator<Item = &PhotoRow> {
        let evidence = self.evidence.iter().filter_map(|(_, row)| row.as_ref());
        let matched = self.matched.iter().filter(|(_, may)| *may);
        evidence
            .chain(&self.reports)
            .chain(matched.map(|(row, _)| row))
    }
}

fn proposal<'a>(ticket: &'a Ticket, closure: &ClosureRow) -> Option<&'a Closure> {
    let mut all = ticket.closures.iter();
    all.find(|c| c.event_id == closure.closure_id)
}

type Others = (Vec<(PhotoRow, bool)>, BTreeSet<PhotoId>);

/// Photos of other tickets that reasons name, and those among them that may not even be named: the
/// reporters' of private tickets.
async fn others(
    ledger: &Ledger,
    own: &TicketId,
    signals: &[Signal],
    evidence: &[(PhotoId, Option<PhotoRow>)],
) -> anyhow::Result<Others> {
    let named: BTreeSet<&PhotoId> = signals.iter().flat_map(|s| &s.photos).collect();
    let (mut matched, mut hidden) = (Vec::new(), BTreeSet::new());
    for id in named {
        if evidence.iter().any(|(own, _)| own == id) {
            continue;
        }
        let Some(row) = ledger.photo(id).await? else {
            continue;
        };
        if row.ticket_id == *own {
            // Earlier evidence of the same ticket; its report photos stand beside the evidence anyway.
            if row.role == Role::Evidence {
                matched.push((row, true));
            }
            continue;
        }
        let theirs = ledger.ticket(&row.ticket_id).await?;
        let private = theirs.is_none_or(|ticket| ticket.withheld);
        if private && row.role == Role::Report {
            hidden.insert(id.clone());
        } else {
            matched.push((row, !private));
        }
    }
    Ok((matched, hidden))
}
