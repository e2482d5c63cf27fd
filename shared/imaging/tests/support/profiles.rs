//! Colour profiles made by code: a matrix, grey, and tables of each kind, with secrets wherever one may stand.

/// The white of the profile connection space, as s15Fixed16 numbers.
const D50: [u8; 12] = [0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d];

/// A profile with the primaries of Display P3 and an identifying text.
pub(crate) fn wide_profile(secret: &[u8]) -> Vec<u8> {
    let point = |x: f64, y: f64, z: f64| {
        let mut tag = b"XYZ \0\0\0\0".to_vec();
        for value in [x, y, z] {
            tag.extend(((value * 65536.0).round() as i32).to_be_bytes());
        }
        tag
    };
    let gamma = [b"curv\0\0\0\0\0\0\0\x01".as_slice(), &[2, 0x33]].concat();
    let tags: Vec<([u8; 4], Vec<u8>)> = vec![
        (*b"cprt", [b"text\0\0\0\0", secret].concat()),
        (*b"rXYZ", point(0.5151, 0.2412, -0.0011)),
        (*b"gXYZ", point(0.2919, 0.6922, 0.0419)),
        (*b"bXYZ", point(0.1572, 0.0666, 0.7841)),
        (*b"rTRC", gamma.clone()),
        (*b"gTRC", gamma.clone()),
        (*b"bTRC", gamma),
        (*b"mmod", secret.to_vec()),
    ];
    let mut profile = head(2, *b"mntr", *b"RGB ", *b"XYZ ");
    profile[48..52].copy_from_slice(b"SECR");
    laid(profile, &tags)
}

/// A profile of greys darker than the usual, with an identifying text.
pub(crate) fn grey_profile(secret: &[u8]) -> Vec<u8> {
    let gamma = [b"curv\0\0\0\0\0\0\0\x01".as_slice(), &[3, 0]].concat();
    let mut profile = head(2, *b"mntr", *b"GRAY", *b"XYZ ");
    profile[48..52].copy_from_slice(b"SECR");
    laid(
        profile,
        &[
            (*b"cprt", [b"text\0\0\0\0", secret].concat()),
            (*b"kTRC", gamma),
            (*b"mmod", secret.to_vec()),
        ],
    )
}

/// A profile whose colours are in a table, with secrets between, behind and beside the numbers.
pub(crate) fn table_profile(space: [u8; 4], kind: [u8; 4], secret: &[u8]) -> Vec<u8> {
    let inputs = if space == *b"CMYK" { 4_usize } else { 3 };
    let table = match &kind {
        b"mAB " => staged_table(inputs, secret),
        _ => flat_table(inputs, kind == *b"mft2"),
    };
    profile_with(space, kind == *b"mAB ", &table, secret)
}

/// A profile with this table, and secrets in every other place.
pub(crate) fn profile_with(space: [u8; 4], modern: bool, table: &[u8], secret: &[u8]) -> Vec<u8> {
    let table = [table, secret].concat();
    let mut tags: Vec<([u8; 4], Vec<u8>)> = vec![
        (*b"cprt", [b"text\0\0\0\0", secret].concat()),
        (*b"A2B0", table.clone()),
        (*b"wtpt", [b"XYZ \0\0\0\0".as_slice(), &D50].concat()),
        (*b"vcgt", secret.to_vec()),
        (*b"meta", secret.to_vec()),
    ];
    // The way back, which no viewer needs; not so large that nothing reads the profile.
    if table.len() < 200_000 {
        tags.push((*b"B2A0", table));
    }
    let version = if modern { 4 } else { 2 };
    let mut profile = head(version, *b"prtr", space, *b"Lab ");
    profile[68..80].copy_from_slice(&D50);
    profile[84..84 + secret.len().min(16)].copy_from_slice(&secret[..secret.len().min(16)]);
    laid(profile, &tags)
}

fn head(version: u8, class: [u8; 4], space: [u8; 4], connection: [u8; 4]) -> Vec<u8> {
    let mut profile = vec![0; 128];
    profile[8] = version;
    profile[12..16].copy_from_slice(&class);
    profile[16..20].copy_from_slice(&space);
    profile[20..24].copy_from_slice(&connection);
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

/// The head, then what it names, each at a multiple of four.
fn laid(mut profile: Vec<u8>, tags: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut at = 132 + 12 * tags.len();
    profile.extend((tags.len() as u32).to_be_bytes());
    for (name, value) in tags {
        profile.extend_from_slice(name);
        profile.extend((at as u32).to_be_bytes());
        profile.extend((value.len() as u32).to_be_bytes());
        at += value.len().next_multiple_of(4);
    }
    for (_, value) in tags {
        profile.extend_from_slice(value);
        profile.resize(profile.len().next_multiple_of(4), 0);
    }
    let size = (profile.len() as u32).to_be_bytes();
    profile[0..4].copy_from_slice(&size);
    profile
}

/// Grid values that differ at every corner: ink or light makes it darker or lighter.
fn corners(inputs: usize) -> impl Iterator<Item = u16> {
    (0..1_u32 << inputs).flat_map(move |corner| {
        let lit = corner.count_ones() as u16;
        [
            lit * 12_000 + 4000,
            30_000 + corner as u16 * 900,
            36_000 - corner as u16 * 700,
        ]
    })
}

fn flat_table(inputs: usize, wide: bool) -> Vec<u8> {
    let mut out = if wide {
        b"mft2".to_vec()
    } else {
        b"mft1".to_vec()
    };
    out.extend([0, 0, 0, 0, inputs as u8, 3, 2, 0]);
    for index in 0..9 {
        out.extend(if index % 4 == 0 { 0x1_0000_u32 } else { 0 }.to_be_bytes());
    }
    if wide {
        out.extend([0, 2, 0, 2]);
        out.extend([0, 0, 0xff, 0xff].repeat(inputs));
        out.extend(corners(inputs).flat_map(u16::to_be_bytes));
        out.extend([0, 0, 0xff, 0xff].repeat(3));
    } else {
        let line: Vec<u8> = (0..=255).collect();
        out.extend(line.repeat(inputs));
        out.extend(corners(inputs).map(|value| (value >> 8) as u8));
        out.extend(line.repeat(3));
    }
    out
}

fn staged_table(inputs: usize, secret: &[u8]) -> Vec<u8> {
    let line = b"para\0\0\0\0\0\0\0\0\0\x01\0\0".as_slice();
    let mut out = vec![0; 32];
    out[..4].copy_from_slice(b"mAB ");
    out[8..10].copy_from_slice(&[inputs as u8, 3]);
    let mut grid = vec![2; inputs];
    grid.resize(16, 0);
    grid.extend([2, 0, 0, 0]);
    grid.extend(corners(inputs).flat_map(u16::to_be_bytes));
    let matrix: Vec<u8> = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        .iter()
        .flat_map(|one: &u32| (one << 16).to_be_bytes())
        .collect();
    // In another order than the one that leaves, with something between.
    for (slot, stage) in [
        (24, grid),
        (12, line.repeat(3)),
        (28, line.repeat(inputs)),
        (16, matrix),
        (20, line.repeat(3)),
    ] {
        out.extend_from_slice(secret);
        out.resize(out.len().next_multiple_of(4), 0);
        let at = (out.len() as u32).to_be_bytes();
        out[slot..slot + 4].copy_from_slice(&at);
        out.extend(stage);
    }
    out
}
