#!/usr/bin/env bash
# Starts Redis, PostgreSQL and three replicas of cleanupd on loopback and in one temporary folder, shows who leads and who
# works on which job, kills the leader with SIGKILL in the midst of its work, and shows how another one takes over. Then it
# starts the killed one again and runs until Ctrl-C. Ends what it started, and removes the folder.
#
# Usage: scripts/cluster-demo.sh
#   ONCE=1            ends when the work of the killed replica is done
#   CLEANUPD_BINARY   the program (default: .build/release/cleanupd)
# Needs the packages redis-server, redis-tools, postgresql, postgresql-client, util-linux and curl.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/demo-kit.sh
. scripts/until-true.sh
need "redis-server redis-tools postgresql util-linux curl" redis-server redis-cli psql setpriv curl
postgres=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$postgres/initdb" ] || fail "no PostgreSQL server; apt-get install postgresql"

# Redis as coordination wants it: it forgets nothing at a restart, and evicts nothing.
free_port && redis_port=$port
start redis redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$work" --save '' --appendonly yes \
    --maxmemory-policy noeviction
redis() { redis-cli -p "$redis_port" "$@"; }

# PostgreSQL refuses to be root.
as_server=()
chmod 755 "$work"
mkdir -m 700 "$work/postgres"
if [ "$(id -u)" -eq 0 ]; then
    chown postgres: "$work/postgres"
    as_server=(setpriv --reuid=postgres --regid=postgres --init-groups --)
fi
free_port && postgres_port=$port
"${as_server[@]}" "$postgres/initdb" -D "$work/postgres/data" -U demo -A trust -E UTF8 --locale=C --no-sync \
    > "$work/initdb.log" 2>&1 || fail "PostgreSQL cannot make its files"
start postgres "${as_server[@]}" "$postgres/postgres" -D "$work/postgres/data" -p "$postgres_port" -c fsync=off \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories="$work/postgres"
database="postgres://demo@127.0.0.1:$postgres_port/postgres"
sql() { psql "$database" -XAtq -v ON_ERROR_STOP=1 -c "$1"; }
until_true 30 redis ping || fail "Redis does not answer"
until_true 30 sql 'SELECT 1' || fail "PostgreSQL does not answer"

tasks=(sessions logs uploads)
rows=300
for task in "${tasks[@]}"; do
    sql "CREATE TABLE $task (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL);
        CREATE INDEX ON $task (created_at);
        INSERT INTO $task (created_at) SELECT now() - interval '60 days' FROM generate_series(1, $rows)"
done

# A lock outlives a killed holder for three seconds; the work is slow, so that there is something to see.
{
    echo "state: \"$database\""
    echo "coordination: { url: \"redis://127.0.0.1:$redis_port/0\", lock_ttl: 3s }"
    echo 'http: { listen: "127.0.0.1:${DEMO_PORT:-0}" }'
    echo "connections: { app: { url: \"$database\" } }"
    echo "cycles:"
    for task in "${tasks[@]}"; do echo "  $task: { every: 1h, at_start: true, tasks: [$task] }"; done
    echo "tasks:"
    for task in "${tasks[@]}"; do
        echo "  $task:"
        echo "    rows: { in: app, table: $task, time: created_at }"
        echo "    remove: { older_than: 30d }"
        echo "    pace: { batch: 3, pause: 100ms }"
    done
} > "$work/cleanup.yaml"
"$binary" check --config "$work/cleanup.yaml" --install-fence > "$work/check.log" 2>&1 \
    || fail "the configuration is wrong"

ports=()
pids=()
for number in 0 1 2; do free_port && ports+=("$port"); done
# serve NUMBER: starts a replica
serve() {
    DEMO_PORT=${ports[$1]} start "replica-$((1 + $1))" "$binary" serve --config "$work/cleanup.yaml"
    pids[$1]=${children[-1]}
}
# metric NUMBER SERIES: what a replica says; nothing if it says nothing
metric() {
    curl --silent --max-time 5 "http://127.0.0.1:${ports[$1]}/metrics" | awk -v name="$2" '$1 == name { print $2 }' || true
}
# leader: the number of the replica that leads; fails if none does
leader() {
    local number
    for number in 0 1 2; do
        [ "$(metric "$number" cleanup_leader)" != 1 ] || { echo "$number"; return 0; }
    done
    return 1
}
# name PID: the replica with this process
name() {
    local number
    for number in 0 1 2; do [ "${pids[$number]}" != "$1" ] || { echo "replica $((1 + number))"; return; }; done
    echo "a replica that was killed"
}

