//! The operations.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use bytes::{Bytes, BytesMut};

use super::S3;
use super::call::{failure, status};
use crate::VaultError;
use crate::error::At;

impl S3 {
    pub(crate) async fn get(&self, at: At<'_>, key: &str, cap: usize) -> Result<Bytes, VaultError> {
        match self.fetch(at, key, cap).await {
            // Some stores call a missing bucket a missing object. The difference decides between
            // waiting and giving up a photo, so it is worth a question.
            Err(VaultError::NotFound { .. }) => match self.check(at).await {
                Err(missing @ VaultError::NoBucket { .. }) => Err(missing),
                // Whether there is such an object is unknown while the store is away.
                Err(away @ VaultError::Unreachable { .. }) => Err(away),
                Ok(()) | Err(_) => Err(at.not_found()),
            },
            answer => answer,
        }
    }

    async fn fetch(&self, at: At<'_>, key: &str, cap: usize) -> Result<Bytes, VaultError> {
        self.call(at, || async {
            let asked = self.client.get_object().bucket(at.bucket).key(key).send();
            let answer = asked.await.map_err(|e| failure(at, &e))?;
            // S3 always announces the length. Without it a cut-off answer would look whole.
            let length = answer
                .content_length()
                .and_then(|n| usize::try_from(n).ok());
            let length = length.ok_or_else(|| at.damaged("no length was announced"))?;
            if length > cap {
                return Err(at.too_large(cap));
            }
            let mut body = answer.body;
            let mut bytes = BytesMut::with_capacity(length);
            while let Some(chunk) = body.next().await {
                let chunk = chunk.map_err(|_| at.unreachable("the answer broke off"))?;
                if chunk.len() > length - bytes.len() {
                    return Err(at.damaged("more bytes than announced"));
                }
                bytes.extend_from_slice(&chunk);
            }
            if bytes.len() < length {
                return Err(at.damaged("fewer bytes than announced"));
            }
            Ok(bytes.freeze())
        })
        .await
    }

    pub(crate) async fn put(
        &self,
        at: At<'_>,
        key: &str,
        bytes: Bytes,
        content_type: &str,
    ) -> Result<(), VaultError> {
        self.call(at, || async {
            let put = self.client.put_object().bucket(at.bucket).key(key);
            let put = put
                .content_type(content_type)
                .body(ByteStream::from(bytes.clone()));
            // A put never meets a missing object, so 404 is about the bucket.
            put.send()
                .await
                .map(drop)
                .map_err(|e| bucket_missing(at, failure(at, &e)))
        })
        .await
    }

    pub(crate) async fn size(&self, at: At<'_>, key: &str) -> Result<Option<u64>, VaultError> {
        self.call(at, || async {
            match self
                .client
                .head_object()
                .bucket(at.bucket)
                .key(key)
                .send()
                .await
            {
                Ok(head) => Ok(Some(head.content_length().map_or(0, i64::unsigned_abs))),
                // An answer to HEAD has no body that could say whether the bucket is missing.
                Err(error) if status(&error) == Some(404) => Ok(None),
                Err(error) => Err(failure(at, &error)),
            }
        })
        .await
    }

    pub(crate) async fn delete(&self, at: At<'_>, key: &str) -> Result<(), VaultError> {
        self.call(at, || async {
            let delete = self.client.delete_object().bucket(at.bucket).key(key);
            match delete.send().await.map_err(|e| failure(at, &e)) {
                Ok(_) | Err(VaultError::NotFound { .. }) => Ok(()),
                Err(error) => Err(error),
            }
        })
        .await
    }

    pub(crate) async fn list(&self, at: At<'_>, prefix: &str) -> Result<Vec<String>, VaultError> {
        let mut keys = Vec::new();
        let mut next = None;
        loop {
            // The deadline holds for each page: a long list may take longer than one object.
            let page = self
                .call(at, || async {
                    let list = self
                        .client
                        .list_objects_v2()
                        .bucket(at.bucket)
                        .prefix(prefix);
                    let list = list.set_continuation_token(next.clone());
                    list.send()
                        .await
                        .map_err(|e| bucket_missing(at, failure(at, &e)))
                })
                .await?;
            next = page.next_continuation_token;
            keys.extend(
                page.contents
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|o| o.key),
            );
            if next.is_none() {
                keys.sort();
                return Ok(keys);
            }
        }
    }

    pub(crate) async fn check(&self, at: At<'_>) -> Result<(), VaultError> {
        self.call(at, || async {
            let head = self.client.head_bucket().bucket(at.bucket).send().await;
            head.map(drop)
                .map_err(|e| bucket_missing(at, failure(at, &e)))
        })
        .await
    }

    pub(crate) async fn ensure(&self, at: At<'_>) -> Result<(), VaultError> {
        match self.check(at).await {
            Err(VaultError::NoBucket { .. }) => {}
            answer => return answer,
        }
        self.call(at, || async {
            let mut create = self.client.create_bucket().bucket(at.bucket);
            // The first region of S3 must not be named, every other must.
            if self.settings.region != "us-east-1" {
                let place = BucketLocationConstraint::from(self.settings.region.as_str());
                let place = CreateBucketConfiguration::builder().location_constraint(place);
                create = create.create_bucket_configuration(place.build());
            }
            match create.send().await {
                Ok(_) => Ok(()),
                // Someone was faster.
                Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(()),
                Err(error) => Err(failure(at, &error)),
            }
        })
        .await
    }
}

fn bucket_missing(at: At<'_>, error: VaultError) -> VaultError {
    match error {
        VaultError::NotFound { .. } => at.no_bucket(),
        other => other,
    }
}
