//! `jaga sweep --dry-run`: what a sweep would write now, or then.

use jaga_escalation::{Foreseen, foresee};
use serde_json::json;

use crate::cli::SweepArgs;
use crate::dating;
use crate::output::{Outcome, say, say_json};
use crate::place::{configuration, ledger_of};

pub async fn run(args: SweepArgs) -> anyhow::Result<Outcome> {
    let config = configuration(args.place.config.as_deref())?;
    let rules = dating::rules(&config).await?;
    let ledger = ledger_of(&args.place).await?;
    let at = match args.at {
        Some(at) => at,
        None => ledger.now().await?,
    };
    let (mut warned, mut escalated, mut moved, mut errors) = (0u64, 0u64, 0u64, 0u64);
    let batch = config.escalation.batch;
    let seen = foresee(
        &ledger,
        &rules,
        at,
        batch,
        |item: Foreseen| -> anyhow::Result<()> {
            *match item.kind {
                "warn" => &mut warned,
                "escalate" => &mut escalated,
                "re_date" => &mut moved,
                _ => &mut errors,
            } += 1;
            if args.json {
                return say_json(&item);
            }
            let level = item.level.map(|l| format!(" {l}")).unwrap_or_default();
            let role = item.role.map(|r| format!(" to {r}")).unwrap_or_default();
            say(&format!(
                "{} {} {}{level}{role}: {}",
                item.ticket, item.kind, item.target, item.reason
            ));
            Ok(())
        },
    )
    .await?;
    if args.json {
        say_json(&json!({
            "at": at, "seen": seen, "warned": warned, "escalated": escalated, "re_dated": moved,
            "errors": errors, "rules": rules.version,
        }))?;
    } else {
        say(&format!(
            "at {at}: {seen} tickets looked at, {warned} warnings, {escalated} escalations, {moved} deadlines \
             moved, {errors} errors; nothing was written"
        ));
    }
    Ok(Outcome::Done)
}
