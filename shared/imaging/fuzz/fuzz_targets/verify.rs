//! The verifier: what it accepts, the writers have nothing left to take from.
#![no_main]

use jaga_imaging_fuzz::verify_holds;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| verify_holds(bytes));
