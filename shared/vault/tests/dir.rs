//! The directory vault.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::os::unix::fs::{PermissionsExt, symlink};

use bytes::Bytes;
use jaga_vault::{Vault, VaultError, conformance};

const BUCKET: &str = "jaga-quarantine";

async fn vault() -> (tempfile::TempDir, Vault) {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::dir(dir.path().join("vault"));
    vault.ensure_buckets(&[BUCKET]).await.unwrap();
    (dir, vault)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_keeps_every_promise() {
    let dir = tempfile::tempdir().unwrap();
    conformance::all(&Vault::dir(dir.path())).await;
    conformance::all(&Vault::dir_without_fsync(dir.path().join("other"))).await;
}

#[tokio::test]
async fn no_symbolic_link_leads_out() {
    let (dir, vault) = vault().await;
    let root = dir.path().join("vault").join(BUCKET);
    std::fs::write(dir.path().join("secret"), "secret").unwrap();
    symlink(dir.path().join("secret"), root.join("link")).unwrap();
    symlink(dir.path(), root.join("way")).unwrap();
    for key in ["link", "way/secret"] {
        let error = vault.get(BUCKET, key, 100).await.unwrap_err();
        assert!(
            matches!(error, VaultError::Denied { .. }),
            "{key}: {error:?}"
        );
        let put = vault.put(BUCKET, key, Bytes::from("x"), "text/plain").await;
        assert!(
            put.is_err() && vault.delete(BUCKET, key).await.is_err(),
            "{key}"
        );
    }
    assert_eq!(
        std::fs::read_to_string(dir.path().join("secret")).unwrap(),
        "secret"
    );
    assert!(vault.list(BUCKET, "").await.unwrap().is_empty());
}

#[tokio::test]
async fn photos_are_readable_by_their_owner_alone() {
    let (dir, vault) = vault().await;
    vault
        .put(BUCKET, "a/b", Bytes::from("x"), "text/plain")
        .await
        .unwrap();
    let root = dir.path().join("vault").join(BUCKET);
    for (path, want) in [
        (root.clone(), 0o700),
        (root.join("a"), 0o700),
        (root.join("a/b"), 0o600),
    ] {
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            want
        );
    }
}

#[tokio::test]
async fn a_key_in_the_way_of_another_is_refused_and_harms_neither() {
    let (_dir, vault) = vault().await;
    vault
        .put(BUCKET, "a", Bytes::from("x"), "text/plain")
        .await
        .unwrap();
    let error = vault
        .put(BUCKET, "a/b", Bytes::from("y"), "text/plain")
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            VaultError::BadKey { .. } | VaultError::Unreachable { .. }
        ),
        "{error:?}"
    );
    assert!(!vault.exists(BUCKET, "a/b").await.unwrap());
    assert_eq!(vault.get(BUCKET, "a", 9).await.unwrap(), "x");
}

#[tokio::test]
async fn nothing_half_written_is_left_behind_or_listed() {
    let (dir, vault) = vault().await;
    vault
        .put(BUCKET, "a", Bytes::from("x"), "text/plain")
        .await
        .unwrap();
    vault.check(&[BUCKET]).await.unwrap();
    assert_eq!(vault.list(BUCKET, "").await.unwrap(), ["a"]);
    assert_eq!(
        std::fs::read_dir(dir.path().join("vault/.tmp"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn a_put_creates_no_bucket() {
    let (dir, vault) = vault().await;
    let put = vault
        .put("jaga-nowhere", "a", Bytes::from("x"), "text/plain")
        .await;
    assert!(matches!(put, Err(VaultError::NoBucket { .. })), "{put:?}");
    assert!(!dir.path().join("vault/jaga-nowhere").exists());
}
