//! The planned week keeps its promises, for many seeds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail by panicking"
)]

use std::collections::{HashMap, HashSet};

use jaga_contract::{PhotoId, Role, Step};
use jaga_scene::week::{FakeKind, Fate, Happening, OddKind, Retouch, Source, Truth, Week};
use jiff::tz::TimeZone;

const SEEDS: std::ops::Range<u64> = 0..16;

#[test]
fn the_week_starts_on_a_monday_at_seven_in_jakarta() {
    let week = Week::plan(1);
    let local = week.monday.to_zoned(TimeZone::get("Asia/Jakarta").unwrap());
    assert_eq!(
        local.strftime("%A %F %T").to_string(),
        "Monday 2026-11-02 07:00:00"
    );
}

#[test]
fn every_history_is_in_order_and_within_the_week() {
    for seed in SEEDS {
        let week = Week::plan(seed);
        let mut events = HashSet::new();
        for case in &week.tickets {
            let id = &case.ticket_id;
            assert!(
                case.timeline.is_sorted_by_key(|m| m.at),
                "seed {seed}: {id}"
            );
            for moment in &case.timeline {
                assert!(
                    moment.at >= week.monday && moment.at < week.end(),
                    "seed {seed}: {id}"
                );
            }
            let mut steps = case.steps();
            let first = steps.next().unwrap();
            assert!(
                matches!(first.step, Step::Submitted(_)),
                "seed {seed}: {id}"
            );
            assert!(
                steps.all(|s| !matches!(s.step, Step::Submitted(_))),
                "seed {seed}: {id}"
            );
            assert!(
                case.steps().is_sorted_by_key(|s| s.occurred_at),
                "seed {seed}: {id}"
            );
            for step in case.steps() {
                assert_eq!(step.ticket_id, *id);
                assert!(
                    events.insert(step.event_id.clone()),
                    "seed {seed}: {}",
                    step.event_id
                );
            }
        }
        let moments = week.moments();
        assert!(moments.is_sorted_by_key(|(_, m)| m.at), "seed {seed}");
    }
}

#[test]
fn evidence_is_there_before_the_closure_that_names_it() {
    for seed in SEEDS {
        let week = Week::plan(seed);
        for case in &week.tickets {
            let mut sent: HashMap<PhotoId, Role> = HashMap::new();
            for moment in &case.timeline {
                match &moment.what {
                    Happening::Upload(upload) => {
                        let again = sent.insert(upload.photo_id.clone(), upload.role);
                        assert!(again.is_none(), "seed {seed}: {} twice", upload.photo_id);
                    }
                    Happening::Ticket(change) => {
                        let Step::ClosureProposed { evidence, .. } = &change.step else {
                            continue;
                        };
                        let faked = case.truth == Truth::Faked(FakeKind::NoEvidence);
                        assert_eq!(
                            evidence.is_empty(),
                            faked,
                            "seed {seed}: {}",
                            case.ticket_id
                        );
                        for photo in evidence {
                            assert_eq!(
                                sent.get(photo),
                                Some(&Role::Evidence),
                                "seed {seed}: {photo}"
                            );
                        }
                    }
                }
            }
            assert!(sent.values().filter(|role| **role == Role::Report).count() >= 2);
        }
    }
}

#[test]
fn a_photo_made_from_another_comes_after_it() {
    for seed in SEEDS {
        let week = Week::plan(seed);
        for upload in week.uploads() {
            let Some(from) = &upload.derived_from else {
                continue;
            };
            let from = week
                .upload(from)
                .unwrap_or_else(|| panic!("seed {seed}: {from} is missing"));
            assert!(
                from.uploaded_at < upload.uploaded_at,
                "seed {seed}: {}",
                upload.photo_id
            );
            assert_eq!(
                from.fate(),
                Fate::Usable,
                "seed {seed}: {}",
                upload.photo_id
            );
        }
    }
}

