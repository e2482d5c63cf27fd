//! A ticket's steps from a file: where each stands, so that what is wrong can be found.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{anyhow, bail};
use jaga_contract::{TicketChanged, TicketId};
use jaga_ticket::{Contradiction, History, Ticket, fold};
use serde_json::value::RawValue;

use crate::rulebook::read;

/// A ticket, and where in its file each step stands.
pub struct Told {
    pub ticket: Ticket,
    /// In the order of the file.
    places: Vec<Place>,
    file: String,
}

/// Line, the step's number in the list, and the step.
type Place = (usize, usize, TicketChanged);

/// Reads a JSON list of steps, or one a line; each a payload, or an event with the payload in `data`.
fn places(file: &Path) -> anyhow::Result<Vec<Place>> {
    let text = read(file)?;
    let name = file.display().to_string();
    let mut places = Vec::new();
    for (at, part) in parts(&text, &name)?.into_iter().enumerate() {
        let line = line_of(&text, part.as_ptr() as usize - text.as_ptr() as usize);
        places.push((line, at, step(part, &name, line, at)?));
    }
    if places.is_empty() {
        bail!("{name}: no steps");
    }
    Ok(places)
}

/// The one ticket of a file.
pub fn told(file: &Path) -> anyhow::Result<Told> {
    let places = places(file)?;
    let name = file.display().to_string();
    let Some((_, _, first)) = places.first() else {
        bail!("{name}: no steps");
    };
    let id: TicketId = first.ticket_id.clone();
    if let Some((line, at, other)) = places.iter().find(|(_, _, s)| s.ticket_id != id) {
        bail!(
            "{name}: line {line}: [{at}].ticket_id: a step of {}, but the first is of {id}",
            other.ticket_id
        );
    }
    let ticket = fold(
        &id,
        &History::from_steps(places.iter().map(|p| p.2.clone())),
    );
    Ok(Told {
        ticket,
        places,
        file: name,
    })
}

/// Every ticket of a file, by id.
pub fn tickets(file: &Path) -> anyhow::Result<Vec<Ticket>> {
    let mut steps: BTreeMap<TicketId, Vec<TicketChanged>> = BTreeMap::new();
    for (_, _, step) in places(file)? {
        steps.entry(step.ticket_id.clone()).or_default().push(step);
    }
    let folded = steps.into_iter();
    Ok(folded
        .map(|(id, steps)| fold(&id, &History::from_steps(steps)))
        .collect())
}

impl Told {
    /// What does not fit, with its place.
    pub fn says(&self, what: &Contradiction) -> String {
        // Of several under one id the last: it is the one that differs.
        let mut places = self.places.iter().rev();
        let found = places.find(|(_, _, step)| step.event_id == what.event_id);
        match found {
            Some((line, at, _)) => format!("{}: line {line}: [{at}].step: {what}", self.file),
            None => format!("{}: {what}", self.file),
        }
    }
}

fn parts<'a>(text: &'a str, name: &str) -> anyhow::Result<Vec<&'a str>> {
    let bad = |e: serde_json::Error, line: usize| {
        anyhow!(
            "{name}: line {}: not a list of ticket steps: {e}",
            line + e.line()
        )
    };
    if text.trim_start().starts_with('[') {
        let list: Vec<&RawValue> = serde_json::from_str(text).map_err(|e| bad(e, 0))?;
        return Ok(list.into_iter().map(RawValue::get).collect());
    }
    let mut parts = Vec::new();
    for (at, line) in text
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
    {
        let part: &RawValue = serde_json::from_str(line).map_err(|e| bad(e, at))?;
        parts.push(part.get());
    }
    Ok(parts)
}

fn step(part: &str, name: &str, line: usize, at: usize) -> anyhow::Result<TicketChanged> {
    #[derive(serde::Deserialize)]
    struct Event<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let (inner, key) = match serde_json::from_str::<Event<'_>>(part) {
        Ok(event) => (event.data.get(), format!("[{at}].data")),
        Err(_) => (part, format!("[{at}]")),
    };
    let before = line_of(part, inner.as_ptr() as usize - part.as_ptr() as usize) - 1;
    let mut json = serde_json::Deserializer::from_str(inner);
    serde_path_to_error::deserialize(&mut json).map_err(|e| {
        let path = e.path().to_string();
        let key = if path == "." {
            key
        } else {
            format!("{key}.{path}")
        };
        let inner = e.inner();
        let line = line + before + inner.line().max(1) - 1;
        // The part's own line would contradict the file's.
        let problem = inner.to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default();
        anyhow!("{name}: line {line}: {key}: {problem}")
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    memchr::memchr_iter(b'\n', before).count() + 1
}
