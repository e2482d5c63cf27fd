#!/usr/bin/env bash
# rival-deps.sh NAME: what `make bench-NAME` measures itself against, in a Python environment in
# target/bench-NAME: shapely for geo, businesstimedelta for sla, FAISS and OpenCV for
# duplicates.
set -euo pipefail
# shellcheck source=deploy/setup/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

list=deploy/setup/bench-${1:-}-tools.txt
[ -f "$list" ] || give_up "no bench is named ${1:-(nothing)}: there is no $list"
have_venv || apt_install python3-venv
python_env "$list" "target/bench-$1"
