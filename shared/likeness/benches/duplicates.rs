//! Looking for near fingerprints, side by side in one run: the index, a plain scan with the processor's own
//! bit count, FAISS, and `PostgreSQL`. `make bench-duplicates` sets everything up.
//!
//! Rounds are interleaved, so that a noisy machine disturbs all alike, and what counts is processor time
//! of the one thread that works. All answers are compared with those of the scan. `JAGA_BENCH_PYTHON` names a
//! Python with faiss-cpu, `JAGA_BENCH_PG_URL` a database; without one its rival is left out.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program: it reads the clock and the environment, prints, and fails by panicking"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use jaga_likeness::index::{Code, Index};
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rustix::time::{ClockId, clock_gettime};

type Bytes = [u8; 32];

const REACH: u32 = 31;
/// Answers at most, as the photo worker asks for them.
const MOST: usize = 1000;
/// A tenth of a percent of all fingerprints are one sky, a hundredth are another one.
const SKIES: [usize; 2] = [1000, 100];

fn now_ms() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

/// Codes as pictures have them: a third alone in the world, a third in families of edits and retakes, a third
/// that share the coarse structure of a kind of scene, and skies: thousands within a few bits.
fn codes(count: usize, chance: &mut ChaCha8Rng) -> Vec<Bytes> {
    let kinds: Vec<Bytes> = (0..200).map(|_| random(chance)).collect();
    let skies = SKIES.map(|_| random(chance));
    let mut codes: Vec<Bytes> = Vec::with_capacity(count);
    for at in 0..count {
        let sky = (0..SKIES.len()).find(|sky| at % SKIES[*sky] == *sky);
        let code = if let Some(sky) = sky {
            moved(skies[sky], 12, chance)
        } else {
            match chance.random_range(0..3_u32) {
                0 if at > 0 => moved(codes[chance.random_range(0..at)], 40, chance),
                1 => {
                    // The first frequencies of a kind are alike, the others are not.
                    let mut code = random(chance);
                    code[24..].copy_from_slice(&kinds[chance.random_range(0..kinds.len())][24..]);
                    moved(code, 16, chance)
                }
                _ => random(chance),
            }
        };
        codes.push(code);
    }
    codes
}

fn random(chance: &mut ChaCha8Rng) -> Bytes {
    let mut code = [0; 32];
    chance.fill_bytes(&mut code);
    code
}

/// Up to so many bits turned.
fn moved(mut code: Bytes, most: u32, chance: &mut ChaCha8Rng) -> Bytes {
    for _ in 0..chance.random_range(0..=most) {
        let bit = chance.random_range(0..256_usize);
        code[bit / 8] ^= 1 << (bit % 8);
    }
    code
}

type Counts = [usize; REACH as usize + 1];

