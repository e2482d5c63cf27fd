//! The parent reads an answer: piece by piece, each capped before memory is spent on it.

use jaga_imaging::Refusal;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::frame::{Answer, MOST_HEAD, Said};

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unheard {
    /// It stopped in the middle: how the child ended says why.
    Short,
    /// It breaks the rules of an answer.
    Garbled,
}

/// Reads one answer to its end. It may have as many pieces as `most` has numbers, and each may have
/// that many bytes.
pub(super) async fn hear<T: DeserializeOwned>(
    mut from: impl AsyncRead + Unpin,
    most: &[u64],
) -> Result<Result<Said<T>, Refusal>, Unheard> {
    let from = &mut from;
    let head = head(from).await?;
    let answer = serde_json::from_slice(&head).map_err(|_| Unheard::Garbled)?;
    let result = match answer {
        Answer::Refused(refusal) => Err(refusal),
        Answer::Taken {
            said,
            pieces: lengths,
        } => {
            if lengths.len() > most.len() {
                return Err(Unheard::Garbled);
            }
            let mut pieces = Vec::with_capacity(lengths.len());
            for (len, most) in lengths.into_iter().zip(most) {
                pieces.push(piece(from, len, *most).await?);
            }
            Ok((said, pieces))
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
