//! `jaga --help`, `jaga config`.

use anyhow::{Context as _, Result, ensure};
use jaga_service::Config;

use crate::run::{command, finish, jaga};

const COMMANDS: [&str; 21] = [
    "up",
    "demo",
    "intake",
    "photo",
    "closure",
    "escalation",
    "relay",
    "migrate",
    "doctor",
    "publish",
    "config",
    "report",
    "parked",
    "strip",
    "inspect",
    "locate",
    "layer",
    "compare",
    "deadline",
    "calendar",
    "policy",
];

#[tokio::test]
async fn help_names_every_command_and_each_explains_itself() -> Result<()> {
    let help = jaga(["--help"]).await?.exits(0)?;
    for name in COMMANDS {
        let named = help
            .out
            .lines()
            .any(|line| line.split_whitespace().next() == Some(name));
        ensure!(named, "{name} is not in:\n{}", help.out);
        let own = jaga([name, "--help"]).await?.exits(0)?;
        ensure!(
            own.out.contains(&format!("Usage: jaga {name}")),
            "{}",
            own.out
        );
    }
    ensure!(
        !help.out.contains("decode-child"),
        "what is not for people is not shown"
    );
    ensure!(help.out.contains("Exit codes"));
    let version = jaga(["--version"]).await?.exits(0)?;
    ensure!(version.out.trim() == format!("jaga {}", env!("CARGO_PKG_VERSION")));
    jaga(["no-such-command"])
        .await?
        .exits(2)?
        .complains("no-such-command")?;
    Ok(())
}

#[tokio::test]
async fn config_shows_the_defaults_and_what_overrides_them() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let shown = finish(command(["config"])?.env("JAGA_SERVICE_LISTEN", "127.0.0.1:9600")).await?;
    let shown: toml::Table = shown.exits(0)?.out.parse()?;
    ensure!(
        shown == toml::Table::try_from(Config::default())?,
        "the defaults: {shown}"
    );

    let file = folder.path().join("jaga.toml");
    std::fs::write(
        &file,
        "[photo]\nmax_mib = 7\nconcurrency = 3\n[relay]\nbatch = 9\n",
    )?;
    let key = folder.path().join("key");
    std::fs::write(&key, "the-secret-key\n")?;
    let ran = command(["config", "--json", "--config"])?
        .arg(&file)
        .env("JAGA_PHOTO_CONCURRENCY", "5")
        .env("JAGA_VAULT_SECRET_KEY_FILE", &key)
        .env(
            "JAGA_LEDGER_URL",
            "postgres://jaga:the-password@db:5432/jaga",
        );
    let ran = finish(ran).await?.exits(0)?;
    let shown = ran.json()?;
    ensure!(
        shown["photo"]["max_mib"] == 7,
        "the file overrides the default"
    );
    ensure!(
        shown["photo"]["concurrency"] == 5,
        "the environment overrides the file"
    );
    ensure!(shown["relay"]["batch"] == 9 && shown["relay"]["poll_ms"] == 250);
    ensure!(shown["ledger"]["url"] == "postgres://***@db:5432/jaga");
    ensure!(
        shown["vault"]["secret_key"] == "***",
        "read from its file, and masked"
    );
    for secret in ["the-secret-key", "the-password"] {
        ensure!(
            !ran.out.contains(secret) && !ran.err.contains(secret),
            "{secret} is shown"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_mistake_in_the_configuration_is_named_and_nothing_starts() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("jaga.toml");
    let cases = [
        ("[photo]\nconcurency = 3\n", "photo.concurency"),
        ("[photo]\nmax_mib = \"much\"\n", "photo.max_mib"),
        (
            "[service]\njob_deadline_s = 500\n",
            "service.job_deadline_s",
        ),
        ("[photo\n", "line 1"),
    ];
    for (text, named) in cases {
        std::fs::write(&file, text)?;
        for name in ["config", "relay", "doctor"] {
            let ran = finish(command([name, "--config"])?.arg(&file)).await?;
            ran.exits(2)?.complains(named)?;
        }
    }
    let ran = finish(command(["config"])?.env("JAGA_PHOTO_CONCURENCY", "3")).await?;
    let ran = ran.exits(2)?.complains("JAGA_PHOTO_CONCURENCY")?;
    ensure!(ran.err.contains("photo.concurrency"), "a hint: {}", ran.err);
    let missing = folder.path().join("missing.toml");
    let ran = finish(command(["config", "--config"])?.arg(&missing)).await?;
    ran.exits(2)?.complains("missing.toml")?;
    Ok(())
}

#[tokio::test]
async fn a_worker_without_its_places_says_which_setting_is_missing() -> Result<()> {
    for name in [
        "intake",
        "photo",
        "closure",
        "escalation",
        "relay",
        "migrate",
    ] {
        let ran = jaga([name]).await?.exits(2)?;
        let key = ["broker.url", "ledger.url", "vault.access_key"]
            .into_iter()
            .find(|key| ran.err.contains(key));
        key.with_context(|| format!("{name} should name a setting: {}", ran.err))?;
    }
    Ok(())
}