/// How many lie within reach at each distance, by looking at each code.
fn scan(codes: &[Code], asked: &Code) -> Counts {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("popcnt") && std::arch::is_x86_feature_detected!("avx2")
    {
        #[expect(unsafe_code, reason = "the processor was asked whether it has them")]
        return unsafe { scan_with_popcnt(codes, asked) };
    }
    plain(codes, asked)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt,avx2")]
fn scan_with_popcnt(codes: &[Code], asked: &Code) -> Counts {
    plain(codes, asked)
}

#[inline]
fn plain(codes: &[Code], asked: &Code) -> Counts {
    let mut counts = [0; REACH as usize + 1];
    for code in codes {
        if let Some(count) = counts.get_mut(code.distance(asked) as usize) {
            *count += 1;
        }
    }
    counts
}

/// A rival in another process: a line with a code goes in, one with milliseconds and a count comes out.
struct Rival {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Rival {
    fn start(python: &str, name: &str, file: &Path) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/duplicates.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(name)
            .arg(file)
            .env("OMP_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut ready = String::new();
        answers.read_line(&mut ready).unwrap();
        if ready.trim() != "ready" {
            println!("{name}: left out: {}", ready.trim());
            child.wait().unwrap();
            return None;
        }
        Some(Self {
            child,
            orders,
            answers,
        })
    }

    fn ask(&mut self, code: &Bytes) -> (f64, usize) {
        for byte in code {
            write!(self.orders, "{byte:02x}").unwrap();
        }
        writeln!(self.orders).unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let (ms, count) = line.trim().split_once(' ').unwrap();
        (ms.parse().unwrap(), count.parse().unwrap())
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn spread(name: &str, mut times: Vec<f64>) {
    if times.is_empty() {
        return;
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "{name:<44} p50 {:9.3} ms   p99 {:9.3} ms",
        at(0.5),
        at(0.99)
    );
}

fn main() {
    let asked = std::env::var("JAGA_BENCH_FINGERPRINTS").ok();
    let count: usize = asked.map_or(10_000_000, |it| it.parse().unwrap());
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let bytes = codes(count, &mut chance);
    let all: Vec<Code> = bytes.iter().map(Code::new).collect();
    let start = now_ms();
    let index = Index::of(all.iter().copied().zip(0..));
    let built = (now_ms() - start) / 1e3;
    let each = index.bytes() as f64 / count as f64;
    println!(
        "{count} fingerprints: {each:.1} bytes each, written in {built:.1} s of processor time"
    );

    let folder = std::env::temp_dir().join(format!("jaga-duplicates-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("codes");
    std::fs::write(&file, bytes.concat()).unwrap();
    let python = std::env::var("JAGA_BENCH_PYTHON").ok();
    let rival = |name| {
        python
            .as_deref()
            .and_then(|it| Rival::start(it, name, &file))
    };
    let (mut faiss, mut postgres) = (rival("faiss"), rival("postgres"));

    let kinds = [
        "a stranger",
        "one that is known, 20 bits moved",
        "the sky",
        "the crowded sky",
    ];
    let questions: Vec<(&str, Bytes)> = (0..800)
        .map(|at| match at % kinds.len() {
            0 => (kinds[0], random(&mut chance)),
            1 => {
                let of = bytes[chance.random_range(0..count)];
                (kinds[1], moved(of, 20, &mut chance))
            }
            kind => (kinds[kind], moved(bytes[kind - 2], 10, &mut chance)),
        })
        .collect();
    let mut times: Vec<(&str, f64)> = Vec::new();
    let (mut scans, mut flat, mut table) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (kind, code)) in questions.iter().enumerate() {
        let asked = Code::new(code);
        let start = now_ms();
        let found = index.nearest(&asked, REACH, MOST);
        times.push((kind, now_ms() - start));
        if at % 12 < 4 {
            let start = now_ms();
            let at = scan(&all, &asked);
            scans.push(now_ms() - start);
            let want: usize = at.iter().sum();
            // As near as the scan's nearest, one by one.
            let nearest = (0..=REACH)
                .zip(at)
                .flat_map(|(bits, count)| std::iter::repeat_n(bits, count));
            let found = found.iter().map(|it| it.distance);
            assert!(
                found.eq(nearest.take(MOST)),
                "the index and the scan disagree"
            );
            if let Some(rival) = &mut faiss {
                let (ms, count) = rival.ask(code);
                flat.push(ms);
                assert_eq!(count, want, "FAISS and the scan disagree");
            }
        }
        if at % 160 < 4
            && let Some(rival) = &mut postgres
        {
            table.push(rival.ask(code).0);
        }
    }
    for kind in kinds {
        let of = times.iter().filter(|it| it.0 == kind).map(|it| it.1);
        spread(&format!("index, {kind}"), of.collect());
    }
    spread("index, all", times.iter().map(|it| it.1).collect());
    spread("scan, one thread, the processor's bit count", scans);
    spread("FAISS IndexBinaryFlat, one thread", flat);
    spread("PostgreSQL bit_count, wall clock", table);
    std::fs::remove_dir_all(&folder).unwrap();
}
