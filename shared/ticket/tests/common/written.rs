//! Policies as an operator writes them, put together from the parts that a test is about.

use jaga_ticket::{Calendars, Deadline, Policies, Ticket, explained_deadlines};

/// Monday 2 November 2026, 08:00 in Jakarta.
pub(crate) const START: &str = "2026-11-02T08:00:00+07:00";

/// A policy file in which the given parts stand at their places.
pub(crate) fn file(top: &str, policy: &str, ladder: &str, targets: &str) -> String {
    format!(
        "zone = \"Asia/Jakarta\"\n{top}\n[[policy]]\nversion = \"a\"\neffective_from = 2026-01-01\n{policy}\n\
         [policy.ladder]\nclock = \"24x7\"\nlevels = [{ladder}]\n{targets}"
    )
}

pub(crate) fn target(name: &str, limit: &str, more: &str) -> String {
    format!(
        "[[policy.target]]\nname = \"{name}\"\ntitle_id = \"i\"\ntitle_en = \"e\"\nclock = \"24x7\"\nlimit = \"{limit}\"\n\
         source = \"s\"\nconfidence = \"low\"\nuntil = [\"closure_proposed\"]\n{more}\n"
    )
}

pub(crate) const OWNER: &str = "{ level = 1, role = \"owner\", after = \"0h\" }";
pub(crate) const FROM: &str = "from = [\"submitted\"]";

pub(crate) fn read(text: &str) -> Policies {
    Policies::parse(text, &Calendars::builtin()).unwrap()
}

pub(crate) fn error(text: &str) -> String {
    Policies::parse(text, &Calendars::builtin())
        .unwrap_err()
        .to_string()
}

pub(crate) fn due(ticket: &Ticket, policies: &Policies) -> Vec<Deadline> {
    explained_deadlines(ticket, policies, &Calendars::builtin()).unwrap()
}
