#!/usr/bin/env bash
# Makes sample data for examples/architect-dashboard in a new directory DIR: data/ with the database, logs/ and tmp/.
# Usage: make-data.sh DIR [NOW]      NOW: Unix seconds that ages count back from; default: the clock
set -euo pipefail
directory=${1:?usage: make-data.sh DIR [NOW]}
now=${2:-$(date +%s)}
[ ! -e "$directory" ] || { echo "make-data.sh: $directory exists; name a new directory" >&2; exit 1; }

schema=$(cd "$(dirname "$0")" && pwd)/schema.sql

hour=3600
day=86400
mkdir -p "$directory"
cd "$directory"

# aged PATH AGE_IN_SECONDS [BYTES]: a file with content that depends on its name only
aged() {
    mkdir -p "$(dirname "$1")"
    local text="$1 line of sample data"$'\n'
    while [ "${#text}" -lt "${3:-2000}" ]; do text+=$text; done
    printf '%s' "${text:0:${3:-2000}}" > "$1"
    touch -d "@$((now - $2))" "$1"
}
# aged_directory PATH AGE_IN_SECONDS: after everything in it is made
aged_directory() { touch -d "@$((now - $2))" "$1"; }

# 93 + 6 + 5 + 3 backups, and those of an environment without a rule of its own.
backups() { # ENVIRONMENT COUNT: one each 6 hours, the newest an hour old
    local number
    for ((number = 0; number < $2; number++)); do
        aged "data/$1/backups/architect_$(printf '%03d' "$number").db" $((hour + number * 6 * hour)) 4000
    done
}
backups prod 93
backups qa 6
backups dev 5
backups test 3
backups staging 7
aged data/prod/backups/.lock $((200 * day)) 0
aged data/prod/backups/architect_000.db-journal $((2 * hour)) 100

# The database: tasks in all states, errors, prompts; times as CURRENT_TIMESTAMP writes them, and in other ways.
# Row n of a series is n days (errors: 3 n) old, less an hour.
database=data/prod/architect.db
{
    cat "$schema"
    cat << END
BEGIN;
CREATE TEMP TABLE n AS WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100) SELECT n FROM s;
INSERT INTO task_queue (id, task_type, status, created_at, updated_at, completed_at)
SELECT n, 'deploy', 'completed', datetime($now - (n + 1) * $day, 'unixepoch'),
       datetime($now - n * $day + $hour, 'unixepoch'), datetime($now - n * $day + $hour, 'unixepoch')
FROM n WHERE n <= 40;
INSERT INTO task_queue (id, task_type, status, created_at, updated_at)
SELECT 40 + n, 'review', 'cancelled', datetime($now - 20 * $day, 'unixepoch'),
       strftime('%Y-%m-%dT%H:%M:%S+02:00', $now - 10 * $day + 2 * $hour, 'unixepoch')
FROM n WHERE n <= 5;
INSERT INTO task_queue (id, task_type, status, created_at, updated_at)
SELECT 45 + n, 'review', 'failed', datetime($now - 20 * $day, 'unixepoch'),
       strftime('%Y-%m-%dT%H:%M:%S.250000Z', $now - 10 * $day, 'unixepoch')
FROM n WHERE n <= 5;
INSERT INTO task_queue (id, task_type, status, created_at, updated_at)
SELECT 50 + n, 'index', CASE WHEN n <= 10 THEN 'pending' ELSE 'running' END,
       datetime($now - 100 * $day, 'unixepoch'), datetime($now - 100 * $day, 'unixepoch')
FROM n WHERE n <= 15;
INSERT INTO task_queue (id, task_type, status, created_at, updated_at, completed_at) VALUES
    (66, 'deploy', 'completed', NULL, NULL, NULL),
    (67, 'deploy', 'completed', datetime($now, 'unixepoch'), datetime($now + 400 * $day, 'unixepoch'), NULL);

