//! HEIF pictures that are drawn from others.

use super::heif::{Heif, Item, av1_item, boxed};

/// The colour where no picture lies.
pub(crate) const FILL: [u8; 3] = [200, 30, 90];

/// A picture that is drawn from others.
pub(crate) fn derived(kind: [u8; 4], data: Vec<u8>, (width, height): (u32, u32)) -> Item {
    let size = [[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat();
    Item {
        kind,
        data,
        inside: true,
        properties: vec![boxed(*b"ispe", &size)],
        ..av1_item()
    }
}

/// Pictures over each other on a canvas.
pub(crate) fn overlay(size: (u16, u16), alpha: u8, places: &[(i16, i16)]) -> Vec<u8> {
    let mut body = vec![0, 0];
    body.extend(FILL.iter().chain([&alpha]).flat_map(|it| [*it, *it]));
    for number in [size.0, size.1] {
        body.extend(number.to_be_bytes());
    }
    for (x, y) in places {
        body.extend(x.to_be_bytes());
        body.extend(y.to_be_bytes());
    }
    body
}

/// The fixture's picture at each place, the later above the earlier.
pub(crate) fn overlaid(av1: bool, size: (u16, u16), alpha: u8, places: &[(i16, i16)]) -> Heif {
    let mut file = Heif::new(av1);
    let layer = file.items.remove(0);
    let body = overlay(size, alpha, places);
    let whole = (u32::from(size.0), u32::from(size.1));
    file.items.push(derived(*b"iovl", body, whole));
    file.items.extend(vec![layer; places.len()]);
    let layers = (2..2 + places.len() as u16).collect();
    file.references.push((*b"dimg", 1, layers));
    file
}
