//! `jaga review decide` and `answer`: a row each, and one in the ticket's trail.

use anyhow::bail;
use jaga_ledger::{Ledger, NewReview, ReviewRow, Reviewed};

use super::load::find;
use crate::cli::{DecideArgs, PlaceArgs};
use crate::html::dated;
use crate::output::{Outcome, note, say, say_json};
use crate::place::ledger_of;

/// Letters that a note may have.
const LONGEST: usize = 4000;
/// Letters that a reviewer's name may have.
const LONGEST_NAME: usize = 96;

pub async fn run(args: &DecideArgs) -> anyhow::Result<Outcome> {
    let new = NewReview {
        by: name(&args.by)?,
        decision: Some(args.decision.as_str()),
        words: words("--note", &args.note)?,
        revision: args.revision,
        again: args.again,
    };
    let ledger = ledger_of(&args.place).await?;
    match put(&ledger, &args.id, &new).await? {
        Some(Reviewed::Written(row)) => written(&row, args.json),
        other => not_written(other.as_ref()),
    }
}

pub async fn answer(
    place: &PlaceArgs,
    id: &str,
    by: &str,
    text: &str,
    json: bool,
) -> anyhow::Result<Outcome> {
    let new = NewReview {
        by: name(by)?,
        decision: None,
        words: words("--text", text)?,
        revision: None,
        again: false,
    };
    let ledger = ledger_of(place).await?;
    match put(&ledger, id, &new).await? {
        Some(Reviewed::Written(row)) => written(&row, json),
        other => not_written(other.as_ref()),
    }
}

async fn put(ledger: &Ledger, id: &str, new: &NewReview<'_>) -> anyhow::Result<Option<Reviewed>> {
    match find(ledger, id).await? {
        Some(closure) => Ok(Some(ledger.review(&closure.closure_id, new).await?)),
        None => Ok(None),
    }
}

fn written(row: &ReviewRow, json: bool) -> anyhow::Result<Outcome> {
    if json {
        say_json(row)?;
        return Ok(Outcome::Done);
    }
    let what = row.decision.as_deref().unwrap_or("the officer's answer");
    let stood = match (row.verdict.as_str(), row.sample) {
        ("clear", Some(true)) => "clear, drawn by chance".to_owned(),
        (verdict, _) => verdict.to_owned(),
    };
    say(&format!(
        "{}: {what} is on record as number {}, beside verdict {} ({stood})",
        row.closure_id, row.seq, row.revision
    ));
    Ok(Outcome::Done)
}

/// Nothing was written: says why.
fn not_written(reviewed: Option<&Reviewed>) -> anyhow::Result<Outcome> {
    note(&match reviewed {
        None | Some(Reviewed::Unknown) => "there is no such closure".to_owned(),
        Some(Reviewed::Unjudged) => {
            "the closure is still being judged: it has no verdict yet".to_owned()
        }
        Some(Reviewed::Newer(revision)) => format!(
            "verdict {revision} stands by now: look again, then decide with --revision {revision}"
        ),
        Some(Reviewed::Decided(row)) => format!(
            "it was decided before: {} by {}, {}; --again decides anew, and both stay on record",
            row.decision.as_deref().unwrap_or_default(),
            row.by,
            dated(row.at)
        ),
        Some(Reviewed::Written(_)) => bail!("it was written"),
    });
    Ok(Outcome::No)
}

fn words<'a>(flag: &str, text: &'a str) -> anyhow::Result<&'a str> {
    let text = text.trim();
    if text.is_empty() {
        bail!("{flag}: say why in a few words");
    }
    if text.chars().count() > LONGEST {
        bail!("{flag}: more than {LONGEST} letters");
    }
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        bail!("{flag}: holds characters that are no text");
    }
    Ok(text)
}

fn name(by: &str) -> anyhow::Result<&str> {
    let by = by.trim();
    if by.is_empty() || by.chars().count() > LONGEST_NAME || by.chars().any(char::is_control) {
        bail!("--by: a name of 1 to {LONGEST_NAME} letters");
    }
    Ok(by)
}
