//! Values that can't be right alone, and numbers that must agree with each other.

use super::{Config, ConfigError, PhotoConfig, VIDEO_FACTOR};

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
    let [decoding, comparing] = within_the_deadline(&c.photo);
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
        decoding,
        comparing,
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

/// A child that uses up its processor time must be seen to: not ended by the clock on the wall before.
fn within_the_deadline(photo: &PhotoConfig) -> [Relation; 2] {
    let deadline = photo.child_deadline_s;
    let of = |key, child: &str, (most, cpu_s): (&str, u64)| Relation {
        key,
        says: format!("{child} child's processor time {most} < its deadline {deadline} s"),
        holds: cpu_s < deadline,
    };
    let (decoding, comparing) = (photo.child_cpu_s, photo.compare_cpu_s);
    let most = (
        &*format!("{decoding} s x {VIDEO_FACTOR}"),
        photo.video_cpu_s(),
    );
    [
        of("photo.child_cpu_s", "decoder", most),
        of(
            "photo.compare_cpu_s",
            "comparing",
            (&format!("{comparing} s"), comparing),
        ),
    ]
}

fn impossible(key: &str, problem: &str) -> Result<(), ConfigError> {
    Err(ConfigError::Impossible {
        key: key.into(),
        problem: problem.into(),
    })
}

fn positive(values: &[(&str, u64)]) -> Result<(), ConfigError> {
    match values.iter().find(|(_, value)| *value == 0) {
        Some((key, _)) => impossible(key, "must be at least 1"),
        None => Ok(()),
    }
}

/// What must hold of the section `[photo]` by itself.
pub(super) fn photo(c: &PhotoConfig) -> Result<(), ConfigError> {
    positive(&[
        ("photo.max_mib", c.max_mib as u64),
        ("photo.max_megapixels", c.max_megapixels),
        ("photo.child_deadline_s", c.child_deadline_s),
        ("photo.child_cpu_s", c.child_cpu_s),
        ("photo.compare_cpu_s", c.compare_cpu_s),
    ])?;
    // Counted in bytes and pixels, they must still be numbers.
    if c.max_mib > 1 << 20 {
        return impossible("photo.max_mib", "must be at most 1048576");
    }
    if c.max_megapixels > 1_000_000 {
        return impossible("photo.max_megapixels", "must be at most 1000000");
    }
    if c.similar_reach > 31 {
        return impossible(
            "photo.similar_reach",
            "is in bits of 256, at most 31: so far the index looks",
        );
    }
    if c.child_memory_mib < 128 {
        return impossible("photo.child_memory_mib", "must be at least 128");
    }
    agree(within_the_deadline(c))
}

fn agree(relations: impl IntoIterator<Item = Relation>) -> Result<(), ConfigError> {
    match relations.into_iter().find(|r| !r.holds) {
        Some(r) => impossible(r.key, &format!("does not hold: {}", r.says)),
        None => Ok(()),
    }
}

pub(super) fn check(c: &Config) -> Result<(), ConfigError> {
    positive(&[
        ("service.job_deadline_s", c.service.job_deadline_s),
        ("service.max_attempts", u64::from(c.service.max_attempts)),
        ("broker.heartbeat_s", u64::from(c.broker.heartbeat_s)),
        ("broker.timeout_s", c.broker.timeout_s),
        ("ledger.connections", u64::from(c.ledger.connections)),
        ("ledger.deadline_s", c.ledger.deadline_s),
        ("ledger.renew_s", c.ledger.renew_s),
        ("vault.timeout_s", c.vault.timeout_s),
        ("geo.reload_s", c.geo.reload_s),
        ("closure.concurrency", c.closure.concurrency as u64),
        ("closure.reload_s", c.closure.reload_s),
        ("escalation.batch", u64::from(c.escalation.batch)),
        ("escalation.reload_s", c.escalation.reload_s),
        ("escalation.lease_s", c.escalation.lease_s),
        ("relay.batch", u64::from(c.relay.batch)),
        ("relay.poll_ms", c.relay.poll_ms),
    ])?;
    photo(&c.photo)?;
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
    let relations = numbers_that_must_agree(c).into_iter();
    agree(relations.filter(|r| r.key != "photo.container_memory_mib"))
}
