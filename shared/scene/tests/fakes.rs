//! Faked closures are what they are called, and honest ones do not look like them by accident.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail by panicking"
)]

mod common;

use common::{distance, fingerprint};
use jaga_contract::Role;
use jaga_scene::week::{FakeKind, OddKind, Retouch, ShotPlan, Source, Truth, Week};

const SEEDS: std::ops::Range<u64> = 0..16;

#[test]
fn fakes_are_what_they_are_called() {
    for seed in SEEDS {
        let week = Week::plan(seed);
        for case in &week.tickets {
            let Truth::Faked(kind) = case.truth else {
                continue;
            };
            let name = format!("seed {seed}: {} {kind:?}", case.ticket_id);
            let submitted = case.steps().next().unwrap().occurred_at;
            let evidence = case.uploads().find(|u| u.role == Role::Evidence);
            if kind == FakeKind::NoEvidence {
                assert!(evidence.is_none(), "{name}");
                continue;
            }
            let evidence = evidence.unwrap_or_else(|| panic!("{name}"));
            let plan = evidence.plan();
            match kind {
                FakeKind::ReusedEvidence => {
                    assert!(matches!(evidence.source, Source::SameBytes(_)), "{name}");
                }
                FakeKind::NewDateBanner => {
                    let from = week
                        .upload(evidence.derived_from.as_ref().unwrap())
                        .unwrap();
                    let (old, new) = (from.plan().unwrap(), plan.unwrap());
                    assert_eq!(
                        (old.scene_seed, old.view),
                        (new.scene_seed, new.view),
                        "{name}"
                    );
                    assert!(matches!(old.retouch, Retouch::Banner(_)), "{name}");
                    assert_ne!(old.retouch, new.retouch, "{name}");
                }
                FakeKind::EditedReport => {
                    let own = week
                        .upload(evidence.derived_from.as_ref().unwrap())
                        .unwrap();
                    assert_eq!(own.role, Role::Report, "{name}");
                    assert!(case.uploads().any(|u| u == own), "{name}");
                    assert_eq!(plan.unwrap().view, own.plan().unwrap().view, "{name}");
                }
                FakeKind::OlderThanTicket => {
                    let taken = plan.unwrap().captured.unwrap().instant().unwrap();
                    assert!(submitted.duration_since(taken).as_hours() >= 48, "{name}");
                }
                FakeKind::FarAway => {
                    let gps = plan.unwrap().gps.unwrap();
                    let apart = (gps.lat - case.spot.lat).hypot(gps.lon - case.spot.lon);
                    assert!(apart * 110_000.0 > 2500.0, "{name}");
                }
                FakeKind::FourteenSeconds => {
                    let at = |kind| {
                        case.steps()
                            .find(|s| s.step.kind() == kind)
                            .unwrap()
                            .occurred_at
                    };
                    let took = at("closure_proposed").duration_since(at("accepted"));
                    assert_eq!(took.as_secs(), 14, "{name}");
                }
                FakeKind::AiMarked => assert!(plan.unwrap().extras.ai.is_some(), "{name}"),
                FakeKind::NoEvidence => {}
            }
        }
    }
}

#[test]
fn an_honest_plain_proof_resembles_no_photo_of_another_ticket_and_no_report() {
    let week = Week::plan(1);
    let mut seen: Vec<(String, Role, bool, Vec<bool>)> = Vec::new();
    for case in &week.tickets {
        let honest = matches!(
            case.truth,
            Truth::Honest | Truth::HonestOdd(OddKind::WrongPin)
        );
        for upload in case.uploads() {
            let Some(plan) = upload.plan() else { continue };
            let small = ShotPlan {
                size: (plan.size.0 / 4, plan.size.1 / 4),
                ..plan.clone()
            };
            let print = fingerprint(&small.shot().rgb);
            seen.push((case.ticket_id.to_string(), upload.role, honest, print));
        }
    }
    for (ticket, role, honest, print) in &seen {
        if !*honest || *role != Role::Evidence {
            continue;
        }
        for (other, other_role, other_honest, other_print) in &seen {
            let own = ticket == other;
            let compared = if own {
                *other_role == Role::Report
            } else {
                *other_honest
            };
            if compared {
                let bits = distance(print, other_print);
                assert!(
                    bits > 31,
                    "{ticket} {role:?} and {other} {other_role:?}: {bits} bits apart"
                );
            }
        }
    }
}
