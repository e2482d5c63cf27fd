//! Whose ground it is beyond Jakarta's border, where that can be said honestly.
//!
//! UU 2/2024, Pasal 5 (1): Jakarta borders Kota Tangerang and Kota Tangerang Selatan in the west, Kota
//! Depok in the south, Kota and Kabupaten Bekasi in the east, the sea and Kabupaten Tangerang in the
//! north. Which of them is near a point is taken from the kecamatan whose border is nearest, and only
//! for the kecamatan that have one neighbour beyond the border. Corners (Cilandak, Cipayung, Ciracas)
//! and the coast have more than one, and nothing is said there.

use serde::{Deserialize, Serialize};

use crate::Near;

/// A neighbour of Jakarta.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Kota Tangerang or Kota Tangerang Selatan, Banten.
    Tangerang,
    /// Kota Depok, Jawa Barat.
    Depok,
    /// Kota or Kabupaten Bekasi, Jawa Barat.
    Bekasi,
}

/// Metres: farther out it may be anybody's.
const REACH_M: f64 = 5_000.0;

/// Kecamatan at the land border with a single neighbour, by Kemendagri code.
const NEIGHBOURS: [(&str, Side); 8] = [
    ("31.73.06", Side::Tangerang), // Kalideres
    ("31.73.08", Side::Tangerang), // Kembangan
    ("31.74.10", Side::Tangerang), // Pesanggrahan
    ("31.74.09", Side::Depok),     // Jagakarsa
    ("31.75.05", Side::Depok),     // Pasar Rebo
    ("31.75.06", Side::Bekasi),    // Cakung
    ("31.75.07", Side::Bekasi),    // Duren Sawit
    ("31.75.08", Side::Bekasi),    // Makasar
];

/// The neighbour on whose side a point outside Jakarta lies, by the kelurahan nearest to it.
pub fn side_of(nearest: &Near) -> Option<Side> {
    if nearest.distance_m > REACH_M {
        return None;
    }
    let found = NEIGHBOURS
        .iter()
        .find(|(district, _)| nearest.code.starts_with(district));
    found.map(|(_, side)| *side)
}
