//! The rival in another process: a line with two files goes in, one with milliseconds and a count comes out.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use jaga_bench_kit::Rival;

pub struct OpenCv(Rival);

impl OpenCv {
    /// `None`, with a line that says why, where there is no `OpenCV`.
    pub fn start(python: &Path) -> Result<Option<Self>> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rival.py");
        let mut rival = Rival::start(Command::new(python).arg(script))?;
        let ready = rival.line()?;
        if ready != "ready" {
            println!("OpenCV: left out: {ready}");
            return Ok(None);
        }
        Ok(Some(Self(rival)))
    }

    /// Milliseconds of processor time, and how many pairs agree. `area` is the pixels that both are brought to.
    pub fn ask(&mut self, files: [&Path; 2], width: usize, area: usize) -> Result<(f64, u32)> {
        let [one, other] = files.map(Path::display);
        let line = self.0.ask(&format!("{one}\t{other}\t{width}\t{area}"))?;
        let (ms, count) = line.split_once(' ').context("OpenCV says no figures")?;
        Ok((ms.parse()?, count.parse()?))
    }
}
