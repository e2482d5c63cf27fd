//! Free loopback ports.

use std::collections::HashSet;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::bail;

/// A loopback TCP port that nothing listens on, and that this process has not handed out before.
///
/// It lies below the range that the kernel takes for outgoing connections, so that a client of
/// another test cannot grab it while a killed server is being started again.
pub fn free_port() -> anyhow::Result<u16> {
    static HANDED_OUT: OnceLock<Mutex<HashSet<u16>>> = OnceLock::new();
    let mut handed_out = HANDED_OUT
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    for _ in 0..1000 {
        let port = rand::random_range(12_000..32_000);
        if !handed_out.contains(&port) && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            handed_out.insert(port);
            return Ok(port);
        }
    }
    bail!("found no free loopback port between 12000 and 32000")
}
