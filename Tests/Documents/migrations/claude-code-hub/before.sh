# A running copy of the hub: tables, temporary files, sessions and .env, the automatic clean-up switched on; and what
# its own statements would delete.
createdb hub
mkdir -p /srv/hub
cat > /srv/hub/.env << 'END'
DATABASE_URL=postgres:///hub
REDIS_URL=redis://127.0.0.1:6379
ENDPOINT_PROBE_LOG_RETENTION_DAYS=1
ENDPOINT_PROBE_LOG_CLEANUP_BATCH_SIZE=10000
SESSION_TTL=300
END
DATABASE_URL=postgres:///hub examples/claude-code-hub/make-data.sh /srv/hub/tmp > /dev/null
psql() { command psql -XAt -v ON_ERROR_STOP=1 "$@"; }
psql hub -qc "UPDATE system_settings SET enable_auto_cleanup = true, cleanup_retention_days = 45"
# A session that has lost its time to live an hour ago, one that has not, one of now, and what is no session.
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
keys = {"session:lost": (3600, 0), "session:alive": (3600, 250_000), "session:fresh": (0, 0), "other": (3600, 0)}
for name, (idle, left) in keys.items():
    ask("SET", name, "value")
    ask("RESTORE", name, left, ask("DUMP", name), "REPLACE", "IDLETIME", idle)
END
expected=$DOCS_STATE/expected
mkdir "$expected"
# cleanupLogs({ beforeDate }), by the settings' 45 days; probe logs by their day.
psql hub -c "SELECT id FROM message_request WHERE NOT coalesce(created_at < now() - interval '45 days', false)
    ORDER BY id" > "$expected/requests"
psql hub -c "SELECT id FROM provider_endpoint_probe_logs WHERE created_at >= now() - interval '1 day' ORDER BY id" \
    > "$expected/probes"
# cleanupStaleTempFiles: six hours, of the names that imports and exports have.
ls /srv/hub/tmp > "$expected/files-before"
find /srv/hub/tmp -maxdepth 1 \( -name 'database_import_*.dump' -o -name 'database_export_*.dump' \) -mmin +360 \
    -printf '%f\n' > "$expected/files-gone"
[ "$(wc -l < "$expected/files-gone")" = 2 ]
