//! Another program that does the same work.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result};

/// A rival that is already running, and says itself what its work has cost.
pub struct Rival {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Rival {
    /// Starts it, on one core as all others.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .env("OMP_NUM_THREADS", "1")
            .env("OPENBLAS_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", command.get_program().display()))?;
        let orders = child.stdin.take().context("no pipe")?;
        let answers = BufReader::new(child.stdout.take().context("no pipe")?);
        Ok(Self {
            child,
            orders,
            answers,
        })
    }

    /// Its next line; an error once it has ended.
    pub fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        line.truncate(line.trim_end().len());
        if line.is_empty() {
            anyhow::bail!("the rival has ended");
        }
        Ok(line)
    }

    /// Its answer to an order, both of one line.
    pub fn ask(&mut self, order: &str) -> Result<String> {
        writeln!(self.orders, "{order}")?;
        self.line()
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        // It waits for a line that will not come; a failure to end it shows at the next start.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
