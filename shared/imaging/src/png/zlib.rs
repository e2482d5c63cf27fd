//! Where a zlib stream ends, and how far it inflates: what follows it can hide anything.

use flate2::{Decompress, FlushDecompress, Status};

use super::rows::Rows;
use crate::refusal::{Refusal, RefusalCode};

/// Checks that a stream given in pieces inflates to exactly `expected` bytes, and to rows that a
/// decoder can read.
/// Returns how many bytes of the pieces it takes; the rest belongs to nothing.
pub(crate) fn extent<'a>(
    pieces: impl Iterator<Item = &'a [u8]>,
    expected: u64,
    mut rows: Rows,
) -> Result<usize, Refusal> {
    let mut inflate = Decompress::new(true);
    let mut scratch = vec![0; 64 << 10];
    for mut piece in pieces {
        while !piece.is_empty() {
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let status = inflate
                .decompress(piece, &mut scratch, FlushDecompress::None)
                .map_err(|_| Refusal::damaged("the compressed pixels are damaged"))?;
            if inflate.total_out() > expected {
                return Err(Refusal::damaged(
                    "there are more pixels than the header says",
                ));
            }
            let inflated = (inflate.total_out() - before_out) as usize;
            if !rows.follow(scratch.get(..inflated).unwrap_or_default()) {
                return Err(Refusal::damaged("a row of pixels names an unknown filter"));
            }
            let used = (inflate.total_in() - before_in) as usize;
            piece = piece.get(used..).unwrap_or_default();
            if status == Status::StreamEnd {
                if inflate.total_out() < expected {
                    return Err(Refusal::truncated(
                        "there are fewer pixels than the header says",
                    ));
                }
                return Ok(inflate.total_in() as usize);
            }
            if used == 0 && inflate.total_out() == before_out {
                return Err(Refusal::damaged("the compressed pixels are damaged"));
            }
        }
    }
    Err(Refusal::truncated("the compressed pixels end early"))
}

/// Inflates a zlib stream of at most `cap` bytes.
pub(crate) fn inflate_capped(data: &[u8], cap: usize) -> Result<Vec<u8>, Refusal> {
    let mut inflate = Decompress::new(true);
    let mut out = Vec::with_capacity(data.len().saturating_mul(4).clamp(4096, cap.max(4096)));
    loop {
        let (before_in, before_out) = (inflate.total_in(), out.len());
        let rest = data.get(before_in as usize..).unwrap_or_default();
        let status = inflate
            .decompress_vec(rest, &mut out, FlushDecompress::Finish)
            .map_err(|_| Refusal::damaged("a compressed part is damaged"))?;
        if status == Status::StreamEnd {
            return Ok(out);
        }
        if out.len() >= cap {
            return Err(Refusal::new(
                RefusalCode::InflatesTooFar,
                "a compressed part is a bomb",
            ));
        }
        if out.len() == out.capacity() {
            let more = out.len().min(cap - out.len()).max(1);
            out.reserve_exact(more);
        } else if inflate.total_in() == before_in && out.len() == before_out {
            return Err(Refusal::truncated("a compressed part ends early"));
        }
    }
}
