//! The policies of production, for the virtual hosts of tests.

use anyhow::Context as _;

use crate::root::project_root;

/// One policy of `deploy/rabbitmq/definitions.json`.
pub(crate) struct Policy(serde_json::Value);

impl Policy {
    pub(crate) fn json(&self, vhost: &str) -> serde_json::Value {
        let mut policy = self.0.clone();
        policy["vhost"] = vhost.into();
        policy
    }

    /// The Erlang expression that sets this policy.
    pub(crate) fn set_in(&self, vhost: &str) -> String {
        let text = |key: &str| {
            self.0[key]
                .as_str()
                .unwrap_or_default()
                .replace('\\', "\\\\")
        };
        let definition = self.0["definition"]
            .to_string()
            .replace('\\', "\\\\")
            .replace('"', "\\\"");
        format!(
            ", ok = rabbit_policy:parse_set(<<\"{vhost}\">>, <<\"{}\">>, <<\"{}\">>, \
             <<\"{definition}\">>, {}, <<\"{}\">>, <<\"test\">>)",
            text("name"),
            text("pattern"),
            self.0["priority"],
            text("apply-to"),
        )
    }
}

pub(crate) fn production_policies() -> anyhow::Result<Vec<Policy>> {
    let file = project_root().join("deploy/rabbitmq/definitions.json");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("could not read {}", file.display()))?;
    let definitions: serde_json::Value = serde_json::from_str(&text)?;
    let policies = definitions["policies"]
        .as_array()
        .context("definitions.json has no policies")?;
    Ok(policies.iter().cloned().map(Policy).collect())
}
