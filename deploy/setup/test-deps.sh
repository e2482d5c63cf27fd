#!/usr/bin/env bash
# What the tests need besides the build: RabbitMQ and PostgreSQL (their programs; the tests start
# private servers), libfaketime, and in target/test-tools a Python environment with a second S3 and
# what checks the deployment's files and the stripped photos, and ExifTool 13 (Debian's is too old to
# see all that it should). Installs only what is missing, and leaves no service running.
#
# JAGA_TEST_AMQP_URL or JAGA_TEST_PG_URL set: that server is not installed.
set -euo pipefail
# shellcheck source=deploy/setup/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

missing=()
if [ -z "${JAGA_TEST_AMQP_URL:-}" ] && [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then
    missing+=(rabbitmq-server)
fi
if [ -z "${JAGA_TEST_PG_URL:-}" ] && ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then
    missing+=(postgresql)
fi
have psql || missing+=(postgresql-client)
have_venv || missing+=(python3-venv)
tools=target/test-tools
exiftool=$tools/exiftool/node_modules/exiftool-vendored.pl/bin/exiftool
if [ ! -x "$exiftool" ]; then
    have npm || missing+=(npm)
fi
# A wrong time of day, for single processes.
have faketime || missing+=(faketime)
have perl || missing+=(perl)
if [ "${#missing[@]}" -gt 0 ]; then
    apt_install "${missing[@]}"
fi

python_env deploy/setup/test-tools.txt "$tools"

# ExifTool's Perl, as npm packages it. Nothing of the package is run while it is installed.
version=13.59.3
if ! grep -qsF "\"version\": \"$version\"" "${exiftool%/bin/exiftool}/package.json"; then
    say "installing ExifTool (exiftool-vendored.pl $version) into $tools/exiftool"
    mkdir -p "$tools/exiftool"
    npm install --prefix "$tools/exiftool" --no-save --no-package-lock --ignore-scripts --no-audit \
        --no-fund --loglevel=error "exiftool-vendored.pl@$version" >>target/setup.log 2>&1 || {
        tail -n 5 target/setup.log >&2
        give_up "npm could not install exiftool-vendored.pl; make npm's registry reachable and run this again"
    }
fi
