#!/usr/bin/env bash
# Prints a table: peak memory of a run that removes 100,000 rows, and of one that removes 10,000,000.
# Usage: memory.sh CLEANUPD [SMALL LARGE]. Ends with 1 when the large one takes more than 1.2 x the small one.
set -euo pipefail
cleanupd=${1:?usage: memory.sh CLEANUPD [SMALL LARGE]}
small=${2:-100000}
large=${3:-10000000}
here=$(dirname "$0")
. "$here/server.sh"

# peak ROWS: MiB of a run that removes that many
peak() {
    sql postgres -c "DROP DATABASE IF EXISTS main"
    sql postgres -c "CREATE DATABASE main"
    sql main -c "CREATE TABLE logs (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);
        INSERT INTO logs SELECT n, now() - interval '1 year' + n * interval '1 second' FROM generate_series(1, $1) n;
        CREATE INDEX ON logs (created_at);"
    sql main -c "VACUUM ANALYZE logs"
    configure main
    "$here/../peak-memory.py" "$cleanupd" run logs --force
    [ "$(sql main -c 'SELECT count(*) FROM logs')" = 0 ] || { echo "rows are left" >&2; exit 1; }
}
first=$(peak "$small")
second=$(peak "$large")
echo "| rows removed | MiB | ratio | at most |"
echo "|---|---|---|---|"
echo "| $small | $first | | |"
awk -v n="$large" -v a="$first" -v b="$second" \
    'BEGIN { printf "| %d | %s | %.2f | 1.2 |\n", n, b, b / a; exit b / a > 1.2 }'