INSERT INTO errors (id, source, message, created_at, resolved, resolved_at)
SELECT n, 'worker', 'connection refused', datetime($now - 90 * $day, 'unixepoch'), 1,
       datetime($now - 3 * n * $day + $hour, 'unixepoch')
FROM n WHERE n <= 20;
INSERT INTO errors (id, source, message, created_at, resolved, resolved_at)
SELECT 20 + n, 'worker', 'out of memory', datetime($now - 200 * $day, 'unixepoch'), 0,
       CASE WHEN n = 10 THEN datetime($now - 100 * $day, 'unixepoch') END      -- opened again
FROM n WHERE n <= 10;

INSERT INTO assigner_prompts (id, content, status, created_at)
SELECT n, 'prompt ' || n, 'done', datetime($now - n * $day + $hour, 'unixepoch') FROM n WHERE n <= 20;
INSERT INTO assigner_prompts (id, content, status, created_at, archived, archived_at)
SELECT 20 + n, 'prompt ' || (20 + n), 'done', datetime($now - 100 * $day, 'unixepoch'), 1,
       datetime($now - 86 * $day, 'unixepoch')
FROM n WHERE n <= 5;
COMMIT;
END
} | sqlite3 -bail "$database"
touch -d "@$((now - hour))" "$database"

# Logs: older and younger than 30 days, of workers, and of Chrome.
aged data/prod/app.log $((31 * day))
aged data/prod/app.log.1 $((45 * day))
aged data/qa/app.log $((29 * day))
aged data/prod/architect_assigner_worker.log $((60 * day))
aged data/chrome-profile/Default/chrome_debug.log $((90 * day))
aged data/chrome-profile/Default/index.cache $((90 * day))
aged data/chrome-profile/Default/__pycache__/module.pyc $((90 * day))
aged logs/dashboard.log $((40 * day))
aged logs/old/dashboard.log.3 $((400 * day))
aged logs/today.log $((2 * hour))
aged logs/architect_error_worker.log $((40 * day))
aged logs/notes.txt $((400 * day))
aged tmp/architect_session_12.log $((35 * day))
aged tmp/architect_session_13.log $((3 * day))
aged tmp/architect_cleanup_worker.log $((50 * day))
aged tmp/other_program.log $((300 * day))
aged tmp/deeper/architect_session_1.log $((300 * day))

# Temporary files and caches: older and younger than an hour.
aged data/prod/upload.tmp $((2 * hour))
aged data/prod/upload-running.tmp $((hour / 2))
aged data/qa/report.temp $((3 * hour))
aged data/dev/query.cache $((5 * day))
aged data/dev/plugin.pyc $((5 * day))
aged data/dev/plugin.py $((5 * day))
aged data/dev/__pycache__/plugin.cpython-311.pyc $((5 * day))
aged data/dev/__pycache__/deeper/other.cpython-311.pyc $((6 * day))
aged data/test/.pytest_cache/v/cache/lastfailed $((9 * day))
aged data/qa/__pycache__/old.cpython-311.pyc $((5 * day))
aged data/qa/__pycache__/fresh.cpython-311.pyc $((hour / 4))
aged_directory data/dev/__pycache__/deeper $((5 * day))
aged_directory data/dev/__pycache__ $((5 * day))
aged_directory data/test/.pytest_cache/v/cache $((9 * day))
aged_directory data/test/.pytest_cache/v $((9 * day))
aged_directory data/test/.pytest_cache $((9 * day))
aged_directory data/qa/__pycache__ $((5 * day))
aged_directory data/chrome-profile/Default/__pycache__ $((90 * day))

cat << END
Sample data is in $PWD. To use it:
  export DATA_DIR=$PWD/data LOG_DIR=$PWD/logs TMP_LOG_DIR=$PWD/tmp \\
      DATABASE_PATH=$PWD/data/prod/architect.db CLEANUP_STATE=$PWD/cleanup-state.db
END
