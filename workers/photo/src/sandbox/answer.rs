//! The parent reads an answer: piece by piece, each capped before memory is spent on it.

use jaga_imaging::{Analysis, Refusal, Rendition};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::frame::{Answer, MOST_HEAD};

/// Renditions that a photo has at most, and bytes of one at most.
const RENDITIONS: usize = 2;
const MOST_RENDITION: u64 = 8 << 20;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unheard {
    /// It stopped in the middle: how the child ended says why.
    Short,
    /// It breaks the rules of an answer.
    Garbled,
}

/// Reads one answer to its end; the clean file in it may have `most_clean` bytes.
pub(super) async fn hear(
    mut from: impl AsyncRead + Unpin,
    most_clean: u64,
) -> Result<Result<Analysis, Refusal>, Unheard> {
    let from = &mut from;
    let head = head(from).await?;
    let answer = serde_json::from_slice(&head).map_err(|_| Unheard::Garbled)?;
    let result = match answer {
        Answer::Refused(refusal) => Err(refusal),
        Answer::Taken {
            facts,
            clean_len,
            renditions: sizes,
        } => {
            if sizes.len() > RENDITIONS {
                return Err(Unheard::Garbled);
            }
            let clean = piece(from, clean_len, most_clean).await?;
            let mut renditions = Vec::with_capacity(sizes.len());
            for size in sizes {
                renditions.push(Rendition {
                    width: size.width,
                    height: size.height,
                    jpeg: piece(from, size.len, MOST_RENDITION).await?,
                });
            }
            Ok(Analysis {
                facts: *facts,
                clean,
                renditions,
            })
        }
    };
    match from.read_u8().await {
        Err(_) => Ok(result),
        Ok(_) => Err(Unheard::Garbled),
    }
}

/// The head of any answer.
pub(super) async fn head(from: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, Unheard> {
    let len = from.read_u32_le().await.map_err(|_| Unheard::Short)?;
    piece(from, u64::from(len), MOST_HEAD as u64).await
}

/// Memory is taken as bytes come: a length alone costs nothing.
async fn piece(
    from: &mut (impl AsyncRead + Unpin),
    len: u64,
    most: u64,
) -> Result<Vec<u8>, Unheard> {
    if len > most {
        return Err(Unheard::Garbled);
    }
    let mut bytes = Vec::with_capacity(len as usize);
    let read = from.take(len).read_to_end(&mut bytes).await;
    match read {
        Ok(read) if read as u64 == len => Ok(bytes),
        _ => Err(Unheard::Short),
    }
}
