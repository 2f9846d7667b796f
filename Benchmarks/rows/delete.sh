#!/usr/bin/env bash
# Prints a table: 1,000,000 of 2,000,000 rows with five indexes removed by `cleanupd run --force`, beside the home-made
# loop that it replaces (10,000 rows by id, then a pause of 100 ms) and beside one single DELETE.
# Usage: delete.sh CLEANUPD [ROWS]. Every run has a fresh copy of the same table, and must leave no row that is due.
# Ends with 1 when a ratio is above what is promised.
set -euo pipefail
cleanupd=${1:?usage: delete.sh CLEANUPD [ROWS]}
rows=${2:-2000000}
runs=${BENCH_RUNS:-3}
. "$(dirname "$0")/server.sh"

single() { sql copy -c "DELETE FROM logs WHERE $due"; }
ours() { "$cleanupd" run logs --force > /dev/null; }
# Each statement is a transaction of its own, as the client of the loop makes them.
loop() {
    local batch
    for ((batch = 0; batch <= rows / 2 / 10000; batch++)); do
        echo "DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE $due ORDER BY created_at LIMIT 10000
            FOR UPDATE SKIP LOCKED);"
        echo "SELECT pg_sleep(0.1);"
    done | sql copy > /dev/null
}

# timed FROM COMMAND: its seconds on a fresh copy of that database, into the file of both names
timed() {
    copy "$1"
    configure copy
    local start end left
    start=$(date +%s.%N)
    "$2"
    end=$(date +%s.%N)
    left=$(sql copy -c "SELECT count(*) FROM logs WHERE $due")
    [ "$left" = 0 ] || { echo "$2 left $left rows of \"$1\"" >&2; exit 1; }
    awk -v a="$start" -v b="$end" 'BEGIN { print b - a }' >> "$scratch/$1.$2"
}
median() { sort -n "$scratch/$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

fill ordered "$rows" n
fill shuffled "$rows" 'md5(n::text)'
for from in ordered shuffled; do
    for ((turn = 1; turn <= runs; turn++)); do
        echo "  rows, $from: turn $turn of $runs" >&2
        timed $from single
        timed $from ours
        timed $from loop
    done
done

echo "| $((rows / 2)) of $rows rows | cleanupd | loop | one DELETE | to the loop | at most | to one DELETE | at most |"
echo "|---|---|---|---|---|---|---|---|"
for from in ordered shuffled; do
    awk -v n="$from" -v o="$(median $from.ours)" -v l="$(median $from.loop)" -v s="$(median $from.single)" 'BEGIN {
        limits = n == "ordered"
        printf "| %s in time | %.2f s | %.2f s | %.2f s | %.3f | %s | %.2f | %s |\n", n, o, l, s, o / l,
            limits ? "0.15" : "-", o / s, limits ? "3 (goal 1.5)" : "-"
        exit limits && (o / l > 0.15 || o / s > 3) }' || failed=1
done
exit ${failed:-0}
