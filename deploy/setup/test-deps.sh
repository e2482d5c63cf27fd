#!/usr/bin/env bash
# What the tests need besides the build: RabbitMQ and PostgreSQL (their programs; the tests start
# private servers), and a Python environment in target/test-tools with a second S3 and what checks
# the deployment's files. Installs only what is missing, and leaves no service running.
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
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ "${#missing[@]}" -gt 0 ]; then
    apt_install "${missing[@]}"
fi

# The Python environment is made anew when its list changes.
list=deploy/setup/test-tools.txt
tools=target/test-tools
if ! cmp -s "$list" "$tools/installed.txt"; then
    say "installing the test tools of $list into $tools (log: target/setup.log)"
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
