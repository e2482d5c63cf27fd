//! A perceptual fingerprint for tests.

use jaga_scene::Rgb;

/// 256 bits: signs of a 16 by 16 cosine transform of the brightness against their median, the
/// core of perceptual hashes such as PDQ.
pub(crate) fn fingerprint(photo: &Rgb) -> Vec<bool> {
    let small = photo.shrink(64, 64);
    let luma: Vec<f64> = small
        .data
        .chunks_exact(3)
        .map(|p| 0.299 * f64::from(p[0]) + 0.587 * f64::from(p[1]) + 0.114 * f64::from(p[2]))
        .collect();
    let wave = |k: usize, x: usize| {
        (std::f64::consts::PI * (x as f64 + 0.5) * (k + 1) as f64 / 64.0).cos()
    };
    let mut values = Vec::new();
    for v in 0..16 {
        for u in 0..16 {
            let row = |y: usize| (0..64).map(|x| luma[y * 64 + x] * wave(u, x)).sum::<f64>();
            values.push((0..64).map(|y| row(y) * wave(v, y)).sum::<f64>());
        }
    }
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let median = f64::midpoint(sorted[127], sorted[128]);
    values.into_iter().map(|value| value > median).collect()
}

/// Bits that differ.
pub(crate) fn distance(a: &[bool], b: &[bool]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a != b).count()
}
