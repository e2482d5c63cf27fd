#![doc = include_str!("../README.md")]

mod backoff;
mod clock;
mod config;
mod health;
mod http;
mod seam;
mod secret;
mod shutdown;
mod telemetry;

pub use backoff::Backoff;
pub use clock::Clock;
pub use config::{
    BrokerConfig, ClosureConfig, Config, ConfigError, EscalationConfig, GeoConfig, LedgerConfig,
    PhotoConfig, RelayConfig, Sandbox, ServiceConfig, VaultConfig, numbers_that_must_agree,
};
pub use health::{Health, Part};
pub use http::{HttpError, serve};
pub use seam::seam;
pub use secret::Secret;
pub use shutdown::on_signal;
pub use telemetry::{LogFormat, init_logs, init_metrics, render_metrics};
