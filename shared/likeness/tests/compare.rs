//! Two pictures in, one answer out: copies, edits, re-shots, strangers, and what shows nothing.

mod support;

use jaga_likeness::{Comparison, Reason, Relation, compare, compare_seen};
use support::{Picture, rough, street};

const SEED: u64 = 7;

fn ask(a: &Picture, b: &Picture) -> Comparison {
    compare(&a.luma(), &b.luma(), SEED)
}

#[test]
fn a_copy_is_identical_and_its_answer_never_changes() {
    let photo = street(1, 0.0, 1);
    let answer = ask(&photo, &photo);
    assert_eq!(answer.relation, Relation::Identical, "{answer:?}");
    assert!(answer.regions.is_empty());
    assert_eq!(answer, ask(&photo, &photo));
}

#[test]
fn an_erased_part_is_found_where_it_is() {
    let photo = street(2, 0.0, 1);
    let mut edited = photo.clone();
    edited.flatten(200, 180, 180, 140);
    let answer = ask(&photo, &edited);
    assert_eq!(answer.relation, Relation::EditedCopy, "{answer:?}");
    let true_share = 180.0 * 140.0 / (640.0 * 480.0);
    let told = answer.regions[0].share;
    assert!((told - true_share).abs() < 0.4 * true_share, "{told}");
    for [x, y] in &answer.regions[0].polygon {
        assert!((0.28..=0.63).contains(x), "{x}");
        assert!((0.34..=0.70).contains(y), "{y}");
    }
    assert!(answer.residual_inside > 3.0 * answer.residual_outside);
}

#[test]
fn a_mirrored_cropped_or_smaller_copy_is_found_with_its_transform() {
    let photo = street(3, 0.0, 1);
    let mirrored = ask(&photo, &photo.mirrored());
    assert_eq!(mirrored.relation, Relation::EditedCopy, "{mirrored:?}");
    assert!(mirrored.transform.is_some_and(|it| it.mirrored));

    let cropped = ask(&photo, &photo.cropped(60, 50, 512, 384));
    assert_eq!(cropped.relation, Relation::EditedCopy, "{cropped:?}");
    assert!((cropped.aligned - 0.64).abs() < 0.05, "{cropped:?}");
    assert!(cropped.aligned_second > 0.95);

    let smaller = ask(&photo, &photo.halved());
    assert_eq!(smaller.relation, Relation::Identical, "{smaller:?}");
    assert!(
        smaller
            .transform
            .is_some_and(|it| (it.scale - 0.5).abs() < 0.01)
    );
}

#[test]
fn another_step_is_the_same_scene_and_no_copy() {
    for seed in 0..6 {
        let answer = ask(&street(seed, 0.0, 1), &street(seed, 14.0, 2));
        assert!(
            matches!(answer.relation, Relation::SameScene | Relation::Unknown),
            "seed {seed}: {answer:?}"
        );
    }
}

#[test]
fn another_exposure_from_the_same_spot_is_no_copy() {
    let answer = ask(&street(4, 0.0, 1), &street(4, 0.0, 2));
    assert_eq!(answer.relation, Relation::SameScene, "{answer:?}");
}

/// Grain alone does not tell it there: the ground's texture is the same in every shot and hides it. What a coder kept
/// of the one shot, the other has not.
#[test]
fn detail_that_only_one_picture_has_makes_it_no_copy() {
    for seed in 0..6 {
        let photo = rough(seed, 1);
        let copy = ask(&photo, &photo.clone().cropped(3, 5, 630, 470));
        let own = copy.seen.unshared.unwrap();
        assert!(own < 0.01, "seed {seed}: {own}");
        let again = ask(&photo, &rough(seed, 2));
        assert_eq!(
            again.relation,
            Relation::SameScene,
            "seed {seed}: {again:?}"
        );
        let own = again.seen.unshared.unwrap();
        assert!(own > 0.07, "seed {seed}: {own}");
    }
}

/// Ground whose fine texture is stronger than the grain: by the correlation of what is fine alone, two exposures
/// from a tripod are one. A closure is held only for what is sure.
#[test]
fn a_tripods_next_shot_of_fine_texture_is_never_a_sure_copy() {
    let mut seen = 0;
    for seed in 0..6 {
        let answer = ask(&rough(seed, 1), &rough(seed, 2));
        let sure = answer.relation != Relation::SameScene && answer.confidence >= 0.8;
        assert!(!sure, "seed {seed}: {answer:?}");
        seen += u32::from(answer.seen.grain.is_some_and(|it| it > 0.5));
    }
    assert!(seen > 0, "none of them is hard to tell");
}

