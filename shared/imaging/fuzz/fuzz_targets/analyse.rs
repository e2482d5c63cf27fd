//! The whole of it, as the photo worker calls it.
#![no_main]

use jaga_imaging_fuzz::analyse_holds;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| analyse_holds(bytes));
