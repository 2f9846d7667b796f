#!/usr/bin/env bash
# Makes sample data for examples/hivesync: repos/, previews/, tmp/, logs/ and backups/ in a new directory DIR, rows in an
# empty database, and objects in a bucket that is there (these are as young as their upload: S3 sets their time itself).
# Usage: DATABASE_URL=postgres://… OBJECT_STORAGE_…=… make-data.sh DIR [NOW]
#        NOW: Unix seconds that ages count back from; default: the clock
set -euo pipefail
directory=${1:?usage: DATABASE_URL=postgres://… OBJECT_STORAGE_…=… make-data.sh DIR [NOW]}
now=${2:-$(date +%s)}
: "${DATABASE_URL:?make-data.sh: set DATABASE_URL to an empty PostgreSQL database}"
: "${OBJECT_STORAGE_ENDPOINT:?make-data.sh: set OBJECT_STORAGE_ENDPOINT to https:// or http:// and the server}"
: "${OBJECT_STORAGE_BUCKET_PREVIEWS:?make-data.sh: set OBJECT_STORAGE_BUCKET_PREVIEWS to an empty bucket}"
: "${OBJECT_STORAGE_ACCESS_KEY:?make-data.sh: set OBJECT_STORAGE_ACCESS_KEY}"
: "${OBJECT_STORAGE_SECRET_KEY:?make-data.sh: set OBJECT_STORAGE_SECRET_KEY}"
[ ! -e "$directory" ] || { echo "make-data.sh: $directory exists; name a new directory" >&2; exit 1; }

schema=$(cd "$(dirname "$0")" && pwd)/schema.sql

minute=60
day=86400
mkdir -p "$directory"
cd "$directory"

# All or nothing, and nothing if one of the tables is there already. Paths stand in the rows in three ways: as the
# application's containers call them (/data/…), as they are on this machine, and from the root.
psql "$DATABASE_URL" -Xq --single-transaction -v ON_ERROR_STOP=1 -v now="$now" -v root="$PWD" -f "$schema" -f - << 'END' \
    || { rmdir "$directory"; exit 1; }
CREATE FUNCTION pg_temp.ago(age interval) RETURNS timestamptz LANGUAGE sql AS
    'SELECT to_timestamp(current_setting(''sample.now'')::bigint) - age';
SELECT set_config('sample.now', :'now', false) \g /dev/null

INSERT INTO preview_sessions (id, status, created_at, updated_at, expires_at, bundle_path, bundle_key)
SELECT id, status, pg_temp.ago(made), pg_temp.ago(updated), pg_temp.ago(expires), path,
    CASE WHEN path IS NOT NULL THEN 'previews/' || id || '/bundle.zip' END
FROM (VALUES
    (1234, 'ready', interval '30 days', interval '30 days', interval '-1 day', '/data/previews/1234'),
    (1240, 'expired', '9 days', '2 minutes', '1 minute', '/data/previews/1240'),
    (1241, 'ready', '2 days', '2 days', '45 minutes', :'root' || '/previews/1241'),
    (1242, 'ready', '2 days', '2 days', '10 minutes', '/data/previews/1242'),               -- in grace
    (1243, 'failed', '3 hours', '2 hours', NULL, 'previews/1243/'),
    (1244, 'failed', '3 hours', '5 minutes', NULL, '/data/previews/1244'),                  -- in grace
    (1245, 'cancelled', '2 days', '1 day', NULL, '/data/previews/1245'),                    -- its files are gone
    (1246, 'building', '3 days', '3 days', NULL, NULL),
    (1247, 'expired', '9 days', '9 days', '8 days', NULL),                                  -- done already
    (1248, 'ready', '40 days', '40 days', NULL, '/data/previews/1248')
) AS preview (id, status, made, updated, expires, path);

INSERT INTO background_jobs (id, job_type, status, created_at, updated_at, working_dir)
SELECT id, type, status, pg_temp.ago('2 days'), pg_temp.ago('1 hour'), path
FROM (VALUES
    (17, 'preview_build', 'completed', '/data/tmp/preview-job-17'),
    (18, 'git_clone', 'failed', '/data/tmp/clone-1700000000-abc123'),
    (21, 'preview_build', 'running', '/data/tmp/preview-job-21'),
    (22, 'preview_build', 'pending', 'tmp/preview-job-22/'),
    (23, 'git_clone', 'running', :'root' || '/tmp/clone-1700000002-aaa111/repo'),
    (24, 'email', 'running', NULL)
) AS job (id, type, status, path);

INSERT INTO repos (id, active, deleted, last_activity_at, filesystem_path)
SELECT id, active, deleted, pg_temp.ago(quiet), path
FROM (VALUES
    (1, true, false, interval '300 days', '/data/repos/project-1'),
    (2, false, false, '200 days', '/data/repos/project-2'),
    (3, false, false, '100 days', '/data/repos/project-3'),
    (4, false, false, '200 days', '/data/repos/project-4'),                                 -- touched on disk
    (5, false, true, '400 days', '/data/repos/project-5'),                                  -- and taken by 15
    (15, true, false, '1 day', '/data/repos/project-5'),
    (7, false, true, '365 days', :'root' || '/repos/project-7')
) AS repo (id, active, deleted, quiet, path);
END

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
# In these a pending or running job works.
aged tmp/preview-job-21/bundle.zip $((2 * day))
aged tmp/preview-job-22/bundle.zip $((2 * day))
aged tmp/clone-1700000002-aaa111/repo/HEAD $((5 * 60 * minute))
aged_entries $((2 * day)) tmp/preview-job-21 tmp/preview-job-22 tmp/clone-1700000002-aaa111/repo \
    tmp/clone-1700000002-aaa111
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

# previews: as the rows say; 1300 and 1301 have none.
for id in 1234 1240 1241 1242 1243 1244 1246 1248 1300 1301; do
    age=$((3 * day))
    [ "$id" != 1301 ] || age=$((2 * 60 * minute))
    aged "previews/$id/bundle.zip" "$age" 40000
    aged "previews/$id/assets/index.html" "$age"
    aged_entries "$age" "previews/$id/assets" "previews/$id"
done

# repos: as the rows say; 6 has none, 4 was touched.
for number in 1 2 3 4 5 6 7; do
    age=$((300 * day))
    [ "$number" != 4 ] || age=$((5 * day))
    aged "repos/project-$number/HEAD" "$age"
    aged "repos/project-$number/debug.log" $((300 * day))
    aged_entries $((300 * day)) "repos/project-$number"
done

# What must never be touched.
aged backups/nightly.sql.gz $((300 * day)) 10000
aged logs/snapshots/state.log $((300 * day))
aged tmp/preview-job-20/snapshots/keep.db $((3 * day))
aged_entries $((3 * day)) tmp/preview-job-20/snapshots tmp/preview-job-20

# The object storage: a bundle for each session that has a key, two of sessions that are gone, and what is no bundle.
objects=(previews/{1234,1240,1241,1242,1243,1244,1245,1248,1300,1301}/bundle.zip avatars/1.png backups/nightly.zip)
for key in "${objects[@]}"; do
    body="sample bundle $key"
    hash=$(printf '%s' "$body" | sha256sum | cut -d ' ' -f 1)
    # The keys come by the standard input: arguments can be seen by everybody on the machine.
    printf 'user = "%s:%s"\n' "$OBJECT_STORAGE_ACCESS_KEY" "$OBJECT_STORAGE_SECRET_KEY" \
        | curl --silent --show-error --fail --retry 5 --retry-all-errors --config - --aws-sigv4 "aws:amz:${OBJECT_STORAGE_REGION:-us-east-1}:s3" \
            --header "x-amz-content-sha256: $hash" --request PUT --data-binary "$body" \
            --url "$OBJECT_STORAGE_ENDPOINT/$OBJECT_STORAGE_BUCKET_PREVIEWS/$key"
done

cat << END
Sample data is in $PWD, in the database and in the bucket. To use it, keep DATABASE_URL and OBJECT_STORAGE_* exported, and:
  export DATA_DIR=$PWD CLEANUP_STATE=$PWD.cleanup-state.db
END
