//! The self-test: children are told to try what a compromised decoder would try, and must be
//! refused. Each guard is tried for itself, so that one does not hide that another is missing.

use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::slice::from_ref;

use jaga_runner::Decision;
use jaga_service::Sandbox;

use super::answer::head;
use super::ending::Ending;
use super::frame::{Cage, Order, Wish, Work};
use super::parent::{Decoder, Done};
use super::report::{Guard, GuardState, Report};
use super::trial::{Bait, Trial, Tried};

/// A picture of one pixel: enough to send both kinds of codec and the encoder through the guards.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\
    \0\0\0\nIDATx\xdach\0\0\0\x82\0\x81\xdaE\x08;\0\0\0\0IEND\xaeB`\x82";

/// What each guard must refuse by itself. `Exec` comes last: if it works, the child is gone.
const BY_LIMITS: [Trial; 5] = [
    Trial::Open,
    Trial::Create,
    Trial::Tcp,
    Trial::Unix,
    Trial::Memory,
];
const BY_ALL: [Trial; 9] = [
    Trial::Open,
    Trial::Create,
    Trial::Tcp,
    Trial::Unix,
    Trial::Fork,
    Trial::Thread,
    Trial::Trace,
    Trial::Signal,
    Trial::Exec,
];

/// By version of landlock: what it refuses from there on.
const BY_LANDLOCK: [(u32, &str, &[Trial]); 3] = [
    (1, "files", &[Trial::Open, Trial::Create, Trial::Exec]),
    (4, "TCP", &[Trial::Tcp]),
    (
        6,
        "abstract sockets and signals",
        &[Trial::Unix, Trial::Signal],
    ),
];

/// Sockets that listen while the trials run: a refusal means nothing where nobody would answer.
struct Lures {
    bait: Bait,
    _listening: (TcpListener, UnixListener),
}

impl Decoder {
    /// Has every guard tried, and an honest picture decoded behind all of them.
    ///
    /// # Errors
    /// [`Decision::Pause`] where children can't be started at all.
    pub async fn self_test(&self) -> Result<Report, Decision> {
        let lures = self.lures().map_err(|e| Decision::Pause {
            why: format!("the sandbox can't be tried: {e}"),
        })?;
        let guards = vec![
            self.try_limits(&lures.bait).await?,
            self.try_landlock(&lures.bait).await?,
            self.try_seccomp(&lures.bait).await?,
            self.try_decoding().await?,
        ];
        let required = self.config.sandbox != Sandbox::BestEffort;
        Ok(Report { guards, required })
    }

    /// Runs the self-test and says what changed since the last time.
    pub(crate) async fn probe(&self) -> Result<(), Decision> {
        let report = self.self_test().await?;
        for state in &report.guards {
            let value = f64::from(u8::from(state.holds));
            metrics::gauge!("jaga_sandbox_guard", "guard" => state.guard.as_str()).set(value);
        }
        self.tell(&report);
        if report.may_run() {
            return Ok(());
        }
        let why = format!("the decoder is not contained: {report}");
        Err(Decision::Pause { why })
    }

    fn tell(&self, report: &Report) {
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        if last.as_ref() == Some(report) {
            return;
        }
        if report.missing().next().is_none() {
            tracing::info!(guards = %report, "the decoder is contained");
        } else {
            tracing::warn!(guards = %report, required = report.required, "the decoder lacks a guard");
        }
        *last = Some(report.clone());
    }

    async fn try_limits(&self, bait: &Bait) -> Result<GuardState, Decision> {
        let cage = self.bare(true, Wish::Not, Wish::Not);
        let (_, through) = self.told(cage, &BY_LIMITS, bait).await?;
        let says = "memory, files and sockets are refused".to_owned();
        Ok(state(Guard::Limits, &through, says))
    }

    async fn try_landlock(&self, bait: &Bait) -> Result<GuardState, Decision> {
        let cage = || self.bare(false, Wish::Try, Wish::Not);
        let (first, _) = self.told(cage(), &[], bait).await?;
        let abi = first.map_or(0, |tried| tried.held.landlock_abi);
        if abi == 0 {
            let says = "the kernel has none, or it is switched off".to_owned();
            return Ok(GuardState {
                guard: Guard::Landlock,
                holds: false,
                says,
            });
        }
        let here = BY_LANDLOCK.iter().filter(|(from, ..)| *from <= abi);
        let mut attempts: Vec<Trial> = here.clone().flat_map(|(.., it)| *it).copied().collect();
        attempts.sort_by_key(|it| *it == Trial::Exec);
        let (_, through) = self.told(cage(), &attempts, bait).await?;
        let refused: Vec<&str> = here.map(|(_, name, _)| *name).collect();
        let says = format!("version {abi}: {} are refused", refused.join(", "));
        Ok(state(Guard::Landlock, &through, says))
    }

    /// Behind all guards at once, as a photo is decoded: each attempt must be the child's last.
    async fn try_seccomp(&self, bait: &Bait) -> Result<GuardState, Decision> {
        let (mut survived, mut through) = (Vec::new(), Vec::new());
        for trial in BY_ALL {
            let cage = self.bare(true, Wish::Try, Wish::Try);
            let Some(done) = self.order(cage, &[trial], bait).await? else {
                survived.push(trial);
                continue;
            };
            if Ending::of(done.status, "") != Ending::Forbidden {
                survived.push(trial);
                through.extend(not_refused(&[trial], done.answer.as_ref()));
            }
        }
        let mut says = format!("each of {} attempts ended the child", BY_ALL.len());
        if !survived.is_empty() {
            says = format!("the child lived on after: {}", names(&survived));
        }
        if !through.is_empty() {
            says = format!("{says}; not refused at all: {}", names(&through));
        }
        Ok(GuardState {
            guard: Guard::Seccomp,
            holds: survived.is_empty(),
            says,
        })
    }

    async fn try_decoding(&self) -> Result<GuardState, Decision> {
        let mut file = bytes::Bytes::from_static(PIXEL);
        let mut says = "a picture comes out".to_owned();
        let mut holds = true;
        for kind in ["PNG", "JPEG"] {
            let digest = blake3::hash(&file);
            match self
                .attempt(from_ref(&file), &self.analysis(digest))
                .await?
            {
                Ok(super::Verdict::Taken(analysis)) => {
                    // What the first one was rendered to is the second one's picture.
                    let rendition = analysis.renditions.into_iter().next();
                    file = rendition.map(|it| it.jpeg).unwrap_or_default().into();
                }
                Ok(super::Verdict::Refused { reason, .. }) => {
                    (holds, says) = (false, format!("a sound {kind} is refused: {reason}"));
                    break;
                }
                Err(ending) => {
                    (holds, says) = (false, format!("a sound {kind} fails: {}", ending.code()));
                    break;
                }
            }
        }
        let guard = Guard::Decoding;
        Ok(GuardState { guard, holds, says })
    }

    /// One child that lives to tell: what it held, and which attempts were not refused.
    async fn told(
        &self,
        cage: Cage,
        attempts: &[Trial],
        bait: &Bait,
    ) -> Result<(Option<Tried>, Vec<Trial>), Decision> {
        let done = self.order(cage, attempts, bait).await?;
        let tried = done.and_then(|done| done.answer);
        let through = not_refused(attempts, tried.as_ref());
        Ok((tried, through))
    }

    async fn order(
        &self,
        cage: Cage,
        attempts: &[Trial],
        bait: &Bait,
    ) -> Result<Option<Done<Option<Tried>>>, Decision> {
        let (attempts, bait) = (attempts.to_vec(), bait.clone());
        let work = Work::Trial { attempts, bait };
        let answer = async |mut output| {
            let head = head(&mut output).await.ok()?;
            serde_json::from_slice(&head).ok()
        };
        self.converse(&Order { cage, work }, &[], answer).await
    }

    fn bare(&self, limits: bool, landlock: Wish, seccomp: Wish) -> Cage {
        Cage {
            limits,
            cpu_s: self.config.child_cpu_s,
            memory_bytes: self.config.child_memory_mib << 20,
            landlock,
            seccomp,
        }
    }

    fn lures(&self) -> std::io::Result<Lures> {
        let tcp = TcpListener::bind(("127.0.0.1", 0))?;
        let port = tcp.local_addr()?.port();
        // A port is one listener's alone, also where several workers share a network.
        let name = format!("jaga-trial-{port}");
        let unix = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        let bytes = (self.config.child_memory_mib as usize) << 21;
        let folder = "/tmp".into();
        Ok(Lures {
            bait: Bait {
                port,
                name,
                folder,
                bytes,
            },
            _listening: (tcp, unix),
        })
    }
}

/// A child that did not tell became another program, or died of what should only be refused.
fn not_refused(attempts: &[Trial], tried: Option<&Tried>) -> Vec<Trial> {
    let refused = |it: &Trial| {
        let same = |(trial, error): &(Trial, Option<i32>)| trial == it && error.is_some();
        tried.is_some_and(|tried| tried.outcomes.iter().any(same))
    };
    attempts.iter().filter(|it| !refused(it)).copied().collect()
}

fn state(guard: Guard, through: &[Trial], says: String) -> GuardState {
    let holds = through.is_empty();
    let says = if holds {
        says
    } else {
        format!("not refused: {}", names(through))
    };
    GuardState { guard, holds, says }
}

fn names(trials: &[Trial]) -> String {
    let names: Vec<&str> = trials.iter().map(|it| it.as_str()).collect();
    names.join(", ")
}
