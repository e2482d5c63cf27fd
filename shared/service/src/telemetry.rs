//! Logs and metrics. Logs go to standard error: standard output belongs to the operator's tools.

use std::io::IsTerminal;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Starts logging; `level` is a tracing filter such as `info` or `jaga_photo=debug,info`.
/// A second call is ignored.
pub fn init_logs(format: LogFormat, level: &str) -> Result<(), String> {
    // The clients' own chatter would drown ours, and may quote addresses.
    let filter = format!(
        "{level},lapin=warn,lapin::returned_messages=off,sqlx=warn,aws_smithy_runtime=warn,hyper=warn"
    );
    let filter = EnvFilter::try_new(filter).map_err(|e| format!("service.log: {e}"))?;
    let terminal = std::io::stderr().is_terminal();
    let human = match format {
        LogFormat::Auto => terminal,
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A line that can't be written would else be told of by `eprintln!`, which panics: where whoever
        // reads the log has gone, each task would end with its next line.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    let started = if human {
        builder.with_ansi(terminal).try_init()
    } else {
        builder.json().flatten_event(true).try_init()
    };
    // Failing here means that a test or an embedding process logs already.
    drop(started);
    Ok(())
}

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts collecting metrics; a second call is ignored.
pub fn init_metrics() {
    METRICS.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        drop(metrics::set_global_recorder(recorder));
        handle
    });
}

/// The metrics in Prometheus' text format.
pub fn render_metrics() -> String {
    METRICS
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default()
}
