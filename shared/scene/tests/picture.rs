//! Pictures are a function of their seed, and differ where they should.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail by panicking"
)]

mod common;

use common::{distance, fingerprint};
use jaga_scene::{Problem, Rgb, Scene, State, View, edit};

const SIZE: (u32, u32) = (640, 480);

fn render(seed: u64, kind: Problem, state: State, view: View) -> Rgb {
    Scene::new(seed, kind).render(state, &view, SIZE.0, SIZE.1)
}

/// Share of pixels that differ by more than `levels` in some channel.
fn differing(a: &Rgb, b: &Rgb, levels: u8) -> f64 {
    let pairs = a.data.chunks_exact(3).zip(b.data.chunks_exact(3));
    let apart = |(a, b): &(&[u8], &[u8])| (0..3).any(|c| a[c].abs_diff(b[c]) > levels);
    pairs.filter(apart).count() as f64 / f64::from(a.width * a.height)
}

#[test]
fn the_same_seed_gives_the_same_pixels_and_another_seed_another_street() {
    for kind in Problem::ALL {
        let one = render(7, kind, State::Before, View::front(3));
        assert!(
            one == render(7, kind, State::Before, View::front(3)),
            "{kind:?}"
        );
        let other = render(8, kind, State::Before, View::front(3));
        assert!(differing(&one, &other, 24) > 0.3, "{kind:?}");
    }
}

#[test]
fn before_shows_what_after_does_not() {
    for kind in Problem::ALL {
        for seed in 0..8 {
            let still = View {
                noise: 0.0,
                ..View::front(1)
            };
            let before = render(seed, kind, State::Before, still);
            let after = render(seed, kind, State::After, still);
            let share = differing(&before, &after, 16);
            assert!((0.004..0.8).contains(&share), "{kind:?} {seed}: {share}");
        }
    }
}

#[test]
fn pictures_of_different_places_are_far_apart_for_a_perceptual_hash() {
    let mut all = Vec::new();
    for kind in Problem::ALL {
        for seed in 0..14 {
            let state = if seed % 2 == 0 {
                State::Before
            } else {
                State::After
            };
            all.push(fingerprint(&render(
                seed,
                kind,
                state,
                View::somewhere(seed),
            )));
        }
    }
    let mut nearest = 256;
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            nearest = nearest.min(distance(a, b));
        }
    }
    // PDQ calls 31 bits of 256 the same picture.
    assert!(
        nearest > 45,
        "two of {} streets are {nearest} bits apart",
        all.len()
    );
}

#[test]
fn a_removed_problem_leaves_every_other_pixel_as_it_was() {
    for kind in Problem::ALL {
        let scene = Scene::new(21, kind);
        let view = View::front(9);
        let own = scene.render(State::Before, &view, SIZE.0, SIZE.1);
        let (edited, area) = edit::problem_removed(&scene, &view, SIZE.0, SIZE.1);
        let changed = differing(&own, &edited, 0);
        assert!((0.002..0.8).contains(&changed), "{kind:?}: {changed}");
        for y in 0..SIZE.1 {
            for x in 0..SIZE.0 {
                let inside = (area.x..area.x + area.width).contains(&x)
                    && (area.y..area.y + area.height).contains(&y);
                assert!(
                    inside || own.pixel(x, y) == edited.pixel(x, y),
                    "{kind:?} at {x},{y}"
                );
            }
        }
    }
}

#[test]
fn an_honest_reshot_shares_hardly_a_pixel() {
    let view = View::front(4);
    let own = render(3, Problem::IllegalParking, State::Before, view);
    let again = render(3, Problem::IllegalParking, State::Before, view.reshot(8));
    let same = 1.0 - differing(&own, &again, 0);
    assert!(same < 0.08, "{same} of the pixels are equal");
    let (a, b) = (fingerprint(&own), fingerprint(&again));
    let far = distance(&a, &b);
    assert!(far < 110, "the same scene, yet {far} bits apart");
}

#[test]
fn a_banner_changes_the_band_and_nothing_above() {
    let plain = render(3, Problem::Pothole, State::After, View::front(4));
    let (mut one, mut two) = (plain.clone(), plain.clone());
    edit::banner(&mut one, &["02-11-2026 10:15", "KEL. KAPUK"]);
    edit::banner(&mut two, &["05-11-2026 08:40", "KEL. ANGKE"]);
    let top = SIZE.0 as usize * (SIZE.1 as usize * 4 / 5) * 3;
    assert!(
        one.data[..top] == plain.data[..top],
        "pixels above the band changed"
    );
    assert!(one != two);
    let share = differing(&one, &two, 20);
    assert!((0.001..0.03).contains(&share), "{share}");
}

#[test]
fn crops_and_mirrors_are_exact() {
    let plain = render(3, Problem::Flood, State::Before, View::front(4));
    assert!(edit::mirror(&edit::mirror(&plain)) == plain);
    assert_eq!(edit::mirror(&plain).pixel(0, 7), plain.pixel(SIZE.0 - 1, 7));
    let part = edit::crop(
        &plain,
        edit::Area {
            x: 10,
            y: 20,
            width: 9999,
            height: 5,
        },
    );
    assert_eq!((part.width, part.height), (SIZE.0 - 10, 5));
    assert_eq!(part.pixel(3, 2), plain.pixel(13, 22));
}

#[test]
fn any_view_and_size_is_painted() {
    for (w, h) in [(1, 1), (3, 200), (200, 3), (64, 48)] {
        for seed in 0..30 {
            let kind = Problem::ALL[seed as usize % 6];
            let far = View {
                dx: 9.0,
                dy: 3.0,
                zoom: 40.0,
                ..View::somewhere(seed).at_night()
            };
            for view in [View::somewhere(seed), far, View { zoom: 0.05, ..far }] {
                let rgb = Scene::new(seed, kind).render(State::Before, &view, w, h);
                assert_eq!(rgb.data.len(), (w * h * 3) as usize);
            }
        }
    }
}
