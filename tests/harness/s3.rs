//! An S3 server inside the test process, on a thread and runtime of its own.

use std::convert::Infallible;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::runtime::Runtime;

use crate::home::home;
use crate::ports::free_port;
use crate::wait::eventually;

const ACCESS_KEY: &str = "jaga";
const SECRET_KEY: &str = "jaga-secret";

/// How to reach an S3 server, with buckets of one test's own.
#[derive(Debug, Clone)]
pub struct S3Access {
    /// `http://127.0.0.1:<port>`; address buckets by path.
    pub url: String,
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Region to sign for.
    pub region: String,
    /// The three buckets, made and empty.
    pub buckets: Buckets,
}

/// The names of the vault's three buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    /// Uploads.
    pub quarantine: String,
    /// Stripped copies and renditions.
    pub clean: String,
    /// Originals of evidence.
    pub sealed: String,
}

impl Buckets {
    /// `<prefix>-quarantine`, `<prefix>-clean`, `<prefix>-sealed`.
    pub fn named(prefix: &str) -> Self {
        let name = |bucket: &str| format!("{prefix}-{bucket}");
        Self {
            quarantine: name("quarantine"),
            clean: name("clean"),
            sealed: name("sealed"),
        }
    }

    /// The three names.
    pub fn all(&self) -> [&str; 3] {
        [&self.quarantine, &self.clean, &self.sealed]
    }
}

/// An S3 server that checks signatures and checksums and keeps objects as files in a folder.
///
/// [`S3::kill`] drops every connection at once and frees the port, which is what a client sees when
/// the server is killed; [`S3::restart`] serves the same data on the same port.
#[derive(Debug)]
pub struct S3 {
    port: u16,
    folder: PathBuf,
    runtime: Mutex<Option<Runtime>>,
    faults: Arc<Faults>,
    next: AtomicU32,
}

#[derive(Debug, Default)]
struct Faults {
    /// How many of the next requests are answered 503 without being carried out.
    refuse: AtomicU64,
    /// Milliseconds that every request waits first.
    delay_ms: AtomicU64,
    /// Requests seen.
    seen: AtomicU64,
}

impl S3 {
    /// Starts a server without buckets.
    pub async fn start() -> anyhow::Result<Self> {
        let s3 = Self {
            port: free_port()?,
            folder: home()?.folder("s3")?,
            runtime: Mutex::default(),
            faults: Arc::default(),
            next: AtomicU32::new(0),
        };
        s3.restart().await?;
        Ok(s3)
    }

    /// The port, for a [`crate::Proxy`] in front.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the objects lie: `<folder>/<bucket>/<key>`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How to reach it, with a new set of empty buckets.
    pub fn access(&self) -> anyhow::Result<S3Access> {
        let prefix = format!("t{}", self.next.fetch_add(1, Ordering::Relaxed));
        let buckets = Buckets::named(&prefix);
        for bucket in buckets.all() {
            std::fs::create_dir(self.folder.join(bucket))
                .with_context(|| format!("could not make bucket {bucket}"))?;
        }
        Ok(S3Access {
            url: format!("http://127.0.0.1:{}", self.port),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            region: "us-east-1".to_owned(),
            buckets,
        })
    }

    /// Ends the server as a kill would: connections are cut in mid-request, the port is closed.
    pub fn kill(&self) {
        if let Some(runtime) = self.lock().take() {
            runtime.shutdown_background();
        }
    }

    /// Serves again, on the same port and data; ends the old server first if it runs.
    pub async fn restart(&self) -> anyhow::Result<()> {
        self.kill();
        let listener = eventually(Duration::from_secs(10), || async {
            Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?)
        })
        .await
        .context("the S3 server's port is not free again")?;
        listener.set_nonblocking(true)?;
        let mut builder = S3ServiceBuilder::new(
            FileSystem::new(&self.folder).map_err(|e| anyhow::anyhow!("{e:?}"))?,
        );
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("s3")
            .enable_all()
            .build()?;
        runtime.spawn(serve(listener, builder.build(), Arc::clone(&self.faults)));
        *self.lock() = Some(runtime);
        Ok(())
    }

    /// The next `count` requests are answered 503 Slow Down. `u64::MAX` until further notice, 0 to
    /// heal.
    pub fn refuse_next(&self, count: u64) {
        self.faults.refuse.store(count, Ordering::SeqCst);
    }

    /// Every request waits this long before it is looked at; zero to heal.
    pub fn delay(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.faults.delay_ms.store(millis, Ordering::SeqCst);
    }

    /// How many requests have come in.
    pub fn requests(&self) -> u64 {
        self.faults.seen.load(Ordering::SeqCst)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Runtime>> {
        self.runtime.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn serve(listener: TcpListener, service: S3Service, faults: Arc<Faults>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let service = service.clone();
        let faults = Arc::clone(&faults);
        tokio::spawn(async move {
            let answer = service_fn(|request| answer(&service, &faults, request));
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

async fn answer(
    service: &S3Service,
    faults: &Faults,
    request: hyper::Request<hyper::body::Incoming>,
) -> Result<hyper::Response<s3s::Body>, Infallible> {
    faults.seen.fetch_add(1, Ordering::SeqCst);
    let delay = faults.delay_ms.load(Ordering::SeqCst);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let refused =
        faults
            .refuse
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
                0 => None,
                u64::MAX => Some(u64::MAX),
                left => Some(left - 1),
            });
    if refused.is_ok() {
        return Ok(failure(503, "SlowDown"));
    }
    let response = service.call(request.map(s3s::Body::from)).await;
    Ok(response.unwrap_or_else(|_| failure(500, "InternalError")))
}

fn failure(status: u16, code: &str) -> hyper::Response<s3s::Body> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>asked for by the test</Message></Error>"
    );
    let mut response = hyper::Response::new(s3s::Body::from(body));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    response
}
