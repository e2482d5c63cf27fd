#!/usr/bin/env bash
# Format, clippy, docs, and what the lock file holds. Goes on after a failure, so that one run shows
# all of them.
set -euo pipefail
# shellcheck source=deploy/setup/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

failed=()
step() {
    local name=$1
    shift
    say "== $name"
    "$@" || failed+=("$name")
}

# cargo-deny exits 1 for a finding as well as for a database that can't be fetched: ask first.
advisories() {
    local deny=target/tools/bin/cargo-deny
    if "$deny" --log-level error fetch db >target/tools/fetch.log 2>&1; then
        "$deny" --log-level error check advisories
    else
        say "advisories: NOT CHECKED, the database can't be fetched (target/tools/fetch.log)"
    fi
}

step fmt cargo fmt --all --check
step clippy cargo clippy --workspace --all-targets --locked -- -D warnings
step "clippy, no C tools" cargo clippy --package jaga --package jaga-imaging --all-targets --no-default-features --locked -- -D warnings
step doc env RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --locked --quiet
step advisories advisories
step "licences, bans, sources" target/tools/bin/cargo-deny --log-level error check licenses bans sources

if [ "${#failed[@]}" -gt 0 ]; then
    give_up "lint failed: ${failed[*]}"
fi
say "lint: all green"
