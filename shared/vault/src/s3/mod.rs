//! A store that speaks S3: AWS, `MinIO`, Ceph, Garage and others. So only what all of them do
//! is used. No conditional writes, no checksum headers, no SDK retries.

mod call;
mod objects;

use std::fmt;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Config, Credentials, Region, RequestChecksumCalculation,
    ResponseChecksumValidation, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// How to reach the store.
#[derive(Clone)]
pub struct S3Settings {
    /// `http://…` or `https://…`; AWS itself if it is missing.
    pub endpoint: Option<String>,
    /// Such as `ap-southeast-3`; stores outside AWS take any, often `us-east-1`.
    pub region: String,
    /// The name of the key.
    pub access_key: String,
    /// The key. Never shown.
    pub secret_key: String,
    /// `endpoint/bucket/key` instead of `bucket.endpoint/key`; most stores outside AWS need it.
    pub path_style: bool,
    /// The deadline up to the store's first answer.
    pub attempt_timeout: Duration,
    /// The deadline of a whole call, the object's bytes included.
    pub operation_timeout: Duration,
}

impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Settings")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("access_key", &self.access_key)
            .field("secret_key", &"…")
            .field("path_style", &self.path_style)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("operation_timeout", &self.operation_timeout)
            .finish()
    }
}

/// A client of one store, with a pool of connections.
#[derive(Clone)]
pub struct S3 {
    client: Client,
    settings: S3Settings,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

impl S3 {
    pub(crate) fn new(settings: S3Settings) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(settings.attempt_timeout)
            .read_timeout(settings.attempt_timeout)
            .operation_attempt_timeout(settings.attempt_timeout)
            .operation_timeout(settings.operation_timeout)
            .build();
        let http = Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let credentials = Credentials::new(
            &settings.access_key,
            &settings.secret_key,
            None,
            None,
            "jaga",
        );
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(settings.region.clone()))
            .credentials_provider(credentials)
            .force_path_style(settings.path_style)
            .http_client(http)
            .timeout_config(timeouts)
            // The worker decides when to try again; two layers would multiply.
            .retry_config(RetryConfig::disabled())
            // Our own deadline covers the body; the built-in watch has had false alarms.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            // Older stores refuse or mangle checksum headers. The signature covers what is sent,
            // and the digest in the key what is read.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        if let Some(endpoint) = &settings.endpoint {
            config = config.endpoint_url(endpoint);
        }
        Self {
            client: Client::from_conf(config.build()),
            settings,
        }
    }
}
