#!/usr/bin/env bash
# What `make bench-imaging` compares Jaga with: libvips, ImageMagick and ExifTool from Debian, and
# Pillow with what workers use beside it, in target/bench-tools. Installs only what is missing.
set -euo pipefail
# shellcheck source=deploy/setup/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

missing=()
have vipsthumbnail || missing+=(libvips-tools)
[ -x /usr/bin/magick ] || [ -x /usr/bin/convert ] || missing+=(imagemagick)
have exiftool || missing+=(libimage-exiftool-perl)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ "${#missing[@]}" -gt 0 ]; then
    apt_install "${missing[@]}"
fi

# The Python environment is made anew when its list changes.
list=deploy/setup/bench-tools.txt
tools=target/bench-tools
if ! cmp -s "$list" "$tools/installed.txt"; then
    say "installing the rivals of $list into $tools (log: target/setup.log)"
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
