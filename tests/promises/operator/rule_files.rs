//! Policies and closure rules that change under `jaga up`: what is sound is taken, what is not never is.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use jaga_tests::{Jaga, project_root};
use serde_json::Value;

use crate::folder::Folder;
use crate::run::{Ran, SOON, command, finish};

struct Desk {
    folder: Folder,
    policy: PathBuf,
    closure: PathBuf,
}

impl Desk {
    /// With the built-in texts as files, and another version each.
    fn new() -> Result<Self> {
        let folder = Folder::empty()?;
        let desk = Self {
            policy: folder.path().join("policy.toml"),
            closure: folder.path().join("closure.toml"),
            folder,
        };
        let config = format!(
            "[escalation]\npolicy = {:?}\nreload_s = 1\n[closure]\nrules = {:?}\nreload_s = 1\n",
            desk.policy.display().to_string(),
            desk.closure.display().to_string()
        );
        std::fs::write(desk.folder.path().join("jaga.toml"), config)?;
        desk.write("one")?;
        Ok(desk)
    }

    fn write(&self, version: &str) -> Result<()> {
        for (file, shipped) in [
            (&self.policy, "jakarta.toml"),
            (&self.closure, "closure-rules.toml"),
        ] {
            let text = std::fs::read_to_string(project_root().join("deploy/policy").join(shipped))?;
            let named = text.lines().map(|line| match line.split_once('"') {
                Some((key, _)) if key.trim() == "version =" => {
                    format!("{key}\"{version}-{shipped}\"")
                }
                _ => line.to_owned(),
            });
            let named: Vec<String> = named.collect();
            std::fs::write(file, named.join("\n"))?;
        }
        Ok(())
    }

    fn command(&self, args: &[&str]) -> Result<jaga_tests::JagaBuilder> {
        let config = self.folder.path().join("jaga.toml");
        let command = command(args)?.arg("--data").arg(self.folder.data());
        Ok(command.arg("--config").arg(config))
    }

    async fn up(&self) -> Result<Jaga> {
        let mut jaga = self.command(&["up"])?.start()?;
        jaga.ready(SOON).await?;
        Ok(jaga)
    }

    /// What the doctor says of the rules: whether the files are sound, and what was taken.
    async fn doctor(&self) -> Result<(bool, String, Ran)> {
        let ran = finish(self.command(&["doctor", "--json"])?).await?;
        let found = ran.json()?;
        let found = found.as_array().context("a list")?;
        let of =
            |check: &str| -> Vec<&Value> { found.iter().filter(|f| f["check"] == check).collect() };
        let sound = of("policies and rules");
        let sound = sound.first().context("no check")?["ok"] == true;
        let taken: Vec<&str> = of("rules taken")
            .iter()
            .filter_map(|f| f["says"].as_str())
            .collect();
        let taken = taken.join("\n");
        Ok((sound, taken, ran))
    }

    /// What is in force is kept a moment later: asks the doctor until both rules are.
    async fn kept(&self, version: &str) -> Result<String> {
        let since = tokio::time::Instant::now();
        loop {
            let (sound, taken, _) = self.doctor().await?;
            let named = taken.contains(&format!("closure: {version} since"));
            if sound && named && !taken.contains("no worker has taken yet") {
                return Ok(taken);
            }
            ensure!(since.elapsed() < SOON, "not {version}: {taken}");
        }
    }
}

async fn refused(jaga: &Jaga, rules: &str, is: f64) -> Result<()> {
    let sample = format!("jaga_rules_refused{{rules=\"{rules}\"}}");
    jaga.metric_is(&sample, is, SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_that_are_not_sound_replace_nothing_and_the_doctor_says_so() -> Result<()> {
    let desk = Desk::new()?;
    let mut jaga = desk.up().await?;
    for rules in ["deadlines", "closure"] {
        refused(&jaga, rules, 0.0).await?;
    }
    let before = desk.kept("one-closure-rules.toml").await?;

    // A key that no rules have, and a file that went away.
    let text = std::fs::read_to_string(&desk.closure)?;
    std::fs::write(&desk.closure, format!("no_such_key = 1\n{text}"))?;
    std::fs::remove_file(&desk.policy)?;
    for _ in 0..2 {
        for rules in ["deadlines", "closure"] {
            refused(&jaga, rules, 1.0).await?;
        }
        for part in ["closure.toml", "no_such_key", "policy.toml"] {
            let said = jaga.stderr() + &jaga.stdout();
            ensure!(said.contains(part), "{part}: {said}");
        }
        let (sound, taken, ran) = desk.doctor().await?;
        ensure!(!sound && ran.code == Some(1), "{}", ran.out);
        ensure!(
            taken.matches("this stays in force").count() == 2
                && taken.contains("one-closure-rules.toml since"),
            "{taken}"
        );
        jaga.sigterm();
        jaga.wait(SOON).await?;
        jaga = desk.up().await?;
    }

    desk.write("two")?;
    for rules in ["deadlines", "closure"] {
        refused(&jaga, rules, 0.0).await?;
    }
    let after = desk.kept("two-closure-rules.toml").await?;
    ensure!(after != before, "{after}");
    jaga.sigterm();
    jaga.wait(SOON).await?;
    Ok(())
}
