//! A child that a photo took over can't hand out a file that is not clean.

use jaga_imaging::{Limits, analyse as taken_apart};
use jaga_photo::Verdict;
use jaga_runner::Decision;

use crate::support::{analyse, child, config, photo};

#[tokio::test]
async fn nothing_that_a_forging_child_answers_is_accepted() {
    for what in [
        "forge-exif",
        "forge-trailer",
        "forge-rendition",
        "forge-format",
        "forge-size",
        "forge-small-size",
        "forge-carrier",
        "forge-refusal",
        "forge-none",
        "forge-kept-exif",
    ] {
        match analyse(&child(what, config()), photo()).await {
            Err(Decision::Park { code, why }) => {
                assert_eq!(code, "unverified", "{what}: {why}");
                assert!(!why.contains("LEAKME") && !why.contains("Mawar"), "{why}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

/// The photo is not to blame, and is kept for whoever mends the writer.
#[tokio::test]
async fn a_photo_that_can_not_be_made_clean_is_parked_and_not_rejected() {
    match analyse(&child("unclean", config()), photo()).await {
        Err(Decision::Park { code, .. }) => assert_eq!(code, "unverified"),
        other => panic!("{other:?}"),
    }
}

/// So that the refusals above are the forgery's and not the test's.
#[tokio::test]
async fn the_same_child_without_a_forgery_is_believed() {
    let verdict = analyse(&child("honest", config()), photo()).await;
    assert!(matches!(verdict, Ok(Verdict::Taken(_))), "{verdict:?}");
}

#[tokio::test]
async fn digests_are_of_the_bytes_whatever_the_child_says() {
    let photo = photo();
    let expected = taken_apart(&photo, &Limits::default()).unwrap();
    match analyse(&child("forge-digests", config()), photo).await {
        Ok(Verdict::Taken(analysis)) => assert!(*analysis == expected),
        other => panic!("{other:?}"),
    }
}
