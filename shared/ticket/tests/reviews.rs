//! The statistics of reviews and their queue: known answers.

#[path = "common/reviews.rs"]
mod common;

use std::collections::BTreeSet;

use common::{case, near, waiting};
use jaga_contract::{PhotoId, Signal, Strength, Verdict};
use jaga_ticket::review::{
    Case, Decision, Goals, Last, Recall, Stratum, bounds_of_a_population, in_order, is_open,
    propose, statistics, told,
};
use jiff::Timestamp;

fn many(count: usize, case: &Case) -> Vec<Case> {
    vec![case.clone(); count]
}

#[test]
fn recall_is_what_the_drawn_ones_say_it_is() {
    use Decision::{Fake, Genuine};
    let mut cases = many(8, &case(Verdict::Hold, false, Some((Fake, false))));
    cases.extend(many(
        2,
        &case(Verdict::Review, false, Some((Genuine, false))),
    ));
    cases.extend(many(1, &case(Verdict::Clear, true, Some((Fake, true)))));
    cases.extend(many(49, &case(Verdict::Clear, true, Some((Genuine, true)))));
    cases.extend(many(50, &case(Verdict::Clear, false, None)));
    let all = statistics(&cases, 20).all;
    assert_eq!(all.closures, 110);
    assert_eq!((all.precision.hits, all.precision.of), (8, 10));
    // One of fifty drawn is fake: two of the hundred clear are expected; eight are found.
    let Recall {
        flagged,
        missed,
        share,
        low,
        high,
    } = all.recall.expect("an estimate");
    assert!(near(flagged, 8.0) && near(missed, 2.0));
    assert!(share.is_some_and(|share| near(share, 0.8)));
    // Between 1 and 9 of the hundred can be fake.
    let (least, most) = bounds_of_a_population(100, 50, 1, 1);
    assert!(near(high, 8.0 / (8.0 + least as f64)) && near(low, 8.0 / (8.0 + most as f64)));
    assert!(all.few_flagged && !all.few_drawn);
}

#[test]
fn what_nobody_looked_at_is_unknown_and_not_nought() {
    let open = case(Verdict::Hold, false, None);
    let drawn = case(Verdict::Clear, true, None);
    let all = statistics(&[open.clone(), drawn], 20).all;
    assert_eq!(all.precision.share, None);
    assert_eq!(all.recall, None, "none of the drawn is decided");
    let told = case(Verdict::Clear, true, Some((Decision::Genuine, true)));
    assert_eq!(
        statistics(&[open, told.clone()], 20).all.recall,
        None,
        "held ones are not"
    );
    let quiet = statistics(&[told], 20).all.recall.expect("an estimate");
    assert_eq!(quiet.share, None, "no fake anywhere");
    assert_eq!((quiet.low, quiet.high), (0.0, 1.0));
}

#[test]
fn open_flagged_closures_widen_the_interval_and_unclear_ones_count_on_no_side() {
    use Decision::{Fake, Genuine, Unclear};
    let mut cases = many(6, &case(Verdict::Review, false, Some((Fake, false))));
    cases.extend(many(
        6,
        &case(Verdict::Review, false, Some((Genuine, false))),
    ));
    cases.extend(many(40, &case(Verdict::Clear, true, Some((Genuine, true)))));
    let before = statistics(&cases, 20).all;
    cases.extend(many(4, &case(Verdict::Review, false, None)));
    cases.push(case(Verdict::Review, false, Some((Unclear, false))));
    cases.push(case(Verdict::Clear, true, Some((Unclear, true))));
    let after = statistics(&cases, 20).all;
    assert_eq!(before.precision, after.precision);
    let (before, after) = (before.recall.expect("one"), after.recall.expect("one"));
    assert!(after.low < before.low, "{before:?} {after:?}");
    assert!(near(before.flagged, 6.0) && near(after.flagged, 8.5));
}

