#!/usr/bin/env bash
# Makes sample data for examples/hivesync in a new directory DIR: repos/, previews/, tmp/, logs/ and backups/.
# Usage: make-data.sh DIR [NOW]      NOW: Unix seconds that ages count back from; default: the clock
set -euo pipefail
directory=${1:?usage: make-data.sh DIR [NOW]}
now=${2:-$(date +%s)}
[ ! -e "$directory" ] || { echo "make-data.sh: $directory exists; name a new directory" >&2; exit 1; }

minute=60
day=86400
mkdir -p "$directory"
cd "$directory"

# aged PATH AGE_IN_SECONDS [BYTES]: a file with content that depends on its name only
aged() {
    mkdir -p "$(dirname "$1")"
    local text="$1 DEBUG line of sample data"$'\n'
    while [ "${#text}" -lt "${3:-2000}" ]; do text+=$text; done
    printf '%s' "${text:0:${3:-2000}}" > "$1"
    touch -d "@$((now - $2))" "$1"
}
# aged_entries AGE_IN_SECONDS PATH...: links and directories; these after everything in them is made
aged_entries() {
    local age=$1 path
    shift
    for path in "$@"; do touch --no-dereference -d "@$((now - age))" "$path"; done
}

# tmp: abandoned directories, one in use, one that is young at its deepest place only, and what is no directory.
aged tmp/clone-1700000000-abc123/repo/HEAD $((90 * minute))
aged tmp/clone-1700000000-abc123/repo/objects/pack.idx $((95 * minute)) 20000
aged_entries $((90 * minute)) tmp/clone-1700000000-abc123/repo/objects tmp/clone-1700000000-abc123/repo \
    tmp/clone-1700000000-abc123
aged tmp/preview-job-17/bundle.zip $((3 * day)) 50000
ln -s ../../repos/project-1 tmp/preview-job-17/source
aged_entries $((3 * day)) tmp/preview-job-17/source tmp/preview-job-17
mkdir -p tmp/preview-job-18
aged_entries $((61 * minute)) tmp/preview-job-18
aged tmp/preview-job-19/bundle.zip $((10 * minute))
aged_entries $((10 * minute)) tmp/preview-job-19
aged tmp/clone-1700000001-def456/repo/lock $((5 * minute))
aged_entries $((2 * day)) tmp/clone-1700000001-def456/repo tmp/clone-1700000001-def456
aged tmp/upload.bin $((9 * day))
ln -s ../previews tmp/link-to-previews
aged_entries $((9 * day)) tmp/link-to-previews

# logs: younger than 7 days, older, older than 90 days; archives of before; access logs.
aged logs/worker.log $((1 * day))
aged logs/worker-08.log $((8 * day)) 30000
aged logs/api/api-30.log $((30 * day)) 60000
chmod 640 logs/api/api-30.log
aged logs/api/api-89.log $((89 * day))
aged logs/api/api-91.log $((91 * day))
aged logs/access.log $((200 * day))
aged logs/access-2020.log.gz $((200 * day))
aged logs/README.txt $((400 * day))
for name in old-20:20 old-100:100; do
    aged "logs/${name%:*}.log" 0
    gzip -n "logs/${name%:*}.log"
    touch -d "@$((now - ${name#*:} * day))" "logs/${name%:*}.log.gz"
done

# What must never be touched.
aged repos/project-1/HEAD $((300 * day))
aged repos/project-1/debug.log $((300 * day))
aged previews/1234/bundle.zip $((30 * day)) 40000
aged backups/nightly.sql.gz $((300 * day)) 10000
aged logs/snapshots/state.log $((300 * day))
aged tmp/preview-job-20/snapshots/keep.db $((3 * day))
aged_entries $((3 * day)) tmp/preview-job-20/snapshots tmp/preview-job-20

cat << END
Sample data is in $PWD. To use it:
  export DATA_DIR=$PWD CLEANUP_STATE=$PWD.cleanup-state.db
END
