//! Files are small, explained, and speak of the project alone.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jaga_tests::{project_root, skip};

/// Longer files do more than one thing.
const LINES: usize = 400;

/// Every file that belongs to the project, by its path; `None` outside a git checkout.
fn files() -> Result<Option<Vec<String>>> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(project_root())
        .output();
    let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else {
        skip("the project is not in a git checkout here");
        return Ok(None);
    };
    let names = String::from_utf8(listed.stdout)?;
    let there = |name: &&str| !name.is_empty() && project_root().join(name).is_file();
    Ok(Some(
        names.split('\0').filter(there).map(str::to_owned).collect(),
    ))
}

fn text(name: &str) -> Result<Option<String>> {
    let bytes = std::fs::read(project_root().join(name))?;
    Ok(String::from_utf8(bytes).ok())
}

#[test]
fn no_source_file_is_longer_than_can_be_read_at_once() -> Result<()> {
    let Some(files) = files()? else { return Ok(()) };
    let mut long = Vec::new();
    for name in files.iter().filter(|name| is(name, "rs")) {
        let lines = text(name)?.context("Rust is UTF-8")?.lines().count();
        if lines > LINES {
            long.push(format!("{name}: {lines}"));
        }
    }
    ensure!(long.is_empty(), "more than {LINES} lines: {long:?}");
    Ok(())
}

#[test]
fn every_room_says_what_lives_in_it() -> Result<()> {
    for house in ["shared", "workers"] {
        for entry in std::fs::read_dir(project_root().join(house))? {
            let folder = entry?.path();
            if !folder.is_dir() {
                continue;
            }
            let said = std::fs::read_to_string(folder.join("README.md"))
                .with_context(|| format!("{} has no README.md", folder.display()))?;
            let name = folder
                .file_name()
                .and_then(|n| n.to_str())
                .unwrap_or_default();
            ensure!(
                said.contains(name),
                "{house}/{name}: its README speaks of something else"
            );
            let root = ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file));
            let root = root
                .iter()
                .find(|file| file.exists())
                .context("no root module")?;
            let source = std::fs::read_to_string(root)?;
            ensure!(
                source.starts_with("#![doc = include_str!(\"../README.md\")]"),
                "{house}/{name}"
            );
        }
    }
    Ok(())
}

/// A path of somebody's own machine helps nobody else, and tells of that machine.
#[test]
fn no_file_names_a_path_of_one_machine() -> Result<()> {
    let Some(files) = files()? else { return Ok(()) };
    // Put together here, so that this file does not name them either.
    let homes = [
        ["/wo", "rk/"],
        ["/ro", "ot/"],
        ["/Us", "ers/"],
        ["/ho", "me/"],
    ]
    .map(|h| h.concat());
    let mut found = Vec::new();
    for name in &files {
        let Some(text) = text(name)? else { continue };
        for (number, line) in text.lines().enumerate() {
            if homes.iter().any(|home| starts_a_path(line, home)) {
                found.push(format!("{name}:{}", number + 1));
            }
        }
    }
    ensure!(found.is_empty(), "{found:?}");
    Ok(())
}

/// Whether a path begins with this: not a part of a longer one, such as an address.
fn starts_a_path(line: &str, home: &str) -> bool {
    let before = |at: usize| line.get(..at).and_then(|text| text.chars().next_back());
    line.match_indices(home).any(|(at, _)| {
        before(at).is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}' | '*'))
    })
}

#[test]
fn what_is_fetched_comes_from_the_public_registry() -> Result<()> {
    let lock = text("Cargo.lock")?.context("UTF-8")?;
    let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    for line in lock.lines().filter(|line| line.starts_with("source = ")) {
        ensure!(line == public, "Cargo.lock: {line}");
    }
    let Some(files) = files()? else { return Ok(()) };
    let named = |name: &&String| {
        is(name, "toml") || is(name, "txt") || is(name, "sh") || name.ends_with("Dockerfile")
    };
    for name in files.iter().filter(named) {
        let Some(text) = text(name)? else { continue };
        for flag in ["index-url", "replace-with", "--registry"] {
            ensure!(
                !text.contains(flag),
                "{name} names a registry of its own: {flag}"
            );
        }
    }
    Ok(())
}

fn is(name: &str, kind: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == kind)
}
