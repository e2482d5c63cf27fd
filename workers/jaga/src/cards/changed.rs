//! Where evidence shows otherwise what it was compared with, as outlines over both pictures.

use std::collections::BTreeMap;

use jaga_contract::PhotoId;
use jaga_ledger::{Ledger, LedgerError};
use jaga_likeness::{Region, Transform};
use serde::Deserialize;

use super::compared::Outline;

/// What of a recorded comparison is drawn.
#[derive(Deserialize)]
struct Found {
    transform: Option<Transform>,
    regions: Vec<Region>,
}

/// Outlines by photo, of every photo that `evidence` is an edited copy of, and of `evidence` itself.
pub async fn regions(
    ledger: &Ledger,
    evidence: &PhotoId,
) -> Result<BTreeMap<PhotoId, Vec<Outline>>, LedgerError> {
    let mut regions: BTreeMap<PhotoId, Vec<Outline>> = BTreeMap::new();
    for other in ledger.comparisons(evidence).await? {
        if other.relation != "edited_copy" {
            continue;
        }
        // Recorded from the later photo's side: where the other is the later, its card draws it.
        let Some(row) = ledger.comparison(evidence, &other.photo_id).await? else {
            continue;
        };
        let found = row.found.and_then(|text| serde_json::from_str(&text).ok());
        let Some(Found {
            transform: Some(lies),
            regions: changed,
        }) = found
        else {
            continue;
        };
        for region in changed {
            let mapped = region.polygon.iter().map(|at| moved(&lies.matrix, *at));
            let mapped: Option<Outline> = mapped.collect();
            regions.entry(evidence.clone()).or_default().extend(mapped);
            let own = regions.entry(other.photo_id.clone()).or_default();
            own.push(region.polygon);
        }
    }
    Ok(regions)
}

/// Where a place in the first picture lies in the second; `None` beyond the horizon.
fn moved(matrix: &[f64; 9], [x, y]: [f64; 2]) -> Option<[f64; 2]> {
    let (rows, _) = matrix.as_chunks::<3>();
    let at = |row: &[f64; 3]| row[0] * x + row[1] * y + row[2];
    let [across, down, depth] = rows else {
        return None;
    };
    let depth = at(depth);
    (depth > 1e-6).then(|| [at(across) / depth, at(down) / depth])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_where_the_other_picture_shows_it() {
        let half_and_aside = [0.5, 0.0, 0.25, 0.0, 0.5, 0.0, 0.0, 0.0, 1.0];
        assert_eq!(moved(&half_and_aside, [1.0, 0.5]), Some([0.75, 0.25]));
        let behind = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, -1.0];
        assert_eq!(moved(&behind, [0.5, 0.5]), None);
    }
}