started=$EPOCHREALTIME
# seconds SINCE: with one decimal
seconds() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }
say() { printf '%5s s  %s\n' "$(seconds "$started")" "$*"; }

# show: who leads, the newest jobs of the queue, and what is left to do
show() {
    local who number id state worker stalls left
    number=$(leader) && who="replica $((1 + number)) leads" || who="nobody leads"
    left=$(for task in "${tasks[@]}"; do sql "SELECT '$task ' || count(*) FROM $task"; done | paste -sd , | sed 's/,/, /g')
    say "$who; rows left: $left"
    for id in $(redis zrevrange '{cleanupd}:queue:all' 0 2); do
        { read -r state; read -r worker; read -r stalls; } \
            < <(redis hmget "{cleanupd}:queue:job:$id" state worker stalls) || continue
        if [ "$state" = active ]; then state+=" at $(name "$(cut -d: -f2 <<< "$worker")")"; fi
        [ "$stalls" = 0 ] || state+=", was taken from a dead one"
        printf '           job %-40s %s\n' "$id" "$state"
    done
}

for number in 0 1 2; do serve "$number"; done
for number in 0 1 2; do
    until_true 60 curl --silent --fail "http://127.0.0.1:${ports[$number]}/readyz" || fail "replica $((1 + number)) is not ready"
    say "replica $((1 + number)), process ${pids[$number]}, http://127.0.0.1:${ports[$number]}/metrics"
done

# works NUMBER: whether one of its tasks runs
works() {
    local task
    for task in "${tasks[@]}"; do
        [ "$(metric "$1" "cleanup_task_running{task=\"$task\"}")" != 1 ] || return 0
    done
    return 1
}
until_true 60 leader || fail "nobody leads"
first=$(leader)
until_true 30 works "$first" || say "the leader itself has got no job this time"
show

say "kill -9 of replica $((1 + first)), which leads"
killed=$EPOCHREALTIME
kill -KILL "${pids[$first]}"
wait "${pids[$first]}" 2> /dev/null || true
# Its number may soon be somebody else's.
for index in "${!children[@]}"; do
    [ "${children[$index]}" != "${pids[$first]}" ] || unset "children[$index]"
done
until_true 60 leader || fail "nobody leads any more"
second=$(leader)
say "replica $((1 + second)) leads, $(seconds "$killed") s later, with epoch $(metric "$second" cleanup_leader_epoch)"
show

total() { sql "SELECT $(for task in "${tasks[@]}"; do printf '(SELECT count(*) FROM %s) + ' "$task"; done) 0"; }
is_done() { [ "$(total)" = 0 ] && ! redis hvals '{cleanupd}:queue:cycles' | grep -q .; }
for _ in $(seq 60); do
    ! is_done || break
    sleep 1
    show
done
is_done || fail "the work is not done"
say "all rows are gone, and each job has ended once: $(sql "SELECT string_agg(n || ' ' || outcome, ', ' ORDER BY outcome)
    FROM (SELECT count(*) AS n, outcome FROM cleanupd.run GROUP BY outcome) AS runs") runs"
[ -z "${ONCE:-}" ] || exit 0

serve "$first"
say "replica $((1 + first)) is started again; every few seconds some rows become due. Until Ctrl-C."
sed -i 's/every: 1h/every: 5s/' "$work/cleanup.yaml"
for pid in "${pids[@]}"; do kill -HUP "$pid" 2> /dev/null || true; done
while true; do
    for task in "${tasks[@]}"; do
        sql "INSERT INTO $task (created_at) SELECT now() - interval '60 days' FROM generate_series(1, 5)"
    done
    sleep 3
    show
done
