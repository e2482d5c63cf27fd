//! An order and its photos, in memory that both sides see and nobody can change any more.
//!
//! The worker fills a file that lies in memory only (`memfd_create`), seals it, and gives it to the child as its
//! standard input. The child looks at it where it lies: a pipe would copy it twice, 64 KiB at a time, and wake the
//! other side each time.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};

use memmap2::{MmapMut, MmapOptions};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};
use rustix::io::Errno;
use rustix::stdio::dup2_stdin;

/// Nothing can be written, added, cut off, or allowed again.
const SEALED: SealFlags = SealFlags::WRITE
    .union(SealFlags::GROW)
    .union(SealFlags::SHRINK)
    .union(SealFlags::SEAL);

/// The parent's side: all pieces in a row, sealed.
pub(super) fn hand_over<P: AsRef<[u8]>>(pieces: &[P]) -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    // Where the kernel knows it, it may insist on it.
    let made = match memfd_create(c"photo", flags | MemfdFlags::NOEXEC_SEAL) {
        Err(Errno::INVAL) => memfd_create(c"photo", flags),
        made => made,
    };
    let mut file = File::from(made?);
    for piece in pieces {
        file.write_all(piece.as_ref())?;
    }
    file.rewind()?;
    fcntl_add_seals(&file, SEALED)?;
    Ok(file)
}

/// The child's side: what was handed over as standard input.
///
/// # Errors
/// Where standard input is something else.
pub(super) fn take_over() -> io::Result<Handed> {
    let input = io::stdin();
    if !fcntl_get_seals(&input)?.contains(SEALED) {
        return Err(io::Error::other("what was handed over can still change"));
    }
    #[expect(
        unsafe_code,
        reason = "memory that somebody else might change can't be borrowed safely; this can't be changed"
    )]
    // SAFETY: the seals, which nobody can take off, keep everybody from writing to the file and from
    // cutting it short for as long as it exists, and the mapping keeps it in existence.
    // A private mapping: before 6.7 kernels refused a shared one of a file that is sealed, for reading too.
    let map = unsafe { MmapOptions::new().populate().map_copy_read_only(&input) }?;
    // What is written is a page of this process's own from then on. Mapped so at once, all pages would be.
    let map = map.make_mut()?;
    // The file lives as long as somebody has it open, and its memory with it.
    let (nothing, _) = io::pipe()?;
    dup2_stdin(nothing)?;
    Ok(Handed { map, start: 0 })
}

/// Bytes that were handed over. Their memory is given back when they are dropped.
pub(super) struct Handed {
    map: MmapMut,
    start: usize,
}

impl Handed {
    /// Leaves out what comes before `start`, counted from what was left so far.
    pub(super) fn after(self, start: usize) -> Self {
        Self {
            start: self.start + start,
            ..self
        }
    }
}

impl AsRef<[u8]> for Handed {
    fn as_ref(&self) -> &[u8] {
        self.map.get(self.start..).unwrap_or_default()
    }
}

impl AsMut<[u8]> for Handed {
    fn as_mut(&mut self) -> &mut [u8] {
        self.map.get_mut(self.start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::os::unix::fs::FileExt as _;

    #[test]
    fn what_was_handed_over_can_be_read_from_its_start_and_not_changed() {
        let mut file = hand_over(&[&b"an order"[..], b", ", b"a photo"]).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "an order, a photo");
        assert!(file.write_at(b"x", 0).is_err(), "written to");
        assert!(file.write_at(b"x", 17).is_err(), "added to");
        assert!(file.set_len(3).is_err(), "cut short");
        assert!(fcntl_get_seals(&file).unwrap().contains(SEALED));
    }
}
