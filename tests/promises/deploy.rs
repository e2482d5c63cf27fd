//! What lies in `deploy/` is valid, complete, and agrees with the code and with itself.

#[path = "deploy/agree.rs"]
mod agree;
#[path = "deploy/files.rs"]
mod files;
#[path = "deploy/rabbitmq.rs"]
mod rabbitmq;
#[path = "deploy/roles.rs"]
mod roles;
#[path = "deploy/valid.rs"]
mod valid;

/// The folder = the subcommand = the Deployment = the service of compose.
const WORKERS: [&str; 5] = ["intake", "photo", "closure", "escalation", "relay"];
