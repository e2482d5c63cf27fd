//! A private PostgreSQL cluster.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::time::timeout;

use crate::home::home;
use crate::ports::free_port;
use crate::process::{Process, ProcessSpec, Signal};
use crate::wait::eventually;

/// A PostgreSQL cluster of this test's own, on a free loopback port. Dropping it stops it.
#[derive(Debug)]
pub struct Postgres {
    bin: PathBuf,
    folder: PathBuf,
    port: u16,
    /// The server refuses to run as root; then it runs as user `postgres`.
    drop_root: bool,
    server: Mutex<Option<Process>>,
    /// Settings beside the usual ones of a test.
    settings: Vec<String>,
    next_database: AtomicU32,
}

/// An empty database of one test's own.
#[derive(Debug)]
pub struct Database {
    /// `postgres://…` with user and database.
    pub url: String,
    /// Set on a server that outlives the test: how to drop the database again.
    drop_again: Option<(String, String)>,
}

impl Postgres {
    /// Makes a cluster, starts it, and waits until it takes connections (about 1 s).
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(&[]).await
    }

    /// The same with settings of one's own, such as `fsync=on`.
    pub async fn start_with(settings: &[&str]) -> anyhow::Result<Self> {
        let postgres = Self {
            bin: bin_folder()?,
            folder: home()?.folder("postgres")?,
            port: free_port()?,
            drop_root: rustix::process::geteuid().is_root(),
            server: Mutex::default(),
            settings: settings.iter().map(ToString::to_string).collect(),
            next_database: AtomicU32::new(0),
        };
        if postgres.drop_root {
            let owned = Command::new("chown")
                .arg("postgres")
                .arg(&postgres.folder)
                .status()?;
            if !owned.success() {
                bail!("there is no user postgres: run deploy/setup/test-deps.sh");
            }
        }
        postgres.init().await?;
        postgres.restart().await?;
        Ok(postgres)
    }

    /// The port, for a [`crate::Proxy`] in front.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `postgres://…` of a database by name.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://jaga:jaga@127.0.0.1:{}/{database}", self.port)
    }

    /// A new empty database.
    pub async fn database(&self) -> anyhow::Result<Database> {
        let name = format!("t{}", self.next_database.fetch_add(1, Ordering::Relaxed));
        psql(&self.url("postgres"), &format!("create database {name}")).await?;
        Ok(Database {
            url: self.url(&name),
            drop_again: None,
        })
    }

    /// A new empty database on a server that is already there; dropped with the value.
    pub async fn database_at(server_url: &str) -> anyhow::Result<Database> {
        let name = format!(
            "jaga_test_{}_{:08x}",
            std::process::id(),
            rand::random::<u32>()
        );
        psql(server_url, &format!("create database {name}")).await?;
        let (server, query) = server_url.split_once('?').unwrap_or((server_url, ""));
        let (scheme, rest) = server.split_once("://").context("the URL has no scheme")?;
        let authority = rest.split('/').next().unwrap_or(rest);
        let query = if query.is_empty() {
            String::new()
        } else {
            format!("?{query}")
        };
        Ok(Database {
            url: format!("{scheme}://{authority}/{name}{query}"),
            drop_again: Some((server_url.to_owned(), name)),
        })
    }

    /// One SQL statement in a database by name; returns what `psql -At` prints.
    pub async fn sql(&self, database: &str, statement: &str) -> anyhow::Result<String> {
        psql(&self.url(database), statement).await
    }

    /// `kill -9` of the server. Its backends notice and end by themselves.
    pub fn kill9(&self) {
        if let Some(mut server) = self.lock().take() {
            server.kill9();
        }
    }

    /// Freezes the server's main process: no new connection is served.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Starts the server again on the same port and data; kills it first if it runs.
    ///
    /// After `kill -9` the first tries fail while old backends are still ending, so it tries again.
    pub async fn restart(&self) -> anyhow::Result<()> {
        self.kill9();
        let mut last = String::new();
        for _ in 0..60 {
            let server = self.spawn()?;
            *self.lock() = Some(server);
            let ready = eventually(Duration::from_secs(20), || async {
                if self.ended() {
                    Ok(false)
                } else {
                    self.is_ready().await.map(|()| true)
                }
            })
            .await;
            match ready {
                Ok(true) => return Ok(()),
                Ok(false) => last = self.tail(),
                Err(error) => return Err(error).context(self.tail()),
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        bail!("PostgreSQL did not start: {last}")
    }

    /// The last lines that the server wrote.
    pub fn tail(&self) -> String {
        self.lock()
            .as_ref()
            .map(|server| server.tail(20))
            .unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Process>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signal(&self, signal: Signal) {
        if let Some(server) = self.lock().as_mut() {
            server.signal(signal);
        }
    }

    fn ended(&self) -> bool {
        self.lock()
            .as_mut()
            .is_none_or(|server| server.try_wait().is_some())
    }

    /// Program and first arguments that run a server program as a user that may run it.
    fn program(&self, name: &str) -> (PathBuf, Vec<String>) {
        let program = self.bin.join(name);
        if !self.drop_root {
            return (program, Vec::new());
        }
        let as_user = ["--reuid=postgres", "--regid=postgres", "--init-groups"];
        let mut args: Vec<String> = as_user.map(String::from).to_vec();
        args.push(program.display().to_string());
        ("setpriv".into(), args)
    }

    async fn init(&self) -> anyhow::Result<()> {
        let (program, first) = self.program("initdb");
        let mut spec = ProcessSpec::new(program, &self.folder, "initdb", "KILL")?;
        spec.command()
            .args(first)
            .arg("-D")
            .arg(self.folder.join("data"))
            .args([
                "-U",
                "jaga",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
            ])
            .current_dir(&self.folder);
        let mut initdb = spec.start()?;
        let status = initdb.wait(Duration::from_mins(1)).await?;
        if !status.success() {
            bail!("initdb: {}", initdb.tail(20));
        }
        Ok(())
    }

    fn spawn(&self) -> anyhow::Result<Process> {
        let (program, first) = self.program("postgres");
        let mut spec = ProcessSpec::new(program, &self.folder, "postgres", "QUIT")?;
        spec.command()
            .args(first)
            .arg("-D")
            .arg(self.folder.join("data"));
        spec.command()
            .arg("-k")
            .arg(&self.folder)
            .args(["-p", &self.port.to_string()]);
        // No fsync: a killed process loses nothing that the kernel has. Shared memory as files in
        // the data folder, so that kill -9 leaves none in /dev/shm.
        for setting in [
            "listen_addresses=127.0.0.1",
            "fsync=off",
            "full_page_writes=off",
            "dynamic_shared_memory_type=mmap",
            "shared_buffers=32MB",
            "max_connections=200",
            "timezone=UTC",
        ] {
            spec.command().args(["-c", setting]);
        }
        for setting in &self.settings {
            spec.command().args(["-c", setting]);
        }
        spec.command().current_dir(&self.folder);
        spec.start()
    }

    async fn is_ready(&self) -> anyhow::Result<()> {
        let mut command = Command::new(self.bin.join("pg_isready"));
        command.args([
            "-q",
            "-t",
            "1",
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
        ]);
        let status = tokio::task::spawn_blocking(move || command.status()).await??;
        if status.success() {
            Ok(())
        } else {
            bail!("pg_isready: {status}")
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(server) = self.lock().as_mut() {
            // Immediate shutdown: it ends its backends, and frees what kill -9 would leave.
            server.signal(Signal::QUIT);
            for _ in 0..100 {
                if server.try_wait().is_some() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.drop_again {
            let _ = Command::new("psql")
                .args(["-q", "-d", server, "-c"])
                .arg(format!("drop database if exists {name} with (force)"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
    }
}

/// One SQL statement through `psql`; returns what `-At` prints.
async fn psql(url: &str, statement: &str) -> anyhow::Result<String> {
    let mut command = Command::new("psql");
    command.args([
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-d",
        url,
        "-c",
        statement,
    ]);
    let run = tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output());
    let output = timeout(Duration::from_secs(30), run)
        .await
        .context("psql gave no answer in 30 s")???;
    if !output.status.success() {
        bail!("psql: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where the newest installed server's programs lie.
fn bin_folder() -> anyhow::Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| Path::new(bin).join("postgres").exists())
        .collect();
    found.sort();
    let (_, bin) = found
        .pop()
        .context("PostgreSQL is not installed: run deploy/setup/test-deps.sh")?;
    Ok(bin)
}
