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
have_venv || missing+=(python3-venv)
if [ "${#missing[@]}" -gt 0 ]; then
    apt_install "${missing[@]}"
fi

python_env deploy/setup/bench-tools.txt target/bench-tools
