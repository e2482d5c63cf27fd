//! Naming the format and the operator's look at a file of any kind.
#![no_main]

use jaga_imaging::{inspect, sniff};
use jaga_imaging_fuzz::limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let seen = inspect(bytes, &limits());
    assert_eq!(seen.format, sniff(bytes));
    assert!(seen.orientation.is_none_or(|turn| (1..=8).contains(&turn)));
    assert_eq!(seen, inspect(bytes, &limits()), "two looks, two answers");
});