#[test]
fn a_copy_coded_well_is_sure() {
    for seed in 0..6 {
        let photo = rough(seed, 1);
        let mut edited = photo.clone();
        edited.flatten(200, 180, 120, 90);
        let answer = ask(&photo, &edited);
        assert_eq!(answer.relation, Relation::EditedCopy, "{answer:?}");
        assert!(answer.confidence >= 0.8, "seed {seed}: {answer:?}");
    }
}

#[test]
fn strangers_have_nothing_in_common() {
    for seed in 0..6 {
        let answer = ask(&street(seed, 0.0, 1), &street(seed + 50, 0.0, 1));
        let apart = matches!(answer.relation, Relation::Unrelated | Relation::Unknown);
        assert!(apart, "seed {seed}: {answer:?}");
    }
}

#[test]
fn what_shows_nothing_is_unknown_and_nothing_panics() {
    let photo = street(5, 0.0, 1);
    let odd = [
        Picture::even(1, 1, 90),
        Picture::even(640, 480, 0),
        Picture::even(640, 480, 255),
        Picture::even(20_000, 40, 90),
        Picture::even(7, 3_000, 90),
        photo.cropped(0, 0, 640, 33),
        photo.cropped(100, 100, 31, 31),
    ];
    for one in &odd {
        let reason = ask(one, one).reason;
        let known = matches!(reason, Some(Reason::TooSmall | Reason::TooPlain));
        assert!(known || one.width == 640, "{reason:?}");
        for other in odd.iter().chain([&photo]) {
            let answer = ask(one, other);
            assert!((0.0..=1.0).contains(&answer.confidence));
        }
    }
    let mut broken = photo.luma();
    broken.height += 1;
    let answer = compare(&broken, &photo.luma(), SEED);
    assert_eq!(answer.reason, Some(Reason::TooSmall));
}

/// That nothing matches is no evidence where nothing could.
#[test]
fn two_bare_or_tiled_pictures_are_unknown_and_never_surely_unrelated() {
    let tiles = |step, shift| Picture::tiles(640, 480, step, shift);
    let bare = [
        Picture::even(640, 480, 90),
        Picture::even(640, 480, 90).noisy(3.5, 1),
        Picture::even(640, 480, 180).noisy(6.0, 2),
    ];
    for (one, other) in [(0, 0), (0, 1), (1, 1), (1, 2), (2, 0)] {
        let answer = ask(&bare[one], &bare[other]);
        assert_eq!(answer.relation, Relation::Unknown, "{answer:?}");
        assert_eq!(answer.reason, Some(Reason::TooPlain));
        assert!(answer.confidence < 0.1);
    }
    for (a, b) in [
        (tiles(32, 0), tiles(32, 0)),
        (tiles(32, 0), tiles(32, 11)),
        (tiles(40, 3), tiles(32, 0)),
        (tiles(23, 0), tiles(23, 9)),
        (tiles(48, 5).noisy(3.0, 1), tiles(48, 20).noisy(3.0, 2)),
    ] {
        let answer = ask(&a, &b);
        assert_eq!(answer.relation, Relation::Unknown, "{answer:?}");
        assert_eq!(answer.reason, Some(Reason::Repeating));
        assert!(answer.confidence < 0.1);
    }
}

#[test]
fn tiles_and_fences_are_never_an_edited_copy_of_others() {
    let tiles = |step, shift| Picture::tiles(640, 480, step, shift);
    for (a, b) in [
        (tiles(32, 0), tiles(32, 11)),
        (tiles(40, 3), tiles(32, 0)),
        (tiles(23, 0), tiles(23, 9)),
    ] {
        let answer = ask(&a, &b);
        assert_ne!(answer.relation, Relation::Identical, "{answer:?}");
    }
}

#[test]
fn shares_stay_shares_and_matches_lie_in_both_pictures() {
    let photo = street(6, 0.0, 1);
    let (answer, matches) = compare_seen(&photo.luma(), &photo.mirrored().luma(), SEED);
    assert!(!matches.is_empty() && matches.len() <= 200);
    for (from, to) in matches {
        assert!((from[0] + to[0] - 1.0).abs() < 0.02 && (from[1] - to[1]).abs() < 0.02);
    }
    let json = serde_json::to_string(&answer).unwrap();
    let again: Comparison = serde_json::from_str(&json).unwrap();
    assert_eq!(again.relation, answer.relation);
}
