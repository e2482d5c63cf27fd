#!/usr/bin/env bash
# Makes the secrets that deploy/compose.yaml reads, in deploy/secrets: a random password for each
# user of each server, and the addresses that hold them. Keeps what is there.
set -euo pipefail
# shellcheck source=deploy/setup/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder=deploy/secrets
mkdir -p "$folder"
chmod 700 "$folder"
if [ -e "$folder/postgres-password" ]; then
    say "$folder is there already: nothing to do"
    exit 0
fi

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# put NAME TEXT: readable by the container's users, in a folder that only its owner can enter.
put() {
    printf '%s\n' "$2" >"$folder/$1"
    chmod 644 "$folder/$1"
}

rabbitmq_users=
postgres_roles=
for worker in intake photo closure escalation relay; do
    broker=$(random)
    ledger=$(random)
    put "$worker-broker-url" "amqp://$worker:$broker@rabbitmq:5672/jaga"
    put "$worker-ledger-url" "postgres://jaga_$worker:$ledger@postgres:5432/jaga"
    rabbitmq_users+="$worker $broker"$'\n'
    postgres_roles+="jaga_$worker $ledger"$'\n'
done
for user in crm operator; do
    rabbitmq_users+="$user $(random)"$'\n'
done
put rabbitmq-users "$rabbitmq_users"
put postgres-roles "$postgres_roles"
put vault-access-key "jaga-$(random | cut -c1-12)"
put vault-secret-key "$(random)"
owner=$(random)
put migrate-ledger-url "postgres://jaga:$owner@postgres:5432/jaga"
put postgres-password "$owner"
say "made $folder"
