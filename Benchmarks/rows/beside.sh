#!/usr/bin/env bash
# Prints a table: the 99th percentile of pgbench's latency (4 clients) alone, and beside a run of cleanupd.
# Usage: beside.sh CLEANUPD [ROWS]. The two take turns, BENCH_RUNS times (5), and the median of the ratios counts.
# Ends with 1 when it is above what is promised.
set -euo pipefail
cleanupd=${1:?usage: beside.sh CLEANUPD [ROWS]}
rows=${2:-2000000}
runs=${BENCH_RUNS:-5}
seconds=${BENCH_SECONDS:-15}
. "$(dirname "$0")/server.sh"

pgbench() { "$programs/pgbench" -h 127.0.0.1 -p "$port" -U app -n "$@" bench > /dev/null 2>&1; }
# percentile FROM TO: the 99th of the latencies of what pgbench ended between those instants, in milliseconds
percentile() {
    cat "$scratch"/log.* | awk -v from="$1" -v to="$2" '$5 + $6 / 1e6 >= from && $5 + $6 / 1e6 <= to { print $3 }' \
        | sort -n | awk '{ all[NR] = $1 } END { print all[int(NR * 0.99)] / 1000 }'
    rm -f "$scratch"/log.*
}
alone() {
    pgbench -c 4 -j 1 -T "$seconds" -l --log-prefix="$scratch/log"
    percentile 0 1e12
}
# Only the time of the run counts.
beside() {
    local clients start end
    pgbench -c 4 -j 1 -T $((seconds * 2)) -l --log-prefix="$scratch/log" &
    clients=$!
    until grep -q . "$scratch"/log.* 2> /dev/null; do sleep 0.1; done
    start=$(date +%s.%N)
    "$cleanupd" run logs --force > /dev/null
    end=$(date +%s.%N)
    wait $clients
    awk -v a="$start" -v b="$end" 'BEGIN { print b - a }' > "$scratch/lasted"
    percentile "$start" "$end"
}

sql postgres -c "CREATE DATABASE bench"
pgbench -i -q -s 20
fill ordered "$rows" n
echo "| turn | alone, p99 | beside a run, p99 | ratio | the run lasted |"
echo "|---|---|---|---|---|"
for ((turn = 1; turn <= runs; turn++)); do
    copy ordered
    configure copy "${BENCH_PACE:-}"
    before=$(alone)
    beside=$(beside)
    left=$(sql copy -c "SELECT count(*) FROM logs WHERE $due")
    [ "$left" = 0 ] || { echo "the run left $left rows" >&2; exit 1; }
    awk -v t=$turn -v a="$before" -v b="$beside" -v l="$(cat "$scratch/lasted")" \
        'BEGIN { printf "| %d | %.2f ms | %.2f ms | %.2f | %.1f s |\n", t, a, b, b / a, l }'
    awk -v a="$before" -v b="$beside" 'BEGIN { print b / a }' >> "$scratch/ratios"
done
sort -n "$scratch/ratios" | awk '{ all[NR] = $1 } END { median = all[int((NR + 1) / 2)]
    printf "| median | | | %.2f | at most 1.4 |\n", median; exit median > 1.4 }'
