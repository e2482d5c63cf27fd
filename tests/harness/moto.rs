//! Moto: an S3 of other make, to see that Jaga does not lean on the habits of one server.

use std::time::Duration;

use anyhow::bail;

use crate::home::home;
use crate::http::http_request;
use crate::ports::free_port;
use crate::process::{Process, ProcessSpec};
use crate::s3::{Buckets, S3Access};
use crate::tools::test_tool;
use crate::wait::{eventually, skip};

/// A Moto server. It keeps everything in memory, takes any credentials and checks no checksum.
#[derive(Debug)]
pub struct Moto {
    _process: Process,
    port: u16,
}

impl Moto {
    /// Starts it, or says why not and returns `None` where it is not installed.
    pub async fn start() -> anyhow::Result<Option<Self>> {
        let Some(program) = test_tool("moto_server") else {
            skip("moto_server is not installed: run deploy/setup/test-deps.sh");
            return Ok(None);
        };
        let port = free_port()?;
        let mut spec = ProcessSpec::new(program, &home()?.folder("moto")?, "moto", "KILL")?;
        spec.command()
            .args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        let mut process = spec.start()?;
        eventually(Duration::from_secs(30), || async {
            http_request("GET", port, "/moto-api/").await.map(drop)
        })
        .await
        .map_err(|error| error.context(process.tail(10)))?;
        if let Some(status) = process.try_wait() {
            bail!("moto ended with {status}: {}", process.tail(10));
        }
        Ok(Some(Self {
            _process: process,
            port,
        }))
    }

    /// How to reach it, with a set of empty buckets of the caller's own.
    pub async fn access(&self, prefix: &str) -> anyhow::Result<S3Access> {
        let buckets = Buckets::named(prefix);
        for bucket in buckets.all() {
            let answer = http_request("PUT", self.port, &format!("/{bucket}")).await?;
            if answer.status != 200 {
                bail!("moto would not make bucket {bucket}: {}", answer.status);
            }
        }
        Ok(S3Access {
            url: format!("http://127.0.0.1:{}", self.port),
            access_key: "jaga".to_owned(),
            secret_key: "jaga-secret".to_owned(),
            region: "us-east-1".to_owned(),
            buckets,
        })
    }
}
