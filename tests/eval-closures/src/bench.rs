//! How many closures a second one core judges, pictures excluded.

use std::hint::black_box;

use jaga_ticket::closure::{ClosureFacts, Rules, judge};
use nix::time::{ClockId, clock_gettime};

use jaga_eval_closures::measure;
use jaga_eval_closures::month::Month;

const ROUNDS: usize = 15;

pub fn run(rules: &Rules) -> anyhow::Result<()> {
    let month = Month::new(1);
    let measured = measure::month(&month, 1);
    let facts: Vec<ClosureFacts> = measured.into_iter().map(|(_, m)| m.facts).collect();
    let mut rates = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = busy()?;
        for one in &facts {
            black_box(judge(black_box(one), rules));
        }
        rates.push(facts.len() as f64 / (busy()? - before));
    }
    rates.sort_by(f64::total_cmp);
    println!(
        "{:.0} closures a second on one core, processor time, the median of {ROUNDS} rounds over a month of {} \
         (slowest {:.0}, fastest {:.0}); goal 200000",
        rates[ROUNDS / 2],
        facts.len(),
        rates[0],
        rates[ROUNDS - 1]
    );
    Ok(())
}

/// Processor time of this thread, seconds: others on the machine do not count.
fn busy() -> anyhow::Result<f64> {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?;
    Ok(time.tv_sec() as f64 + time.tv_nsec() as f64 / 1e9)
}
