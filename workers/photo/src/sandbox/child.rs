//! The child: confines itself before the first byte of the photo is read, does one photo, and ends.

use std::io::{self, Write};

use jaga_imaging::Limits;

use super::compare::compared;
use super::confine::{Held, Missing, confine};
use super::frame::{Order, Task, Work, limits, read_head, send, send_head};
use super::handed::{Handed, take_over};
use super::tasks;
use super::trial::{Bait, Trial, Tried, attempt};

/// What the child writes on standard error before it ends with [`UNGUARDED`].
pub(super) const MISSING: &str = "guard missing: ";
/// Exit code: no whole order came, or nobody took the answer.
pub(super) const UNANSWERED: u8 = 3;
/// Exit code: a guard that was wanted without fail is not there.
pub(super) const UNGUARDED: u8 = 4;

/// The hidden subcommand's body. Its exit code: 0 answered, 3 no order came, 4 a guard is missing.
pub fn child_main() -> u8 {
    // A panic's message may quote the photo; its place says enough.
    std::panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map(|l| format!("{}:{}", l.file(), l.line()));
        complain("panic at ", &place.unwrap_or_default());
    }));
    let Ok(input) = take_over() else {
        complain(MISSING, "sealed memory");
        return UNGUARDED;
    };
    let Ok((order, input)) = ordered(input) else {
        return UNANSWERED;
    };
    let held = match confine(&order.cage) {
        Ok(held) => held,
        Err(Missing(guard)) => {
            complain(MISSING, guard);
            return UNGUARDED;
        }
    };
    let answered = match order.work {
        Work::Photo {
            task,
            len,
            max_bytes,
            max_pixels,
        } => photo(input, task, len, &limits(max_bytes, max_pixels)),
        Work::Trial { attempts, bait } => trial(held, &attempts, &bait),
    };
    u8::from(answered.is_err()) * UNANSWERED
}

/// The order, and what follows it.
fn ordered(input: Handed) -> io::Result<(Order, Handed)> {
    let mut rest = input.as_ref();
    let order = read_head(&mut rest)?;
    let head = input.as_ref().len() - rest.len();
    Ok((order, input.after(head)))
}

fn photo(photo: Handed, task: Task, len: u64, limits: &Limits) -> io::Result<()> {
    if photo.as_ref().len() as u64 != len {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut out = io::stdout().lock();
    match task {
        Task::Analyse => send(&mut out, tasks::analysed(photo, limits))?,
        Task::Strip { evidence } => {
            send(&mut out, tasks::stripped(photo.as_ref(), evidence, limits))?;
        }
        Task::Inspect => send(&mut out, Ok(tasks::inspected(photo, limits)))?,
        Task::Compare {
            first,
            seed,
            picture,
        } => send(
            &mut out,
            compared(photo.as_ref(), (first, seed, picture), limits),
        )?,
    }
    out.flush()
}

fn trial(held: Held, attempts: &[Trial], bait: &Bait) -> io::Result<()> {
    let outcomes = attempts.iter().map(|it| (*it, attempt(*it, bait)));
    let tried = Tried {
        outcomes: outcomes.collect(),
        held,
    };
    let mut out = io::stdout().lock();
    send_head(&mut out, &tried)?;
    out.flush()
}

fn complain(what: &str, detail: &str) {
    // Nobody is left to tell if this fails.
    drop(writeln!(io::stderr(), "{what}{detail}"));
}
