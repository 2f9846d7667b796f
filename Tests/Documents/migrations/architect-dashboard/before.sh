# A running copy of the dashboard's data, and what the worker's rules would delete of it, found with find and SQL; its
# constants are not as they were shipped.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/decides.sh"
examples/architect-dashboard/make-data.sh /srv/architect > /dev/null
mkdir /srv/architect/workers
cat > /srv/architect/workers/cleanup_worker.py << 'END'
import os, pathlib, signal, sys, time

DEFAULT_BACKUP_RETENTION = {
    'prod': 12,
    'qa': 5,
    'dev': 5,
    'test': 2,
    'default': 4
}

DEFAULT_LOG_AGE_DAYS = 38
DEFAULT_TASK_AGE_DAYS = 9
DEFAULT_ERROR_AGE_DAYS = 20
DEFAULT_PROMPT_AGE_DAYS = 11
CLEANUP_INTERVAL = 1800  # for daemon mode

PID = pathlib.Path("/run/architect_cleanup_worker.pid")
if "--daemon" in sys.argv:
    PID.write_text(str(os.getpid()))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        time.sleep(3600)
    finally:
        PID.unlink()
elif "--stop" in sys.argv:
    os.kill(int(PID.read_text()), signal.SIGTERM)
    while PID.exists():
        time.sleep(0.1)
END
python3 /srv/architect/workers/cleanup_worker.py --daemon &
until [ -s /run/architect_cleanup_worker.pid ]; do sleep 0.1; done
sql() { sqlite3 /srv/architect/data/prod/architect.db "$1"; }
# The worker's rules, with its constants: those of days by the names that they have here, those of backups as words.
expect() { # FOLDER
    local environment cache logs=$((${LOG_AGE_DAYS:-30} - 1))
    cd /srv/architect
    find . -mindepth 1 -not -name 'architect.db*' | sort > "$1/before"
    # Backups: the newest N of each environment stay; what is no backup does not count.
    for environment in ${BACKUP_RETENTION:-prod:10 qa:5 dev:5 test:3 staging:5}; do
        find "data/${environment%:*}/backups" -type f -name '*.db' -printf '%T@ ./%p\n' | sort -rn \
            | tail -n +$((${environment#*:} + 1)) | cut -d ' ' -f 2 >> "$1/gone"
    done
    # Logs of a certain age in three places, but for those of workers and of Chrome.
    {
        find ./data ./logs -type f \( -name '*.log' -o -name '*.log.[0-9]*' \) -mtime "+$logs" -not -ipath '*chrome*'
        find ./tmp -maxdepth 1 -type f -name 'architect_*.log' -mtime "+$logs"
    } | grep -v '/architect_[^/]*_worker\.log$' >> "$1/gone"
    # Temporary files, an hour old; caches whole, if all in them is.
    find ./data -type f \( -name '*.tmp' -o -name '*.temp' -o -name '*.cache' -o -name '*.pyc' \) -mmin +60 \
        -not -ipath '*chrome*' -not -path '*/__pycache__/*' -not -path '*/.pytest_cache/*' >> "$1/gone"
    find ./data -type d \( -name __pycache__ -o -name .pytest_cache \) -not -ipath '*chrome*' | while read -r cache; do
        [ -n "$(find "$cache" -mmin -60)" ] || find "$cache" >> "$1/gone"
    done
    sort -o "$1/gone" "$1/gone"
    sql "SELECT id FROM task_queue WHERE NOT (status IN ('completed', 'cancelled', 'failed') AND updated_at IS NOT NULL
        AND julianday(updated_at) < julianday('now', '-${TASK_AGE_DAYS:-7} days')) ORDER BY id" > "$1/tasks"
    sql "SELECT id FROM errors WHERE NOT (resolved = 1
        AND julianday(resolved_at) < julianday('now', '-${ERROR_AGE_DAYS:-30} days')) ORDER BY id" > "$1/errors"
    sql "SELECT id FROM assigner_prompts WHERE archived = 1
        OR julianday(created_at) < julianday('now', '-${PROMPT_AGE_DAYS:-14} days') ORDER BY id" > "$1/prompts"
    sql "SELECT count(*) FROM assigner_prompts" > "$1/all-prompts"
    cd - > /dev/null
}
expected=$DOCS_STATE/expected
mkdir "$expected"
(
    LOG_AGE_DAYS=38 TASK_AGE_DAYS=9 ERROR_AGE_DAYS=20 PROMPT_AGE_DAYS=11
    BACKUP_RETENTION='prod:12 qa:5 dev:5 test:2 staging:4'
    expect "$expected"
    decides LOG_AGE_DAYS TASK_AGE_DAYS ERROR_AGE_DAYS PROMPT_AGE_DAYS BACKUP_RETENTION
)
[ "$(grep -c /prod/backups/ "$expected/gone")" = 81 ]       # of 93
