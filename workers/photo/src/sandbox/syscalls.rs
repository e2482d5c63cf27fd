//! The seccomp allow-list: what taking a photo apart needs once the child is set up. Everything
//! else kills the process, so that an attempt is seen and not merely refused.
//!
//! This is the one place to extend when a codec needs more; say why beside the entry. One that
//! wants threads would need `clone3` and `clone` with `CLONE_THREAD`, `set_robust_list`, `rseq` and
//! `clock_nanosleep`; telling it to use one thread is better: the child's time is limited anyway.

use std::collections::BTreeMap;

use libc::{MAP_ANONYMOUS, PROT_EXEC, SIGABRT};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule,
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Allowed with any arguments: nothing here reaches beyond the process.
const FREE: [i64; 21] = [
    // memory; mmap and mprotect stand below
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    // locks, also of a single thread
    libc::SYS_futex,
    libc::SYS_sched_yield,
    // time, where the vDSO has none; the seed of hash tables
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    // how many cores there are: codecs ask, even for one thread
    libc::SYS_sched_getaffinity,
    // a panic, a failed allocation, a stack that ran over
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getpid,
    libc::SYS_gettid,
    // the end
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    // a codec's own clock
    libc::SYS_gettimeofday,
    libc::SYS_clock_getres,
];

/// Answered with EPERM instead of death: the C library and Rust's own do these by the way (naming
/// memory, asking whether a pipe is a terminal or a file) and go on without.
const REFUSED: [i64; 8] = [
    libc::SYS_ioctl,
    libc::SYS_fcntl,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_sysinfo,
    libc::SYS_uname,
];

/// Both filters; of their two answers the kernel takes the stricter.
pub(super) struct Filter {
    refuse: BpfProgram,
    allow: BpfProgram,
}

impl Filter {
    /// From here on for this thread, which is the only one.
    pub(super) fn install(&self) -> bool {
        seccompiler::apply_filter(&self.refuse).is_ok()
            && seccompiler::apply_filter(&self.allow).is_ok()
    }
}

/// None on a processor that the filter's compiler does not know.
pub(super) fn filter() -> Option<Filter> {
    let any = |number: &i64| (*number, Vec::new());
    let mut refused: Rules = REFUSED.iter().map(any).collect();
    // Installing the second filter says once more that there are no new privileges.
    let naming = condition(0, SeccompCmpOp::Ne, libc::PR_SET_NO_NEW_PRIVS as u64)?;
    refused.insert(libc::SYS_prctl, vec![rule(vec![naming])?]);
    let mut allowed: Rules = FREE.iter().map(any).collect();
    allowed.extend(refused.keys().map(any));
    allowed.extend(limited()?);
    let program = |rules, otherwise, matched| {
        let arch = std::env::consts::ARCH.try_into().ok()?;
        let filter = SeccompFilter::new(rules, otherwise, matched, arch).ok()?;
        filter.try_into().ok()
    };
    let eperm = SeccompAction::Errno(libc::EPERM as u32);
    Some(Filter {
        refuse: program(refused, SeccompAction::Allow, eperm)?,
        allow: program(allowed, SeccompAction::KillProcess, SeccompAction::Allow)?,
    })
}

/// Allowed with some arguments only.
fn limited() -> Option<Rules> {
    let is = |argument, value: u64| condition(argument, SeccompCmpOp::Eq, value);
    // Never executable memory, and never a file's.
    let plain = |argument| condition(argument, SeccompCmpOp::MaskedEq(PROT_EXEC as u64), 0);
    let anonymous = MAP_ANONYMOUS as u64;
    let fileless = condition(3, SeccompCmpOp::MaskedEq(anonymous), anonymous)?;
    // It may end itself in a way that says why, and nobody else.
    let own = u64::from(std::process::id());
    let out = || Some(vec![rule(vec![is(0, 1)?])?, rule(vec![is(0, 2)?])?]);
    Some(BTreeMap::from([
        // The two pipes, whatever else the parent may have left open. The photo lies in memory: nothing is read.
        (libc::SYS_write, out()?),
        (libc::SYS_writev, out()?),
        (libc::SYS_mmap, vec![rule(vec![plain(2)?, fileless])?]),
        (libc::SYS_mprotect, vec![rule(vec![plain(2)?])?]),
        (
            libc::SYS_tgkill,
            vec![rule(vec![is(0, own)?, is(2, SIGABRT as u64)?])?],
        ),
    ]))
}

fn condition(argument: u8, how: SeccompCmpOp, value: u64) -> Option<SeccompCondition> {
    SeccompCondition::new(argument, Dword, how, value).ok()
}

fn rule(conditions: Vec<SeccompCondition>) -> Option<SeccompRule> {
    SeccompRule::new(conditions).ok()
}
