//! Files that want to hurt, each through the real child: an outcome with a reason, in bounded time
//! and memory. A program of its own, because the kernel counts all children of one together.
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stdout, reason = "what it cost")]

#[path = "sandbox/support.rs"]
#[expect(dead_code, reason = "the other tests' photo")]
mod support;

use std::path::PathBuf;

use jaga_photo::Verdict;
use jaga_tests::{shared_folder, skip};
use support::{analyse, child, config};

const MOST_SECONDS: f64 = 2.0;
const MOST_MIB: i64 = 256;
/// What the test's own memory may grow by while it hands all files through.
const MOST_GROWTH_MIB: u64 = 32;

/// Processor seconds and peak memory in MiB of the children waited for so far.
#[expect(unsafe_code, reason = "no safe wrapper among the libraries in use")]
fn children() -> (f64, i64) {
    // SAFETY: the struct is plain numbers, and the call fills it in.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage), 0);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    let spent = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    (spent, usage.ru_maxrss / 1024)
}

fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

fn hostile() -> Option<Vec<PathBuf>> {
    let folder = shared_folder()?.join("photos/hostile");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|end| end != "tsv"))
        .collect();
    files.sort();
    Some(files)
}

#[tokio::test]
async fn every_hostile_file_gets_an_outcome_within_its_bounds() {
    let Some(files) = hostile() else {
        return skip("no hostile photos");
    };
    let decoder = child("decode", config());
    let mut costs = Vec::new();
    let mut broken = Vec::new();
    let before = resident_mib();
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (spent, _) = children();
        let outcome = match analyse(&decoder, std::fs::read(path).unwrap()).await {
            Ok(Verdict::Taken(_)) => "taken".to_owned(),
            Ok(Verdict::Refused { reason, .. }) => reason.to_owned(),
            Err(decision) => {
                broken.push(format!("{name}: {decision:?}"));
                continue;
            }
        };
        let (now, peak) = children();
        let seconds = now - spent;
        if seconds > MOST_SECONDS {
            broken.push(format!("{name}: {seconds:.2} s"));
        }
        costs.push((seconds, peak, outcome, name));
    }
    let grown = resident_mib().saturating_sub(before);
    costs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (_, peak) = children();
    for (seconds, _, outcome, name) in costs.iter().take(5) {
        println!("{seconds:.3} s {outcome} {name}");
    }
    println!(
        "{} files, peak {peak} MiB, the parent grew by {grown} MiB",
        files.len()
    );
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(peak <= MOST_MIB, "a child took {peak} MiB");
    assert!(grown <= MOST_GROWTH_MIB, "the parent grew by {grown} MiB");
}
