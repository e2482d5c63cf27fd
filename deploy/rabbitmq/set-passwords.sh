#!/usr/bin/env bash
# Gives the users of definitions.json their passwords: they have none there, and can't log in until
# this has run. Reads lines `user password` from the file named by the first argument. Runs where
# rabbitmqctl reaches the node; may run again at any time.
set -euo pipefail

passwords=$1
rabbitmqctl -q await_startup
while read -r user password; do
    if [ -n "$user" ]; then
        # By standard input: an argument could be read in the list of processes.
        printf '%s\n' "$password" | rabbitmqctl -q change_password "$user" >/dev/null
    fi
done <"$passwords"