#[test]
fn a_clear_closure_that_somebody_looked_into_stands_for_itself_alone() {
    use Decision::{Fake, Genuine};
    let reported = case(Verdict::Clear, false, Some((Fake, false)));
    assert_eq!(reported.stratum(), Stratum::Known);
    // Drawn by newer rules, but it was decided while it was flagged.
    assert_eq!(
        case(Verdict::Clear, true, Some((Genuine, false))).stratum(),
        Stratum::Known
    );
    let mut old = case(Verdict::Clear, false, None);
    assert_eq!(old.stratum(), Stratum::Rest);
    old.sample = None;
    assert_eq!(old.stratum(), Stratum::Before);
    let mut cases = many(99, &case(Verdict::Clear, true, Some((Genuine, true))));
    cases.extend([reported, old]);
    cases.extend(many(3, &case(Verdict::Hold, false, Some((Fake, false)))));
    let all = statistics(&cases, 20).all;
    let recall = all.recall.expect("an estimate");
    assert!(near(recall.missed, 1.0), "{recall:?}");
    assert_eq!(all.strata.before.closures, 1);
}

#[test]
fn a_signal_is_counted_where_it_weighs() {
    use Decision::{Fake, Genuine};
    let with = |names: &[(&str, Strength)], decision| {
        let mut case = case(Verdict::Review, false, Some((decision, false)));
        case.signals = names.iter().map(|(n, s)| ((*n).to_owned(), *s)).collect();
        case
    };
    let cases = [
        with(&[("near", Strength::Soft)], Fake),
        with(&[("near", Strength::Hard), ("fast", Strength::Soft)], Fake),
        with(&[("fast", Strength::Soft)], Genuine),
    ];
    let found = statistics(&cases, 2);
    let [first, second] = &found.signals[..] else {
        unreachable!("two signals: {:?}", found.signals)
    };
    assert_eq!(
        (first.name.as_str(), second.name.as_str()),
        ("fast", "near")
    );
    assert_eq!((second.precision.hits, second.precision.of), (2, 2));
    assert_eq!((second.alone, second.hard), (1, 1));
    assert_eq!(
        (first.alone, first.of_fakes.hits, first.of_fakes.of),
        (0, 1, 2)
    );
    assert!(!first.few);
}

#[test]
fn thresholds_are_proposed_within_the_goals_and_never_from_few() {
    use Decision::{Fake, Genuine};
    let rules = jaga_ticket::closure::Rules::builtin();
    let facts = |bare: bool| -> jaga_ticket::closure::ClosureFacts {
        let evidence = if bare {
            "[]"
        } else {
            r#"[{"photo": "p", "outcome": "processed"}]"#
        };
        let text = format!(
            r#"{{"ticket_id": "T", "closure": "c", "proposed_at": "2026-11-02T00:00:00Z",
                "evidence": {evidence}}}"#
        );
        serde_json::from_str(&text).expect("facts")
    };
    let (fake, honest) = (facts(true), facts(false));
    let weight = jaga_ticket::closure::judge(&fake, &rules).score;
    assert!(
        weight >= rules.verdict.review,
        "a closure without evidence goes to review"
    );
    assert_eq!(jaga_ticket::closure::judge(&honest, &rules).score, 0);
    let flagged = case(Verdict::Review, false, Some((Fake, false)));
    let drawn = case(Verdict::Clear, true, Some((Genuine, true)));
    let mut cases = many(30, &flagged);
    cases.extend(many(30, &drawn));
    cases.extend(many(60, &case(Verdict::Clear, false, None)));
    let try_with = |small| {
        let found = statistics(&cases, small);
        let decided = cases.iter().filter(|c| c.decided.is_some());
        let pairs = decided.map(|c| {
            (
                c,
                if c.verdict == Verdict::Clear {
                    &honest
                } else {
                    &fake
                },
            )
        });
        propose(pairs, &found.all.strata, &found, &rules, Goals::default())
    };
    let enough = try_with(20);
    assert_eq!(enough.rests_on, (30, 30));
    assert_eq!(enough.review_now.fakes, Some(1.0));
    assert_eq!(enough.review_now.honest, Some(0.0));
    // No honest one has a point: the lowest threshold of all stays within the goal.
    assert_eq!(
        enough.review.map(|t| (t.points, t.fakes)),
        Some((5, Some(1.0)))
    );
    let over = enough
        .tried
        .iter()
        .find(|t| t.points > weight)
        .expect("one above");
    assert_eq!(over.fakes, Some(0.0));
    let few = try_with(31);
    assert!(few.few && few.review.is_none() && few.hold.is_none());
    // Were the bare ones honest, no threshold that takes them would be within the goal.
    let honest_all = many(40, &case(Verdict::Review, false, Some((Genuine, false))));
    let mixed: Vec<Case> = honest_all
        .iter()
        .chain(&many(25, &flagged))
        .cloned()
        .collect();
    let found = statistics(&mixed, 20);
    let pairs = mixed.iter().map(|c| (c, &fake));
    let none = propose(pairs, &found.all.strata, &found, &rules, Goals::default());
    assert!(
        none.review
            .is_none_or(|t| t.points > weight && t.fakes == Some(0.0)),
        "{none:?}"
    );
}

