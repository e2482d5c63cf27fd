#!/usr/bin/env bash
# What the build needs besides Rust: a C compiler, cmake and nasm (for libjpeg-turbo and SQLite).
# Installs only what is missing.
set -euo pipefail
# shellcheck source=deploy/setup/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

have cargo || give_up "Rust is missing; install it by https://rustup.rs (1.95 or newer)"

missing=()
have cc || missing+=(gcc libc6-dev)
have make || missing+=(make)
have cmake || missing+=(cmake)
have nasm || missing+=(nasm)
if [ "${#missing[@]}" -gt 0 ]; then
    apt_install "${missing[@]}"
fi
