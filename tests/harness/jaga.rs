//! The built binary, as a process.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail, ensure};

use crate::home::home;
use crate::http::http_get;
use crate::ports::free_port;
use crate::process::{Process, ProcessSpec, Signal};
use crate::root::project_root;
use crate::wait::eventually;

/// The `jaga` binary that belongs to this test build, brought up to date once per test process.
/// `JAGA_BIN` names another one.
pub fn jaga_bin() -> anyhow::Result<&'static Path> {
    static BIN: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BIN.get_or_init(|| build().map_err(|error| format!("{error:#}")))
        .as_deref()
        .map_err(|error| anyhow!("{error}"))
}

/// Builds it with the features that the whole workspace agrees on, so that a test run compiles no
/// dependency twice. Cargo itself knows what is up to date, and lets one build run at a time.
fn build() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("JAGA_BIN") {
        return Ok(named.into());
    }
    // target/<profile>/deps/<this test>
    let this = std::env::current_exe()?;
    let profile_folder = this
        .parent()
        .and_then(Path::parent)
        .context("the test binary lies in no target folder")?;
    let target = profile_folder
        .parent()
        .context("the profile folder has no parent")?;
    let profile = match profile_folder.file_name().and_then(OsStr::to_str) {
        Some("debug") => "dev",
        Some(name) => name,
        None => bail!("the profile folder has no name"),
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--workspace",
            "--bin",
            "jaga",
            "--profile",
            profile,
        ])
        .env("CARGO_TARGET_DIR", target)
        .current_dir(project_root())
        .stdin(Stdio::null())
        .output()
        .context("could not run cargo")?;
    if !output.status.success() {
        bail!("cargo build: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(profile_folder.join("jaga"))
}

/// A running `jaga`. Dropping it kills it and its children.
#[derive(Debug)]
pub struct Jaga {
    process: Process,
    name: String,
    port: u16,
}

/// What to run it with.
#[derive(Debug)]
pub struct JagaBuilder {
    name: String,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    port: u16,
}

impl Jaga {
    /// `jaga <name> …`: a worker, or another subcommand. Its health port is a free one, told by
    /// `JAGA_SERVICE_LISTEN`. Nothing of the test's own environment that begins with `JAGA_` is
    /// passed on.
    pub fn command(name: &str) -> anyhow::Result<JagaBuilder> {
        Ok(JagaBuilder {
            name: name.to_owned(),
            args: vec![name.into()],
            env: Vec::new(),
            port: free_port()?,
        })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The port of `/live`, `/ready` and `/metrics`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `kill -9` of the process alone. Its children must notice by themselves.
    pub fn kill9(&mut self) -> ExitStatus {
        self.process.kill9()
    }

    /// Asks it politely to stop.
    pub fn sigterm(&mut self) {
        self.process.signal(Signal::TERM);
    }

    /// Freezes it.
    pub fn freeze(&mut self) {
        self.process.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn thaw(&mut self) {
        self.process.signal(Signal::CONT);
    }

    /// How it ended, if it has.
    pub fn try_wait(&mut self) -> Option<ExitStatus> {
        self.process.try_wait()
    }

    /// Waits until it ends by itself; the error holds the end of its log.
    pub async fn wait(&mut self, deadline: Duration) -> anyhow::Result<ExitStatus> {
        let ended = self.process.wait(deadline).await;
        ended.map_err(|error| error.context(format!("jaga {}: {}", self.name, self.log_tail())))
    }

    /// Waits until `/ready` answers 200; fails at once if the process ends.
    pub async fn ready(&mut self, deadline: Duration) -> anyhow::Result<()> {
        let port = self.port;
        let process = std::sync::Mutex::new(&mut self.process);
        let ready = eventually(deadline, || async {
            let ended = process.lock().map_err(|_| anyhow!("poisoned"))?.try_wait();
            if let Some(status) = ended {
                return Ok(Err(anyhow!("it ended with {status}")));
            }
            let answer = http_get(port, "/ready").await?;
            match answer.status {
                200 => Ok(Ok(())),
                status => bail!("/ready answers {status}: {}", answer.body),
            }
        })
        .await
        .and_then(|outcome| outcome);
        ready.map_err(|error| error.context(format!("jaga {}: {}", self.name, self.log_tail())))
    }

    /// The value of a metric's sample whose line begins with `sample` (name, or name with labels),
    /// summed over the lines that do.
    pub async fn metric(&self, sample: &str) -> anyhow::Result<f64> {
        let page = http_get(self.port, "/metrics").await?.body;
        let values: Vec<f64> = page
            .lines()
            .filter(|line| line.starts_with(sample))
            .filter_map(|line| line.rsplit(' ').next()?.parse().ok())
            .collect();
        if values.is_empty() {
            bail!("no sample begins with {sample}");
        }
        Ok(values.iter().sum())
    }

    /// Waits until [`Self::metric`] of a whole number is `value`.
    pub async fn metric_is(
        &self,
        sample: &str,
        value: f64,
        deadline: Duration,
    ) -> anyhow::Result<()> {
        eventually(deadline, || async {
            let is = self.metric(sample).await?;
            ensure!((is - value).abs() < 0.5, "{sample} is {is}");
            Ok(())
        })
        .await
    }

    /// Everything it wrote to standard output.
    pub fn stdout(&self) -> String {
        self.process.stdout()
    }

    /// Everything it wrote to standard error: its log.
    pub fn stderr(&self) -> String {
        self.process.stderr()
    }

    /// The last lines of both.
    pub fn log_tail(&self) -> String {
        self.process.tail(30)
    }
}

impl JagaBuilder {
    /// One more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// One environment variable.
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((key.into(), value.into()));
        self
    }

    /// More environment variables.
    #[must_use]
    pub fn envs<K: Into<OsString>, V: Into<OsString>>(
        mut self,
        envs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.env.extend(
            envs.into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        );
        self
    }

    /// Starts it.
    pub fn start(self) -> anyhow::Result<Jaga> {
        let logs = home()?.folder(&self.name)?;
        let mut spec = ProcessSpec::new(jaga_bin()?, &logs, "jaga", "KILL")?;
        let command = spec.command();
        for (key, _) in std::env::vars_os() {
            if key.to_string_lossy().starts_with("JAGA_") {
                command.env_remove(key);
            }
        }
        command
            .args(&self.args)
            .env("JAGA_SERVICE_LISTEN", format!("127.0.0.1:{}", self.port))
            .envs(self.env);
        command.current_dir(&logs);
        Ok(Jaga {
            process: spec.start()?,
            name: self.name,
            port: self.port,
        })
    }

    /// Runs it to its end.
    pub async fn run(self, deadline: Duration) -> anyhow::Result<Jaga> {
        let mut jaga = self.start()?;
        jaga.wait(deadline).await?;
        Ok(jaga)
    }
}
