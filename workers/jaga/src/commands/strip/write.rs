//! A file, whole or not at all.

use std::path::Path;

use anyhow::Context;

pub fn whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let wrong = || format!("can't write {}", path.display());
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir).with_context(wrong)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    std::fs::write(&part, bytes).with_context(wrong)?;
    let moved = std::fs::rename(&part, path);
    if moved.is_err() {
        // What could not be put in its place is not left lying about.
        drop(std::fs::remove_file(&part));
    }
    moved.with_context(wrong)
}
