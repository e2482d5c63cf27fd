//! Numbers and names that stand in several places are the same everywhere.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use jaga_service::{Config, numbers_that_must_agree};
use serde_json::Value;

use crate::WORKERS;
use crate::files::{config, deployment, json, mebibytes, text, yaml};

/// Each configuration, the memory limit of the photo container that it is for.
fn places() -> Result<Vec<(&'static str, Config, u64)>> {
    let limits = "/spec/template/spec/containers/0/resources/limits/memory";
    let base = deployment("photo")?;
    let base = mebibytes(base.pointer(limits).context("no limit")?)?;
    let overlay = &yaml("k8s/overlays/example/kustomization.yaml")?[0]["patches"];
    let patch = overlay
        .as_array()
        .context("no patches")?
        .iter()
        .find(|patch| patch["target"]["name"] == "photo")
        .and_then(|patch| patch["patch"].as_str())
        .context("no patch of photo")?;
    let patch: Value = serde_norway::from_str(patch)?;
    let overlay = mebibytes(&patch[1]["value"]["memory"])?;
    let compose = mebibytes(&yaml("compose.yaml")?[0]["services"]["photo"]["mem_limit"])?;
    Ok(vec![
        ("k8s/base/jaga.toml", config("k8s/base/jaga.toml")?, base),
        (
            "k8s/overlays/example/jaga.toml",
            config("k8s/overlays/example/jaga.toml")?,
            overlay,
        ),
        ("compose.toml", config("compose.toml")?, compose),
    ])
}

#[test]
fn each_time_limit_fires_before_the_one_around_it() -> Result<()> {
    for (place, config, memory) in places()? {
        for relation in numbers_that_must_agree(&config) {
            ensure!(relation.holds, "{place}: {}", relation.says);
        }
        ensure!(
            config.photo.container_memory_mib == memory,
            "{place}: container memory {memory}"
        );
        ensure!(
            config.photo.concurrency > 0,
            "{place}: a limit needs a fixed concurrency"
        );
        ensure!(
            config.service.listen == "0.0.0.0:9600",
            "{place}: the probes ask port 9600"
        );
    }
    Ok(())
}

#[test]
fn grace_period_and_probes_are_what_the_workers_are_told() -> Result<()> {
    let compose = &yaml("compose.yaml")?[0]["services"];
    let grace = config("k8s/base/jaga.toml")?.service.grace_s;
    for worker in WORKERS {
        let pod = &deployment(worker)?["spec"]["template"];
        ensure!(
            pod["spec"]["terminationGracePeriodSeconds"] == grace,
            "{worker}: grace period"
        );
        ensure!(
            compose[worker]["stop_grace_period"] == format!("{grace}s"),
            "{worker}: compose"
        );
        let container = &pod["spec"]["containers"][0];
        ensure!(
            container["ports"][0]["containerPort"] == 9600,
            "{worker}: port"
        );
        for (probe, path) in [
            ("startupProbe", "/live"),
            ("livenessProbe", "/live"),
            ("readinessProbe", "/ready"),
        ] {
            ensure!(
                container[probe]["httpGet"]["path"] == path,
                "{worker}: {probe}"
            );
        }
        let annotations = &pod["metadata"]["annotations"];
        ensure!(
            annotations["prometheus.io/port"] == "9600",
            "{worker}: metrics"
        );
    }
    Ok(())
}

#[test]
fn the_broker_waits_longer_and_tries_more_often_than_the_ledger() -> Result<()> {
    let told = Config::default();
    let conf = text("rabbitmq/rabbitmq.conf")?;
    let setting = |key: &str| {
        conf.lines()
            .filter_map(|line| line.split_once(" = "))
            .find(|(name, _)| *name == key)
            .and_then(|(_, value)| value.parse::<u64>().ok())
            .with_context(|| format!("rabbitmq.conf has no {key}"))
    };
    ensure!(setting("consumer_timeout")? == told.broker.consumer_timeout_min * 60_000);
    ensure!(setting("heartbeat")? == u64::from(told.broker.heartbeat_s));

    let definitions = json("rabbitmq/definitions.json")?;
    for policy in definitions["policies"].as_array().context("no policies")? {
        let rules = &policy["definition"];
        ensure!(
            rules["overflow"] == "reject-publish",
            "a full queue refuses, it drops nothing"
        );
        if policy["name"] != "dead" {
            ensure!(
                rules["delivery-limit"] == told.broker.delivery_limit,
                "{policy}"
            );
            ensure!(rules["dead-letter-strategy"] == "at-least-once", "{policy}");
            ensure!(rules["dead-letter-exchange"] == "dead", "{policy}");
        }
    }
    Ok(())
}

