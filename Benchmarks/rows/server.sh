# A PostgreSQL server of its own, on loopback, with fsync on; for sourcing. Needs the Debian package postgresql.
# Sets: programs, port, scratch. Everything goes when the shell ends.
programs=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)
[ -n "$programs" ] || { echo "PostgreSQL is missing: apt-get install postgresql" >&2; exit 1; }
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cleanupd-rows-XXXXXX")
chmod 755 "$scratch"
# PostgreSQL does not run as root.
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
stop_server() {
    as "$programs/pg_ctl" -D "$scratch/s/data" -w -m immediate stop > /dev/null 2>&1 || true
    rm -rf -- "$scratch"
}
trap stop_server EXIT
if [ "$(id -u)" = 0 ]; then install -d -o postgres -m 700 "$scratch/s"; else mkdir -m 700 "$scratch/s"; fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$programs/initdb" -D "$scratch/s/data" -U app -A trust -E UTF8 --no-sync > /dev/null
as "$programs/pg_ctl" -D "$scratch/s/data" -w -l "$scratch/s/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$scratch/s -c fsync=on -c max_wal_size=4GB -c client_min_messages=warning" \
    start > /dev/null

# sql DATABASE ARGUMENT...: psql, with its bare answers
sql() {
    local database=$1
    shift
    "$programs/psql" -h 127.0.0.1 -p "$port" -U app -XAtq -v ON_ERROR_STOP=1 "$database" "$@"
}

# fill DATABASE ROWS ORDER: a table of requests with five indexes, one row a second; the older half is 30 days old
# and older, the younger one 25 days and younger; inserted in that ORDER.
fill() {
    sql postgres -c "CREATE DATABASE $1"
    sql "$1" -c "CREATE TABLE logs (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL, user_id int NOT NULL,
            model text NOT NULL, session_id text, status int, cost numeric);
        INSERT INTO logs (created_at, user_id, model, session_id, status, cost)
        SELECT now() - interval '30 days' + (n - $2 / 2) * interval '1 second'
                + CASE WHEN n > $2 / 2 THEN interval '5 days' ELSE interval '-1 minute' END,
            n % 1000, 'model-' || n % 20, md5(n::text), n % 5, n / 1000.0 FROM generate_series(1, $2) n ORDER BY $3;
        CREATE INDEX ON logs (created_at); CREATE INDEX ON logs (user_id, created_at); CREATE INDEX ON logs (model);
        CREATE INDEX ON logs (session_id);"
    sql "$1" -c "VACUUM ANALYZE logs"
}
due="created_at < now() - interval '30 days'"

# copy DATABASE: the database `copy`, fresh from that one
copy() {
    sql postgres -c "DROP DATABASE IF EXISTS copy WITH (FORCE)"
    sql postgres -c "CREATE DATABASE copy TEMPLATE $1 STRATEGY file_copy"
    sql postgres -c "CHECKPOINT"
}

# configure DATABASE [LINE]: the configuration of a task on its table, with one more line of the task
configure() {
    rm -rf "$scratch/state"
    mkdir "$scratch/state"
    cat > "$scratch/cleanup.yaml" << END
log: { level: error }
state: "sqlite:$scratch/state/cleanup.db"
connections:
  main: { url: "postgres://app@127.0.0.1:$port/$1" }
tasks:
  logs:
    rows: { in: main, table: logs, time: created_at }
    remove: { older_than: 30d }
    ${2:-}
END
    export CLEANUPD_CONFIG=$scratch/cleanup.yaml
}
