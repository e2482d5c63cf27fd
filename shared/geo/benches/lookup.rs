//! Point look-ups, side by side in one run: Jaga's polygon layer, a plain scan with bounding boxes,
//! and shapely's `STRtree`. `make bench-geo` sets everything up.
//!
//! Rounds are interleaved, so that a noisy machine disturbs all alike; every method answers the same
//! points, and the answers must agree. `JAGA_BENCH_PYTHON` names a Python with shapely; without it
//! the two Rust methods are measured alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program: it reads the clock and the environment, prints, and fails by panicking"
)]

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use geo::{BoundingRect, Contains, Coord, MultiPolygon, Rect};
use jaga_geo::{Layer as _, LayerSpec, PolygonLayer, Position};

const ROUNDS: usize = 15;
const POINTS: usize = 200_000;

/// Even cover without a generator or a seed: the plastic number's lattice over the mainland's frame.
fn points() -> Vec<(f64, f64)> {
    let (g1, g2) = (0.754_877_666_246_692_8, 0.569_840_290_998_053_3);
    (0..POINTS)
        .map(|n| {
            let (u, v) = ((n as f64 * g1).fract(), (n as f64 * g2).fract());
            (106.686 + u * 0.287, -6.371 + v * 0.285)
        })
        .collect()
}

/// What anybody would write first: every bounding box, then the ray cast of the `geo` crate.
struct Scan(Vec<(Rect<f64>, MultiPolygon<f64>)>);

impl Scan {
    fn new(layer: &PolygonLayer) -> Self {
        let shapes = layer.places().iter().map(|place| {
            let shape = layer.shape(&place.code).unwrap().clone();
            (shape.bounding_rect().unwrap(), shape)
        });
        Self(shapes.collect())
    }

    fn find(&self, lon: f64, lat: f64) -> i32 {
        let at = Coord { x: lon, y: lat };
        let inside = |(frame, shape): &(Rect<f64>, MultiPolygon<f64>)| {
            let (low, high) = (frame.min(), frame.max());
            let near = low.x <= lon && lon <= high.x && low.y <= lat && lat <= high.y;
            near && shape.contains(&at)
        };
        self.0.iter().position(inside).map_or(-1, |n| n as i32)
    }
}

