#!/usr/bin/env bash
# What `make lint` needs besides the build: rustfmt and clippy (parts of the toolchain), and
# cargo-deny in target/tools.
set -euo pipefail
# shellcheck source=deploy/setup/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for part in fmt clippy; do
    cargo "$part" --version >/dev/null 2>&1 ||
        give_up "cargo $part is missing; run: rustup component add rustfmt clippy"
done

version=0.20.2
if ! target/tools/bin/cargo-deny --version 2>/dev/null | grep -qF " $version"; then
    say "building cargo-deny $version into target/tools (a few minutes, once)"
    CARGO_TARGET_DIR=target/tools/build cargo install --quiet --locked --root target/tools \
        --version "$version" cargo-deny ||
        give_up "cargo install cargo-deny failed; make crates.io reachable and run this again"
    rm -rf target/tools/build
fi
