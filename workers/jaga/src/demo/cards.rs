//! The report's closures: pictures side by side, and the reasons in both languages. Of a withheld ticket
//! the reporter's photos are locked.

use std::collections::BTreeSet;

use jaga_contract::{ClosureJudged, PhotoId, Role, Step};
use jaga_geo::Gazetteer;
use jaga_ledger::PhotoRow;
use jaga_scene::Week;
use jaga_scene::week::{Case, Truth};

use super::findings::Findings;
use crate::cards::file_name;
use crate::html::Page;

/// A card for each closure that somebody should look at.
pub fn closures(page: &mut Page, week: &Week, seen: &Findings) {
    page.section(
        "Closures to look at",
        "Hold first. A verdict is a request to look, never a charge.",
    );
    page.link(
        "./cards/index.html",
        "The cards as reviewers get them, in the order of their queue, drawn ones among them",
    );
    let mut found: Vec<(&ClosureJudged, &Case, &[PhotoId])> = Vec::new();
    for case in &week.tickets {
        for step in case.steps() {
            let Step::ClosureProposed { evidence, .. } = &step.step else {
                continue;
            };
            let Some(judged) = seen.mailbox.verdict(&step.event_id) else {
                continue;
            };
            if judged.verdict.as_str() != "clear" {
                found.push((judged, case, evidence));
            }
        }
    }
    found.sort_by_key(|(j, ..)| {
        (
            std::cmp::Reverse((j.verdict, j.score)),
            j.closure.to_string(),
        )
    });
    for (judged, case, evidence) in found {
        closure(page, seen, judged, case, evidence);
    }
}

fn closure(
    page: &mut Page,
    seen: &Findings,
    judged: &ClosureJudged,
    case: &Case,
    evidence: &[PhotoId],
) {
    let ticket = seen.tickets.get(&case.ticket_id);
    let place = ticket.and_then(|t| t.kelurahan.as_deref());
    let withheld = seen.is_withheld(&case.ticket_id);
    // The kelurahan of a withheld ticket is told to nobody who reads this page.
    let place = place
        .filter(|_| !withheld)
        .and_then(|c| Gazetteer::builtin().by_code(c));
    let about = [
        ticket.and_then(|t| t.category.clone()),
        place.map(|k| format!("Kelurahan {}", k.name)),
        withheld.then(|| "withheld (private or secret)".to_owned()),
        Some(format!("score {}", judged.score)),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    page.open_card(
        judged.verdict.as_str(),
        case.ticket_id.as_str(),
        &about.join(" · "),
    );
    let planted = match case.truth {
        Truth::Faked(kind) => format!("planted: {}", kind.as_str()),
        Truth::HonestOdd(kind) => format!("honest, looks odd: {}", kind.as_str()),
        Truth::Honest | Truth::Open => "honest".to_owned(),
    };
    page.note(&planted);
    page.open_pictures();
    let own = |p: &&PhotoRow| p.ticket_id == case.ticket_id && p.role == Role::Report;
    for row in seen.photos.iter().filter(own).take(2) {
        picture(page, seen, row, "report");
    }
    for row in evidence.iter().filter_map(|id| seen.photo(id)) {
        picture(page, seen, row, "evidence");
    }
    let matched: BTreeSet<_> = judged.signals.iter().flat_map(|s| &s.photos).collect();
    let others = matched.into_iter().filter(|id| !evidence.contains(id));
    for row in others
        .filter_map(|id| seen.photo(id))
        .filter(|row| !own(row))
        .take(2)
    {
        picture(page, seen, row, "looks the same");
    }
    page.close_pictures();
    let card = format!("./cards/{}", file_name(&judged.closure));
    page.link(&card, "review card");
    for signal in &judged.signals {
        let figures: Vec<String> = signal
            .figures
            .iter()
            .map(|(name, n)| format!("{name} {n}"))
            .collect();
        page.reason(signal, &figures.join(", "));
    }
    page.close_card();
}

/// A small rendition, or the reason why there is none.
fn picture(page: &mut Page, seen: &Findings, row: &PhotoRow, caption: &str) {
    let locked = row.role == Role::Report && seen.is_withheld(&row.ticket_id);
    let smallest = row.renditions.iter().min_by_key(|r| r.width * r.height);
    let bytes = smallest
        .and_then(|r| seen.objects.get(&r.key))
        .map(|o| &o.bytes[..]);
    let caption = format!("{caption} · {}", row.photo_id);
    match bytes.filter(|b| !b.is_empty()) {
        _ if locked => page.no_picture("locked: the report is withheld", &caption),
        Some(bytes) => page.picture(bytes, &caption),
        None => page.no_picture(row.reason.as_deref().unwrap_or("no picture"), &caption),
    }
}
