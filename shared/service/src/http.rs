//! `/live`, `/ready` and `/metrics` on one port.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio_util::sync::CancellationToken;

use crate::{Health, render_metrics};

/// The port could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("service.listen: can't listen on {address}")]
pub struct HttpError {
    address: SocketAddr,
    #[source]
    source: std::io::Error,
}

/// Opens the port and serves until told to stop. Returns the address that was bound (port 0 = any).
pub async fn serve(
    address: SocketAddr,
    health: Health,
    stop: CancellationToken,
) -> Result<SocketAddr, HttpError> {
    let failed = |source| HttpError { address, source };
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let app = Router::new()
        .route("/live", get(live))
        .route("/ready", get(ready))
        .route("/metrics", get(|| async { render_metrics() }))
        .with_state(health);
    tokio::spawn(async move {
        let served = axum::serve(listener, app)
            .with_graceful_shutdown(async move { stop.cancelled().await })
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "the health endpoint ended");
        }
    });
    Ok(bound)
}

async fn live(State(health): State<Health>) -> (StatusCode, String) {
    let stuck = health.stuck();
    if stuck.is_empty() {
        (StatusCode::OK, "alive\n".into())
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("stuck: {}\n", stuck.join(", ")),
        )
    }
}

async fn ready(State(health): State<Health>) -> (StatusCode, String) {
    let troubles = health.troubles();
    if troubles.is_empty() {
        return (StatusCode::OK, "ready\n".into());
    }
    let lines: Vec<String> = troubles
        .iter()
        .map(|(part, why)| format!("{part}: {why}"))
        .collect();
    (StatusCode::SERVICE_UNAVAILABLE, lines.join("\n") + "\n")
}
