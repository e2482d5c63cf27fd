//! Small WebP files of the kinds that no encoder at hand writes: made with libwebp.

/// Lossy, simple layout, 12 x 10.
pub(crate) const LOSSY: &str = "\
    524946464e000000574542505650382042000000f001009d012a0c000a0003805a25b00274010ebc38886600\
    00fef49f9f18ca610d55dcf986c753f3498a6c67cf1f1cbb87be3e08fcc5ffdf1394dff4e93b11290000";

/// Lossy with a compressed alpha plane, 12 x 10.
pub(crate) const LOSSY_ALPHA: &str = "\
    524946467000000057454250565038580a000000100000000b0000090000414c50480d00000005101224ff17\
    135d608f88cc1500565038203c000000f001009d012a0c000a0004006825b00274010ebc2c18300000fef184\
    179d20083e69574c41b4f9f0207d72cc6c7d2c8bf4fa7e166f17db7da8588000";

/// Two lossy frames with alpha, 12 x 10.
pub(crate) const ANIMATED: &str = "\
    524946460601000057454250565038580a000000120000000b0000090000414e494d06000000000000000300\
    414e4d46660000000000000000000b000009000050000002414c50480d00000005101224ff17135d608f88cc\
    15005650382038000000f001009d012a0c000a0005407c25b00274010f0c1329260000feecde15fbc27f7e4f\
    8c9b4f990b6e9be48af8b8fed81e02f7fdbc62e40000414e4d466c0000000000000000000b00000900005000\
    0002414c50480d00000005101224ff17135d608f88cc1500565038203e000000f001009d012a0c000a000540\
    7c25b00274010f0c12c0180000fedcefc698e427f7500f2f2130dba769f61b99e50ee38015f3697085f6ceeb\
    c2ea11cb0000";

/// The bytes of one of them.
pub(crate) fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks_exact(2);
    let pairs = pairs.map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

/// A file with the payload of each chunk of one kind changed, also within frames, and all lengths set right.
pub(crate) fn changed(file: &[u8], kind: [u8; 4], change: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut out = [&file[..12], &chunks(&file[12..], kind, change)].concat();
    let size = (out.len() as u32 - 8).to_le_bytes();
    out[4..8].copy_from_slice(&size);
    out
}

fn chunks(list: &[u8], kind: [u8; 4], change: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < list.len() {
        let name = *list[at..].first_chunk::<4>().unwrap();
        let length = u32::from_le_bytes(*list[at + 4..].first_chunk().unwrap()) as usize;
        let body = &list[at + 8..at + 8 + length];
        let body = match &name {
            b"ANMF" => [&body[..16], &chunks(&body[16..], kind, change)].concat(),
            name if *name == kind => change(body),
            _ => body.to_vec(),
        };
        out.extend(super::containers::riff_chunk(name, &body));
        at += 8 + length.next_multiple_of(2);
    }
    out
}

/// The same bytes behind every bitstream of one kind.
pub(crate) fn tailed(file: &[u8], kind: [u8; 4], tail: &[u8]) -> Vec<u8> {
    changed(file, kind, &|body| [body, tail].concat())
}
