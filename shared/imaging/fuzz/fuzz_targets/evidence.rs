//! What a photo says about itself: read from anything, never beyond what can be meant.
#![no_main]

use jaga_imaging_fuzz::evidence_holds;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| evidence_holds(bytes));
