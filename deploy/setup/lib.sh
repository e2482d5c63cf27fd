# shellcheck shell=bash
# Shared by the set-up scripts. Source it; it sets the working folder to the project's root.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

# say TEXT: one line to standard error.
say() { printf '%s\n' "$*" >&2; }

# give_up TEXT: one clear line on what to do, and the end.
give_up() {
    say "error: $*"
    exit 1
}

# have PROGRAM: whether it is on the path.
have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND…: as it is when root, else through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# apt_install PACKAGE…: installs Debian packages and lets none of their services start or stay
# enabled. Everything that it prints goes to a file, which is shown only if it fails.
apt_install() {
    local advice="install these yourself: $*"
    have apt-get || give_up "this is no Debian machine (no apt-get); $advice"
    [ "$(id -u)" -eq 0 ] || have sudo || give_up "neither root nor sudo here; $advice"

    mkdir -p target
    local log=target/setup.log
    say "installing $* (log: $log)"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q)
    if ! apt-cache show "$@" >/dev/null 2>&1; then
        as_root "${apt[@]}" update >>"$log" 2>&1 || true
    fi

    # Packages of servers start them at once, unless this file forbids it.
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        made=yes
    fi
    local failed=
    if ! as_root "${apt[@]}" install -y --no-install-recommends "$@" >>"$log" 2>&1; then
        # The list of packages may be older than the mirror: fetch it once and try again.
        as_root "${apt[@]}" update >>"$log" 2>&1 || true
        as_root "${apt[@]}" install -y --no-install-recommends "$@" >>"$log" 2>&1 || failed=yes
    fi
    if [ -n "$made" ]; then
        as_root rm -f "$policy"
    fi
    if [ -n "$failed" ]; then
        tail -n 5 "$log" >&2
        give_up "apt-get could not install $* (log: $log); $advice"
    fi
}

# python_env LIST FOLDER: a Python environment in FOLDER/venv with what LIST (requirements) names; made
# anew when the list changes. Debian's python3-venv must be there (have_venv).
python_env() {
    local list=$1 folder=$2
    if cmp -s "$list" "$folder/installed.txt"; then
        return
    fi
    say "installing $list into $folder (log: target/setup.log)"
    rm -rf "$folder"
    mkdir -p "$folder"
    if ! {
        python3 -m venv "$folder/venv" &&
            "$folder/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
    } >>target/setup.log 2>&1; then
        tail -n 5 target/setup.log >&2
        give_up "pip could not install $list; make PyPI reachable and run this again"
    fi
    cp "$list" "$folder/installed.txt"
}

# have_venv: whether python_env can work.
have_venv() { python3 -c 'import venv, ensurepip' 2>/dev/null; }
