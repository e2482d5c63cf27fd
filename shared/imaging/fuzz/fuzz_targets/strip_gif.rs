//! The GIF stripper: whatever comes in, what goes out is clean, final, and the same picture.
#![no_main]

use jaga_imaging::Format;
use jaga_imaging_fuzz::strip_holds;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { strip_holds(bytes, &[Format::Gif]) });
