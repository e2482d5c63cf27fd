//! The parent's side: start a child, feed it, wait within the deadline, read what it says, and look
//! at that again before it counts.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use jaga_imaging::{Analysis, Format, Limits, Refusal};
use jaga_runner::Decision;
use jaga_service::{PhotoConfig, Sandbox};
use serde::de::DeserializeOwned;
use tokio::io::AsyncReadExt;
use tokio::process::{ChildStdout, Command};

use super::answer::{Unheard, hear};
use super::ending::Ending;
use super::frame::{Cage, Order, Said, Task, Wish, Work, limits, with_length};
use super::handed::hand_over;
use super::recheck::recheck_refusal;
use super::report::Report;

/// How glibc's allocator takes memory in a process that lives for one photo: in pages of 2 MiB where the
/// kernel has them, and what is freed is kept for the next. Of 5,400 page faults a photo 1,000 to 2,000 are
/// left, and a tenth of its processor time is saved; less where memory is in pieces and the kernel must
/// first make room. Other C libraries do not read this.
const MEMORY: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=268435456:glibc.malloc.trim_threshold=268435456",
);

/// In the detail of `too_costly` where it was time that was used up, which settings allow more of; else it is memory, of
/// which a file may have as much as its length brings.
pub const OF_TIME: &str = "of processor time";

/// What the child made of a photo.
#[derive(Debug)]
pub enum Verdict<T = Analysis> {
    /// What was asked for, looked at again.
    Taken(Box<T>),
    /// It can't be used.
    Refused {
        /// A stable code.
        reason: &'static str,
        /// One plain sentence.
        detail: String,
    },
}

/// Starts decoding children.
#[derive(Debug, Clone)]
pub struct Decoder {
    program: PathBuf,
    argument: &'static str,
    pub(super) config: PhotoConfig,
    pub(super) last: Arc<Mutex<Option<Report>>>,
}

/// What a child is asked, and how its answer is looked at.
pub(super) struct Question<S, T> {
    pub task: Task,
    /// Bytes that each piece of the answer may have.
    pub most: Vec<u64>,
    pub accept: Accept<S, T>,
}

/// From what the child said and made to what is believed, or the rule that it breaks.
pub(super) type Accept<S, T> =
    Arc<dyn Fn(S, Vec<Vec<u8>>, &Limits) -> Result<T, &'static str> + Send + Sync>;

/// A child that ended by itself.
pub(super) struct Done<T> {
    pub status: ExitStatus,
    pub answer: T,
    pub complaint: String,
}

impl Decoder {
    /// `program argument` must call [`super::child_main`].
    pub fn new(program: PathBuf, argument: &'static str, config: PhotoConfig) -> Self {
        Self {
            program,
            argument,
            config,
            last: Arc::default(),
        }
    }

    /// Asks a child of its own about a photo, or about several, and looks at the answer again.
    pub(super) async fn ask<S, T>(
        &self,
        photos: &[Bytes],
        question: &Question<S, T>,
    ) -> Result<Verdict<T>, Decision>
    where
        S: DeserializeOwned + Send + 'static,
        T: Send + 'static,
    {
        let mut ending = match self.attempt(photos, question).await? {
            Ok(verdict) => return Ok(verdict),
            Err(ending) => ending,
        };
        if ending == Ending::Cpu {
            // Time depends a little on what else the processor does, so once is no proof. Twice in
            // a row is: the photo is hostile or broken, and an answer is better than a parked one.
            ending = match self.attempt(photos, question).await? {
                Ok(verdict) => return Ok(verdict),
                Err(Ending::Cpu) => {
                    let most = self.cpu_s(question.task, photos);
                    let work = match question.task {
                        Task::Compare { .. } => "comparing",
                        Task::Analyse | Task::Strip { .. } | Task::Inspect => "decoding",
                    };
                    return Ok(Verdict::Refused {
                        reason: "too_costly",
                        detail: format!("{work} takes more than {most} s {OF_TIME}"),
                    });
                }
                Err(other) => other,
            };
        }
        Err(ending.decision())
    }

    pub(super) async fn attempt<S, T>(
        &self,
        photos: &[Bytes],
        question: &Question<S, T>,
    ) -> Result<Result<Verdict<T>, Ending>, Decision>
    where
        S: DeserializeOwned + Send + 'static,
        T: Send + 'static,
    {
        let max_bytes = match question.task {
            // Clean copies, one of which may have been encoded anew.
            Task::Compare { .. } => usize::try_from(self.most_clean()).unwrap_or(usize::MAX),
            Task::Analyse | Task::Strip { .. } | Task::Inspect => self.max_bytes(),
        };
        let max_pixels = self.config.max_megapixels * 1_000_000;
        let order = Order {
            cage: self.cage(question.task, photos),
            work: Work::Photo {
                task: question.task,
                len: photos.iter().map(|it| it.len() as u64).sum(),
                max_bytes,
                max_pixels,
            },
        };
        // Of two photos nothing is sent back.
        let photo = photos.first().map_or(&[][..], AsRef::as_ref);
        let heard = async |output| hear::<S>(output, photo, &question.most).await;
        let result = match self.converse(&order, photos, heard).await? {
            None => Err(Ending::Deadline),
            Some(done) => match (done.answer, done.status.success()) {
                (Ok(result), true) => {
                    accept(
                        result,
                        Arc::clone(&question.accept),
                        limits(max_bytes, max_pixels),
                    )
                    .await
                }
                (Err(Unheard::Garbled), _) => Err(Ending::Garbled),
                _ => Err(Ending::of(done.status, &done.complaint)),
            },
        };
        if let Err(ending) = &result {
            metrics::counter!("jaga_decoder_kills_total", "why" => ending.code()).increment(1);
        }
        Ok(result)
    }

