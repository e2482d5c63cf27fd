//! Which crate may depend on which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jaga_tests::project_root;
use serde_json::Value;

/// Crates that decide: the same input gives the same answer, on every machine and in every test.
const PURE: [&str; 5] = [
    "jaga-contract",
    "jaga-imaging",
    "jaga-geo",
    "jaga-ticket",
    "jaga-likeness",
];

/// What reaches the outside world, or brings chance.
const OUTSIDE: [&str; 16] = [
    "tokio",
    "async-std",
    "mio",
    "socket2",
    "hyper",
    "reqwest",
    "ureq",
    "sqlx",
    "sqlx-core",
    "lapin",
    "aws-sdk-s3",
    "rand",
    "getrandom",
    "tempfile",
    "notify",
    "chrono",
];

/// The one room that each client of the outside may be named in.
const KEEPERS: [(&str, &str); 6] = [
    ("lapin", "jaga-broker"),
    ("sqlx", "jaga-ledger"),
    ("aws-sdk-s3", "jaga-vault"),
    ("aws-smithy-http-client", "jaga-vault"),
    ("axum", "jaga-service"),
    ("cron", "jaga-escalation"),
];

struct Metadata(Value);

impl Metadata {
    fn read() -> Result<Self> {
        let about = Command::new(env!("CARGO")).arg("-vV").output()?;
        let about = String::from_utf8_lossy(&about.stdout).into_owned();
        let mut lines = about.lines();
        let host = lines.find_map(|line| line.strip_prefix("host: "));
        // What only other systems need was never fetched on a machine that has built this once.
        let platform = host.context("cargo names no host")?;
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--offline", "--locked", "--format-version", "1"])
            .args(["--filter-platform", platform])
            .current_dir(project_root())
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "cargo metadata: {said}");
        Ok(Self(serde_json::from_slice(&output.stdout)?))
    }

    /// The crates of this workspace.
    fn own(&self) -> impl Iterator<Item = &Value> {
        let packages = self.0["packages"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        packages
            .iter()
            .filter(|package| package["source"].is_null())
    }

    fn named(&self, name: &str) -> Result<&Value> {
        self.own()
            .find(|p| p["name"] == name)
            .with_context(|| format!("no crate {name}"))
    }

    /// Everything that a crate is built from (tests and build scripts of others not counted).
    fn built_from(&self, name: &str) -> Result<BTreeSet<String>> {
        let nodes: BTreeMap<&str, &Value> = self.0["resolve"]["nodes"]
            .as_array()
            .context("no nodes")?
            .iter()
            .filter_map(|node| Some((node["id"].as_str()?, node)))
            .collect();
        let names: BTreeMap<&str, &str> = self.0["packages"]
            .as_array()
            .context("no packages")?
            .iter()
            .filter_map(|p| Some((p["id"].as_str()?, p["name"].as_str()?)))
            .collect();
        let mut open = vec![self.named(name)?["id"].as_str().context("no id")?];
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let needs = nodes.get(id).and_then(|node| node["deps"].as_array());
            for need in needs.into_iter().flatten() {
                let kinds = need["dep_kinds"]
                    .as_array()
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                if kinds.iter().any(|kind| kind["kind"].is_null()) {
                    open.extend(need["pkg"].as_str());
                }
            }
        }
        let name = |id| names.get(id).map(|name| (*name).to_owned());
        Ok(seen.into_iter().filter_map(name).collect())
    }
}

/// Its direct dependencies: name and kind (`null` is the crate itself, `dev` its tests).
fn needs(package: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let needs = package["dependencies"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    needs
        .iter()
        .filter_map(|need| Some((need["name"].as_str()?, &need["kind"])))
}

/// `workers/photo` of a crate's manifest.
fn folder(package: &Value) -> Option<&Path> {
    let manifest = Path::new(package["manifest_path"].as_str()?);
    manifest.parent()?.strip_prefix(project_root()).ok()
}

#[test]
fn a_crate_that_decides_reaches_nothing_outside() -> Result<()> {
    let metadata = Metadata::read()?;
    for name in PURE {
        let parts = metadata.built_from(name)?;
        let outside: Vec<&&str> = OUTSIDE
            .iter()
            .filter(|crate_| parts.contains(**crate_))
            // `geo` links a generator for algorithms that are not called here.
            .filter(|crate_| name != "jaga-geo" || !["rand", "getrandom"].contains(*crate_))
            .collect();
        ensure!(outside.is_empty(), "{name} is built from {outside:?}");
        let rooms: Vec<&String> = parts
            .iter()
            .filter(|p| p.starts_with("jaga-") && *p != name)
            .collect();
        let pure = rooms.iter().all(|room| PURE.contains(&room.as_str()));
        ensure!(pure, "{name} leans on {rooms:?}");
    }
    // The scenes draw by a seed: a generator, but nothing that makes it differ.
    let scene = metadata.built_from("jaga-scene")?;
    for outside in OUTSIDE
        .iter()
        .filter(|name| !["rand", "getrandom"].contains(*name))
    {
        ensure!(
            !scene.contains(*outside),
            "jaga-scene is built from {outside}"
        );
    }
    Ok(())
}

#[test]
fn each_client_of_the_outside_is_named_in_one_crate_alone() -> Result<()> {
    let metadata = Metadata::read()?;
    for (client, keeper) in KEEPERS {
        let users: BTreeSet<&str> = metadata
            .own()
            .filter(|package| needs(package).any(|(name, _)| name == client))
            .filter_map(|package| package["name"].as_str())
            .collect();
        ensure!(
            users == BTreeSet::from([keeper]),
            "{client} is named in {users:?}"
        );
    }
    Ok(())
}

#[test]
fn what_is_shared_knows_no_worker_and_a_worker_knows_no_other() -> Result<()> {
    let metadata = Metadata::read()?;
    let workers: BTreeSet<&str> = metadata
        .own()
        .filter(|package| folder(package).is_some_and(|f| f.starts_with("workers")))
        .filter_map(|package| package["name"].as_str())
        .collect();
    ensure!(workers.len() >= 6, "{workers:?}");
    for package in metadata.own() {
        let (Some(folder), Some(name)) = (folder(package), package["name"].as_str()) else {
            continue;
        };
        // The one binary knows all workers, the tests may know any.
        if name == "jaga" || folder.starts_with("tests") {
            continue;
        }
        let known: Vec<&str> = needs(package)
            .filter(|(need, kind)| workers.contains(need) && (kind.is_null() || *kind == "dev"))
            .map(|(need, _)| need)
            .collect();
        ensure!(known.is_empty(), "{name} knows {known:?}");
    }
    Ok(())
}

#[test]
fn a_crate_has_the_name_of_its_folder() -> Result<()> {
    let metadata = Metadata::read()?;
    for package in metadata.own() {
        let folder = folder(package).context("a folder")?;
        let last = folder
            .file_name()
            .and_then(|name| name.to_str())
            .context("a name")?;
        let want = if last == "jaga" {
            last.to_owned()
        } else {
            format!("jaga-{last}")
        };
        ensure!(
            package["name"] == want,
            "{} is {}",
            folder.display(),
            package["name"]
        );
        ensure!(
            package["publish"].as_array().is_some_and(Vec::is_empty),
            "{want} is not for sale"
        );
    }
    Ok(())
}
