//! How often a ticket was passed on. There is nothing to be late with: the hop itself is the event, so
//! the deadline lies on the first hop that is one too many, and each further limit is a level of it.

use crate::calendar::Calendar;
use crate::deadline::{Deadline, LevelDue, version};
use crate::policy::Policy;
use crate::state::Ticket;
use crate::text;

pub(crate) fn deadline(
    ticket: &Ticket,
    policy: &Policy,
    clock: &Calendar,
    chosen: Option<&[String]>,
) -> Option<Deadline> {
    let limit = policy.hops.as_ref()?;
    let hops: Vec<_> = ticket
        .timeline
        .iter()
        .filter(|m| limit.count.contains(&m.kind))
        .collect();
    let reached = |hops_allowed: u32| hops.get(hops_allowed.checked_sub(1)? as usize);
    let first = limit.levels.first()?;
    let due_at = reached(first.0)?.at;
    let mut levels: Vec<LevelDue> = Vec::new();
    for ((hops, role), level) in limit.levels.iter().zip(1..) {
        let Some(hop) = reached(*hops) else { break };
        let awake = policy.awake.as_ref();
        levels.push(LevelDue {
            level,
            role: role.clone(),
            at: awake.map_or(hop.at, |a| a.next_opening(hop.at)),
            repeat: 0,
        });
    }
    let mut explanation = chosen.map(<[String]>::to_vec).unwrap_or_default();
    if chosen.is_some() {
        explanation.push(format!(
            "policy {}: told of from {} on; source: {}; confidence: {}",
            policy.version, first.0, limit.source, limit.confidence
        ));
        for (hop, n) in hops.iter().zip(1..) {
            let to = hop
                .unit
                .as_ref()
                .map_or(String::new(), |u| format!(" to {u}"));
            let (at, kind) = (text::local(hop.at, clock.zone()), hop.kind.as_str());
            explanation.push(format!("hop {n} on {at}: {kind}{to}"));
        }
    }
    Some(Deadline {
        target: "hops".to_owned(),
        title_id: format!("penerusan ke-{}", first.0),
        title_en: format!("limit of {} hops", first.0),
        policy: policy.version.clone(),
        calendar: clock.name().to_owned(),
        calendar_version: clock.version().to_owned(),
        limit: format!("{} hops", first.0),
        cycle: 1,
        started_at: hops.first()?.at,
        due_at,
        due_local: text::local(due_at, clock.zone()),
        version: version(&policy.version, "hops", due_at),
        warnings: Vec::new(),
        levels,
        // The end of the ticket ends it, as it ends everything.
        met_at: ticket.ended_at,
        enforced: policy.enforce_from.is_none_or(|from| due_at >= from),
        explanation,
        moves: Vec::new(),
    })
}
