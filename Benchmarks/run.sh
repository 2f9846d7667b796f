#!/usr/bin/env bash
# Compares cleanupd with peers, side by side on this machine, and prints tables of ratios.
# Usage: Benchmarks/run.sh [delete] [plan] [compress] [telemetry] [rows] [queue] [locks] [objects] [api]   default: all
#   BENCH_RUNS=5          runs of each command; they take turns, and the median counts
#   BENCH_DIRECTORIES=500 BENCH_FILES=1000   the tree; half of its files are expired
#   BENCH_LARGE=1         0: leave out the peak memory on a tree four times as large
#   BENCH_LOGS=64         files of 16 MiB to compress
#   BENCH_ROWS=2000000    rows of a table, half of which are due
#   BENCH_JOBS=100000     jobs that are queued
#   BENCH_OBJECTS=100000  objects in a bucket, half of which nothing refers to
#   BENCH_API=1000000     files that are deleted while the API is asked
#   TMPDIR                where the trees are made; about 3 GiB and 2.5 million inodes
# Run `make bench`: it installs the peers and builds the release.
set -euo pipefail
cd "$(dirname "$0")/.."

cleanupd=${CLEANUPD_BINARY:-$PWD/.build/release/cleanupd}
here=$PWD/Benchmarks
runs=${BENCH_RUNS:-5}
directories=${BENCH_DIRECTORIES:-500}
files=${BENCH_FILES:-1000}
logs=${BENCH_LOGS:-64}
[ -x "$cleanupd" ] || { echo "run.sh: there is no $cleanupd; run 'make bench'" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/cleanupd-bench-XXXXXX")
trap 'rm -rf -- "$work"' EXIT
mkdir "$work/tree" "$work/logs" "$work/state"
cat > "$work/cleanup.yaml" << END
log: { level: error }
state: sqlite:state/cleanup.db
connections:
  tree: { url: "file://$work/tree" }
  logs: { url: "file://$work/logs" }
tasks:
  old_files: { files: { in: tree, type: file }, remove: { older_than: 7d } }
  old_logs: { files: { in: logs, type: file, match: ["*.log"] }, compress: { older_than: 7d } }
END
export CLEANUPD_CONFIG=$work/cleanup.yaml

# turns PREPARATION COMMAND...: each command once, then again, with the preparation before each; results in $work/*.json
turns() {
    local preparation=$1 turn
    shift
    rm -f "$work"/turn-*.json
    for ((turn = 1; turn <= runs; turn++)); do
        echo "  turn $turn of $runs" >&2
        hyperfine --style none --runs 1 --prepare "$preparation" --export-json "$work/turn-$turn.json" "$@" > "$work/log" 2>&1 \
            || { cat "$work/log" >&2; exit 1; }
    done
}

# median NUMBER: of the times of the command with that number (0 = the first)
median() { jq -s --argjson n "$1" '[.[].results[$n].times[]] | sort | .[(length - 1) / 2 | floor]' "$work"/turn-*.json; }

# row WHAT OURS PEER LIMIT: seconds of both, their ratio, and the ratio that is promised
row() {
    awk -v what="$1" -v ours="$2" -v peer="$3" -v limit="$4" \
        'BEGIN { printf "| %s | %.2f s | %.2f s | %.2f | %s |\n", what, ours, peer, ours / peer, limit }'
}
head_of_table() {
    printf '\n### %s\n\n| compared | cleanupd | peer | ratio | at most |\n|---|---|---|---|---|\n' "$1"
}

make_tree() { "$here/make-tree.py" "$work/tree" "$@"; }

delete() {
    local prepare="$here/make-tree.py $work/tree $directories $files 50 && rm -rf $work/state/* && sync"
    local ours="$cleanupd run old_files --force --metrics-file $work/metrics.prom"
    turns "$prepare" "$ours" "find $work/tree -type f -mtime +7 -delete"
    head_of_table "Deleting the expired half of $directories directories x $files files (plan, ledger and metrics included)"
    row "\`run --force\` with \`find -delete\`" "$(median 0)" "$(median 1)" "0.85 (goal 0.65)"
    memory
}

memory() {
    local small large
    sh -c "$here/make-tree.py $work/tree $directories $files 50 && rm -rf $work/state/*"
    small=$("$here/peak-memory.py" "$cleanupd" run old_files --force)
    printf '\n### Peak memory of the same run\n\n| tree | MiB | ratio | at most |\n|---|---|---|---|\n'
    printf '| %s files | %s | | 128 MiB |\n' $((directories * files)) "$small"
    [ "${BENCH_LARGE:-1}" != 0 ] || return 0
    make_tree $((directories * 4)) "$files" 50
    large=$("$here/peak-memory.py" "$cleanupd" run old_files --force)
    awk -v files=$((directories * files * 4)) -v large="$large" -v small="$small" \
        'BEGIN { printf "| %d files | %s | %.2f | 1.3 |\n", files, large, large / small }'
    rm -rf "$work/tree"
    mkdir "$work/tree"
}

plan() {
    rm -rf "$work/tree"
    mkdir "$work/tree"
    make_tree "$directories" "$files" 0
    turns "true" "$cleanupd plan old_files" "find $work/tree -type f -mtime +7"
    head_of_table "Planning on $directories directories x $files files, nothing expired"
    row "\`plan\` with \`find\`" "$(median 0)" "$(median 1)" "0.7"
}

compress() {
    python3 "$here/gzip/make_logs.py" "$work/master" "$logs" $((16 * 1024 * 1024))
    touch -d '10 days ago' "$work/master"/*
    local prepare="rm -rf $work/logs/* $work/state/* && cp -a $work/master/. $work/logs && sync"
    turns "$prepare" "$cleanupd run old_logs --force" "pigz -p2 -6 $work/logs/*.log" "gzip -6 $work/logs/*.log"
    head_of_table "Compressing $logs log files of 16 MiB (verification and syncs included; the peers do neither)"
    row "\`compress\` with \`pigz -p2 -6\`" "$(median 0)" "$(median 1)" "1.3"
    row "\`compress\` with \`gzip -6\`" "$(median 0)" "$(median 2)" "0.65"
    rm -rf "$work/master"
}

telemetry() {
    printf '\n### Telemetry beside the Go client library\n\n'
    "$here/telemetry/run.sh" "$PWD/.build/release/TelemetryBenchmark"
}

rows() {
    local failed=
    printf '\n### Rows of PostgreSQL (fsync on)\n\n'
    "$here/rows/delete.sh" "$cleanupd" "${BENCH_ROWS:-2000000}" || failed=1
    printf '\n'
    "$here/rows/beside.sh" "$cleanupd" "${BENCH_ROWS:-2000000}" || failed=1
    printf '\n'
    "$here/rows/memory.sh" "$cleanupd" || failed=1
    [ -z "$failed" ] || { echo "run.sh: rows: a ratio is above what is promised" >&2; exit 1; }
}

queue() {
    printf '\n### The queue in Redis beside redis-benchmark\n\n'
    sh "$here/queue/run.sh" "$PWD/.build/release/QueueBenchmark" "${BENCH_JOBS:-100000}"
}

locks() {
    printf '\n### Locks in Redis beside redis-cli --latency\n\n'
    "$here/locks/run.sh" "$PWD/.build/release/LocksBenchmark"
}

objects() {
    printf '\n### Orphaned objects on SeaweedFS\n\n'
    "$here/objects/run.sh" "$cleanupd" "${BENCH_OBJECTS:-100000}"
}

api() {
    printf '\n### The API while a run deletes at full speed\n\n'
    "$here/api/run.sh" "$cleanupd" "${BENCH_API:-1000000}"
}

printf '%s, %s cores, file system of %s: %s\n' \
    "$(uname -sr)" "$(nproc)" "$(dirname "$work")" "$(stat -f -c %T "$work")"
for part in "${@:-all}"; do
    case "$part" in
        all) delete; plan; compress; telemetry; rows; queue; locks; objects; api ;;
        delete | plan | compress | telemetry | rows | queue | locks | objects | api) "$part" ;;
        *) echo "run.sh: unknown part \"$part\"; say delete, plan, compress, telemetry, rows, queue, locks, objects or api" >&2; exit 2 ;;
    esac
done
