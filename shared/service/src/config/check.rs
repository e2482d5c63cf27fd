//! Values that can't be right alone, and numbers that must agree with each other.

use super::{Config, ConfigError};

/// One relation between two figures of the configuration, and whether it holds.
pub struct Relation {
    /// The key to change.
    pub key: &'static str,
    /// The relation, for people.
    pub says: String,
    /// Whether it holds.
    pub holds: bool,
}

/// The numbers that must agree: each time limit must fire before the one around it.
pub fn numbers_that_must_agree(c: &Config) -> Vec<Relation> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let photos = if c.photo.concurrency == 0 {
        cores
    } else {
        c.photo.concurrency
    } as u64;
    let needed =
        c.photo.base_memory_mib + photos * (2 * c.photo.max_mib as u64 + c.photo.child_memory_mib);
    let relation = |key, says, holds| Relation { key, says, holds };
    vec![
        relation(
            "photo.child_deadline_s",
            format!(
                "decoder child {} s x 2 < job {} s",
                c.photo.child_deadline_s, c.service.job_deadline_s
            ),
            // One that used up its processor time is run a second time in the same job.
            c.photo.child_deadline_s * 2 < c.service.job_deadline_s,
        ),
        relation(
            "photo.child_cpu_s",
            format!(
                "decoder child's processor time {} s x 3 < its deadline {} s",
                c.photo.child_cpu_s, c.photo.child_deadline_s
            ),
            // A HEIC or AVIF may use three times as much as other formats.
            c.photo.child_cpu_s * 3 < c.photo.child_deadline_s,
        ),
        relation(
            "photo.compare_cpu_s",
            format!(
                "comparing child's processor time {} s < its deadline {} s",
                c.photo.compare_cpu_s, c.photo.child_deadline_s
            ),
            c.photo.compare_cpu_s < c.photo.child_deadline_s,
        ),
        relation(
            "service.job_deadline_s",
            format!(
                "job {} s < grace period {} s",
                c.service.job_deadline_s, c.service.grace_s
            ),
            c.service.job_deadline_s < c.service.grace_s,
        ),
        relation(
            "service.grace_s",
            format!(
                "grace period {} s < consumer timeout {} min",
                c.service.grace_s, c.broker.consumer_timeout_min
            ),
            c.service.grace_s < c.broker.consumer_timeout_min * 60,
        ),
        relation(
            "ledger.renew_s",
            format!(
                "renew {} s x 2 < lease {} s",
                c.ledger.renew_s, c.ledger.lease_s
            ),
            c.ledger.renew_s * 2 < c.ledger.lease_s,
        ),
        relation(
            "broker.delivery_limit",
            format!(
                "delivery limit {} >= 3 x max attempts {}",
                c.broker.delivery_limit, c.service.max_attempts
            ),
            c.broker.delivery_limit >= 3 * c.service.max_attempts,
        ),
        relation(
            "photo.container_memory_mib",
            format!(
                "container {} MiB >= {needed} MiB",
                c.photo.container_memory_mib
            ),
            c.photo.container_memory_mib >= needed,
        ),
    ]
}

pub(super) fn check(c: &Config) -> Result<(), ConfigError> {
    let impossible = |key: &str, problem: &str| {
        Err(ConfigError::Impossible {
            key: key.into(),
            problem: problem.into(),
        })
    };
    let positive = [
        ("service.job_deadline_s", c.service.job_deadline_s),
        ("service.max_attempts", u64::from(c.service.max_attempts)),
        ("broker.heartbeat_s", u64::from(c.broker.heartbeat_s)),
        ("broker.timeout_s", c.broker.timeout_s),
        ("ledger.connections", u64::from(c.ledger.connections)),
        ("ledger.deadline_s", c.ledger.deadline_s),
        ("ledger.renew_s", c.ledger.renew_s),
        ("vault.timeout_s", c.vault.timeout_s),
        ("geo.reload_s", c.geo.reload_s),
        ("photo.max_mib", c.photo.max_mib as u64),
        ("photo.max_megapixels", c.photo.max_megapixels),
        ("photo.child_deadline_s", c.photo.child_deadline_s),
        ("photo.child_cpu_s", c.photo.child_cpu_s),
        ("photo.compare_cpu_s", c.photo.compare_cpu_s),
        ("closure.concurrency", c.closure.concurrency as u64),
        ("closure.reload_s", c.closure.reload_s),
        ("escalation.batch", u64::from(c.escalation.batch)),
        ("escalation.reload_s", c.escalation.reload_s),
        ("escalation.lease_s", c.escalation.lease_s),
        ("relay.batch", u64::from(c.relay.batch)),
        ("relay.poll_ms", c.relay.poll_ms),
    ];
    if let Some((key, _)) = positive.iter().find(|(_, v)| *v == 0) {
        return impossible(key, "must be at least 1");
    }
    if c.service.listen.parse::<std::net::SocketAddr>().is_err() {
        return impossible(
            "service.listen",
            "must be an address and a port, such as 0.0.0.0:9600",
        );
    }
    if !(c.service.retry_first_s <= c.service.retry_cap_s && c.service.retry_cap_s.is_finite()) {
        return impossible(
            "service.retry_first_s",
            "must be at most service.retry_cap_s",
        );
    }
    if c.photo.similar_reach > 31 {
        return impossible(
            "photo.similar_reach",
            "is in bits of 256, at most 31: so far the index looks",
        );
    }
    if c.photo.child_memory_mib < 128 {
        return impossible("photo.child_memory_mib", "must be at least 128");
    }
    let buckets = [
        ("vault.quarantine", &c.vault.quarantine),
        ("vault.clean", &c.vault.clean),
        ("vault.sealed", &c.vault.sealed),
    ];
    if let Some((key, _)) = buckets.iter().find(|(_, b)| b.is_empty()) {
        return impossible(key, "may not be empty");
    }
    if c.vault.quarantine == c.vault.clean
        || c.vault.quarantine == c.vault.sealed
        || c.vault.clean == c.vault.sealed
    {
        return impossible(
            "vault.quarantine",
            "quarantine, clean and sealed must be three buckets",
        );
    }
    // Memory is the container's business and is only told by `jaga doctor`; time limits would lose work.
    match numbers_that_must_agree(c)
        .into_iter()
        .find(|r| !r.holds && r.key != "photo.container_memory_mib")
    {
        Some(r) => impossible(r.key, &format!("does not hold: {}", r.says)),
        None => Ok(()),
    }
}
