//! Where the project lies, and the folder of photos beside it.

use std::path::{Path, PathBuf};

/// The root of the project: the folder that holds the workspace's `Cargo.toml`.
pub fn project_root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// The folder of real photos and documents that may lie beside the project: what `JAGA_SHARED`
/// names, or the sibling folder `shared`. `None` where there is none; the test then skips.
pub fn shared_folder() -> Option<PathBuf> {
    let folder = match std::env::var_os("JAGA_SHARED") {
        Some(named) => PathBuf::from(named),
        None => project_root().parent()?.join("shared"),
    };
    folder.is_dir().then_some(folder)
}
