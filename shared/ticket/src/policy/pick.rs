//! Which policy a ticket has.

use jaga_contract::Submission;
use jiff::Timestamp;

use super::{NoPolicy, Policy, When};

/// `policies` are sorted latest first.
pub(super) fn in_force<'a>(
    policies: &'a [Policy],
    submitted_at: Timestamp,
    submission: &Submission,
) -> Result<&'a Policy, NoPolicy> {
    policies
        .iter()
        .find(|p| p.effective_from <= submitted_at && matches(&p.when, submission))
        .ok_or(NoPolicy::NotInForce { submitted_at })
}

fn matches(when: &When, submission: &Submission) -> bool {
    let category = submission.category.to_lowercase();
    let in_list = |list: &[String], value: &str| list.is_empty() || list.iter().any(|v| v == value);
    in_list(&when.channels, &submission.channel.0)
        && (when.categories.is_empty()
            || when.categories.iter().any(|c| c.to_lowercase() == category))
}
