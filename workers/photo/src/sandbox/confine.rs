//! What the child gives up, in the order in which it still can.

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, LandlockStatus, Ruleset,
    RulesetAttr as _, RulesetError, RulesetStatus, Scope,
};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use serde::{Deserialize, Serialize};

use super::frame::{Cage, Wish};
use super::syscalls;

/// Which guards are in place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    /// The kernel's landlock version; 0 where it has none.
    pub landlock_abi: u32,
    pub landlock: bool,
    pub seccomp: bool,
}

/// A guard that was wanted without fail and is not there.
pub(super) struct Missing(pub &'static str);

/// Confines this process for good. After it there is no way back and no way out but the pipes.
pub(super) fn confine(cage: &Cage) -> Result<Held, Missing> {
    // A parent that is killed takes its children with it.
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(|_| Missing("pdeathsig"))?;
    rustix::thread::set_no_new_privs(true).map_err(|_| Missing("no_new_privs"))?;
    let mut held = Held::default();
    if cage.landlock != Wish::Not {
        // Before the limits: the rule set is a descriptor for a moment.
        let (abi, enforced) = shut_files_and_network().unwrap_or((0, false));
        (held.landlock_abi, held.landlock) = (abi, enforced);
        if !enforced && cage.landlock == Wish::Must {
            return Err(Missing("landlock"));
        }
    }
    if cage.limits {
        limit(cage).map_err(|_| Missing("limits"))?;
    }
    if cage.seccomp != Wish::Not {
        // Last: it forbids all of the above.
        held.seccomp = syscalls::filter().is_some_and(|filter| filter.install());
        if !held.seccomp && cage.seccomp == Wish::Must {
            return Err(Missing("seccomp"));
        }
    }
    Ok(held)
}

/// No file may be opened, none made, no port bound or reached, no abstract socket and no process
/// outside reached: each as far as the kernel's version goes. The version, and whether it holds.
fn shut_files_and_network() -> Result<(u32, bool), RulesetError> {
    // The highest version that the crate knows; an older kernel enforces its part of it.
    let all = ABI::V9;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(all))?
        .handle_access(AccessNet::from_all(all))?
        .scope(Scope::from_all(all))?
        .create()?
        .restrict_self()?;
    let abi = match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi as u32,
        _ => 0,
    };
    Ok((abi, status.ruleset != RulesetStatus::NotEnforced))
}

fn limit(cage: &Cage) -> rustix::io::Result<()> {
    let limit = |resource, current: u64, maximum: u64| {
        let [current, maximum] = [Some(current), Some(maximum)];
        setrlimit(resource, Rlimit { current, maximum })
    };
    limit(Resource::As, cage.memory_bytes, cage.memory_bytes)?;
    // At the hard limit comes SIGKILL, which does not say why; one second before it, SIGXCPU.
    limit(Resource::Cpu, cage.cpu_s, cage.cpu_s + 1)?;
    limit(Resource::Fsize, 0, 0)?;
    limit(Resource::Nofile, 3, 3)?;
    limit(Resource::Nproc, 0, 0)?;
    limit(Resource::Core, 0, 0)
}
