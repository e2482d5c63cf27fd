//! Files with something in or behind their coded data that should not be there.

use proptest::{collection::vec, prelude::*};

use super::{Made, SAMPLINGS, checked, made};
use crate::decode::Decoded;

/// Where the coded data starts.
fn coded_from(file: &[u8]) -> usize {
    let at = memchr::memmem::find(file, &[0xff, 0xda]).unwrap();
    at + 2 + usize::from(file[at + 3])
}

#[test]
fn every_byte_of_slack_is_told() {
    let how = Made {
        sides: (90, 70),
        sampling: SAMPLINGS[4],
        quality: 85,
        interval: 4,
        optimised: false,
    };
    for interval in [0, 4] {
        let file = made(Made { interval, ..how });
        let Some(Decoded::Planes {
            planes,
            slack: false,
            ..
        }) = checked(&file)
        else {
            panic!("not decoded, or slack where there is none");
        };
        let from = coded_from(&file);
        let marker = |at: &usize| file[*at] == 0xff && file[at + 1] != 0;
        let places: Vec<usize> = (from..file.len() - 1).filter(marker).collect();
        assert_eq!(places.len() > 1, interval > 0);
        for place in [places[0], *places.last().unwrap()] {
            for length in [1, 2, 3, 7, 8, 30, 1500, 14_000] {
                let mut longer = file.clone();
                longer.splice(place..place, vec![0x5a; length]);
                let Some(Decoded::Planes {
                    planes: same,
                    slack,
                    ..
                }) = checked(&longer)
                else {
                    panic!("{length} bytes at {place}: not decoded");
                };
                assert!(
                    slack && same.samples == planes.samples,
                    "{length} bytes at {place}"
                );
            }
        }
    }
}

#[test]
fn a_marker_that_is_missing_or_wrong_is_no_clean_file() {
    let how = Made {
        sides: (90, 70),
        sampling: SAMPLINGS[4],
        quality: 85,
        interval: 2,
        optimised: false,
    };
    let file = made(how);
    let from = coded_from(&file);
    for at in (from..file.len() - 1).filter(|at| file[*at] == 0xff && file[at + 1] != 0) {
        let mut wrong = file.clone();
        wrong[at + 1] ^= 1;
        assert!(checked(&wrong).is_none());
        let mut less = file.clone();
        less.drain(at..at + 2);
        assert!(checked(&less).is_none());
        assert!(checked(&file[..at]).is_none());
        let mut more = file.clone();
        more.splice(at..at, [0xff, 0xd9]);
        assert!(checked(&more).is_none());
    }
    let followed = [file.as_slice(), &[0]].concat();
    assert!(checked(&followed).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happened to a file: libjpeg's answer, or none.
    #[test]
    fn a_mutated_file_is_decoded_as_libjpeg_does_or_not_at_all(
        sampling in 0..SAMPLINGS.len(),
        quality in 30..100_u8,
        interval in 0..4_u16,
        sides in (1..70_u16, 1..70_u16),
        optimised in any::<bool>(),
        anywhere in any::<bool>(),
        flips in vec((any::<prop::sample::Index>(), 0..8_u8), 0..4),
        insert in prop::option::weighted(0.3, (any::<prop::sample::Index>(), vec(any::<u8>(), 1..5))),
        marker in prop::option::weighted(0.2, (any::<prop::sample::Index>(), 0xc0..=0xff_u8)),
        cut in prop::option::weighted(0.2, (any::<prop::sample::Index>(), 1..9_usize)),
    ) {
        let sampling = SAMPLINGS[sampling];
        let mut file = made(Made { sides, sampling, quality, interval, optimised });
        let from = if anywhere { 2 } else { coded_from(&file) };
        for (place, bit) in flips {
            let at = from + place.index(file.len() - from);
            file[at] ^= 1 << bit;
        }
        if let Some((place, bytes)) = insert {
            let at = from + place.index(file.len() - from);
            file.splice(at..at, bytes);
        }
        if let Some((place, code)) = marker {
            let at = from + place.index(file.len() - from);
            file.splice(at..at, [0xff, code]);
        }
        if let Some((place, length)) = cut {
            let at = from + place.index(file.len() - from);
            file.drain(at..(at + length).min(file.len()));
        }
        checked(&file);
    }
}
