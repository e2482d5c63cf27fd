//! The parent's side: start a child, feed it, wait within the deadline, read what it says.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use jaga_imaging::{Analysis, Refusal};
use jaga_runner::Decision;
use jaga_service::PhotoConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::frame::{Order, unpack, with_length};

/// What the child made of a photo.
pub(crate) enum Verdict {
    Taken(Box<Analysis>),
    Refused(Refusal),
}

/// Starts decoding children.
#[derive(Debug, Clone)]
pub struct Decoder {
    program: PathBuf,
    argument: &'static str,
    config: PhotoConfig,
}

impl Decoder {
    /// `program argument` must call [`super::child_main`].
    pub fn new(program: PathBuf, argument: &'static str, config: PhotoConfig) -> Self {
        Self {
            program,
            argument,
            config,
        }
    }

    /// Takes a photo apart in a child of its own. A killed child is a failed attempt.
    pub(crate) async fn analyse(&self, photo: Bytes) -> Result<Verdict, Decision> {
        let failed = |code, why: String| Decision::Retry { code, why };
        let mut child = self.start().map_err(|e| Decision::Pause {
            why: format!("the decoder can't be started: {e}"),
        })?;
        let deadline = Duration::from_secs(self.config.child_deadline_s);
        // On the deadline the future is dropped, and with it the child (`kill_on_drop`).
        let done = tokio::time::timeout(deadline, self.converse(&mut child, photo)).await;
        let Ok(done) = done else {
            metrics::counter!("jaga_decoder_kills_total", "why" => "deadline").increment(1);
            drop(child.kill().await);
            let why = format!("the decoder took longer than {} s", deadline.as_secs());
            return Err(failed("decoder_deadline", why));
        };
        let (status, answer, complaint) = done.map_err(|e| Decision::Pause {
            why: format!("talking to the decoder failed: {e}"),
        })?;
        if !status.success() {
            metrics::counter!("jaga_decoder_kills_total", "why" => "died").increment(1);
            return Err(failed("decoder_died", died(status, &complaint)));
        }
        match unpack(&answer) {
            Some(Ok(analysis)) => Ok(Verdict::Taken(Box::new(analysis))),
            Some(Err(refusal)) => Ok(Verdict::Refused(refusal)),
            None => Err(failed(
                "decoder_died",
                "the decoder's answer is not complete".into(),
            )),
        }
    }

    /// Can a child be started? One without an order ends at once, with code 3.
    pub(crate) async fn probe(&self) -> Result<(), Decision> {
        let pause = |why: String| Decision::Pause { why };
        let child = self
            .start()
            .map_err(|e| pause(format!("the decoder can't be started: {e}")))?;
        let deadline = Duration::from_secs(self.config.child_deadline_s);
        match tokio::time::timeout(deadline, child.wait_with_output()).await {
            Ok(Ok(output)) if output.status.code() == Some(3) => Ok(()),
            Ok(Ok(output)) => Err(pause(format!("the decoder ended with {}", output.status))),
            Ok(Err(e)) => Err(pause(format!("talking to the decoder failed: {e}"))),
            Err(_) => Err(pause("the decoder does not end".into())),
        }
    }

    /// The environment holds secrets and is not handed on.
    fn start(&self) -> std::io::Result<Child> {
        Command::new(&self.program)
            .arg(self.argument)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }

    async fn converse(
        &self,
        child: &mut Child,
        photo: Bytes,
    ) -> std::io::Result<(ExitStatus, Vec<u8>, String)> {
        let order = Order {
            photo_len: photo.len() as u64,
            cpu_s: self.config.child_deadline_s,
            memory_bytes: self.config.child_memory_mib << 20,
            max_bytes: self.config.max_mib << 20,
            max_pixels: self.config.max_megapixels * 1_000_000,
        };
        let head = with_length(&serde_json::to_vec(&order)?);
        let (Some(mut input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(std::io::Error::other("the child has no pipes"));
        };
        let feed = async {
            // A child that died early breaks the pipe; its status tells why.
            let fed = async {
                input.write_all(&head).await?;
                input.write_all(&photo).await?;
                input.shutdown().await
            };
            drop(fed.await);
            drop(input);
        };
        // Twice the upload for the clean copy, and room for renditions of it.
        let most = (self.config.max_mib as u64 * 2 + 64) << 20;
        let (mut answer, mut complaint) = (Vec::new(), Vec::new());
        let (mut output, mut errors) = (output.take(most), errors.take(4096));
        let ((), read, complained) = tokio::join!(
            feed,
            output.read_to_end(&mut answer),
            errors.read_to_end(&mut complaint)
        );
        read?;
        complained?;
        Ok((
            child.wait().await?,
            answer,
            String::from_utf8_lossy(&complaint).into_owned(),
        ))
    }
}

/// How it died, by signal or by the place of its panic; never what it said beyond that.
fn died(status: ExitStatus, complaint: &str) -> String {
    let place = complaint
        .lines()
        .find(|l| l.starts_with("panic at "))
        .unwrap_or("");
    match (status.signal(), status.code()) {
        (Some(24), _) => "the decoder used up its processor time".into(),
        (Some(6), _) => format!("the decoder aborted, perhaps for want of memory {place}"),
        (Some(signal), _) => format!("the decoder was ended by signal {signal} {place}"),
        (None, Some(code)) => format!("the decoder ended with code {code} {place}"),
        (None, None) => "the decoder ended".into(),
    }
}
