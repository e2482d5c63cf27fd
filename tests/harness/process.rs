//! A child process in a group of its own, with its output in a file.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process, kill_process_group};

use crate::home::home;
use crate::wait::eventually;

/// Registers itself with the watchdog, then becomes the program: there is no moment at which the
/// program runs and nobody would end it.
const REGISTER: &str = r#"printf '%s\n' "$1" >"$2/$$" && shift 2 && exec "$@""#;

/// What to run.
#[derive(Debug)]
pub struct ProcessSpec {
    command: Command,
    program: String,
    out: PathBuf,
    err: PathBuf,
}

impl ProcessSpec {
    /// `program`, with its standard output and error going to `<name>.out` and `<name>.err` in
    /// `logs`. `end_with` is the signal that ends it should the test process vanish: `"KILL"`, or
    /// for a server that must tidy up, `"QUIT"` or `"TERM"`.
    pub fn new(
        program: impl AsRef<OsStr>,
        logs: &Path,
        name: &str,
        end_with: &str,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new("sh");
        command
            .args(["-c", REGISTER, "jaga-test-process", end_with])
            .arg(home()?.register())
            .arg(program.as_ref());
        Ok(Self {
            command,
            program: program.as_ref().to_string_lossy().into_owned(),
            out: logs.join(format!("{name}.out")),
            err: logs.join(format!("{name}.err")),
        })
    }

    /// The command, for arguments and environment. Its program is a small shell that becomes the
    /// program asked for.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    /// Starts it. The output is appended to what an earlier start wrote.
    pub fn start(mut self) -> anyhow::Result<Process> {
        let append = |path: &Path| {
            std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .with_context(|| format!("could not open {}", path.display()))
        };
        let child = self
            .command
            .stdin(Stdio::null())
            .stdout(append(&self.out)?)
            .stderr(append(&self.err)?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("could not start {}", self.program))?;
        let ticket = home()?.register().join(child.id().to_string());
        Ok(Process {
            child,
            ended: None,
            ticket,
            program: self.program,
            out: self.out,
            err: self.err,
        })
    }
}

/// A running child process. Dropping it kills it and its process group.
#[derive(Debug)]
pub struct Process {
    child: Child,
    ended: Option<ExitStatus>,
    ticket: PathBuf,
    program: String,
    out: PathBuf,
    err: PathBuf,
}

impl Process {
    /// Its process id, which is its group's too.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to the process alone. Nothing happens if it has ended.
    pub fn signal(&mut self, signal: Signal) {
        if self.try_wait().is_none()
            && let Some(pid) = Pid::from_raw(self.child.id().cast_signed())
        {
            let _ = kill_process(pid, signal);
        }
    }

    /// Sends a signal to the process and its whole group.
    pub fn signal_group(&mut self, signal: Signal) {
        if self.try_wait().is_none()
            && let Some(pid) = Pid::from_raw(self.child.id().cast_signed())
        {
            let _ = kill_process_group(pid, signal);
        }
    }

    /// `kill -9` of the process alone, and the wait until it is gone.
    pub fn kill9(&mut self) -> ExitStatus {
        self.signal(Signal::KILL);
        self.reap()
    }

    /// `kill -9` of the process and its group, and the wait until it is gone.
    pub fn kill9_group(&mut self) -> ExitStatus {
        self.signal_group(Signal::KILL);
        self.reap()
    }

    /// How it ended, if it has.
    pub fn try_wait(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none()
            && let Ok(Some(status)) = self.child.try_wait()
        {
            self.gone(status);
        }
        self.ended
    }

    /// Waits until it ends by itself.
    pub async fn wait(&mut self, deadline: Duration) -> anyhow::Result<ExitStatus> {
        let program = self.program.clone();
        let cell = std::sync::Mutex::new(self);
        eventually(deadline, || async {
            let mut process = cell.lock().map_err(|_| anyhow!("poisoned"))?;
            process
                .try_wait()
                .ok_or_else(|| anyhow!("{program} is still running"))
        })
        .await
    }

    /// What it has written to standard output.
    pub fn stdout(&self) -> String {
        read_lossy(&self.out)
    }

    /// What it has written to standard error.
    pub fn stderr(&self) -> String {
        read_lossy(&self.err)
    }

    /// The last `lines` lines of both outputs, for an error message.
    pub fn tail(&self, lines: usize) -> String {
        let all = format!("{}{}", self.stdout(), self.stderr());
        let all: Vec<&str> = all.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }

    fn reap(&mut self) -> ExitStatus {
        match self.child.wait() {
            Ok(status) => self.gone(status),
            Err(_) => self.ended.unwrap_or_else(|| ExitStatus::from_raw(9)),
        }
    }

    fn gone(&mut self, status: ExitStatus) -> ExitStatus {
        let _ = std::fs::remove_file(&self.ticket);
        self.ended = Some(status);
        status
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.try_wait().is_none() {
            self.kill9_group();
        }
    }
}

fn read_lossy(path: &Path) -> String {
    std::fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}
