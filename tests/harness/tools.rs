//! Programs that `deploy/setup/test-deps.sh` puts into `target/test-tools`.

use std::path::PathBuf;

use crate::root::project_root;

/// A program of the tests' own Python environment, if it is installed.
pub fn test_tool(name: &str) -> Option<PathBuf> {
    let program = project_root().join("target/test-tools/venv/bin").join(name);
    program.is_file().then_some(program)
}

/// `ExifTool` 13, if it is installed: older ones on the path overlook too much to judge by.
pub fn exiftool() -> Option<PathBuf> {
    let package = "target/test-tools/exiftool/node_modules/exiftool-vendored.pl/bin/exiftool";
    let program = project_root().join(package);
    program.is_file().then_some(program)
}

/// `kubectl`: the tests' own, or one on the path.
pub fn kubectl() -> Option<PathBuf> {
    test_tool("kubectl").or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|folder| folder.join("kubectl"))
            .find(|p| p.is_file())
    })
}
