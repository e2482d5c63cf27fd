//! Deadlines a second, side by side in one run: Jaga's calendars and businesstimedelta.
//! `make bench-sla` sets everything up.
//!
//! Rounds are interleaved, so that a noisy machine disturbs all alike; both answer the same questions,
//! and the answers must agree. `JAGA_BENCH_PYTHON` names a Python with businesstimedelta; without it
//! Jaga is measured alone.
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

use jaga_contract::{
    Channel, EventId, Step, Submission, TicketChanged, TicketId, UnitId, Visibility,
};
use jaga_ticket::{Calendar, Calendars, History, Policies, Span, Ticket, deadlines, fold};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

const ROUNDS: usize = 11;
const QUESTIONS: usize = 200_000;
/// The rival answers every thousandth of them.
const SOME: usize = 1000;
/// Tickets whose deadlines are worked out whole.
const TICKETS: usize = 2000;

/// Starts over 2026 at every time of day, and one to a hundred hours of work: the golden ratio's
/// lattice, without a generator or a seed.
fn questions() -> Vec<(Timestamp, SignedDuration)> {
    let first: Timestamp = "2026-01-01T00:00:00+07:00".parse().unwrap();
    let share = |n: usize, g: f64| (n as f64 * g).fract();
    (0..QUESTIONS)
        .map(|n| {
            let start = (share(n, 0.754_877_666_246_692_8) * 330.0 * 86_400.0) as i64;
            let work = 3600 + (share(n, 0.569_840_290_998_053_3) * 99.0 * 3600.0) as i64;
            (
                first + SignedDuration::from_secs(start),
                SignedDuration::from_secs(work),
            )
        })
        .collect()
}

/// What each of the first measurements is.
const NAMES: [&str; 6] = [
    "jaga: 1 to 100 h, office hours, Jakarta",
    "jaga: 7 working days, Jakarta",
    "jaga: working time between, Jakarta",
    "jaga: 1 to 100 h, New York",
    "jaga: 7 working days, New York",
    "jaga: 7 days, 24x7",
];

/// Hours from Monday to Thursday, hours of Friday.
type Week = (&'static str, &'static str);
const OFFICE: Week = (
    "[\"08:00-12:00\", \"12:30-16:00\"]",
    "[\"08:00-11:45\", \"12:45-16:30\"]",
);
/// Without breaks: with both lunch and holidays businesstimedelta does not end.
const PLAIN: Week = ("[\"08:00-16:00\"]", "[\"08:00-16:00\"]");

/// A week with the shipped holidays, without Ramadan, which businesstimedelta does not know.
fn calendar(zone: &str, (day, friday): Week) -> Calendar {
    let holidays = jaga_ticket::calendar::BUILTIN.find("[[holidays.").unwrap();
    let toml = format!(
        "version = \"bench\"\n[calendars.c]\nzone = \"{zone}\"\nsource = \"bench\"\nholidays = [\"indonesia\"]\n\
         [calendars.c.week]\nmon = {day}\ntue = {day}\nwed = {day}\nthu = {day}\nfri = {friday}\n{}",
        &jaga_ticket::calendar::BUILTIN[holidays..]
    );
    Calendars::parse(&toml).unwrap().get("c").unwrap().clone()
}

/// A Python that answers a line with the seconds it took.
struct Rival {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    version: String,
}

