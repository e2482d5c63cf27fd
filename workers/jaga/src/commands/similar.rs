//! `jaga similar FILE`: which photos of the ledger show the same picture.

use anyhow::bail;
use jaga_contract::{PhotoId, Role, TicketId};
use jaga_photo::{Matcher, asked};
use serde_json::json;

use super::duplicates::words;
use super::photos::Tools;
use crate::cli::SimilarArgs;
use crate::names;
use crate::output::{Outcome, say, say_json};
use crate::place::{configuration, ledger_of};

pub async fn run(args: SimilarArgs) -> anyhow::Result<Outcome> {
    let tools = Tools::with(configuration(args.place.config.as_deref())?.photo)?;
    let ledger = ledger_of(&args.place).await?;
    let facts = match tools.facts(&args.file).await? {
        Ok(facts) => facts,
        Err(refused) => bail!("{}: {}", names::shown(&args.file), refused.advice()),
    };
    let nobody = (PhotoId::new("-")?, TicketId::new("-")?, Role::Report);
    let row = asked(nobody, &facts);
    let matcher = Matcher::new(tools.limits.similar_reach);
    let found = matcher
        .similar(&ledger, &row, &facts.prints.questions)
        .await?;
    for (id, likeness) in &found {
        // Erased between the two looks.
        let Some(photo) = ledger.photo(id).await? else {
            continue;
        };
        if args.json {
            say_json(&json!({
                "photo": id, "ticket": photo.ticket_id, "role": photo.role,
                "kind": likeness.by.as_str(), "tier": likeness.tier.as_str(),
                "transform": likeness.transform.as_str(), "distance": likeness.distance,
                "quality": likeness.quality, "uploaded_at": photo.uploaded_at,
            }))?;
        } else {
            let (what, role, ticket) = (words(*likeness), photo.role.as_str(), photo.ticket_id);
            say(&format!("{what} {id}, {role} of ticket {ticket}"));
        }
    }
    if found.is_empty() && !args.json {
        say("no photo of the ledger shows this picture");
    }
    Ok(Outcome::yes_if(!found.is_empty()))
}
