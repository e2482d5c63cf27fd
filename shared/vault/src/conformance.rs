//! What both vaults promise, as functions that any vault can be handed to. Not part of the API: it
//! is compiled for tests only, and its assertions panic.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "these are tests; the functions' names say what each promises"
)]

use bytes::Bytes;

use crate::{Vault, VaultError, content_key};

/// The bucket the promises are tried in.
pub const BUCKET: &str = "jaga-conformance";
const PLENTY: usize = 32 * 1024 * 1024;

/// Every promise, one after the other.
pub async fn all(vault: &Vault) {
    a_missing_bucket_is_told_apart_from_a_missing_object(vault).await;
    what_was_put_comes_back_byte_for_byte(vault).await;
    putting_again_replaces_and_harms_nothing(vault).await;
    an_object_above_the_cap_is_refused(vault).await;
    what_is_deleted_is_gone_and_deleting_again_is_fine(vault).await;
    a_list_has_every_key_of_its_prefix_and_no_other(vault).await;
    equal_bytes_have_one_key_and_are_stored_once(vault).await;
    an_object_that_is_not_what_its_key_says_is_damaged(vault).await;
    a_key_that_climbs_is_refused(vault).await;
    eight_at_once_do_not_disturb_each_other(vault).await;
}

pub async fn a_missing_bucket_is_told_apart_from_a_missing_object(vault: &Vault) {
    let nowhere = "jaga-nowhere";
    let is = |error: VaultError| matches!(error, VaultError::NoBucket { .. });
    assert!(is(vault.get(nowhere, "a", PLENTY).await.unwrap_err()));
    assert!(is(vault.list(nowhere, "").await.unwrap_err()));
    assert!(is(vault.check(&[nowhere]).await.unwrap_err()));

    vault.ensure_buckets(&[BUCKET]).await.unwrap();
    vault.ensure_buckets(&[BUCKET]).await.unwrap();
    vault.check(&[BUCKET]).await.unwrap();
    let missing = vault
        .get(BUCKET, "not/rahasia.jpg", PLENTY)
        .await
        .unwrap_err();
    assert!(
        matches!(missing, VaultError::NotFound { .. }),
        "{missing:?}"
    );
    assert!(!vault.exists(BUCKET, "not/rahasia.jpg").await.unwrap());
    assert!(
        !missing.to_string().contains("rahasia"),
        "an error shows no key"
    );
}

pub async fn what_was_put_comes_back_byte_for_byte(vault: &Vault) {
    let keys = [
        "a",
        "deep/er/still/b.jpg",
        "foto jalan rusak (1)+é&=%2F.jpg",
    ];
    for (n, key) in keys.into_iter().enumerate() {
        let bytes = picture(n * 1_500_000 + n);
        vault
            .put(BUCKET, key, bytes.clone(), "image/jpeg")
            .await
            .unwrap();
        assert_eq!(
            vault.size(BUCKET, key).await.unwrap(),
            Some(bytes.len() as u64)
        );
        assert!(
            vault.get(BUCKET, key, PLENTY).await.unwrap() == bytes,
            "{key}"
        );
    }
    clear(vault, &keys).await;
}

pub async fn putting_again_replaces_and_harms_nothing(vault: &Vault) {
    for text in ["one", "one", "another"] {
        vault
            .put(BUCKET, "again", Bytes::from(text), "text/plain")
            .await
            .unwrap();
        assert_eq!(vault.get(BUCKET, "again", PLENTY).await.unwrap(), text);
    }
    clear(vault, &["again"]).await;
}

pub async fn an_object_above_the_cap_is_refused(vault: &Vault) {
    vault
        .put(BUCKET, "large", picture(100_000), "image/jpeg")
        .await
        .unwrap();
    assert_eq!(
        vault.get(BUCKET, "large", 100_000).await.unwrap().len(),
        100_000
    );
    let error = vault.get(BUCKET, "large", 99_999).await.unwrap_err();
    assert!(
        matches!(error, VaultError::TooLarge { cap: 99_999, .. }),
        "{error:?}"
    );
    clear(vault, &["large"]).await;
}

pub async fn what_is_deleted_is_gone_and_deleting_again_is_fine(vault: &Vault) {
    vault
        .put(BUCKET, "gone/x", Bytes::from("x"), "text/plain")
        .await
        .unwrap();
    assert!(vault.exists(BUCKET, "gone/x").await.unwrap());
    vault.delete(BUCKET, "gone/x").await.unwrap();
    vault.delete(BUCKET, "gone/x").await.unwrap();
    assert!(!vault.exists(BUCKET, "gone/x").await.unwrap());
}

