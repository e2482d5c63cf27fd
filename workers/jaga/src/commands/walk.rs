//! What lies in a folder and the folders in it: files, and what is none.

use std::fs::{FileType, read_dir};
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use super::refused::Refused;

/// One thing below a folder.
pub struct Entry {
    pub path: PathBuf,
    /// Why it is not looked at: it is no file, or a folder that can't be read.
    pub left_out: Option<Refused>,
}

/// Everything but the folders themselves, in the order of names. What can't be read is an entry: the others count.
pub fn below(folder: &Path) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if let Err(error) = list(&folder, &mut found, &mut folders) {
            found.push(Entry {
                path: folder,
                left_out: Some(Refused::unreadable(&error)),
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn list(folder: &Path, found: &mut Vec<Entry>, folders: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let left_out = match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                folders.push(path);
                continue;
            }
            Ok(kind) if kind.is_file() => None,
            Ok(kind) => Some(Refused::not_a_file(name(kind))),
            Err(error) => Some(Refused::unreadable(&error)),
        };
        found.push(Entry { path, left_out });
    }
    Ok(())
}

fn name(kind: FileType) -> &'static str {
    if kind.is_symlink() {
        "a symbolic link"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
