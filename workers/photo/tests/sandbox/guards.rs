//! Each guard refuses, and one that the kernel lacks is said to be missing.

use std::collections::BTreeMap;
use std::io::{Seek as _, Write as _};
use std::process::{Command, Stdio};

use jaga_photo::{Guard, Report, Verdict};
use jaga_runner::Decision;
use jaga_service::{PhotoConfig, Sandbox};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq, SeccompCondition,
    SeccompFilter, SeccompRule,
};

use crate::support::{analyse, child, config, photo};

fn holds(report: &Report, guard: Guard) -> bool {
    report
        .guards
        .iter()
        .any(|state| state.guard == guard && state.holds)
}

#[tokio::test]
async fn every_guard_refuses_and_an_honest_photo_still_comes_out() {
    let decoder = child("decode", config());
    let report = decoder.self_test().await.unwrap();
    assert!(report.may_run(), "{report}");
    for guard in [
        Guard::Limits,
        Guard::Landlock,
        Guard::Seccomp,
        Guard::Decoding,
    ] {
        assert!(holds(&report, guard), "{report}");
    }
    let verdict = analyse(&decoder, photo()).await.unwrap();
    let Verdict::Taken(analysis) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(analysis.facts.width, 640);
    assert_eq!(analysis.renditions.len(), 2);
}

#[tokio::test]
async fn two_self_tests_at_once_do_not_disturb_each_other() {
    let (one, two) = (child("decode", config()), child("decode", config()));
    let (one, two) = tokio::join!(one.self_test(), two.self_test());
    assert_eq!(one.unwrap(), two.unwrap());
}

/// Runs `work` where the kernel answers these system calls as if it did not know them.
fn on_a_kernel_without<T: Send>(calls: &[i64], work: impl FnOnce() -> T + Send) -> T {
    let rules = calls.iter().map(|call| (*call, Vec::new())).collect();
    on_a_kernel_that_answers(libc::ENOSYS, rules, work)
}

/// Runs `work` where the kernel answers some system calls with this error.
fn on_a_kernel_that_answers<T: Send>(
    error: i32,
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    work: impl FnOnce() -> T + Send,
) -> T {
    let answer = SeccompAction::Errno(error as u32);
    let arch = std::env::consts::ARCH.try_into().unwrap();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, answer, arch).unwrap();
    let filter: BpfProgram = filter.try_into().unwrap();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            seccompiler::apply_filter(&filter).unwrap();
            work()
        });
        thread.join().unwrap()
    })
}

/// Children are started by this thread, and so get its filter.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

fn lacking(call: i64, guard: Guard) {
    let decoder = |sandbox| {
        let config = PhotoConfig {
            sandbox,
            ..config()
        };
        child("decode", config)
    };
    on_a_kernel_without(&[call], || {
        block_on(async {
            let report = decoder(Sandbox::BestEffort).self_test().await.unwrap();
            assert!(!holds(&report, guard), "{report}");
            let missing: Vec<Guard> = report.missing().map(|state| state.guard).collect();
            assert_eq!(missing, [guard], "{report}");
            assert!(report.may_run(), "best effort runs without: {report}");
            let verdict = analyse(&decoder(Sandbox::BestEffort), photo()).await;
            assert!(matches!(verdict, Ok(Verdict::Taken(_))), "{verdict:?}");

            for closed in [Sandbox::Required, Sandbox::Auto] {
                let report = decoder(closed).self_test().await.unwrap();
                assert!(!report.may_run(), "{report}");
                let verdict = analyse(&decoder(closed), photo()).await;
                let Err(Decision::Pause { why }) = verdict else {
                    panic!("{verdict:?}");
                };
                assert!(why.contains(guard.as_str()), "{why}");
            }
        });
    });
}

#[test]
fn without_landlock_only_best_effort_decodes_and_says_so() {
    lacking(libc::SYS_landlock_create_ruleset, Guard::Landlock);
}

#[test]
fn without_seccomp_only_best_effort_decodes_and_says_so() {
    lacking(libc::SYS_seccomp, Guard::Seccomp);
}

#[tokio::test]
async fn a_decoder_that_ignores_its_guards_is_found_out() {
    // This child does not know what a self-test is, and answers nothing.
    let report = child("silent", config()).self_test().await.unwrap();
    assert!(!report.may_run(), "{report}");
}

/// As kernels before 6.7 do with sealed memory.
#[test]
fn a_kernel_that_shares_no_sealed_memory_decodes() {
    let shared = libc::MAP_SHARED as u64;
    let is_shared = SeccompCondition::new(3, Dword, MaskedEq(shared), shared).unwrap();
    let rule = SeccompRule::new(vec![is_shared]).unwrap();
    let rules = BTreeMap::from([(libc::SYS_mmap, vec![rule])]);
    on_a_kernel_that_answers(libc::EPERM, rules, || {
        block_on(async {
            let verdict = analyse(&child("decode", config()), photo()).await;
            assert!(matches!(verdict, Ok(Verdict::Taken(_))), "{verdict:?}");
        });
    });
}

#[test]
fn where_no_memory_can_be_handed_over_the_worker_pauses() {
    on_a_kernel_without(&[libc::SYS_memfd_create], || {
        block_on(async {
            let verdict = analyse(&child("decode", config()), photo()).await;
            assert!(
                matches!(verdict, Err(Decision::Pause { .. })),
                "{verdict:?}"
            );
        });
    });
}

/// Memory that somebody could still change under a decoder is no photo.
#[test]
fn a_decoder_takes_no_order_that_can_still_change() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"\x02\0\0\0{}").unwrap();
    file.rewind().unwrap();
    for input in [Stdio::from(file), Stdio::null()] {
        let status = Command::new(env!("CARGO_BIN_EXE_jaga-photo-child"))
            .arg("decode")
            .stdin(input)
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(4));
    }
}
