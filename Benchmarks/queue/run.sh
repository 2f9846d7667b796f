#!/bin/sh
# Prints a table: the queue in Redis beside XADD by redis-benchmark, on one server, measured in turn.
# Usage: run.sh BINARY [COUNT], the release build of Benchmarks/queue/swift/main.swift; COUNT jobs, 100,000 without it.
# Needs the Debian packages redis-server and redis-tools.
set -eu
binary=${1:?usage: run.sh BINARY [COUNT]}
count=${2:-100000}
for program in redis-server redis-benchmark redis-cli; do
    if ! command -v "$program" >/dev/null; then
        echo "$program is missing: apt-get install redis-server redis-tools" >&2
        exit 1
    fi
done
scratch=$(mktemp -d)
socket=$scratch/redis.sock
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --bind 127.0.0.1 --port "$port" --unixsocket "$socket" --dir "$scratch" --save "" --appendonly no \
    --daemonize no >"$scratch/redis.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf -- "$scratch"' EXIT
tries=0
until redis-cli -s "$socket" ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ]; then cat "$scratch/redis.log" >&2; exit 1; fi
    sleep 0.1
done

# name, commands sent together
xadd() {
    redis-benchmark -h 127.0.0.1 -p "$port" -c 1 -P "$2" -n "$count" --csv XADD bench '*' id "cycle1@2027-01-15" |
        awk -F'"' -v name="$1" '$2 ~ /^XADD/ { print "xadd", name, int($4) }' >>"$scratch/figures"
    redis-cli -s "$socket" del bench >/dev/null
}
# Both twice, one after the other, and the best of each: other load on the machine then counts for neither.
for round in 1 2; do
    xadd one 1
    xadd many 64
    "$binary" "redis://127.0.0.1:$port/0" "$count" >>"$scratch/figures"
    redis-cli -s "$socket" flushall >/dev/null
done

awk '
    $1 == "peak" { if ($2 > peak) peak = $2; next }
    { if (!($1 " " $2 in best) || $3 > best[$1 " " $2]) best[$1 " " $2] = $3 }
    function row(name, peer, text) {
        if (!(name in best) || !(peer in best)) { print "no figure for " name > "/dev/stderr"; failed = 1; return }
        printf "| %s | %d | %d | %.2f |\n", text, best[name], best[peer], best[name] / best[peer]
    }
    END {
        print "| operation | jobs/s | XADD/s of redis-benchmark | ratio |"
        print "|---|---|---|---|"
        row("enqueue one", "xadd one", "enqueue, one at a time")
        row("drain one", "xadd one", "claim and complete, one worker")
        row("enqueue many", "xadd many", "enqueue, 64 at a time (-P 64)")
        row("drain many", "xadd many", "claim and complete, 64 workers (-P 64)")
        printf "\nPeak memory of the client: %.1f MiB, at most 128\n", peak / 1024
        exit failed || !peak || peak > 128 * 1024
    }
' "$scratch/figures"
