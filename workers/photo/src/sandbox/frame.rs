//! What the two say to each other: a JSON head with its length before it, then plain bytes. An order's head says how
//! many; an answer's says of each piece how long it is, and what of it is not sent because the photo has it.

use std::io::{self, Read, Write};

use jaga_imaging::{Clean, Kept, Limits, Refusal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::handed::Handed;
use super::trial::{Bait, Trial};

/// A head is never longer: facts and evidence of one photo are some thousand bytes.
pub(super) const MOST_HEAD: usize = 1 << 20;

/// The parent's order.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub cage: Cage,
    pub work: Work,
}

/// What the child gives up before it looks at anything a stranger chose.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Cage {
    /// Resource limits; off only where a single other guard is tried.
    pub limits: bool,
    pub cpu_s: u64,
    pub memory_bytes: u64,
    pub landlock: Wish,
    pub seccomp: Wish,
}

/// How much a guard is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wish {
    /// Left off: another guard is tried alone.
    Not,
    /// Taken where the kernel has it.
    Try,
    /// Without it the child ends at once.
    Must,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Work {
    /// The photo's bytes follow.
    Photo {
        task: Task,
        len: u64,
        max_bytes: usize,
        max_pixels: u64,
    },
    /// Tries what it must not be able to do.
    Trial { attempts: Vec<Trial>, bait: Bait },
}

pub(super) fn limits(max_bytes: usize, max_pixels: u64) -> Limits {
    Limits {
        max_bytes,
        max_pixels,
        ..Limits::default()
    }
}

/// What is wanted of a photo. Each has its own answer (see `tasks`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Task {
    /// Everything: facts, the clean file and the renditions.
    Analyse,
    /// The clean file alone; with what the photo said about itself, or not.
    Strip { evidence: bool },
    /// What the photo says about itself, and no file.
    Inspect,
    /// How two photos are related. The first has so many of the bytes.
    Compare {
        first: u64,
        seed: u64,
        picture: bool,
    },
}

/// The child's answer about a photo; what it made follows, piece by piece.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer<T> {
    /// What is said of it, and how each piece is sent.
    Taken { said: T, pieces: Vec<Piece> },
    /// It can't be used.
    Refused(Refusal),
}

/// How a file that the child made is sent.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Piece {
    /// Bytes of the file.
    pub len: u64,
    /// Those of them that are not sent: the parent has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
}

/// A file, and what of it stands in the photo just so.
pub(super) struct Made {
    pub bytes: Clean<Handed>,
    pub kept: Option<Kept>,
}

impl From<Vec<u8>> for Made {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Clean::Made(bytes),
            kept: None,
        }
    }
}

/// Something said, and files that go with it.
pub(super) type Said<T, P> = (T, Vec<P>);

/// Writes an answer piece by piece: a copy in one run would double the child's memory.
pub(super) fn send<T: Serialize>(
    out: &mut impl Write,
    result: Result<Said<T, Made>, Refusal>,
) -> io::Result<()> {
    let (said, made) = match result {
        Err(refusal) => return send_head(out, &Answer::<T>::Refused(refusal)),
        Ok(taken) => taken,
    };
    let piece = |it: &Made| Piece {
        len: it.bytes.as_ref().len() as u64,
        kept: it.kept,
    };
    let head = Answer::Taken {
        said,
        pieces: made.iter().map(piece).collect(),
    };
    send_head(out, &head)?;
    made.iter().try_for_each(|it| {
        let bytes = it.bytes.as_ref();
        let (before, after) = it.kept.map_or((bytes, &[][..]), |kept| kept.around(bytes));
        out.write_all(before)?;
        out.write_all(after)
    })
}

/// A head with its length before it, 4 bytes, little-endian.
pub(super) fn send_head(out: &mut impl Write, head: &impl Serialize) -> io::Result<()> {
    out.write_all(&with_length(&serde_json::to_vec(head)?))
}

pub(super) fn with_length(head: &[u8]) -> Vec<u8> {
    let len = u32::try_from(head.len()).unwrap_or(u32::MAX);
    [&len.to_le_bytes(), head].concat()
}

pub(super) fn read_head<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<T> {
    let mut len = [0; 4];
    input.read_exact(&mut len)?;
    let mut head = vec![0; (u32::from_le_bytes(len) as usize).min(MOST_HEAD)];
    input.read_exact(&mut head)?;
    serde_json::from_slice(&head).map_err(io::Error::other)
}
