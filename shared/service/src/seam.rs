//! Places where a crash must lose nothing. A debug build ends at the one that `JAGA_CRASH_AT` names,
//! as hard as a kill; a release build knows none of this.

/// Ends the process here if a test asked for it.
#[inline]
pub fn seam(name: &str) {
    #[cfg(debug_assertions)]
    debug::crash_if_asked(name);
    #[cfg(not(debug_assertions))]
    let _ = name;
}

#[cfg(debug_assertions)]
mod debug {
    use std::sync::OnceLock;

    #[expect(
        clippy::disallowed_methods,
        reason = "asked for by a test, in debug builds only"
    )]
    pub(super) fn crash_if_asked(name: &str) {
        static WANTED: OnceLock<Option<String>> = OnceLock::new();
        let wanted = WANTED.get_or_init(|| std::env::var("JAGA_CRASH_AT").ok());
        if wanted.as_deref() == Some(name) {
            tracing::error!(seam = name, "crashing, as a test asked");
            std::process::abort();
        }
    }
}
