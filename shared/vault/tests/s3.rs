//! The S3 vault against an S3 server in this process, against `JAGA_TEST_S3_URL` if that names
//! another, and against servers that lie, stall and break off.

#![allow(clippy::unwrap_used, reason = "tests")]

mod trap;

use std::time::Duration;

use bytes::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use jaga_vault::{S3Settings, Vault, VaultError, conformance};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::net::TcpListener;
use tokio::time::Instant;
use trap::Trap;

const BUCKET: &str = "jaga-clean";

fn settings(endpoint: String) -> S3Settings {
    S3Settings {
        endpoint: Some(endpoint),
        region: "us-east-1".into(),
        access_key: "jaga".into(),
        secret_key: "geheim".into(),
        path_style: true,
        attempt_timeout: Duration::from_secs(5),
        operation_timeout: Duration::from_secs(20),
    }
}

/// A store in this process; it ends with the test's runtime.
async fn store(root: &std::path::Path) -> String {
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root).unwrap());
    builder.set_auth(SimpleAuth::from_single("jaga", "geheim"));
    let service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_speaks_s3_keeps_every_promise() {
    let dir = tempfile::tempdir().unwrap();
    conformance::all(&Vault::s3(settings(store(dir.path()).await))).await;
}

#[tokio::test(flavor = "multi_thread")]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests have no configuration"
)]
async fn the_store_named_by_the_environment_keeps_every_promise() {
    let Ok(url) = std::env::var("JAGA_TEST_S3_URL") else {
        eprintln!("skipped: JAGA_TEST_S3_URL names no store");
        return;
    };
    conformance::all(&Vault::s3(settings(url))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_denied_and_shown_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let mut wrong = settings(store(dir.path()).await);
    wrong.secret_key = "falsch".into();
    let shown = format!("{wrong:?} {:?}", Vault::s3(wrong.clone()));
    let error = Vault::s3(wrong).check(&[BUCKET]).await.unwrap_err();
    assert!(matches!(error, VaultError::Denied { .. }), "{error:?}");
    assert!(error.needs_hands());
    assert!(!format!("{shown}{error:?}").contains("falsch"));
}

#[tokio::test]
async fn a_body_cut_short_is_an_error_and_never_half_the_bytes() {
    let trap = Trap::new(
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        &[b'x'; 500],
        false,
    )
    .await;
    let error = get(&trap, 2000).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    assert_eq!(trap.calls(), 2, "what broke at once is tried once more");
}

#[tokio::test]
async fn a_body_without_an_announced_length_is_not_trusted() {
    let trap = Trap::new(
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        b"half of it",
        false,
    )
    .await;
    let error = get(&trap, 2000).await.unwrap_err();
    assert!(matches!(error, VaultError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_that_stalls_is_given_up_at_the_deadline() {
    let trap = Trap::new(
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        &[b'x'; 500],
        true,
    )
    .await;
    let started = Instant::now();
    let error = get(&trap, 2000).await.unwrap_err();
    assert!(matches!(error, VaultError::Unreachable { .. }), "{error:?}");
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_store_that_never_answers_is_given_up_at_the_deadline() {
    let trap = Trap::new("", b"", true).await;
    let started = Instant::now();
    let error = get(&trap, 2000).await.unwrap_err();
    assert!(matches!(error, VaultError::Unreachable { .. }), "{error:?}");
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn an_object_announced_above_the_cap_is_refused_before_its_bytes_come() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n";
    let trap = Trap::new(head, b"", true).await;
    let error = get(&trap, 2000).await.unwrap_err();
    assert!(matches!(error, VaultError::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn each_refusal_has_the_meaning_that_the_worker_needs() {
    let xml =
        |code: &str| format!("<Error><Code>{code}</Code><Message>/b/rahasia</Message></Error>");
    for (status, code, want) in [
        ("503 Slow Down", "SlowDown", "unreachable"),
        ("500 Internal Server Error", "InternalError", "unreachable"),
        ("502 Bad Gateway", "", "unreachable"),
        ("507 Insufficient Storage", "", "unreachable"),
        ("429 Too Many Requests", "", "unreachable"),
        ("409 Conflict", "OperationAborted", "unreachable"),
        ("404 Not Found", "NoSuchKey", "not found"),
        ("404 Not Found", "NoSuchBucket", "no bucket"),
        ("403 Forbidden", "AccessDenied", "denied"),
        ("403 Forbidden", "RequestTimeTooSkewed", "denied"),
        ("400 Bad Request", "InvalidRequest", "refused"),
        ("501 Not Implemented", "NotImplemented", "refused"),
        ("301 Moved Permanently", "PermanentRedirect", "refused"),
    ] {
        let body = xml(code);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let trap = Trap::new(&head, body.as_bytes(), false).await;
        let error = get(&trap, 2000).await.unwrap_err();
        let got = match &error {
            VaultError::Unreachable { .. } => "unreachable",
            VaultError::NotFound { .. } => "not found",
            VaultError::NoBucket { .. } => "no bucket",
            VaultError::Denied { .. } => "denied",
            VaultError::Refused { .. } => "refused",
            _ => "something else",
        };
        assert_eq!(got, want, "{status} {code}: {error}");
        assert!(
            !format!("{error} {error:?}").contains("rahasia"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_put_that_finds_nothing_is_about_the_bucket() {
    let trap = Trap::new(
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"",
        false,
    )
    .await;
    let put = Vault::s3(quick(&trap))
        .put(BUCKET, "a", Bytes::from("x"), "text/plain")
        .await;
    assert!(matches!(put, Err(VaultError::NoBucket { .. })), "{put:?}");
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let vault = Vault::s3(settings(format!("http://{free}")));
    let error = vault.get(BUCKET, "rahasia.jpg", 9).await.unwrap_err();
    assert!(matches!(error, VaultError::Unreachable { .. }), "{error:?}");
    assert!(!format!("{error:?}").contains("rahasia"));
}

/// The signature covers the bytes, so a store notices what was changed on the way; and a store of
/// older days meets no header it does not know.
#[tokio::test]
async fn what_is_sent_is_signed_and_carries_no_checksum_header() {
    let trap = Trap::new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", false).await;
    let vault = Vault::s3(quick(&trap));
    vault
        .put(BUCKET, "a", Bytes::from("the bytes"), "image/jpeg")
        .await
        .unwrap();
    let request = trap.last_request().to_lowercase();
    let hash = request
        .split("x-amz-content-sha256: ")
        .nth(1)
        .unwrap()
        .split('\r')
        .next()
        .unwrap();
    assert!(
        hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()),
        "{hash}"
    );
    assert!(request.starts_with("put /jaga-clean/a"), "{request}");
    assert!(request.contains("content-type: image/jpeg"), "{request}");
    for header in [
        "x-amz-checksum",
        "x-amz-sdk-checksum",
        "x-amz-trailer",
        "if-none-match",
    ] {
        assert!(!request.contains(header), "{header}: {request}");
    }
}

fn quick(trap: &Trap) -> S3Settings {
    S3Settings {
        attempt_timeout: Duration::from_millis(1200),
        operation_timeout: Duration::from_millis(1500),
        ..settings(trap.url())
    }
}

async fn get(trap: &Trap, cap: usize) -> Result<Bytes, VaultError> {
    Vault::s3(quick(trap)).get(BUCKET, "rahasia.jpg", cap).await
}
