//! A private RabbitMQ node.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::home::home;
use crate::policies::production_policies;
use crate::ports::free_port;
use crate::process::{Process, ProcessSpec, Signal};
use crate::wait::eventually;

/// The server script itself: the one in `/usr/sbin` changes to user `rabbitmq` first.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const START: Duration = Duration::from_mins(3);
const COOKIE: &str = "jaga-test-cookie";

/// A RabbitMQ node of this test's own, on free loopback ports, with its own name server (epmd).
///
/// It loads the policies of `deploy/rabbitmq/definitions.json` into each virtual host, so tests
/// meet the dead-lettering and limits that production has. Dropping it stops everything.
#[derive(Debug)]
pub struct Rabbit {
    folder: PathBuf,
    port: u16,
    dist_port: u16,
    epmd_port: u16,
    running: Mutex<Running>,
    next_vhost: AtomicU32,
}

#[derive(Debug, Default)]
struct Running {
    node: Option<Process>,
    epmd: Option<Process>,
}

/// A virtual host: an empty broker of one test's own.
#[derive(Debug, Clone)]
pub struct Vhost {
    /// Its name.
    pub name: String,
    /// `amqp://…` with user, password and this virtual host.
    pub url: String,
}

impl Rabbit {
    /// Starts a node and waits until it takes connections (about 4 s).
    pub async fn start() -> anyhow::Result<Self> {
        if !Path::new(SERVER).exists() {
            bail!("RabbitMQ is not installed: run deploy/setup/test-deps.sh");
        }
        let rabbit = Self {
            folder: home()?.folder("rabbitmq")?,
            port: free_port()?,
            dist_port: free_port()?,
            epmd_port: free_port()?,
            running: Mutex::default(),
            next_vhost: AtomicU32::new(0),
        };
        rabbit.configure()?;
        rabbit.restart().await?;
        Ok(rabbit)
    }

    /// `amqp://…` of the default virtual host.
    pub fn url(&self) -> String {
        format!("amqp://jaga:jaga@127.0.0.1:{}/%2f", self.port)
    }

    /// The AMQP port, for a [`crate::Proxy`] in front.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A new virtual host with the policies of production.
    pub async fn vhost(&self) -> anyhow::Result<Vhost> {
        let name = format!("t{}", self.next_vhost.fetch_add(1, Ordering::Relaxed));
        let mut steps = format!(
            "ok = rabbit_vhost:add(<<\"{name}\">>, <<\"test\">>), \
             ok = rabbit_auth_backend_internal:set_permissions(<<\"jaga\">>, <<\"{name}\">>, \
             <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"test\">>)"
        );
        for policy in production_policies()? {
            steps.push_str(&policy.set_in(&name));
        }
        self.eval(&steps)
            .await
            .with_context(|| format!("could not make virtual host {name}"))?;
        let url = format!("amqp://jaga:jaga@127.0.0.1:{}/{name}", self.port);
        Ok(Vhost { name, url })
    }

