//! Runs `jaga` to its end.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jaga_tests::{Jaga, JagaBuilder};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

/// Longer than any command takes that ends by itself.
pub(crate) const SOON: Duration = Duration::from_secs(90);

/// What a command left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// `jaga` with these arguments.
pub(crate) fn command<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Result<JagaBuilder> {
    let mut args = args.into_iter().map(Into::into);
    let first: OsString = args.next().context("a command")?;
    Ok(Jaga::command(&first.to_string_lossy())?.args(args))
}

pub(crate) async fn finish(builder: JagaBuilder) -> Result<Ran> {
    let mut jaga = builder.run(SOON).await?;
    let code = jaga.try_wait().and_then(|status| status.code());
    Ok(Ran {
        code,
        out: jaga.stdout(),
        err: jaga.stderr(),
    })
}

pub(crate) async fn jaga<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Result<Ran> {
    finish(command(args)?).await
}

impl Ran {
    /// Expects this exit code.
    pub(crate) fn exits(self, code: i32) -> Result<Self> {
        ensure!(
            self.code == Some(code),
            "exit {code} was expected: {self:?}"
        );
        Ok(self)
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.out).with_context(|| format!("no JSON: {}", self.out))
    }

    /// Expects a complaint on standard error that names this, and nothing on standard output.
    pub(crate) fn complains(self, of: &str) -> Result<Self> {
        ensure!(self.err.contains(of), "it should name {of:?}: {}", self.err);
        ensure!(
            self.out.is_empty(),
            "a complaint is no result: {}",
            self.out
        );
        Ok(self)
    }
}

/// A value a line.
pub(crate) fn lines(out: &str) -> Result<Vec<Value>> {
    out.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("no JSON: {line}")))
        .collect()
}

/// Whether the bytes hold this text.
pub(crate) fn holds(bytes: &[u8], text: &[u8]) -> bool {
    !text.is_empty() && bytes.windows(text.len()).any(|window| window == text)
}

/// Every file below a folder, with its content.
pub(crate) fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder)?.display().to_string();
                found.push((name, std::fs::read(&path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// `jaga` with open ends: its input is written and its output read while it runs.
pub(crate) fn open(args: &[&str]) -> Result<tokio::process::Command> {
    let mut command = tokio::process::Command::new(jaga_tests::jaga_bin()?);
    for (key, _) in std::env::vars_os() {
        if key.to_string_lossy().starts_with("JAGA_") {
            command.env_remove(key);
        }
    }
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Ok(command)
}

/// Runs `jaga` to its end with this on its standard input.
pub(crate) async fn piped(args: &[&str], input: impl Into<Vec<u8>>) -> Result<Ran> {
    let mut jaga = open(args)?.spawn()?;
    let mut stdin = jaga.stdin.take().context("its input")?;
    let input = input.into();
    let fed = tokio::spawn(async move {
        // It may have ended already: then its exit code tells.
        drop(stdin.write_all(&input).await);
    });
    let ended = tokio::time::timeout(SOON, jaga.wait_with_output()).await??;
    fed.await?;
    Ok(Ran {
        code: ended.status.code(),
        out: String::from_utf8_lossy(&ended.stdout).into_owned(),
        err: String::from_utf8_lossy(&ended.stderr).into_owned(),
    })
}
