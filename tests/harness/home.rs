//! The folder that a test process keeps its servers' data in, and the watchdog that cleans it up.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context as _;
use std::os::unix::process::CommandExt as _;

/// Ends what the test process leaves behind, however it ended: return, panic, abort, `kill -9`.
///
/// It reads a pipe whose other end only the test process holds. When that end closes, it sends each
/// process that is still registered its signal (file name: pid, also the process group; content:
/// the signal), waits a moment, kills what is left, and removes the folder.
const WATCHDOG: &str = r#"
alive() {
    case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in
    '' | [ZX]*) return 1 ;;
    esac
}
while read -r _; do :; done
cd "$1/processes" || exit 0
for pid in *; do
    read -r signal 2>/dev/null <"$pid" || continue
    kill -s "$signal" "$pid" 2>/dev/null
    [ "$signal" = KILL ] && kill -s KILL -- "-$pid" 2>/dev/null
done
for pid in *; do
    tries=0
    while [ "$tries" -lt 50 ] && alive "$pid"; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -s KILL "$pid" 2>/dev/null
    kill -s KILL -- "-$pid" 2>/dev/null
done
cd / && rm -rf "$1"
"#;

/// The folder of this test process.
#[derive(Debug)]
pub struct Home {
    root: PathBuf,
    next: AtomicU32,
    /// Never waited for: it outlives this process by the moment that it needs to clean up. Its
    /// standard input is the pipe that it watches.
    _watchdog: Child,
}

/// The folder of this test process, made at the first call and removed when the process ends.
pub fn home() -> anyhow::Result<&'static Home> {
    static HOME: OnceLock<Result<Home, String>> = OnceLock::new();
    HOME.get_or_init(|| Home::make().map_err(|e| format!("{e:#}")))
        .as_ref()
        .map_err(|e| anyhow::anyhow!("{e}"))
}

impl Home {
    fn make() -> anyhow::Result<Self> {
        let name = format!(
            "jaga-test-{}-{:08x}",
            std::process::id(),
            rand::random::<u32>()
        );
        let root = std::env::temp_dir().join(name);
        std::fs::create_dir_all(root.join("processes"))
            .with_context(|| format!("could not make {}", root.display()))?;
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "jaga-test-watchdog"])
            .arg(&root)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("could not start the watchdog")?;
        Ok(Self {
            root,
            next: AtomicU32::new(0),
            _watchdog: watchdog,
        })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A new empty folder under it, whose name begins with `name`.
    pub fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let folder = self.root.join(format!("{name}-{number}"));
        std::fs::create_dir(&folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
        Ok(folder)
    }

    /// Where running processes are registered.
    pub(crate) fn register(&self) -> PathBuf {
        self.root.join("processes")
    }
}
