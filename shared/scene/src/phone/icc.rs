//! A small colour profile: sRGB primaries with a plain gamma of 2.2, in ICC version 2.

/// The profile. It names no device.
pub(super) fn profile() -> Vec<u8> {
    let name = b"sRGB\0";
    let mut description = b"desc\0\0\0\0".to_vec();
    description.extend((name.len() as u32).to_be_bytes());
    description.extend(name);
    // No Unicode and no ScriptCode name: 4 + 4 + 2 + 1 + 67 bytes of zeros.
    description.resize(description.len() + 78, 0);
    let gamma = [
        b"curv\0\0\0\0".as_slice(),
        &1_u32.to_be_bytes(),
        &0x0233_u16.to_be_bytes(),
    ];
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", description),
        (b"cprt", b"text\0\0\0\0none\0".to_vec()),
        (b"wtpt", point([0.9642, 1.0, 0.8249])),
        (b"rXYZ", point([0.4361, 0.2225, 0.0139])),
        (b"gXYZ", point([0.3851, 0.7169, 0.0971])),
        (b"bXYZ", point([0.1431, 0.0606, 0.7141])),
        (b"rTRC", gamma.concat()),
        (b"gTRC", gamma.concat()),
        (b"bTRC", gamma.concat()),
    ];
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let data_at = 128 + 4 + tags.len() * 12;
    for (tag, content) in &tags {
        table.extend(*tag);
        table.extend(((data_at + data.len()) as u32).to_be_bytes());
        table.extend((content.len() as u32).to_be_bytes());
        data.extend(content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut header = vec![0_u8; 128];
    header[..4].copy_from_slice(&((data_at + data.len()) as u32).to_be_bytes());
    header[8..12].copy_from_slice(&[2, 0x40, 0, 0]);
    header[12..24].copy_from_slice(b"mntrRGB XYZ ");
    header[36..40].copy_from_slice(b"acsp");
    let white = point([0.9642, 1.0, 0.8249]);
    header[68..80].copy_from_slice(&white[8..]);
    [header, table, data].concat()
}

/// An XYZ tag: three signed 16.16 numbers.
fn point(xyz: [f64; 3]) -> Vec<u8> {
    let fixed = xyz
        .map(|v| ((v * 65536.0).round() as i32).to_be_bytes())
        .concat();
    [b"XYZ \0\0\0\0".to_vec(), fixed].concat()
}
