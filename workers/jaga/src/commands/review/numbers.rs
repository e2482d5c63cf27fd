//! Figures as lines of text.

use jaga_ticket::review::{Advice, Line, Proposals, Recall, Share, SignalLine, Threshold};

use crate::output::table;

pub fn lines(lines: &[Line]) -> String {
    let mut out = table([
        "",
        "closures",
        "flagged",
        "decided",
        "precision (95 %)",
        "drawn, decided",
        "recall (95 %)",
    ]);
    for line in lines {
        let name = if line.name.is_empty() {
            "(no unit)"
        } else {
            &line.name
        };
        out.add_row([
            name.to_owned(),
            line.closures.to_string(),
            line.strata.flagged().closures.to_string(),
            line.strata.flagged().told().to_string(),
            marked(share(&line.precision), line.few_flagged),
            line.strata.drawn.told().to_string(),
            marked(recall(line.recall.as_ref()), line.few_drawn),
        ]);
    }
    out.to_string()
}

pub fn signals(lines: &[SignalLine]) -> String {
    let mut out = table([
        "signal",
        "closures",
        "decided",
        "precision (95 %)",
        "seen in fakes (95 %)",
        "fakes by it alone",
    ]);
    for line in lines {
        out.add_row([
            line.name.clone(),
            line.tally.closures.to_string(),
            line.tally.told().to_string(),
            marked(share(&line.precision), line.few),
            share(&line.of_fakes),
            line.alone.to_string(),
        ]);
    }
    out.to_string()
}

/// What the decisions speak for, a sentence a line.
pub fn proposals(p: &Proposals) -> Vec<String> {
    let mut out = vec![format!(
        "proposals for {} by {} fake and {} genuine closures; nothing changes by itself",
        p.rules, p.rests_on.0, p.rests_on.1
    )];
    out.push(format!("  review from {}", threshold(&p.review_now)));
    out.push(format!("  hold from {}", threshold(&p.hold_now)));
    if p.few {
        out.push("  too few are decided to propose thresholds".to_owned());
    } else {
        let goal = |share: f64| percent(share);
        let (review, hold) = (goal(p.goals.review), goal(p.goals.hold));
        out.push(proposed(
            "review",
            &review,
            p.review.as_ref(),
            &p.review_now,
        ));
        out.push(proposed("hold", &hold, p.hold.as_ref(), &p.hold_now));
    }
    for one in &p.signals {
        let why = match one.advice {
            Advice::Soften => "holds alone, and is right less than nine times of ten: make it soft",
            Advice::Harden => "is right at least nine times of ten: it could hold alone",
            Advice::Lower => "is right less than once in five: give it fewer points",
        };
        out.push(format!("  {} {why}", one.name));
    }
    out.push("  `jaga rules diff OLD NEW` says what a change would do".to_owned());
    out
}

fn proposed(name: &str, goal: &str, best: Option<&Threshold>, now: &Threshold) -> String {
    match best {
        None => format!("  no threshold for {name} takes at most {goal} of the honest closures"),
        Some(best) if best.points == now.points => format!(
            "  {name}: {} points stay the lowest that take at most {goal} of the honest closures",
            now.points
        ),
        Some(best) => format!(
            "  {name}: the lowest that takes at most {goal} of the honest closures is {}",
            threshold(best)
        ),
    }
}

fn threshold(t: &Threshold) -> String {
    let share = |share: Option<f64>| share.map_or("unknown".to_owned(), percent);
    format!(
        "{} points: some {} of the fakes, {} of the honest closures",
        t.points,
        share(t.fakes),
        share(t.honest)
    )
}

fn marked(text: String, few: bool) -> String {
    if few { text + " *" } else { text }
}

fn share(share: &Share) -> String {
    interval(share.share, share.low, share.high)
}

fn recall(recall: Option<&Recall>) -> String {
    recall.map_or("unknown".to_owned(), |r| interval(r.share, r.low, r.high))
}

fn interval(share: Option<f64>, low: f64, high: f64) -> String {
    share.map_or("unknown".to_owned(), |share| {
        format!("{} ({} to {})", percent(share), percent(low), percent(high))
    })
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
