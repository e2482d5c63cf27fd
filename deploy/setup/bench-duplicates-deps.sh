#!/usr/bin/env bash
# What `make bench-duplicates` measures itself against: FAISS, in a Python environment in target/bench-duplicates.
set -euo pipefail
# shellcheck source=deploy/setup/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    apt_install python3-venv
fi

# The environment is made anew when its list changes.
list=deploy/setup/bench-duplicates-tools.txt
tools=target/bench-duplicates
if ! cmp -s "$list" "$tools/installed.txt"; then
    say "installing $list into $tools (log: target/setup.log)"
    rm -rf "$tools"
    mkdir -p "$tools"
    if ! {
        python3 -m venv "$tools/venv" &&
            "$tools/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
    } >>target/setup.log 2>&1; then
        tail -n 5 target/setup.log >&2
        give_up "pip could not install $list; make PyPI reachable and run this again"
    fi
    cp "$list" "$tools/installed.txt"
fi
