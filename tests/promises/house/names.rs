//! One name for one thing: a folder is a subcommand is a queue is a Deployment is a service.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jaga_broker::Topology;
use jaga_tests::{jaga_bin, project_root};
use serde::Deserialize as _;

/// Workers that are woken by the clock or the outbox, and so have no queue.
const WITHOUT_QUEUE: [&str; 2] = ["escalation", "relay"];

/// The folders of `workers/`, the binary's own left out.
fn workers() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(project_root().join("workers"))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && entry.file_name() != "jaga" {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn yaml(path: &str) -> Result<Vec<serde_json::Value>> {
    let text = std::fs::read_to_string(project_root().join(path))?;
    serde_norway::Deserializer::from_str(&text)
        .map(|document| {
            let mut document = serde_norway::Value::deserialize(document)?;
            document.apply_merge()?;
            Ok(serde_json::to_value(document)?)
        })
        .collect()
}

#[test]
fn every_worker_is_a_subcommand_and_explains_itself() -> Result<()> {
    let help = |args: &[&str]| -> Result<String> {
        let output = Command::new(jaga_bin()?).args(args).output()?;
        ensure!(output.status.success(), "jaga {args:?}");
        Ok(String::from_utf8(output.stdout)?)
    };
    let commands = help(&["--help"])?;
    for worker in workers()? {
        let named = commands
            .lines()
            .any(|l| l.split_whitespace().next() == Some(worker.as_str()));
        ensure!(named, "{worker} is not in:\n{commands}");
        ensure!(help(&[worker.as_str(), "--help"])?.contains("--config"));
    }
    Ok(())
}

#[test]
fn every_worker_is_a_deployment_and_a_service_and_nothing_else_is() -> Result<()> {
    let workers = workers()?;
    let mut deployments = BTreeSet::new();
    for entry in std::fs::read_dir(project_root().join("deploy/k8s/base"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.strip_suffix(".yaml").is_some() {
            let documents = yaml(&format!("deploy/k8s/base/{name}"))?;
            let found = documents
                .iter()
                .filter(|document| document["kind"] == "Deployment");
            deployments.extend(
                found.filter_map(|document| {
                    document["metadata"]["name"].as_str().map(str::to_owned)
                }),
            );
        }
    }
    ensure!(deployments == workers, "{deployments:?}");

    let compose = yaml("deploy/compose.yaml")?
        .into_iter()
        .next()
        .context("a document")?;
    let services = compose["services"].as_object().context("services")?;
    let ours = |service: &serde_json::Value| {
        service["image"]
            .as_str()
            .is_some_and(|image| image.starts_with("jaga:"))
    };
    let mut services: BTreeSet<String> = services
        .iter()
        .filter(|(_, service)| ours(service))
        .map(|(name, _)| name.clone())
        .collect();
    ensure!(services.remove("migrate"), "the schema comes first");
    ensure!(services == workers, "{services:?}");
    Ok(())
}

#[test]
fn every_consuming_worker_has_the_queue_of_its_name_and_a_queue_of_dead_letters() -> Result<()> {
    let mut consuming = workers()?;
    for name in WITHOUT_QUEUE {
        ensure!(consuming.remove(name), "{name} is a worker");
    }
    let mut expected: BTreeSet<String> = consuming
        .iter()
        .flat_map(|name| [name.clone(), format!("{name}.dead")])
        .collect();
    expected.insert("crm".to_owned());
    let queues: BTreeSet<String> = Topology::queues()
        .iter()
        .map(|queue| queue.name.to_owned())
        .collect();
    ensure!(queues == expected, "{queues:?}");
    Ok(())
}