    pub(super) fn max_bytes(&self) -> usize {
        self.config.max_mib << 20
    }

    fn cpu_s(&self, task: Task, photos: &[Bytes]) -> u64 {
        let coded_as_video =
            |it: &Bytes| matches!(jaga_imaging::sniff(it), Format::Heif | Format::Avif);
        match task {
            Task::Compare { .. } => self.config.compare_cpu_s,
            Task::Analyse | Task::Strip { .. } | Task::Inspect
                if photos.iter().any(coded_as_video) =>
            {
                self.config.video_cpu_s()
            }
            Task::Analyse | Task::Strip { .. } | Task::Inspect => self.config.child_cpu_s,
        }
    }

    /// All guards, each as much as the configuration wants it.
    fn cage(&self, task: Task, photos: &[Bytes]) -> Cage {
        let wish = match self.config.sandbox {
            Sandbox::BestEffort => Wish::Try,
            Sandbox::Auto | Sandbox::Required => Wish::Must,
        };
        Cage {
            limits: true,
            cpu_s: self.cpu_s(task, photos),
            memory_bytes: self.config.child_memory_mib << 20,
            landlock: wish,
            seccomp: wish,
        }
    }

    /// One child from its start to its end. None: the deadline came first, and it was killed.
    pub(super) async fn converse<T>(
        &self,
        order: &Order,
        payload: &[Bytes],
        listen: impl AsyncFnOnce(ChildStdout) -> T,
    ) -> Result<Option<Done<T>>, Decision> {
        let deadline = Duration::from_secs(self.config.child_deadline_s);
        // On the deadline the future is dropped, and with it the child (`kill_on_drop`).
        match tokio::time::timeout(deadline, self.talk(order, payload, listen)).await {
            Err(_) => Ok(None),
            Ok(Ok(done)) => Ok(Some(done)),
            Ok(Err(error)) => Err(Decision::Pause {
                why: format!("the decoder can't be started or talked to: {error}"),
            }),
        }
    }

    async fn talk<T>(
        &self,
        order: &Order,
        payload: &[Bytes],
        listen: impl AsyncFnOnce(ChildStdout) -> T,
    ) -> std::io::Result<Done<T>> {
        let opening = Bytes::from(with_length(&serde_json::to_vec(order)?));
        let pieces: Vec<Bytes> = std::iter::once(opening)
            .chain(payload.iter().cloned())
            .collect();
        // Megabytes are copied.
        let handed = tokio::task::spawn_blocking(move || hand_over(&pieces)).await??;
        let mut child = self.command().stdin(handed).spawn()?;
        let (Some(output), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(std::io::Error::other("the child has no pipes"));
        };
        let mut complaint = Vec::new();
        let mut errors = errors.take(4096);
        let (answer, complained) = tokio::join!(listen(output), errors.read_to_end(&mut complaint));
        complained?;
        Ok(Done {
            status: child.wait().await?,
            answer,
            complaint: String::from_utf8_lossy(&complaint).into_owned(),
        })
    }

    /// The environment holds secrets and is not handed on, the child gets one of our own making; a Ctrl-C
    /// is for the worker alone.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg(self.argument)
            .env_clear()
            .env(MEMORY.0, MEMORY.1)
            .current_dir("/")
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

/// Looks at a whole answer again, off the threads that wait for the network.
async fn accept<S, T>(
    result: Result<Said<S, Vec<u8>>, Refusal>,
    look: Accept<S, T>,
    limits: Limits,
) -> Result<Verdict<T>, Ending>
where
    S: Send + 'static,
    T: Send + 'static,
{
    let (said, pieces) = match result {
        Ok(taken) => taken,
        Err(refusal) => {
            recheck_refusal(&refusal).map_err(Ending::Unverified)?;
            return Ok(Verdict::Refused {
                reason: refusal.code.as_str(),
                detail: refusal.detail,
            });
        }
    };
    let checked = tokio::task::spawn_blocking(move || {
        look(said, pieces, &limits).map(|it| Verdict::Taken(Box::new(it)))
    });
    match checked.await {
        Ok(checked) => checked.map_err(Ending::Unverified),
        Err(_) => Err(Ending::Unverified("the second look did not end well")),
    }
}
