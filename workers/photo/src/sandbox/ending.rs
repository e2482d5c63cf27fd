//! How a child ended, and what that means for its photo.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use jaga_runner::Decision;

use super::child::{MISSING, UNANSWERED, UNGUARDED};

/// An end without a usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// It used up its processor time.
    Cpu,
    /// It asked for more memory than it may have.
    Memory,
    /// It took longer than the deadline by the clock on the wall.
    Deadline,
    /// It did what the allow-list forbids.
    Forbidden,
    /// A signal of its own making, or a panic: where, if that is known.
    Crashed(String),
    /// Somebody else killed it: the kernel for want of memory, or a person.
    Killed,
    /// It ended well, but what it wrote is no answer.
    Garbled,
    /// It answered with something that must not be stored.
    Unverified(&'static str),
    /// A guard that it must have is not there.
    Unguarded(String),
    /// It ended before the order was read.
    Disconnected,
}

impl Ending {
    /// By signal, code or the place of a panic; never by what it said beyond that.
    pub(super) fn of(status: ExitStatus, complaint: &str) -> Self {
        let after = |start| complaint.lines().find_map(|l| l.strip_prefix(start));
        match (status.signal(), status.code()) {
            (Some(libc::SIGXCPU), _) => Self::Cpu,
            (Some(libc::SIGSYS), _) => Self::Forbidden,
            (Some(libc::SIGKILL), _) => Self::Killed,
            (Some(libc::SIGABRT), _) if after("memory allocation of ").is_some() => Self::Memory,
            (Some(signal), _) => Self::Crashed(format!("by signal {signal}")),
            (None, Some(code)) if code == i32::from(UNGUARDED) => {
                Self::Unguarded(after(MISSING).unwrap_or("one").to_owned())
            }
            (None, Some(code)) if code == i32::from(UNANSWERED) => Self::Disconnected,
            (None, Some(0)) => Self::Garbled,
            (None, code) => {
                let place = after("panic at ").unwrap_or("an unknown place");
                Self::Crashed(format!("with code {} at {place}", code.unwrap_or(-1)))
            }
        }
    }

    /// A stable name: the metric's label, and after `decoder_` the code of what is parked.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Cpu => "decoder_cpu",
            Self::Memory => "decoder_memory",
            Self::Deadline => "decoder_deadline",
            Self::Forbidden => "decoder_forbidden",
            Self::Crashed(_) => "decoder_crashed",
            Self::Killed => "decoder_killed",
            Self::Garbled => "decoder_garbled",
            Self::Unverified(_) => "unverified",
            Self::Unguarded(_) => "decoder_unguarded",
            Self::Disconnected => "decoder_disconnected",
        }
    }

    /// What becomes of the message.
    ///
    /// Whatever may be the machine's fault is tried again: a deadline by the wall, a kill from
    /// outside, memory (its limit may be too tight, and an operator can raise it and replay). What
    /// the photo's bytes alone can bring about is put aside at once: each further try would be one
    /// more for whoever made it, and the photo is kept for whoever mends the decoder. Processor
    /// time is neither: [`super::Decoder::analyse`] turns the second time into a rejection.
    pub(super) fn decision(self) -> Decision {
        let code = self.code();
        let why = match &self {
            Self::Cpu => "the decoder used up its processor time".into(),
            Self::Memory => "the decoder wanted more memory than it may have".into(),
            Self::Deadline => "the decoder took longer than its deadline".into(),
            Self::Forbidden => "the decoder was ended for a system call that is forbidden".into(),
            Self::Crashed(how) => format!("the decoder crashed {how}"),
            Self::Killed => {
                "the decoder was killed from outside, perhaps for want of memory".into()
            }
            Self::Garbled => "the decoder's answer is not complete".into(),
            Self::Unverified(what) => format!("the decoder's answer was not accepted: {what}"),
            Self::Unguarded(guard) => format!("the decoder can't be confined: no {guard}"),
            Self::Disconnected => "the decoder ended before it had its order".into(),
        };
        match self {
            Self::Forbidden | Self::Crashed(_) | Self::Garbled | Self::Unverified(_) => {
                Decision::Park { code, why }
            }
            Self::Cpu | Self::Memory | Self::Deadline | Self::Killed | Self::Disconnected => {
                Decision::Retry { code, why }
            }
            Self::Unguarded(_) => Decision::Pause { why },
        }
    }
}
