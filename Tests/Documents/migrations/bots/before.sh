# A running copy: tables, containers of a real engine, and the service's .env, no number of which is a default; and what
# its two statements and its rule for containers would remove.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/decides.sh"
createdb bots
mkdir -p /srv/bots
cat > /srv/bots/main_server.env << 'END'
DATABASE_URL=postgres:///bots
BOT_RETENTION_DAYS=10
CLEANUP_INTERVAL_HOURS=4
CONTAINER_CLEANUP_ENABLED=true
CLEANUP_DRY_RUN=true
CLEANUP_DRY_RUN=false
END
truncate -s -1 /srv/bots/main_server.env      # as editors leave it that end no last line
cp /srv/bots/main_server.env "$DOCS_STATE/main_server.env"
DATABASE_URL=postgres:///bots examples/bots/make-data.sh > /dev/null
psql() { command psql -XAt -v ON_ERROR_STOP=1 "$@"; }

# An image of one program, and containers that have ended or never ran two hours ago.
mkdir "$DOCS_WORK/image"
printf '%s\n' '#include <unistd.h>' 'int main(int n, char **w) { if (n > 1) sleep(300); return 0; }' \
    > "$DOCS_WORK/run.c"
gcc -static -o "$DOCS_WORK/image/run" "$DOCS_WORK/run.c"
tar -C "$DOCS_WORK/image" -c . | docker import - tiny:1 > /dev/null
for name in bot-1 bot-91 bot-93 web-1; do docker run --network none --name "$name" tiny:1 /run > /dev/null; done
for name in bot-2 bot-92; do docker create --network none --name "$name" tiny:1 /run > /dev/null; done
docker run --network none --name bot-94 --label keep=tests tiny:1 /run > /dev/null
# The engine keeps these times in a file for each container, which it reads when it starts.
kill "$(cat "${DOCKER_DATA%/docker}/dockerd.pid")"
while [ -e "${DOCKER_DATA%/docker}/dockerd.pid" ]; do sleep 0.1; done
python3 - "$DOCKER_DATA" << 'END'
import datetime, json, pathlib, sys
old = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
for file in pathlib.Path(sys.argv[1]).glob("containers/*/config.v2.json"):
    config = json.loads(file.read_text())
    config["Created"] = old
    for key in ("StartedAt", "FinishedAt"):
        if not config["State"][key].startswith("0001"):
            config["State"][key] = old
    file.write_text(json.dumps(config))
END
$DOCKERD > "$DOCS_WORK/dockerd.log" 2>&1 &
until curl -fsSo /dev/null --unix-socket /run/docker.sock http://docker/_ping 2> /dev/null; do sleep 0.1; done
docker run --detach --network none --name bot-95 tiny:1 /run sleep > /dev/null
docker run --network none --name bot-96 tiny:1 /run > /dev/null

# The service's statements, in its order, on a copy of the tables.
expect() { # FOLDER
    psql bots -q > /dev/null << END
CREATE TABLE copied_bots AS SELECT * FROM bots;
CREATE TABLE copied_results AS SELECT * FROM results;
DELETE FROM copied_bots WHERE deleted_at IS NOT NULL AND deleted_at < NOW() - INTERVAL '${BOT_RETENTION_DAYS:-7} days';
DELETE FROM copied_results WHERE processed_by NOT IN (SELECT id FROM copied_bots);
\o $1/bots
SELECT id FROM copied_bots ORDER BY id;
\o $1/results
SELECT id FROM copied_results ORDER BY id;
\o $1/active
SELECT id FROM copied_bots WHERE deleted_at IS NULL;
\o
DROP TABLE copied_bots, copied_results;
END
}
expected=$DOCS_STATE/expected
mkdir "$expected"
(
    BOT_RETENTION_DAYS=10
    expect "$expected"
    decides BOT_RETENTION_DAYS
)
left() {
    psql bots -c "SELECT id FROM bots ORDER BY id" -c "SELECT id FROM results ORDER BY id"
    docker ps -a --format '{{.Names}}' | sort
}
left > "$DOCS_STATE/before"
# Stopped containers of bots that are not active; what differs on purpose: an hour, and the label keep.
docker ps -a --format '{{.Names}} {{.Image}}' | cut -d ' ' -f 1 | sort > "$expected/containers-before"
docker ps -a --filter status=exited --filter status=created --format '{{.Names}}' | grep '^bot-' \
    | grep -vxFf "$expected/active" | grep -vxe bot-94 -e bot-96 | sort > "$expected/containers-gone"
[ "$(paste -sd ' ' "$expected/containers-gone")" = 'bot-91 bot-92 bot-93' ]
