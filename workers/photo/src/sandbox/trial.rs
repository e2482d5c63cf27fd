//! What the child tries when it is told to find out whether its guards hold. Each attempt would
//! work for any other process; none changes anything if it does.

use std::fs::File;
use std::io;
use std::net::TcpStream;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::{getppid, test_kill_process};
use serde::{Deserialize, Serialize};

use super::confine::Held;

/// Something that a compromised decoder would do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trial {
    /// Open a file for reading.
    Open,
    /// Make a file.
    Create,
    /// Reach a TCP port of this machine.
    Tcp,
    /// Reach a unix socket by its abstract name.
    Unix,
    /// Start another process.
    Fork,
    /// Start a thread.
    Thread,
    /// Become another program.
    Exec,
    /// Trace the worker.
    Trace,
    /// Signal the worker.
    Signal,
    /// Take twice the memory it may have.
    Memory,
}

impl Trial {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Create => "create",
            Self::Tcp => "tcp",
            Self::Unix => "unix",
            Self::Fork => "fork",
            Self::Thread => "thread",
            Self::Exec => "exec",
            Self::Trace => "trace",
            Self::Signal => "signal",
            Self::Memory => "memory",
        }
    }
}

/// What the attempts are aimed at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Bait {
    /// A port on the loopback that listens.
    pub port: u16,
    /// An abstract name that listens.
    pub name: String,
    /// A folder that files can be made in.
    pub folder: String,
    /// More bytes than the child may have.
    pub bytes: usize,
}

/// How the attempts went, as far as the child lived to tell.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Tried {
    pub held: Held,
    /// The error's number; None: nothing stopped it.
    pub outcomes: Vec<(Trial, Option<i32>)>,
}

/// No subcommand: what is started ends at once.
const STARTED: &str = "started-by-a-trial";

pub(super) fn attempt(trial: Trial, bait: &Bait) -> Option<i32> {
    let done = match trial {
        Trial::Open => File::open("/dev/null").map(drop),
        Trial::Create => create(bait),
        Trial::Tcp => TcpStream::connect(("127.0.0.1", bait.port)).map(drop),
        Trial::Unix => SocketAddr::from_abstract_name(&bait.name)
            .and_then(|address| UnixStream::connect_addr(&address))
            .map(drop),
        Trial::Fork => itself().spawn().and_then(|mut it| it.wait()).map(drop),
        Trial::Thread => std::thread::Builder::new()
            .spawn(|| ())
            .map(|thread| drop(thread.join())),
        // Returns only if it fails.
        Trial::Exec => Err(itself().exec()),
        Trial::Trace => trace(),
        Trial::Signal => getppid().map_or(Ok(()), |parent| {
            test_kill_process(parent).map_err(io::Error::from)
        }),
        Trial::Memory => Vec::<u8>::new()
            .try_reserve_exact(bait.bytes)
            .map_err(|_| io::Error::from_raw_os_error(libc::ENOMEM)),
    };
    done.err()
        .map(|error| error.raw_os_error().unwrap_or_default())
}

fn create(bait: &Bait) -> io::Result<()> {
    let name = format!("jaga-trial-{}", std::process::id());
    let path = std::path::Path::new(&bait.folder).join(name);
    File::create_new(&path)?;
    std::fs::remove_file(&path)
}

fn itself() -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg(STARTED);
    command
}

/// Seizing does not stop the worker, and ends with the child.
#[expect(
    unsafe_code,
    reason = "no safe wrapper for this one call without a crate for all of them"
)]
fn trace() -> io::Result<()> {
    let parent = getppid().map_or(0, |parent| parent.as_raw_nonzero().get());
    let nothing = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: this request takes no address; options of zero ask for no event.
    let seized = unsafe { libc::ptrace(libc::PTRACE_SEIZE, parent, nothing, nothing) };
    if seized == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
