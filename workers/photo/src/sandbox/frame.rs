//! What goes through the pipes: a JSON head with its length before it, then plain bytes whose
//! lengths the head says.

use jaga_imaging::{Analysis, Facts, Limits, Refusal, Rendition};
use serde::{Deserialize, Serialize};

/// The parent's order; the photo's bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub photo_len: u64,
    pub cpu_s: u64,
    pub memory_bytes: u64,
    pub max_bytes: usize,
    pub max_pixels: u64,
}

impl Order {
    pub(super) fn limits(&self) -> Limits {
        Limits {
            max_bytes: self.max_bytes,
            max_pixels: self.max_pixels,
            ..Limits::default()
        }
    }
}

/// The child's answer; for a photo that was taken, the clean copy and the renditions follow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Taken {
        facts: Box<Facts>,
        clean_len: u64,
        renditions: Vec<Size>,
    },
    Refused(Refusal),
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Size {
    width: u32,
    height: u32,
    len: u64,
}

/// An answer as one run of bytes.
pub(super) fn pack(result: Result<Analysis, Refusal>) -> serde_json::Result<Vec<u8>> {
    let (answer, blobs) = match result {
        Err(refusal) => (Answer::Refused(refusal), Vec::new()),
        Ok(Analysis {
            facts,
            clean,
            renditions,
        }) => {
            let size = |r: &Rendition| Size {
                width: r.width,
                height: r.height,
                len: r.jpeg.len() as u64,
            };
            let answer = Answer::Taken {
                facts: Box::new(facts),
                clean_len: clean.len() as u64,
                renditions: renditions.iter().map(size).collect(),
            };
            let mut blobs = vec![clean];
            blobs.extend(renditions.into_iter().map(|r| r.jpeg));
            (answer, blobs)
        }
    };
    let mut out = with_length(&serde_json::to_vec(&answer)?);
    for blob in blobs {
        out.extend_from_slice(&blob);
    }
    Ok(out)
}

/// A head with its length before it, 4 bytes, little-endian.
pub(super) fn with_length(head: &[u8]) -> Vec<u8> {
    let len = u32::try_from(head.len()).unwrap_or(u32::MAX);
    [&len.to_le_bytes(), head].concat()
}

/// Takes an answer apart; None if it is not exactly one.
pub(super) fn unpack(bytes: &[u8]) -> Option<Result<Analysis, Refusal>> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    let (head, mut rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    let (facts, clean_len, sizes) = match serde_json::from_slice(head).ok()? {
        Answer::Refused(refusal) => return rest.is_empty().then_some(Err(refusal)),
        Answer::Taken {
            facts,
            clean_len,
            renditions,
        } => (*facts, clean_len, renditions),
    };
    let mut take = |len: u64| {
        let (blob, after) = rest.split_at_checked(usize::try_from(len).ok()?)?;
        rest = after;
        Some(blob.to_vec())
    };
    let clean = take(clean_len)?;
    let rendition = |s: Size| {
        Some(Rendition {
            width: s.width,
            height: s.height,
            jpeg: take(s.len)?,
        })
    };
    let renditions = sizes
        .into_iter()
        .map(rendition)
        .collect::<Option<Vec<_>>>()?;
    rest.is_empty().then_some(Ok(Analysis {
        facts,
        clean,
        renditions,
    }))
}
