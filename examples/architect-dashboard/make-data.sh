#!/usr/bin/env bash
# Makes sample data for examples/architect-dashboard in a new directory DIR: data/, logs/ and tmp/.
# Usage: make-data.sh DIR [NOW]      NOW: Unix seconds that ages count back from; default: the clock
set -euo pipefail
directory=${1:?usage: make-data.sh DIR [NOW]}
now=${2:-$(date +%s)}
[ ! -e "$directory" ] || { echo "make-data.sh: $directory exists; name a new directory" >&2; exit 1; }

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
aged data/prod/architect.db $((100 * day)) 8000

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
  export DATA_DIR=$PWD/data LOG_DIR=$PWD/logs TMP_LOG_DIR=$PWD/tmp CLEANUP_STATE=$PWD/cleanup-state.db
END
