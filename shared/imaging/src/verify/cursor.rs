//! A position in bytes that can only move forward and never leaves them.

use super::VerifyError;

pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    base: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            base: 0,
        }
    }

    pub(super) fn reject(&self, what: &'static str) -> VerifyError {
        VerifyError {
            at: self.base + self.at,
            what,
        }
    }

    pub(super) fn done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], VerifyError> {
        let taken = self
            .rest()
            .get(..count)
            .ok_or_else(|| self.reject("ends early"))?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], VerifyError> {
        let taken = self
            .rest()
            .first_chunk::<N>()
            .ok_or_else(|| self.reject("ends early"))?;
        self.at += N;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, VerifyError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16_be(&mut self) -> Result<u16, VerifyError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u16_le(&mut self) -> Result<u16, VerifyError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32_be(&mut self) -> Result<u32, VerifyError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u32_le(&mut self) -> Result<u32, VerifyError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u24_le(&mut self) -> Result<u32, VerifyError> {
        self.array::<3>()
            .map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
    }

    pub(super) fn kind(&mut self) -> Result<[u8; 4], VerifyError> {
        self.array()
    }

    /// Moves over exactly these bytes.
    pub(super) fn expect(&mut self, wanted: &[u8], what: &'static str) -> Result<(), VerifyError> {
        if !self.rest().starts_with(wanted) {
            return Err(self.reject(what));
        }
        self.at += wanted.len();
        Ok(())
    }

    /// A cursor over the next `count` bytes alone; this one moves past them.
    pub(super) fn inner(&mut self, count: usize) -> Result<Cursor<'a>, VerifyError> {
        let base = self.base + self.at;
        Ok(Cursor {
            bytes: self.take(count)?,
            at: 0,
            base,
        })
    }

    /// Rejects unless everything was read.
    pub(super) fn finish(&self, what: &'static str) -> Result<(), VerifyError> {
        if self.done() {
            Ok(())
        } else {
            Err(self.reject(what))
        }
    }
}
