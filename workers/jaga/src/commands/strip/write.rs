//! A file, whole or not at all.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context;

pub fn whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    replace(path, bytes).with_context(|| format!("can't write {}", path.display()))
}

/// Under a name of its own first: one made from the file's may be another file's, or longer than names may be. What could
/// not be put in its place is not left lying about.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let above = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = above.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut part = tempfile::Builder::new()
        .prefix(".jaga-")
        .suffix(".part")
        // As any new file: the user's mask takes away.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    part.write_all(bytes)?;
    part.persist(path)?;
    Ok(())
}
