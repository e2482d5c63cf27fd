//! Reads the files of `deploy/`.

use std::path::Path;

use anyhow::{Context as _, Result};
use jaga_service::Config;
use jaga_tests::project_root;
use serde::Deserialize as _;
use serde_json::Value;

pub(crate) fn text(path: &str) -> Result<String> {
    let file = project_root().join("deploy").join(path);
    std::fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))
}

/// The documents of a YAML file, merge keys (`<<`) applied.
pub(crate) fn yaml(path: &str) -> Result<Vec<Value>> {
    serde_norway::Deserializer::from_str(&text(path)?)
        .map(|document| {
            let mut document = serde_norway::Value::deserialize(document)?;
            document.apply_merge()?;
            Ok(serde_json::to_value(document)?)
        })
        .collect()
}

pub(crate) fn json(path: &str) -> Result<Value> {
    Ok(serde_json::from_str(&text(path)?)?)
}

pub(crate) fn config(path: &str) -> Result<Config> {
    let file = project_root().join("deploy").join(path);
    Ok(Config::load(Some(Path::new(&file)), Vec::new())?)
}

/// A worker's Deployment in the base.
pub(crate) fn deployment(worker: &str) -> Result<Value> {
    yaml(&format!("k8s/base/{worker}.yaml"))?
        .into_iter()
        .next()
        .context("no document")
}

/// `2560Mi`, `2560m` or `4Gi` in MiB.
pub(crate) fn mebibytes(quantity: &Value) -> Result<u64> {
    let quantity = quantity.as_str().context("no quantity")?;
    let digits = quantity.trim_end_matches(char::is_alphabetic);
    let number: u64 = digits.parse()?;
    Ok(if quantity.contains('G') || quantity.contains('g') {
        number * 1024
    } else {
        number
    })
}
