//! The program that the sandbox's tests start as the decoder: the real one, and some that a photo
//! might have made of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's child may fail")]
#![allow(clippy::print_stderr, reason = "what a panicking child says")]

use std::io::{Read, Write};

use jaga_imaging::{Analysis, Limits, analyse};
use rustix::process::{Pid, Resource, Rlimit, Signal, getpid, kill_process, setrlimit};
use serde_json::{Value, json};

/// EXIF with a serial number, as it must never get out.
const EXIF: &[u8] = b"\xff\xe1\x00\x18Exif\0\0LEAKME-serial-77";

fn main() -> std::process::ExitCode {
    let what = std::env::args().nth(1).unwrap_or_default();
    match what.as_str() {
        "decode" => return std::process::ExitCode::from(jaga_photo::child_main()),
        "burn" => {
            limit(Resource::Cpu, order().0["cage"]["cpu_s"].as_u64().unwrap());
            loop {
                std::hint::spin_loop();
            }
        }
        "greedy" => {
            limit(Resource::As, 64 << 20);
            let bytes: Vec<u8> = Vec::with_capacity(256 << 20);
            std::hint::black_box(&bytes);
        }
        "forbidden" => end(getpid(), Signal::SYS),
        "crash" => end(getpid(), Signal::ILL),
        "killed" => end(getpid(), Signal::KILL),
        "panic" => {
            eprintln!("panic at decoder.rs:7\nof a text with a name in it");
            return 101.into();
        }
        "hang" => loop {
            std::thread::park();
        },
        "silent" => {}
        "flood" => {
            let head = [&u32::MAX.to_le_bytes()[..], &[b'x'; 4096]].concat();
            while std::io::stdout().write_all(&head).is_ok() {}
        }
        forged => forge(forged),
    }
    0.into()
}

fn limit(resource: Resource, current: u64) {
    let (current, maximum) = (Some(current), None);
    setrlimit(resource, Rlimit { current, maximum }).unwrap();
}

fn end(who: Pid, how: Signal) {
    // A crash that was asked for needs no core.
    limit(Resource::Core, 0);
    kill_process(who, how).unwrap();
}

/// The order and the photo, as the wire has them.
fn order() -> (Value, Vec<u8>) {
    let mut input = std::io::stdin().lock();
    let mut len = [0; 4];
    input.read_exact(&mut len).unwrap();
    let mut head = vec![0; u32::from_le_bytes(len) as usize];
    input.read_exact(&mut head).unwrap();
    let mut photo = Vec::new();
    input.read_to_end(&mut photo).unwrap();
    (serde_json::from_slice(&head).unwrap(), photo)
}

/// A child that a photo took over answers with something that must not be stored.
fn forge(what: &str) {
    let (_, photo) = order();
    let mut answer = analyse(&photo, &Limits::default()).unwrap();
    if what == "forge-refusal" {
        let detail = "Jalan Mawar 7\nat 6.1\u{b0} south";
        let refused = json!({"refused": {"code": "damaged", "detail": detail}});
        return tell(&refused, &[]);
    }
    if what == "unclean" {
        let refused = json!({"refused": {"code": "verification_failed", "detail": "not clean"}});
        return tell(&refused, &[]);
    }
    match what {
        "forge-exif" => {
            answer.clean.splice(2..2, EXIF.iter().copied());
        }
        "forge-trailer" => answer.clean.extend(b"LEAKME"),
        "forge-rendition" => {
            answer.renditions[1].jpeg.splice(2..2, EXIF.iter().copied());
        }
        "forge-format" => answer.facts.format = jaga_imaging::Format::Png,
        "forge-size" => answer.facts.width += 1,
        "forge-small-size" => answer.renditions[0].width -= 1,
        "forge-digests" => {
            answer.facts.upload_digest = [7; 32];
            answer.facts.pixel_digest = [7; 32];
            answer.facts.clean_digest = [7; 32];
        }
        "forge-carrier" => answer.facts.removed[0].carrier = "serial\n77".into(),
        "forge-none" => answer.renditions.clear(),
        "forge-many" => {
            let more = answer.renditions.clone();
            answer.renditions.extend(more);
        }
        "honest" | "forge-kept" | "forge-kept-exif" => {}
        other => panic!("no such child: {other}"),
    }
    let len = photo.len();
    let clean = match what {
        // More than the photo has; and all of it, with everything that it carries.
        "forge-kept" => Some(json!({"len": 100, "kept": {"at": 0, "from": len - 10, "len": 100}})),
        "forge-kept-exif" => Some(json!({"len": len, "kept": {"at": 0, "from": 0, "len": len}})),
        _ => None,
    };
    send(&answer, clean);
}

/// `clean`: nothing is sent of the clean file, this is said of it instead.
fn send(answer: &Analysis, clean: Option<Value>) {
    let sizes = answer.renditions.iter().map(|r| (r.width, r.height));
    let sizes: Vec<(u32, u32)> = sizes.collect();
    let renditions = answer.renditions.iter().map(|it| it.jpeg.as_slice());
    let pieces: Vec<&[u8]> = std::iter::once(answer.clean.as_slice())
        .chain(renditions)
        .collect();
    let mut lengths: Vec<Value> = pieces.iter().map(|it| json!({"len": it.len()})).collect();
    let mut pieces = pieces;
    if let Some(clean) = clean {
        lengths[0] = clean;
        pieces.remove(0);
    }
    let head = json!({"taken": {
        "said": {"facts": answer.facts, "sizes": sizes}, "pieces": lengths,
    }});
    tell(&head, &pieces);
}

fn tell(head: &Value, pieces: &[&[u8]]) {
    let head = serde_json::to_vec(head).unwrap();
    let mut out = std::io::stdout().lock();
    out.write_all(&(head.len() as u32).to_le_bytes()).unwrap();
    out.write_all(&head).unwrap();
    for piece in pieces {
        out.write_all(piece).unwrap();
    }
    out.flush().unwrap();
}
