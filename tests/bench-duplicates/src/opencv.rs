//! The rival in another process: a line with two files goes in, one with milliseconds and a count comes out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result};

pub struct OpenCv {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl OpenCv {
    /// `None`, with a line that says why, where there is no `OpenCV`.
    pub fn start(python: &Path) -> Result<Option<Self>> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rival.py");
        let mut child = Command::new(python)
            .arg(script)
            .env("OMP_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", python.display()))?;
        let orders = child.stdin.take().context("no pipe")?;
        let answers = BufReader::new(child.stdout.take().context("no pipe")?);
        let mut rival = Self {
            child,
            orders,
            answers,
        };
        let mut ready = String::new();
        rival.answers.read_line(&mut ready)?;
        if ready.trim() != "ready" {
            println!("OpenCV: left out: {}", ready.trim());
            return Ok(None);
        }
        Ok(Some(rival))
    }

    /// Milliseconds of processor time, and how many pairs agree. `area` is the pixels that both are brought to.
    pub fn ask(&mut self, files: [&Path; 2], width: usize, area: usize) -> Result<(f64, u32)> {
        let [one, other] = files.map(Path::display);
        writeln!(self.orders, "{one}\t{other}\t{width}\t{area}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let (ms, count) = line.trim().split_once(' ').context("OpenCV has ended")?;
        Ok((ms.parse()?, count.parse()?))
    }
}

impl Drop for OpenCv {
    fn drop(&mut self) {
        // It waits for a line that will not come.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
