//! A report as the CRM tells of it, for tests that are about something else. A module of several suites.

use jaga_contract::{Channel, Submission, Visibility};

/// Public, of a broken road, nowhere in particular.
pub(crate) fn submission(number: &str) -> Submission {
    Submission {
        number: number.to_owned(),
        channel: Channel("jaki".to_owned()),
        category: "Jalan Rusak".to_owned(),
        visibility: Visibility::Public,
        anonymous: false,
        secret: false,
        point: None,
        kelurahan: None,
        address: None,
    }
}
