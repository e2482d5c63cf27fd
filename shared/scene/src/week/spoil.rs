//! Files that are no photo.

use jaga_contract::Role;

use super::{Case, Happening, Source};
use crate::rng::Dice;

/// A JPEG that stops before its first scan, as a lost connection leaves it.
pub(super) fn cut_off(mut jpeg: Vec<u8>) -> Vec<u8> {
    jpeg.truncate(180);
    jpeg
}

/// A phone's video, cut down to its boxes: the brand, and where it was taken.
pub(super) fn video() -> Vec<u8> {
    let mut video = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    video.extend(b"\0\0\0\x37moov\0\0\0\x2fudta\0\0\0\x27\xa9xyz\0\x1b\x15\xc7");
    video.extend(b"JAGA-PRIVATE-VIDEO-6.2+106.");
    video
}

/// Spoils about 3 % of the photos: second and third photos of reports, so that every ticket keeps
/// a usable one.
pub(super) fn some(cases: &mut [Case], dice: &mut Dice) {
    let all = cases.iter().flat_map(Case::uploads).count();
    let mut candidates = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        for (j, moment) in case.timeline.iter().enumerate() {
            if let Happening::Upload(upload) = &moment.what
                && upload.role == Role::Report
                && !upload.photo_id.as_str().ends_with("-R1")
            {
                candidates.push((i, j));
            }
        }
    }
    dice.shuffle(&mut candidates);
    let spoiled = all.div_ceil(33);
    // Two more become PNG, which is unusual but good.
    for (n, (i, j)) in candidates.into_iter().take(spoiled + 2).enumerate() {
        let Happening::Upload(upload) = &mut cases[i].timeline[j].what else {
            continue;
        };
        let Some(mut plan) = upload.plan().cloned().map(Box::new) else {
            continue;
        };
        upload.source = match n {
            _ if n >= spoiled => {
                // PNG of a whole photo would be megabytes.
                plan.size = (plan.size.0 / 2, plan.size.1 / 2);
                Source::Png(plan)
            }
            _ if n % 3 == 0 => Source::CutOff(plan),
            _ if n % 3 == 1 => Source::Video,
            _ => Source::Empty,
        };
    }
}
