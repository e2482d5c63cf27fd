//! However a child ends, its photo gets a decision with a stable code.

use jaga_photo::Verdict;
use jaga_runner::Decision;
use jaga_service::PhotoConfig;

use crate::support::{analyse, child, config, photo};

async fn ends(what: &'static str) -> (bool, &'static str, String) {
    let config = PhotoConfig {
        child_deadline_s: if what == "hang" { 1 } else { 20 },
        ..config()
    };
    match analyse(&child(what, config), photo()).await {
        Err(Decision::Retry { code, why }) => (true, code, why),
        Err(Decision::Park { code, why }) => (false, code, why),
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn what_the_machine_may_have_caused_is_tried_again() {
    for (what, code) in [
        ("hang", "decoder_deadline"),
        ("killed", "decoder_killed"),
        ("greedy", "decoder_memory"),
    ] {
        let (again, found, why) = ends(what).await;
        assert!(again && found == code, "{what}: {found}: {why}");
    }
}

#[tokio::test]
async fn what_only_the_photo_can_have_caused_is_put_aside_at_once() {
    for (what, code) in [
        ("forbidden", "decoder_forbidden"),
        ("crash", "decoder_crashed"),
        ("panic", "decoder_crashed"),
        ("silent", "decoder_garbled"),
        ("flood", "decoder_garbled"),
        ("forge-many", "decoder_garbled"),
        // It wants bytes of the photo that the photo does not have.
        ("forge-kept", "decoder_garbled"),
    ] {
        let (again, found, why) = ends(what).await;
        assert!(!again && found == code, "{what}: {found}: {why}");
        assert!(!why.contains("a name"), "what the child says stays with it");
    }
}

#[tokio::test]
async fn a_photo_that_uses_up_the_processor_time_of_two_children_is_rejected() {
    let config = PhotoConfig {
        child_cpu_s: 1,
        ..config()
    };
    match analyse(&child("burn", config), photo()).await {
        Ok(Verdict::Refused { reason, detail }) => {
            assert_eq!(reason, "too_costly");
            assert!(detail.contains("1 s"), "{detail}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_comparison_has_a_bound_of_its_own() {
    let config = PhotoConfig {
        child_cpu_s: 15,
        compare_cpu_s: 1,
        ..config()
    };
    let decoder = child("burn", config);
    match decoder.compare(photo().into(), photo().into(), 1).await {
        Ok(Verdict::Refused { reason, detail }) => {
            assert_eq!(reason, "too_costly");
            assert!(detail.contains("comparing takes more than 1 s"), "{detail}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_pauses_the_worker() {
    let decoder = jaga_photo::Decoder::new("/nowhere/jaga".into(), "decode", config());
    let verdict = analyse(&decoder, photo()).await;
    assert!(
        matches!(verdict, Err(Decision::Pause { .. })),
        "{verdict:?}"
    );
}
