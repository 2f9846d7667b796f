# A running copy of the hub: tables, temporary files, sessions, .env and settings, no value of which is a default; and
# what its own statements would delete.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/decides.sh"
createdb hub
mkdir -p /srv/hub
cat > /srv/hub/.env << 'END'
DATABASE_URL=postgres:///hub
REDIS_URL=redis://127.0.0.1:6379/2
ENDPOINT_PROBE_LOG_RETENTION_DAYS=2
ENDPOINT_PROBE_LOG_CLEANUP_BATCH_SIZE=50
SESSION_TTL=1800
TZ=Asia/Tokyo
END
truncate -s -1 /srv/hub/.env      # as editors leave it that end no last line
DATABASE_URL=postgres:///hub examples/claude-code-hub/make-data.sh /srv/hub/tmp > /dev/null
psql() { command psql -XAt -v ON_ERROR_STOP=1 "$@"; }
psql hub -qc "UPDATE system_settings SET enable_auto_cleanup = true, cleanup_retention_days = 45,
    cleanup_schedule = '30 4 * * *', cleanup_batch_size = 1000"
# A session that has lost its time to live an hour ago, one that has not, one that was used a quarter of an hour ago, one
# of now, and what is no session.
python3 - << 'END'
import socket
connection = socket.create_connection(("127.0.0.1", 6379))
stream = connection.makefile("rb")
def ask(*words):
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    connection.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
    line = stream.readline()
    if line[:1] == b"$":
        return stream.read(int(line[1:]) + 2)[:-2]
    assert line[:1] in b"+:", line
    return line
keys = {"session:lost": (3600, 0), "session:alive": (3600, 250_000), "session:quiet": (900, 0), "session:fresh": (0, 0),
        "other": (3600, 0)}
ask("SELECT", 2)
for name, (idle, left) in keys.items():
    ask("SET", name, "value")
    ask("RESTORE", name, left, ask("DUMP", name), "REPLACE", "IDLETIME", idle)
# The repeated job of the hub's queue, as Bull keeps it.
ask("ZADD", "bull:log-cleanup:repeat", 1, "auto-cleanup::::30 4 * * *")
END
expect() { # FOLDER
    # cleanupLogs({ beforeDate }), by the days of the settings; probe logs by their own.
    psql hub -c "SELECT id FROM message_request WHERE NOT coalesce(created_at < now() - make_interval(days => (
        SELECT cleanup_retention_days FROM system_settings)), false) ORDER BY id" > "$1/requests"
    psql hub -c "SELECT id FROM provider_endpoint_probe_logs WHERE created_at
        >= now() - interval '${ENDPOINT_PROBE_LOG_RETENTION_DAYS:-1} days' ORDER BY id" > "$1/probes"
    # A session without a time to live, once nobody has used it for as long.
    { [ "${SESSION_TTL:-300}" -gt 900 ] && echo session:quiet; printf '%s\n' other session:alive session:fresh; } | sort > "$1/keys"
    # cleanupStaleTempFiles: six hours, of the names that imports and exports have.
    ls /srv/hub/tmp > "$1/files-before"
    find /srv/hub/tmp -maxdepth 1 \( -name 'database_import_*.dump' -o -name 'database_export_*.dump' \) -mmin +360 \
        -printf '%f\n' > "$1/files-gone"
}
expected=$DOCS_STATE/expected
mkdir "$expected"
(
    ENDPOINT_PROBE_LOG_RETENTION_DAYS=2 SESSION_TTL=1800
    expect "$expected"
    decides ENDPOINT_PROBE_LOG_RETENTION_DAYS SESSION_TTL
)
[ "$(wc -l < "$expected/files-gone")" = 2 ]
