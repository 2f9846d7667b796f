#!/bin/sh
# Prints a table: 1,000,000 of 2,000,000 rows with five indexes removed, beside a home-made loop and one single DELETE.
# Usage: run.sh BINARY [ROWS], the release build of Benchmarks/rows/swift/RowsBenchmark.swift.
# Needs the Debian package postgresql; fsync is on. Every run has a fresh copy of the same table.
set -eu
binary=${1:?usage: run.sh BINARY [ROWS]}
rows=${2:-2000000}
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$programs" ]; then
    echo "PostgreSQL is missing: apt-get install postgresql" >&2
    exit 1
fi
scratch=$(mktemp -d)
chmod 755 "$scratch"
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then install -d -o postgres -m 700 "$scratch/s"; else mkdir -m 700 "$scratch/s"; fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
trap 'as "$programs/pg_ctl" -D "$scratch/s/data" -w -m immediate stop >/dev/null 2>&1 || true; rm -rf -- "$scratch"' EXIT
as "$programs/initdb" -D "$scratch/s/data" -U app -A trust -E UTF8 --no-sync >/dev/null
as "$programs/pg_ctl" -D "$scratch/s/data" -w -l "$scratch/s/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$scratch/s -c fsync=on" start >/dev/null
sql() { database=$1; shift; "$programs/psql" -h 127.0.0.1 -p "$port" -U app -XAtq -v ON_ERROR_STOP=1 "$database" "$@"; }

# One number of seconds, the middle of 2020, is the cutoff; half of the rows lie before it.
cutoff=1593561600
fill() {
    sql postgres -c "CREATE DATABASE $1"
    sql "$1" -c "CREATE TABLE logs (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL, user_id int NOT NULL,
            model text NOT NULL, session_id text, status int, cost numeric);
        INSERT INTO logs (created_at, user_id, model, session_id, status, cost)
        SELECT to_timestamp($cutoff) + (n - $rows / 2 - 0.5) * interval '1 second', n % 1000, 'model-' || n % 20,
            md5(n::text), n % 5, n / 1000.0 FROM generate_series(1, $rows) n ORDER BY $2;
        CREATE INDEX ON logs (created_at); CREATE INDEX ON logs (user_id, created_at); CREATE INDEX ON logs (model);
        CREATE INDEX ON logs (session_id);"
    sql "$1" -c "VACUUM ANALYZE logs"
}
# timed FROM NAME COMMAND…: runs it on a fresh copy, appends its seconds to the file of that name.
timed() {
    from=$1 name=$2
    shift 2
    sql postgres -c "CREATE DATABASE copy TEMPLATE $from STRATEGY file_copy"
    sql postgres -c "CHECKPOINT"
    start=$(date +%s.%N)
    "$@"
    end=$(date +%s.%N)
    echo "$end - $start" | bc >>"$scratch/$from.$name"
    left=$(sql copy -c "SELECT count(*) FROM logs WHERE created_at < to_timestamp($cutoff)")
    [ "$left" = 0 ] || { echo "$name left $left rows" >&2; exit 1; }
    sql postgres -c "DROP DATABASE copy WITH (FORCE)"
}
single() { sql copy -c "DELETE FROM logs WHERE created_at < to_timestamp($cutoff)"; }
loop() {
    sql copy -c "DO \$\$ DECLARE n int; BEGIN LOOP
        DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE created_at < to_timestamp($cutoff)
            ORDER BY created_at LIMIT 10000 FOR UPDATE SKIP LOCKED);
        GET DIAGNOSTICS n = ROW_COUNT; COMMIT; EXIT WHEN n = 0; PERFORM pg_sleep(0.1); END LOOP; END \$\$"
}
ours() { "$binary" "postgres://app@127.0.0.1:$port/copy" logs "$cutoff" 10000 >>"$scratch/said"; }

fill ordered n
fill shuffled 'md5(n::text)'
for from in ordered shuffled; do
    for round in 1 2 3; do
        timed $from single single
        timed $from ours ours
    done
    timed $from loop loop
done
best() { sort -n "$scratch/$1" | head -n 1; }
echo "| $((rows / 2)) of $rows rows | s here | s loop | s one DELETE | to the loop | at most | to one DELETE | at most |"
echo "|---|---|---|---|---|---|---|---|"
for from in ordered shuffled; do
    awk -v n="$from" -v o="$(best $from.ours)" -v l="$(best $from.loop)" -v s="$(best $from.single)" 'BEGIN {
        limits = n == "ordered"
        printf "| %s in time | %.2f | %.2f | %.2f | %.3f | %s | %.2f | %s |\n", n, o, l, s, o / l, limits ? "0.15" : "-",
            o / s, limits ? "3" : "-"
        exit limits && (o / l > 0.15 || o / s > 3) }' || failed=1
done
sort -u "$scratch/said" >&2
exit ${failed:-0}
