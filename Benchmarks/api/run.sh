#!/usr/bin/env bash
# Prints a table: how long calls of the API and scrapes take, at a fixed rate, while a run deletes at full speed.
# Usage: run.sh CLEANUPD [FILES]. FILES (1,000,000), all due, lie in TMPDIR; BENCH_RATE=15 requests a second of each call.
# Ends with 1 when a figure is above what is promised.
set -euo pipefail
cleanupd=${1:?usage: run.sh CLEANUPD [FILES]}
files=${2:-1000000}
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cleanupd-api-XXXXXX")
service=
finish() {
    [ -z "$service" ] || kill "$service" 2> /dev/null || true
    wait 2> /dev/null || true
    rm -rf -- "$scratch"
}
trap finish EXIT

mkdir "$scratch/state" "$scratch/tree" "$scratch/other"
"$here/../make-tree.py" "$scratch/tree" $(((files + 999) / 1000)) 1000 100
"$here/../make-tree.py" "$scratch/other" 10 1000 50
sync
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# The jobs and runs of some past are there, too.
cat > "$scratch/cleanup.yaml" << END
state: "sqlite:$scratch/state/cleanup.db"
http: { listen: "127.0.0.1:$port" }
log: { level: error }
connections:
  tree: { url: "file://$scratch/tree" }
  other: { url: "file://$scratch/other" }
cycles:
  busy: { every: 1s, tasks: [nothing] }
tasks:
  files:
    files: { in: tree, type: file }
    remove: { older_than: 7d }
    limits: { max_percent: 100 }
  other:
    files: { in: other, type: file }
    remove: { older_than: 7d }
  nothing:
    files: { in: other, match: ["*.nothing"] }
    remove: { older_than: 7d }
END
export CLEANUPD_CONFIG=$scratch/cleanup.yaml
"$cleanupd" serve > "$scratch/log" 2>&1 &
service=$!
until curl -sf "http://127.0.0.1:$port/readyz" > /dev/null; do
    kill -0 "$service" || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.1
done
python3 "$here/ask.py" "$port" files other "${BENCH_RATE:-15}"
left=$(find "$scratch/tree" -type f | head -n 1)
[ -z "$left" ] || { echo "run.sh: the run left $left" >&2; exit 1; }