    /// Runs Erlang expressions (with commas between, no full stop) inside the node: a few ms, where
    /// `rabbitmqctl` takes 1.4 s. Returns the value of the last one as Erlang writes it.
    pub async fn eval(&self, expressions: &str) -> anyhow::Result<String> {
        // The small client prints binaries as their length alone, so the node prints the value.
        let as_text =
            format!("lists:flatten(io_lib:format(\"~0p\", [begin {expressions} end])).\n");
        let client = erl_call()?;
        // A busy node now and then drops the handshake: then nothing was run, and asking again helps.
        let mut tries = 0;
        let output = loop {
            let mut command = Command::new(&client);
            command
                .args(["-sname", &self.node_name(), "-c", COOKIE, "-e"])
                .env("ERL_EPMD_PORT", self.epmd_port.to_string())
                .env("HOME", &self.folder);
            let output = feed(command, as_text.clone()).await?;
            tries += 1;
            let said = String::from_utf8_lossy(&output.stderr);
            if tries == 20 || !said.contains("failed to connect") {
                break output;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let text = String::from_utf8_lossy(&output.stdout);
        match text
            .trim()
            .strip_prefix("{ok, \"")
            .and_then(|text| text.strip_suffix("\"}"))
        {
            Some(value) => Ok(value.replace("\\\"", "\"").replace("\\\\", "\\")),
            None => bail!(
                "the node refused: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            ),
        }
    }

    /// `rabbitmqctl` against this node. Costs about 1.4 s; prefer [`Rabbit::eval`] in loops.
    pub async fn ctl(&self, args: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new("rabbitmqctl");
        command.arg("-q").args(args);
        self.run(command).await
    }

    /// Runs a program that calls `rabbitmqctl` so that it reaches this node; returns its output.
    pub async fn run(&self, mut command: Command) -> anyhow::Result<String> {
        self.environment(&mut command);
        // The scripts themselves: those on the usual path change to user `rabbitmq` first.
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("/usr/lib/rabbitmq/bin:{path}"));
        let program = command.get_program().to_string_lossy().into_owned();
        let output = feed(command, String::new()).await?;
        if !output.status.success() {
            let out = String::from_utf8_lossy(&output.stdout);
            bail!(
                "{program}: {out}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Closes every client connection, as an operator or a failing node would.
    pub async fn close_connections(&self) -> anyhow::Result<()> {
        self.eval(
            "[catch rabbit_networking:close_connection(P, \"closed by the test\") \
             || P <- rabbit_networking:connections()]",
        )
        .await
        .map(drop)
    }

    /// Raises (`true`) or clears the memory alarm: publishers are blocked while it stands.
    pub async fn memory_alarm(&self, raised: bool) -> anyhow::Result<()> {
        let limit = if raised { "{absolute, 1}" } else { "0.6" };
        self.eval(&format!(
            "vm_memory_monitor:set_vm_memory_high_watermark({limit})"
        ))
        .await
        .map(drop)
    }

    /// `kill -9` of the node, and the wait until its port is closed. Its name server stays.
    pub fn kill9(&self) {
        let Some(mut node) = self.lock().node.take() else {
            return;
        };
        node.kill9_group();
        // What was waited for is the shell in front of the node; the node itself ends a moment later.
        for _ in 0..1000 {
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Freezes the node: its kernel still answers, it does not.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets a frozen node go on.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Starts the node again on the same port and data; kills it first if it runs.
    pub async fn restart(&self) -> anyhow::Result<()> {
        self.kill9();
        {
            let mut running = self.lock();
            if running
                .epmd
                .as_mut()
                .is_none_or(|epmd| epmd.try_wait().is_some())
            {
                running.epmd = Some(self.spawn_epmd()?);
            }
        }
        eventually(Duration::from_secs(5), || async {
            Ok(TcpStream::connect(("127.0.0.1", self.epmd_port))
                .await
                .map(drop)?)
        })
        .await
        .context("the name server did not start")?;
        let node = self.spawn_node()?;
        self.lock().node = Some(node);
        eventually(START, || async {
            if let Some(node) = self.lock().node.as_mut()
                && let Some(status) = node.try_wait()
            {
                bail!("RabbitMQ ended with {status}: {}", node.tail(20));
            }
            speaks_amqp(self.port).await
        })
        .await
        .with_context(|| format!("RabbitMQ did not start: {}", self.tail()))
    }

    /// The last lines that the node wrote.
    pub fn tail(&self) -> String {
        self.lock()
            .node
            .as_ref()
            .map(|node| node.tail(30))
            .unwrap_or_default()
    }

    fn signal(&self, signal: Signal) {
        if let Some(node) = self.lock().node.as_mut() {
            node.signal_group(signal);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn node_name(&self) -> String {
        format!("jaga-{}@localhost", self.port)
    }

    fn configure(&self) -> anyhow::Result<()> {
        std::fs::write(self.folder.join("enabled_plugins"), "[].\n")?;
        let definitions = serde_json::json!({
            "users": [{ "name": "jaga", "password": "jaga", "tags": "administrator" }],
            "vhosts": [{ "name": "/" }],
            "permissions": [{
                "user": "jaga", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"
            }],
            "policies": production_policies()?
                .iter()
                .map(|policy| policy.json("/"))
                .collect::<Vec<_>>(),
        });
        let definitions_file = self.folder.join("definitions.json");
        std::fs::write(&definitions_file, definitions.to_string())?;
        let conf = format!(
            "listeners.tcp.1 = 127.0.0.1:{}\n\
             load_definitions = {}\n\
             log.console = true\n\
             log.console.level = warning\n\
             disk_free_limit.absolute = 1MB\n\
             vm_memory_high_watermark.relative = 0.6\n",
            self.port,
            definitions_file.display()
        );
        std::fs::write(self.folder.join("rabbitmq.conf"), conf)?;
        Ok(())
    }

    fn spawn_epmd(&self) -> anyhow::Result<Process> {
        let mut spec = ProcessSpec::new("epmd", &self.folder, "epmd", "KILL")?;
        spec.command().args([
            "-port",
            &self.epmd_port.to_string(),
            "-address",
            "127.0.0.1",
            "-relaxed_command_check",
        ]);
        spec.start()
    }

    fn spawn_node(&self) -> anyhow::Result<Process> {
        let mut spec = ProcessSpec::new(SERVER, &self.folder, "rabbitmq", "KILL")?;
        self.environment(spec.command());
        spec.start()
    }

    fn environment(&self, command: &mut Command) {
        let at = |name: &str| self.folder.join(name);
        command
            .env("HOME", &self.folder)
            .env("RABBITMQ_NODENAME", self.node_name())
            .env("RABBITMQ_NODE_PORT", self.port.to_string())
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_DIST_PORT", self.dist_port.to_string())
            .env("ERL_EPMD_PORT", self.epmd_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_MNESIA_BASE", at("data"))
            .env("RABBITMQ_LOG_BASE", at("log"))
            .env("RABBITMQ_PID_FILE", at("rabbitmq.pid"))
            .env("RABBITMQ_CONFIG_FILE", at("rabbitmq.conf"))
            .env("RABBITMQ_CONF_ENV_FILE", at("no-such-file"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", at("enabled_plugins"))
            .env("RABBITMQ_CTL_ERL_ARGS", format!("-setcookie {COOKIE}"))
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                format!("-kernel inet_dist_use_interface {{127,0,0,1}} -setcookie {COOKIE}"),
            );
    }
}

/// Whether something on this port answers an AMQP greeting.
async fn speaks_amqp(port: u16) -> anyhow::Result<()> {
    let greet = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(b"AMQP\x00\x00\x09\x01").await?;
        let mut first = [0; 1];
        stream.read_exact(&mut first).await?;
        anyhow::Ok(())
    };
    timeout(Duration::from_secs(2), greet)
        .await
        .context("no AMQP greeting")?
}

/// Erlang's small C client, which lies beside the runtime.
fn erl_call() -> anyhow::Result<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib/erlang").context("Erlang is not installed")?;
    folders
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin/erl_call"))
        .find(|path| path.exists())
        .context("erl_call is not installed: run deploy/setup/test-deps.sh")
}

/// Runs a command to its end with `input`, off the async threads.
async fn feed(mut command: Command, input: String) -> anyhow::Result<Output> {
    let run = tokio::task::spawn_blocking(move || {
        use std::io::Write as _;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(input.as_bytes());
        }
        child.wait_with_output()
    });
    // A script may start `rabbitmqctl` ten times, and each start is seconds on a busy machine.
    let output = timeout(Duration::from_mins(3), run)
        .await
        .context("no answer within 180 s")?;
    Ok(output??)
}