impl Rival {
    fn start(folder: &Path) -> Option<Self> {
        let python = std::env::var_os("JAGA_BENCH_PYTHON")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/arithmetic.py");
        let mut child = Command::new(python)
            .args([script.as_path(), folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start Python");
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut rival = Self {
            child,
            to,
            from: BufReader::new(from),
            version: String::new(),
        };
        rival.version = rival.line();
        Some(rival)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn ask(&mut self) -> f64 {
        writeln!(self.to, "add").unwrap();
        self.line().parse().expect("seconds")
    }

    fn end(mut self, folder: &Path) -> Vec<i64> {
        drop(self.to);
        self.child.wait().unwrap();
        let bytes = std::fs::read(folder.join("answers")).unwrap();
        bytes
            .chunks_exact(8)
            .map(|b| i64::from_le_bytes(b.try_into().unwrap()))
            .collect()
    }
}

/// Seconds of processor time that this thread has had: on a busy machine the clock on the wall also
/// counts what others do. Python's side is timed in the same way.
fn processor_s() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

fn timed<T>(what: impl FnOnce() -> T) -> f64 {
    let start = processor_s();
    black_box(what());
    processor_s() - start
}

/// Median, and the relative half width between the quartiles.
fn middle(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    let median = at(0.5);
    (median, (at(0.75) - at(0.25)) / 2.0 / median)
}

fn row(name: &str, count: usize, seconds: &[f64], ours: f64) {
    let (median, spread) = middle(seconds);
    let each = median / count as f64;
    println!(
        "| {name} | {:.3} | {:.0} | ±{:.0} % | {:.1} |",
        1e-6 / each,
        each * 1e9,
        spread * 100.0,
        each / ours
    );
}

/// A ticket that was passed on, paused and refused.
fn ticket() -> Ticket {
    let id = TicketId::new("JK2611020001").unwrap();
    let submission = Submission {
        number: "JK2611020001".into(),
        channel: Channel("jaki".into()),
        category: "Parkir Liar".into(),
        visibility: Visibility::Public,
        anonymous: false,
        secret: false,
        point: None,
        kelurahan: None,
        address: None,
    };
    let to = UnitId::new("dishub").unwrap();
    let steps = [
        ("2026-11-02T08:00:00+07:00", Step::Submitted(submission)),
        ("2026-11-02T09:00:00+07:00", Step::Coordinated { to }),
        ("2026-11-02T10:00:00+07:00", Step::Accepted),
        ("2026-11-03T08:00:00+07:00", Step::InformationRequested),
        ("2026-11-05T09:00:00+07:00", Step::InformationReceived),
    ];
    let steps = steps
        .into_iter()
        .enumerate()
        .map(|(n, (at, step))| TicketChanged {
            event_id: EventId::new(format!("e{n}")).unwrap(),
            ticket_id: id.clone(),
            occurred_at: at.parse().unwrap(),
            unit: None,
            step,
        });
    fold(&id, &History::from_steps(steps))
}

fn main() {
    let questions = questions();
    let jakarta = calendar("Asia/Jakarta", OFFICE);
    let new_york = calendar("America/New_York", OFFICE);
    let plain = calendar("Asia/Jakarta", PLAIN);
    let always = Calendars::builtin().get("24x7").unwrap().clone();
    let folder: PathBuf =
        std::env::temp_dir().join(format!("jaga-bench-sla-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let days: Vec<_> = jakarta
        .holidays(date(2025, 1, 1), date(2027, 12, 31))
        .map(|(day, _)| day.to_string())
        .collect();
    std::fs::write(folder.join("holidays"), days.join("\n")).unwrap();
    let some: Vec<_> = questions.iter().step_by(SOME).collect();
    let numbers = some
        .iter()
        .flat_map(|(at, work)| [at.as_second(), work.as_secs()]);
    let bytes: Vec<u8> = numbers.flat_map(i64::to_le_bytes).collect();
    std::fs::write(folder.join("questions"), bytes).unwrap();
    let mut rival = Rival::start(&folder);

    let add = |c: &Calendar, span: &dyn Fn(SignedDuration) -> Span| {
        let sum = |acc: i64, (at, work): &(Timestamp, SignedDuration)| {
            acc ^ c.add_working(*at, span(*work)).as_second()
        };
        questions.iter().fold(0, sum)
    };
    let between = |c: &Calendar| {
        let sum = |acc: i64, (at, work): &(Timestamp, SignedDuration)| {
            acc ^ c.working_between(*at, *at + *work * 4).as_secs()
        };
        questions.iter().fold(0, sum)
    };
    let time = |work| Span::Time(work);
    let week = |_| Span::Days(7);
    let first =
        timed(|| add(&calendar("Asia/Jakarta", OFFICE), &time)) - timed(|| add(&jakarta, &time));
    let (ticket, policies, calendars) = (ticket(), Policies::builtin(), Calendars::builtin());
    let mut took = [const { Vec::new() }; 9];
    for _ in 0..ROUNDS {
        took[0].push(timed(|| add(&jakarta, &time)));
        took[1].push(timed(|| add(&jakarta, &week)));
        took[2].push(timed(|| between(&jakarta)));
        took[3].push(timed(|| add(&new_york, &time)));
        took[4].push(timed(|| add(&new_york, &week)));
        took[5].push(timed(|| add(&always, &week)));
        took[6].push(timed(|| {
            let of = |_| deadlines(&ticket, &policies, &calendars).unwrap().len();
            (0..TICKETS).map(of).sum::<usize>()
        }));
        took[7].push(timed(|| add(&plain, &time)));
        if let Some(rival) = &mut rival {
            took[8].push(rival.ask());
        }
    }
    println!("\n{ROUNDS} interleaved rounds, processor time of one core\n");
    println!("| deadline | million/s | ns each | spread | times ours |");
    println!("|---|--:|--:|--:|--:|");
    let ours = middle(&took[7]).0 / QUESTIONS as f64;
    row(
        "jaga: 1 to 100 h, 8 to 16 on weekdays",
        QUESTIONS,
        &took[7],
        ours,
    );
    for (name, took) in NAMES.iter().zip(&took) {
        row(name, QUESTIONS, took, ours);
    }
    let count = deadlines(&ticket, &policies, &calendars).unwrap().len();
    let whole = "jaga: whole deadlines of a ticket, with ladder";
    row(whole, count * TICKETS, &took[6], ours);
    if let Some(rival) = rival {
        let name = format!("businesstimedelta, Python {}: the same", rival.version);
        let answers = rival.end(&folder);
        let agreed = some
            .iter()
            .map(|(at, work)| plain.add_working(*at, time(*work)).as_second());
        assert_eq!(
            answers,
            agreed.collect::<Vec<_>>(),
            "businesstimedelta answers otherwise"
        );
        row(&name, some.len(), &took[8], ours);
    }
    std::fs::remove_dir_all(&folder).unwrap();
    println!(
        "\nworking out a calendar's years at the first question: {:.1} ms",
        first * 1e3
    );
}