#[test]
fn a_closure_waits_until_it_is_decided_and_comes_back_for_graver_reasons() {
    use Decision::{Genuine, Unclear};
    use Verdict::{Clear, Hold, Review};
    let at = |s| Timestamp::from_second(1_793_600_000 + s).expect("an instant");
    let last = |decision, verdict, answered: Option<i64>| {
        Some(Last {
            decision,
            at: at(10),
            verdict,
            answered_at: answered.map(at),
        })
    };
    assert!(is_open(Hold, false, None) && is_open(Clear, true, None));
    assert!(!is_open(Clear, false, None));
    assert!(!is_open(Review, false, last(Genuine, Review, None)));
    assert!(is_open(Hold, false, last(Genuine, Review, None)));
    assert!(!is_open(Clear, true, last(Genuine, Hold, None)));
    assert!(!is_open(Review, false, last(Genuine, Review, Some(20))));
    assert!(is_open(Review, false, last(Unclear, Review, Some(20))));
    assert!(!is_open(Review, false, last(Unclear, Review, Some(5))));
}

#[test]
fn the_queue_does_not_tell_what_chance_drew() {
    let all = waiting(400, 400);
    let order = in_order(&all);
    // Were they told apart by their place, one kind would stand before the other.
    let first_half = order[..400].iter().filter(|i| !all[**i].flagged).count();
    assert!((150..=250).contains(&first_half), "{first_half} of 400");
    let flagged: Vec<u32> = order
        .iter()
        .filter(|i| all[**i].flagged)
        .map(|i| all[*i].score)
        .collect();
    assert!(flagged.is_sorted_by(|a, b| a >= b), "highest score first");
}

#[test]
fn a_private_report_loses_nothing_by_its_reasons() {
    let signal = Signal {
        name: "far_from_ticket".to_owned(),
        strength: Strength::Soft,
        figures: [
            ("distance_m".to_owned(), 812.0),
            ("apart_s".to_owned(), 5.0),
        ]
        .into(),
        photos: vec![
            PhotoId::new("p1").expect("an id"),
            PhotoId::new("p2").expect("an id"),
        ],
        text_id: "812 m".to_owned(),
        text_en: "812 m".to_owned(),
    };
    let hidden = BTreeSet::from([PhotoId::new("p2").expect("an id")]);
    let public = told(vec![signal.clone()], false, &BTreeSet::new());
    assert_eq!(public.first(), Some(&signal));
    let private = told(vec![signal], true, &hidden);
    assert!(private[0].figures.is_empty() && private[0].photos.len() == 1);
    assert!(!private[0].text_en.contains("812") && !private[0].text_id.contains("812"));
}