#[test]
fn the_mix_is_about_what_the_city_reports() {
    for seed in SEEDS {
        let week = Week::plan(seed);
        let sum = week.expected();
        assert!((115..=125).contains(&sum.tickets), "seed {seed}: {sum:?}");
        assert!((350..=450).contains(&sum.photos), "seed {seed}: {sum:?}");
        assert!((9..=16).contains(&sum.unusable), "seed {seed}: {sum:?}");
        assert!(
            (0.42..0.80).contains(&(sum.withheld as f64 / sum.tickets as f64)),
            "seed {seed}"
        );
        assert!((25..=60).contains(&sum.open), "seed {seed}: {sum:?}");
        assert!(sum.honest >= 40, "seed {seed}: {sum:?}");
        for fake in FakeKind::ALL {
            assert!(sum.fakes.contains_key(&fake), "seed {seed}: no {fake:?}");
        }
        for odd in OddKind::ALL {
            assert!(sum.odd.contains_key(&odd), "seed {seed}: no {odd:?}");
        }
        assert_eq!(sum.odd[&OddKind::OneVisit], 2, "seed {seed}");
    }
}

#[test]
fn deadlines_of_every_kind_pass_within_the_week() {
    for seed in SEEDS {
        let week = Week::plan(seed);
        let (mut untouched, mut no_response, mut red, mut over) = (0, 0, 0, 0);
        for case in &week.tickets {
            let submitted = case.steps().next().unwrap().occurred_at;
            let age_at = |kinds: &[&str]| {
                let step = case.steps().find(|s| kinds.contains(&s.step.kind()));
                let at = step.map_or(week.end(), |s| s.occurred_at);
                at.duration_since(submitted).as_hours()
            };
            let first = ["coordinated", "accepted", "closure_proposed", "rejected"];
            untouched += usize::from(age_at(&first) >= 6);
            no_response += usize::from(age_at(&["accepted", "closure_proposed", "rejected"]) >= 72);
            red += usize::from(age_at(&["closure_proposed", "rejected"]) >= 144);
            over += usize::from(age_at(&["closure_proposed", "rejected"]) >= 168);
        }
        let all = (untouched, no_response, red, over);
        assert!(
            untouched >= 12 && no_response >= 5 && red >= 5 && over >= 3,
            "seed {seed}: {all:?}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_week_and_the_same_bytes() {
    let (one, same, other) = (Week::plan(7), Week::plan(7), Week::plan(8));
    assert!(one == same && one != other);
    for (a, b) in one.uploads().zip(same.uploads()).step_by(37) {
        assert!(a.jpeg(&one) == b.jpeg(&same), "{}", a.photo_id);
    }
}

#[test]
fn usable_photos_decode_and_the_others_do_not() {
    let week = Week::plan(3);
    let mut seen = (0, 0);
    for (i, upload) in week.uploads().enumerate() {
        let odd_source = !matches!(upload.source, Source::Jpeg(_));
        if !odd_source && i % 41 != 0 {
            continue;
        }
        let bytes = upload.jpeg(&week);
        let readable = image::load_from_memory(&bytes).is_ok();
        assert_eq!(
            readable,
            upload.fate() == Fate::Usable,
            "{}",
            upload.photo_id
        );
        if let (Source::Jpeg(plan), true) = (&upload.source, readable) {
            for secret in plan.shot().secrets() {
                let found = bytes.windows(secret.len()).any(|w| w == secret);
                assert!(found, "{}: {}", upload.photo_id, secret.escape_ascii());
            }
        }
        if readable { seen.0 += 1 } else { seen.1 += 1 }
    }
    assert!(seen.0 >= 10 && seen.1 >= 9, "{seen:?}");
}

#[test]
fn real_pixels_may_take_a_reporters_place() {
    let week = Week::plan(5);
    let edited = week
        .uploads()
        .find(|u| {
            u.plan()
                .is_some_and(|p| p.retouch == Retouch::ProblemRemoved)
        })
        .unwrap();
    let from = week.upload(edited.derived_from.as_ref().unwrap()).unwrap();
    assert!(from.is_replaceable() && !edited.is_replaceable());
    let real = jaga_scene::Rgb::flat(300, 200, [90, 120, 60]);
    let file = edited.jpeg_over(real, &week);
    assert_eq!(image::load_from_memory(&file).unwrap().width(), 300);
}
