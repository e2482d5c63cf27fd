//! AVIF: the AV1 bitstream's outer layer, and writing the clean file.

mod obu;
mod sequence;
mod strip;
mod write;

pub(crate) use obu::clean;
pub(crate) use strip::strip;
