//! The parent reads an answer: piece by piece, each capped before memory is spent on it.

use jaga_imaging::Refusal;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::frame::{Answer, MOST_HEAD, Piece, Said};

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unheard {
    /// It stopped in the middle: how the child ended says why.
    Short,
    /// It breaks the rules of an answer.
    Garbled,
}

/// Reads one answer about a photo to its end. It may have as many pieces as `most` has numbers, and each may have
/// that many bytes.
pub(super) async fn hear<T: DeserializeOwned>(
    mut from: impl AsyncRead + Unpin,
    photo: &[u8],
    most: &[u64],
) -> Result<Result<Said<T, Vec<u8>>, Refusal>, Unheard> {
    let from = &mut from;
    let head = head(from).await?;
    let answer = serde_json::from_slice(&head).map_err(|_| Unheard::Garbled)?;
    let result = match answer {
        Answer::Refused(refusal) => Err(refusal),
        Answer::Taken { said, pieces } => {
            if pieces.len() > most.len() {
                return Err(Unheard::Garbled);
            }
            let mut files = Vec::with_capacity(pieces.len());
            for (piece, most) in pieces.into_iter().zip(most) {
                files.push(whole(from, photo, piece, *most).await?);
            }
            Ok((said, files))
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
    let len = u64::from(len);
    if len > MOST_HEAD as u64 {
        return Err(Unheard::Garbled);
    }
    let mut bytes = Vec::with_capacity(len as usize);
    more(from, len, &mut bytes).await?;
    Ok(bytes)
}

/// A file, put together from what is sent and what of it stands in the photo. Memory is taken as bytes come: a
/// length alone costs nothing.
async fn whole(
    from: &mut (impl AsyncRead + Unpin),
    photo: &[u8],
    piece: Piece,
    most: u64,
) -> Result<Vec<u8>, Unheard> {
    if piece.len > most {
        return Err(Unheard::Garbled);
    }
    let mut bytes = Vec::with_capacity(piece.len as usize);
    if let Some(kept) = piece.kept {
        let taken = kept.taken_from(photo, piece.len);
        let taken = taken.ok_or(Unheard::Garbled)?;
        more(from, kept.at, &mut bytes).await?;
        bytes.extend_from_slice(taken);
    }
    let left = piece.len - bytes.len() as u64;
    more(from, left, &mut bytes).await?;
    Ok(bytes)
}

/// So many bytes more.
async fn more(
    from: &mut (impl AsyncRead + Unpin),
    len: u64,
    bytes: &mut Vec<u8>,
) -> Result<(), Unheard> {
    match from.take(len).read_to_end(bytes).await {
        Ok(read) if read as u64 == len => Ok(()),
        _ => Err(Unheard::Short),
    }
}
