#!/usr/bin/env bash
# Gives the roles of roles.sql their passwords. Reads lines `role password` from the file named by
# the first argument. Connects as libpq's variables say (PGHOST, PGUSER, …); may run again.
set -euo pipefail

passwords=$1
while read -r role password; do
    if [ -n "$role" ]; then
        # By standard input: an argument could be read in the list of processes.
        psql -X -q -v ON_ERROR_STOP=1 <<SQL
\\set role '$role'
\\set password '$password'
ALTER ROLE :"role" PASSWORD :'password';
SQL
    fi
done <"$passwords"
