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
    rows: &mut Rows,
) -> Result<usize, Refusal> {
    let mut inflate = Decompress::new(true);
    let mut scratch = vec![0; 64 << 10];
    // The empty piece at the end: the last input may be taken before the last output fits.
    for mut piece in pieces.chain(std::iter::once(&[][..])) {
        loop {
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
                // It waits for the next piece, if it has taken this one.
                if piece.is_empty() {
                    break;
                }
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::png::Header;

    #[test]
    fn a_stream_whose_end_inflates_to_more_than_one_buffer_is_whole() {
        // Flat rows compress a thousandfold: the last bytes of input hold many buffers of output.
        for width in [1_u32, 65_534, 65_535, 65_536, 1 << 20] {
            let head = [&width.to_be_bytes()[..], &[0, 0, 0, 1, 8, 0, 0, 0, 0]].concat();
            let header = Header::read(&head).unwrap();
            let rows = || Rows::new(header, width, 1);
            let size = header.inflated(width, 1);
            let mut packed =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            packed.write_all(&vec![0; size as usize]).unwrap();
            let packed = packed.finish().unwrap();
            for at in 1..packed.len() {
                let (a, b) = packed.split_at(at);
                let used = extent([a, &[], b].into_iter(), size, &mut rows());
                assert_eq!(used.unwrap(), packed.len(), "{size} bytes, split at {at}");
                assert!(extent([a].into_iter(), size, &mut rows()).is_err());
            }
        }
    }
}