pub async fn a_list_has_every_key_of_its_prefix_and_no_other(vault: &Vault) {
    let keys = ["list/a/1", "list/a/2", "list/ab", "list/b/3", "other"];
    for key in keys {
        vault
            .put(BUCKET, key, Bytes::from("x"), "text/plain")
            .await
            .unwrap();
    }
    assert_eq!(vault.list(BUCKET, "list/a").await.unwrap(), &keys[..3]);
    assert_eq!(vault.list(BUCKET, "list/").await.unwrap(), &keys[..4]);
    assert!(vault.list(BUCKET, "none").await.unwrap().is_empty());
    assert_eq!(vault.list(BUCKET, "").await.unwrap(), keys);
    clear(vault, &keys).await;
}

pub async fn equal_bytes_have_one_key_and_are_stored_once(vault: &Vault) {
    let bytes = picture(20_000);
    let key = vault
        .put_content(BUCKET, bytes.clone(), "jpg", "image/jpeg")
        .await
        .unwrap();
    assert_eq!(key, content_key(&blake3::hash(&bytes), "jpg"));
    assert_eq!(
        vault
            .put_content(BUCKET, bytes.clone(), "jpg", "image/jpeg")
            .await
            .unwrap(),
        key
    );
    assert_eq!(vault.list(BUCKET, "").await.unwrap(), [key.as_str()]);
    assert_eq!(
        vault.get_content(BUCKET, &key, PLENTY).await.unwrap(),
        bytes
    );
    clear(vault, &[&key]).await;
}

pub async fn an_object_that_is_not_what_its_key_says_is_damaged(vault: &Vault) {
    let bytes = picture(20_000);
    let key = content_key(&blake3::hash(&bytes), "jpg");
    let mut wrong = bytes.to_vec();
    wrong[10_000] ^= 1;
    vault
        .put(BUCKET, &key, wrong.into(), "image/jpeg")
        .await
        .unwrap();
    let error = vault.get_content(BUCKET, &key, PLENTY).await.unwrap_err();
    assert!(matches!(error, VaultError::Damaged { .. }), "{error:?}");
    // Half an object is replaced by the whole one.
    vault
        .put(BUCKET, &key, bytes.slice(..7), "image/jpeg")
        .await
        .unwrap();
    vault
        .put_content(BUCKET, bytes.clone(), "jpg", "image/jpeg")
        .await
        .unwrap();
    assert_eq!(
        vault.get_content(BUCKET, &key, PLENTY).await.unwrap(),
        bytes
    );
    clear(vault, &[&key]).await;
}

pub async fn a_key_that_climbs_is_refused(vault: &Vault) {
    for key in [
        "../x",
        "/etc/passwd",
        "a/../../x",
        "a//b",
        "",
        "a/./b",
        "a\0b",
    ] {
        for error in [
            vault.get(BUCKET, key, PLENTY).await.unwrap_err(),
            vault
                .put(BUCKET, key, Bytes::from("x"), "text/plain")
                .await
                .unwrap_err(),
            vault.delete(BUCKET, key).await.unwrap_err(),
            vault.exists(BUCKET, key).await.unwrap_err(),
        ] {
            assert!(
                matches!(error, VaultError::BadKey { .. }),
                "{key:?}: {error:?}"
            );
        }
    }
    assert!(vault.get("../jaga-conformance", "a", PLENTY).await.is_err());
}

pub async fn eight_at_once_do_not_disturb_each_other(vault: &Vault) {
    let same = picture(50_000);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let (vault, same) = (vault.clone(), same.clone());
        tasks.spawn(async move {
            let own = format!("many/{n}");
            vault
                .put(BUCKET, &own, picture(10_000 + n), "image/jpeg")
                .await
                .unwrap();
            let key = vault
                .put_content(BUCKET, same, "jpg", "image/jpeg")
                .await
                .unwrap();
            assert_eq!(
                vault.get(BUCKET, &own, PLENTY).await.unwrap(),
                picture(10_000 + n)
            );
            vault.get_content(BUCKET, &key, PLENTY).await.unwrap();
            vault.delete(BUCKET, &own).await.unwrap();
            key
        });
    }
    let keys = tasks.join_all().await;
    assert_eq!(vault.list(BUCKET, "").await.unwrap(), &keys[..1]);
    clear(vault, &[&keys[0]]).await;
}

async fn clear(vault: &Vault, keys: &[&str]) {
    for key in keys {
        vault.delete(BUCKET, key).await.unwrap();
    }
}

/// Bytes without a pattern that a shifted or repeated block would keep.
fn picture(length: usize) -> Bytes {
    let mut bytes = vec![0; length];
    blake3::Hasher::new_derive_key("jaga-vault conformance")
        .finalize_xof()
        .fill(&mut bytes);
    bytes.into()
}
