#!/bin/sh
# Prints a table: how long it takes to get a lock, beside redis-cli --latency on the same server.
# Usage: run.sh BINARY, the release build of Benchmarks/locks/swift/main.swift.
# Needs the Debian packages redis-server and redis-tools.
set -eu
binary=${1:?usage: run.sh BINARY}
for tool in redis-server redis-cli; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install redis-server redis-tools" >&2; exit 1; }
done
scratch=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || { kill "$server" && wait "$server" || true; }
    rm -rf -- "$scratch"
}
trap finish EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$scratch" >"$scratch/log" &
server=$!
tries=0
until redis-cli -p "$port" ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.05
done

# Before and after, so that other load on the machine counts for both: 100 samples a second for three seconds each.
latency() { redis-cli -p "$port" --raw --latency -i 3 | tail -n 1; }
latency >"$scratch/cli"
"$binary" "redis://127.0.0.1:$port" "$scratch" >"$scratch/ours"
latency >>"$scratch/cli"

awk '
    FILENAME ~ /cli$/ { average += $3 / 2; if ($2 > worst) worst = $2; next }
    FNR == 1 {
        print "| on one Redis over loopback | p50 ms | p99 ms | p50 beside redis-cli |"
        print "|---|---|---|---|"
        printf "| redis-cli --latency: PING (average, worst) | %.2f | %.2f | 1 |\n", average, worst
    }
    {
        name = $0; sub(/ [^ ]* [^ ]*$/, "", name)
        printf "| %s | %.2f | %.2f | %.1f |\n", name, $(NF - 1), $NF, $(NF - 1) / average
    }
' "$scratch/cli" "$scratch/ours"
