//! `jaga judge`: facts in, verdict out. Nothing else is looked at.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context;
use jaga_contract::{PhotoId, Signal, Strength};
use jaga_ticket::closure::{ClosureFacts, Judgement, Rules, judge};
use serde_json::json;

use crate::cli::JudgeArgs;
use crate::output::{Outcome, say, say_json};
use crate::rulebook::{closure_rules, read};

pub fn run(args: &JudgeArgs) -> anyhow::Result<Outcome> {
    let rules = closure_rules(args.rules.as_deref())?;
    for facts in facts(&args.facts)? {
        let judgement = judge(&facts, &rules);
        if args.json {
            say_json(&as_json(&facts, &judgement)?)?;
        } else {
            tell(&facts, &judgement, &rules);
        }
    }
    Ok(Outcome::Done)
}

/// One closure's facts, a JSON list of them, or one after the other.
pub fn facts(path: &Path) -> anyhow::Result<Vec<ClosureFacts>> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        read(path)?
    };
    let name = path.display();
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(&text).with_context(|| format!("{name}: not a list of facts"));
    }
    let all = serde_json::Deserializer::from_str(&text).into_iter();
    all.enumerate()
        .map(|(at, facts)| {
            facts.with_context(|| format!("{name}: not the facts of a closure (number {})", at + 1))
        })
        .collect()
}

fn as_json(facts: &ClosureFacts, judgement: &Judgement) -> anyhow::Result<serde_json::Value> {
    let mut value = serde_json::to_value(judgement)?;
    value["ticket_id"] = json!(facts.ticket_id);
    value["closure"] = json!(facts.closure);
    value["to_review"] = json!(judgement.goes_to_review());
    Ok(value)
}

fn tell(facts: &ClosureFacts, judgement: &Judgement, rules: &Rules) {
    say(&format!(
        "{} ({}): {}, score {}, rules {} ({})",
        facts.ticket_id,
        facts.closure,
        judgement.verdict.as_str(),
        judgement.score,
        rules.version,
        rules.digest,
    ));
    for signal in &judgement.signals {
        tell_signal(signal);
    }
    if judgement.sample {
        say("  taken by chance: looked at without a reason, to measure what is missed");
    }
    if !judgement.unknown.is_empty() {
        let unknown = judgement.unknown.iter();
        let unknown: Vec<_> = unknown
            .map(|u| format!("{} ({} / {})", u.signal, u.text_id, u.text_en))
            .collect();
        say(&format!("  not known: {}", unknown.join(", ")));
    }
}

fn tell_signal(signal: &Signal) {
    let strength = match signal.strength {
        Strength::Hard => "hard",
        Strength::Soft => "soft",
        Strength::Withdrawn => "withdrawn",
    };
    let figures: Vec<String> = signal
        .figures
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let photos: Vec<&str> = signal.photos.iter().map(PhotoId::as_str).collect();
    say(&format!(
        "  {} [{strength}] {}",
        signal.name,
        [figures.join(", "), photos.join(" ")].join("; ")
    ));
    say(&format!("    {}", signal.text_id));
    say(&format!("    {}", signal.text_en));
}