#[test]
fn every_worker_stands_in_kubernetes_and_in_compose() -> Result<()> {
    let compose = &yaml("compose.yaml")?[0];
    let secrets = compose["secrets"].as_object().context("no secrets")?;
    for worker in WORKERS {
        let deployment = deployment(worker)?;
        ensure!(deployment["metadata"]["name"] == worker);
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let service = &compose["services"][worker];
        ensure!(
            container["args"] == service["command"],
            "{worker}: the same command line"
        );
        ensure!(container["args"][0] == worker, "{worker}: the subcommand");

        let keys = |environment: Vec<&Value>| -> BTreeSet<String> {
            environment
                .into_iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let pods = container["env"].as_array().context("no env")?;
        let pods = keys(pods.iter().map(|variable| &variable["name"]).collect());
        let services: BTreeSet<String> = service["environment"]
            .as_object()
            .context("no environment")?
            .keys()
            .cloned()
            .collect();
        ensure!(
            pods == services,
            "{worker}: the same variables: {pods:?} {services:?}"
        );
        for secret in service["secrets"].as_array().context("no secrets")? {
            let name = secret.as_str().context("no name")?;
            ensure!(secrets.contains_key(name), "{worker}: secret {name}");
        }
    }
    ensure!(compose["services"]["migrate"]["command"][0] == "migrate");
    let migrate = &yaml("k8s/base/migrate.yaml")?[0]["spec"]["template"]["spec"]["containers"][0];
    ensure!(migrate["args"] == compose["services"]["migrate"]["command"]);
    Ok(())
}

#[test]
fn every_pod_is_restricted_and_bounded() -> Result<()> {
    let mut pods = vec![("migrate", yaml("k8s/base/migrate.yaml")?.remove(0))];
    for worker in WORKERS {
        pods.push((worker, deployment(worker)?));
    }
    for (name, pod) in pods {
        let spec = &pod["spec"]["template"]["spec"];
        let container = &spec["containers"][0];
        let holds = [
            (&spec["automountServiceAccountToken"], Value::from(false)),
            (&spec["securityContext"]["runAsNonRoot"], Value::from(true)),
            (
                &spec["securityContext"]["seccompProfile"]["type"],
                "RuntimeDefault".into(),
            ),
            (
                &container["securityContext"]["allowPrivilegeEscalation"],
                false.into(),
            ),
            (
                &container["securityContext"]["readOnlyRootFilesystem"],
                true.into(),
            ),
            (
                &container["securityContext"]["capabilities"]["drop"][0],
                "ALL".into(),
            ),
        ];
        for (found, wanted) in holds {
            ensure!(*found == wanted, "{name}: {found} instead of {wanted}");
        }
        let resources = &container["resources"];
        ensure!(
            resources["requests"] == resources["limits"],
            "{name}: requests = limits"
        );
        ensure!(resources["limits"]["memory"].is_string(), "{name}: bounded");
        let bounded = spec["volumes"]
            .as_array()
            .context("no volumes")?
            .iter()
            .all(|volume| {
                volume
                    .get("emptyDir")
                    .is_none_or(|folder| folder["sizeLimit"].is_string())
            });
        ensure!(bounded, "{name}: emptyDir has a limit");
    }
    Ok(())
}

#[test]
fn the_example_shows_every_key_with_its_default() -> Result<()> {
    let shown: toml::Table = text("example.toml")?.parse()?;
    let defaults = toml::Table::try_from(Config::default())?;
    for (section, keys) in &defaults {
        let shown = shown
            .get(section)
            .with_context(|| format!("no [{section}]"))?;
        for (key, default) in keys.as_table().context("no section")? {
            let shown = shown
                .get(key)
                .with_context(|| format!("no {section}.{key}"))?;
            let secret = matches!(
                key.as_str(),
                "url" | "access_key" | "secret_key" | "endpoint"
            );
            ensure!(
                shown == default || secret,
                "{section}.{key}: {shown} is not {default}"
            );
        }
    }
    config("example.toml")?;
    Ok(())
}
