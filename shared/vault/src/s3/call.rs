//! One call: its deadline, its one quick repeat, and the meaning of its failure.

use std::future::Future;
use std::time::Duration;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use tokio::time::Instant;

use super::S3;
use crate::VaultError;
use crate::error::At;

/// A call that failed faster than this met a stale connection rather than a store in trouble.
const QUICK: Duration = Duration::from_secs(1);

impl S3 {
    /// Runs a call under the deadline of the whole operation. One that breaks at once is tried a
    /// second time: every operation here may be repeated.
    pub(super) async fn call<T, F>(
        &self,
        at: At<'_>,
        tried: impl Fn() -> F,
    ) -> Result<T, VaultError>
    where
        F: Future<Output = Result<T, VaultError>>,
    {
        let started = Instant::now();
        // The SDK's futures are large: boxed, so that the callers' are not.
        let twice = async {
            match Box::pin(tried()).await {
                Err(VaultError::Unreachable { .. }) if started.elapsed() < QUICK => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    Box::pin(tried()).await
                }
                answer => answer,
            }
        };
        within(at, self.settings.operation_timeout, twice).await
    }
}

async fn within<T>(
    at: At<'_>,
    timeout: Duration,
    work: impl Future<Output = Result<T, VaultError>>,
) -> Result<T, VaultError> {
    match tokio::time::timeout(timeout, work).await {
        Ok(answer) => answer,
        Err(_) => Err(at.unreachable(format!("no whole answer in {} s", timeout.as_secs_f64()))),
    }
}

/// The HTTP status of a failed call, if the store answered at all.
pub(super) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error
        .raw_response()
        .map(|response| response.status().as_u16())
}

/// Sorts failures by what the caller can do. Keeps the status and the store's code word, and none
/// of its prose, which could hold the key.
pub(super) fn failure<E: ProvideErrorMetadata>(
    at: At<'_>,
    error: &SdkError<E, HttpResponse>,
) -> VaultError {
    let Some(status) = status(error) else {
        return silent(at, error);
    };
    let code = match error {
        SdkError::ServiceError(service) => service.err().code().unwrap_or(""),
        _ => "",
    };
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(40)
        .collect();
    let detail = format!("{status} {code}");
    let detail = detail.trim_end();
    match (status, code.as_str()) {
        (404, "NoSuchBucket") => at.no_bucket(),
        (404, _) => at.not_found(),
        (401 | 403, _) => at.denied(detail),
        (501, _) => at.refused(detail),
        (408 | 409 | 425 | 429 | 500.., _) | (400, "RequestTimeout" | "SlowDown") => {
            at.unreachable(detail)
        }
        // An answer that says "fine" and can't be read was cut off on the way.
        (200..300, _) => at.unreachable("an unreadable answer"),
        _ => at.refused(detail),
    }
}

fn silent<E>(at: At<'_>, error: &SdkError<E, HttpResponse>) -> VaultError {
    match error {
        SdkError::ConstructionFailure(_) => at.refused("the call could not be built"),
        SdkError::TimeoutError(_) => at.unreachable("no answer in time"),
        SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => {
            at.unreachable("no answer in time")
        }
        SdkError::DispatchFailure(dispatch) if dispatch.is_user() => {
            at.refused("the call could not be sent")
        }
        SdkError::DispatchFailure(_) => at.unreachable("no connection"),
        _ => at.unreachable("an unreadable answer"),
    }
}
