//! The child: limits itself before the first byte of the photo is read, does one photo, and ends.

use std::io::{self, Read, Write};

use jaga_imaging::analyse;
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};

use super::frame::{Order, pack};

/// The hidden subcommand's body. Its exit code: 0 answered, 3 no order came, 4 the limits were refused.
pub fn child_main() -> u8 {
    // A panic's message may quote the photo; its place says enough.
    std::panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map(|l| format!("{}:{}", l.file(), l.line()));
        // Nobody is left to tell if this fails.
        drop(writeln!(
            io::stderr(),
            "panic at {}",
            place.unwrap_or_default()
        ));
    }));
    let mut input = io::stdin().lock();
    let Ok(order) = read_order(&mut input) else {
        return 3;
    };
    if confine(&order).is_err() {
        return 4;
    }
    let mut photo = Vec::new();
    let whole = input.take(order.photo_len).read_to_end(&mut photo);
    if whole.is_err() || photo.len() as u64 != order.photo_len {
        return 3;
    }
    let answer = pack(analyse(&photo, &order.limits()));
    drop(photo);
    let written = answer.map_err(io::Error::other).and_then(|bytes| {
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        out.flush()
    });
    u8::from(written.is_err()) * 3
}

fn read_order(input: &mut impl Read) -> io::Result<Order> {
    let mut len = [0; 4];
    input.read_exact(&mut len)?;
    let mut head = vec![0; u32::from_le_bytes(len).min(4096) as usize];
    input.read_exact(&mut head)?;
    serde_json::from_slice(&head).map_err(io::Error::other)
}

fn confine(order: &Order) -> rustix::io::Result<()> {
    let limit = |resource, to: u64| {
        setrlimit(
            resource,
            Rlimit {
                current: Some(to),
                maximum: Some(to),
            },
        )
    };
    // A parent that is killed takes its children with it.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::thread::set_no_new_privs(true)?;
    limit(Resource::As, order.memory_bytes)?;
    limit(Resource::Cpu, order.cpu_s)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, 3)?;
    limit(Resource::Core, 0)
}