/// A Python that answers `run` with the seconds it took.
struct Shapely {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Shapely {
    fn start(file: &Path, folder: &Path, points: &[(f64, f64)]) -> Option<Self> {
        let python = std::env::var_os("JAGA_BENCH_PYTHON")?;
        let bytes: Vec<u8> = points
            .iter()
            .flat_map(|p| [p.0.to_le_bytes(), p.1.to_le_bytes()].concat())
            .collect();
        std::fs::write(folder.join("points"), bytes).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/lookup.py");
        let mut child = Command::new(python)
            .args([script.as_path(), file, folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start Python");
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut shapely = Self {
            child,
            to,
            from: BufReader::new(from),
        };
        println!("shapely {}", shapely.line());
        Some(shapely)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn ask(&mut self, what: &str) -> f64 {
        writeln!(self.to, "{what}").unwrap();
        self.line().parse().expect("seconds")
    }

    fn end(mut self, folder: &Path) -> Vec<i32> {
        drop(self.to);
        self.child.wait().unwrap();
        let bytes = std::fs::read(folder.join("answers")).unwrap();
        bytes
            .chunks_exact(4)
            .map(|b| i32::from_le_bytes(b.try_into().unwrap()))
            .collect()
    }
}

/// Kilobytes that the process holds, and the most it ever held.
fn memory_kb() -> (u64, u64) {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = |key: &str| {
        let line = text.lines().find(|l| l.starts_with(key))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    (value("VmRSS:").unwrap_or(0), value("VmHWM:").unwrap_or(0))
}

/// Seconds of processor time that this thread has had: on a busy machine the clock on the wall also
/// counts what others do. Python's side is timed in the same way.
fn processor_s() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

fn timed<T>(what: impl FnOnce() -> T) -> (f64, T) {
    let start = processor_s();
    let done = black_box(what());
    (processor_s() - start, done)
}

/// Median, and the relative half width between the quartiles.
fn middle(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    let median = at(0.5);
    (median, (at(0.75) - at(0.25)) / 2.0 / median)
}

fn row(name: &str, count: usize, seconds: &[f64], ours: f64) -> f64 {
    let (median, spread) = middle(seconds);
    println!(
        "| {name} | {:.3} | {:.0} | ±{:.0} % | {:.1} |",
        count as f64 / median / 1e6,
        median / count as f64 * 1e9,
        spread * 100.0,
        median / count as f64 / ours,
    );
    median
}

fn main() {
    let shared = std::env::var_os("JAGA_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let file = shared.join("geo/jakarta_kelurahan.geojson");
    let Ok(bytes) = std::fs::read(&file) else {
        println!(
            "bench-geo: jakarta_kelurahan.geojson is absent; set JAGA_SHARED to its folder's parent"
        );
        std::process::exit(1);
    };
    let spec = LayerSpec::default();
    let (before_kb, _) = memory_kb();
    let (first, layer) = timed(|| PolygonLayer::parse(&bytes, &spec).expect("a sound layer"));
    let (after_kb, most_kb) = memory_kb();
    let loads: Vec<f64> = (0..ROUNDS)
        .map(|_| timed(|| PolygonLayer::parse(&bytes, &spec).is_ok()).0)
        .collect();
    let points = points();
    let scan = Scan::new(&layer);
    let folder = std::env::temp_dir().join(format!("jaga-bench-geo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut shapely = Shapely::start(&file, &folder, &points);

    let positions: Vec<Position> = points
        .iter()
        .map(|&(lon, lat)| Position { lat, lon })
        .collect();
    let index: std::collections::HashMap<&str, i32> = layer
        .places()
        .iter()
        .enumerate()
        .map(|(n, k)| (k.code.as_str(), n as i32))
        .collect();
    let (mut ours, mut plain, mut full) = (Vec::new(), Vec::new(), Vec::new());
    let (mut tree, mut prepared) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // Ten times over: a single pass is over before the clock has ticked often.
        let pass = || {
            (0..10)
                .map(|_| {
                    positions
                        .iter()
                        .filter(|p| layer.containing(**p).is_some())
                        .count()
                })
                .sum::<usize>()
        };
        ours.push(timed(pass).0 / 10.0);
        let pass = || points.iter().filter(|p| scan.find(p.0, p.1) >= 0).count();
        plain.push(timed(pass).0);
        let some = &positions[..POINTS / 10];
        let pass = || {
            some.iter()
                .map(|p| layer.whereabouts(*p, 50.0).neighbours.len())
                .sum::<usize>()
        };
        full.push(timed(pass).0);
        if let Some(python) = &mut shapely {
            tree.push(python.ask("strtree"));
            prepared.push(python.ask("prepared"));
        }
    }
    let answers: Vec<i32> = positions
        .iter()
        .map(|p| layer.containing(*p).map_or(-1, |k| index[k.code.as_str()]))
        .collect();
    let scanned: Vec<i32> = points.iter().map(|p| scan.find(p.0, p.1)).collect();
    assert_eq!(answers, scanned, "the scan answers otherwise");

    println!(
        "\n{POINTS} points over the mainland, {ROUNDS} interleaved rounds, processor time of one core\n"
    );
    println!("| look-up | million/s | ns each | spread | times ours |");
    println!("|---|--:|--:|--:|--:|");
    let each = middle(&ours).0 / POINTS as f64;
    row("jaga, which kelurahan", POINTS, &ours, each);
    row("jaga, with border and neighbours", POINTS / 10, &full, each);
    row("scan with bounding boxes", POINTS, &plain, each);
    if let Some(python) = shapely {
        assert_eq!(answers, python.end(&folder), "shapely answers otherwise");
        row("shapely STRtree, predicate", POINTS, &tree, each);
        row("shapely STRtree, then prepared", POINTS, &prepared, each);
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let (load, spread) = middle(&loads);
    println!(
        "\nload with all checks: {:.1} ms (±{:.0} %; the first {:.1} ms)",
        load * 1e3,
        spread * 100.0,
        first * 1e3
    );
    println!(
        "memory: the layer {:.1} MB, {:.1} MB more while it was loaded (the file's {:.1} MB not counted)",
        (after_kb - before_kb) as f64 / 1024.0,
        most_kb.saturating_sub(after_kb) as f64 / 1024.0,
        bytes.len() as f64 / 1e6
    );
}
