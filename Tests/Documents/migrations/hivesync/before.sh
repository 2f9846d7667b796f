# A running copy of HiveSync: its tables, its DATA_DIR, its bucket and its .env, no value of which is a default, and what
# its guidelines would delete of it, by their own rules, found with find and SQL.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/bucket.sh"
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/decides.sh"
createdb hivesync
mkdir -p /srv/hivesync
cat > /srv/hivesync/backend.env << END
DATA_DIR=/app/data
DATABASE_URL=postgresql+asyncpg:///hivesync
OBJECT_STORAGE_PROVIDER=s3
OBJECT_STORAGE_ENDPOINT=$S3_ENDPOINT
OBJECT_STORAGE_REGION=eu-central-1
OBJECT_STORAGE_ACCESS_KEY=$S3_ACCESS_KEY
OBJECT_STORAGE_SECRET_KEY=$S3_SECRET_KEY
OBJECT_STORAGE_BUCKET_PREVIEWS=hivesync-previews
CLEANUP_ENABLED=false
CLEANUP_ENABLED=true
CLEANUP_DRY_RUN=false
CLEANUP_GRACE_MINUTES=90
PREVIEW_BUNDLE_TTL_HOURS=36
TMP_DIR_TTL_MINUTES=75
LOG_RETENTION_DAYS=9
LOG_LEVEL=warning
CLEANUP_STALE_REPOS_ENABLED=true
STALE_REPO_DAYS=220
END
truncate -s -1 /srv/hivesync/backend.env      # as editors leave it that end no last line
cp /srv/hivesync/backend.env "$DOCS_STATE/backend.env"
bucket hivesync-previews
(. /srv/hivesync/backend.env; DATABASE_URL=postgres:///hivesync examples/hivesync/make-data.sh /srv/hivesync/data > /dev/null)
psql() { command psql -X -v ON_ERROR_STOP=1 "$@"; }
# The containers of this one have the folder elsewhere.
for column in preview_sessions:bundle_path background_jobs:working_dir repos:filesystem_path; do
    psql -q hivesync -c "UPDATE ${column%:*} SET ${column#*:} = '/app' || ${column#*:} WHERE ${column#*:} LIKE '/data/%'"
done
files() { (cd /srv/hivesync/data && find . -mindepth 1 | sed 's|^\./||' | sort); }
bundles() { psql -At hivesync -c "SELECT id, bundle_path, bundle_key FROM preview_sessions ORDER BY id"; }
# Between the default and what is set: a directory without a row, and repositories: one long enough, one not yet on disk
# (project-2 not yet in the database).
mkdir -p /srv/hivesync/data/{previews/1302,repos/project-8,repos/project-9}
touch -d '30 hours ago' /srv/hivesync/data/previews/1302
touch -d '300 days ago' /srv/hivesync/data/repos/project-8
touch -d '200 days ago' /srv/hivesync/data/repos/project-9
psql -q hivesync -c "INSERT INTO repos (id, active, last_activity_at, filesystem_path) VALUES
    (8, false, now() - interval '230 days', '/app/data/repos/project-8'), (9, false, now() - interval '230 days', '/app/data/repos/project-9')"

# The guidelines, with the worker's variables and its defaults.
expect() { # FOLDER
    cd /srv/hivesync/data
    local grace="interval '${CLEANUP_GRACE_MINUTES:-30} minutes'" ttl=${TMP_DIR_TTL_MINUTES:-60} stale=${STALE_REPO_DAYS:-180}
    # 5.1: expired previews, and failed or cancelled ones, after the grace.
    psql -At hivesync -c "SELECT id FROM preview_sessions WHERE (bundle_path IS NOT NULL OR bundle_key IS NOT NULL) AND (
        status = 'expired' OR expires_at < now() - $grace
        OR status IN ('failed', 'cancelled') AND updated_at < now() - $grace) ORDER BY id" > "$1/previews"
    sed 's|.*|previews/&/bundle.zip|' "$1/previews" > "$1/objects"
    sed 's|.*|previews/&|' "$1/previews" > "$1/gone"

    # 5.2: temporary directories whose mtime is old enough, and that no pending or running job names.
    psql -At hivesync -c "SELECT working_dir FROM background_jobs WHERE status IN ('pending', 'running')
        AND working_dir IS NOT NULL" | sed -e 's|^/app/data/||' -e 's|^/srv/hivesync/data/||' -e 's|/$||' > "$1/active"
    find tmp -mindepth 1 -maxdepth 1 -type d -mmin "+$ttl" | sort | grep -vxFf "$1/active" > "$1/worker-tmp"
    # What differs on purpose: something younger in it, a job that works beneath it, a snapshot in it.
    local directory
    while read -r directory; do
        if [ -n "$(find "$directory" -mmin "-$ttl")" ] || grep -q "^$directory/" "$1/active" \
            || [ -n "$(find "$directory" -name 'snapshot*' -o -name 'backup*')" ]
        then echo "$directory" >> "$1/kept"; else echo "$directory" >> "$1/gone"; fi
    done < "$1/worker-tmp"

    # 1: artifacts whose records are gone, here directories of previews, once they are old enough.
    psql -At hivesync -c "SELECT 'previews/' || id FROM preview_sessions" > "$1/known"
    find previews -mindepth 1 -maxdepth 1 -type d -mmin "+$((${PREVIEW_BUNDLE_TTL_HOURS:-24} * 60))" \
        | grep -vxFf "$1/known" >> "$1/gone"

    # 5.4: debug logs; option B compresses them first and deletes them much later.
    local ours=(-not -path '*/snapshots/*' -not -name 'access*') days=$((${LOG_RETENTION_DAYS:-7} - 1))
    find logs -type f \( -name '*.log' -o -name '*.log.gz' \) -mtime +89 "${ours[@]}" >> "$1/gone"
    find logs -type f -name '*.log' -mtime "+$days" -not -mtime +89 "${ours[@]}" | sort > "$1/compressed"

    # 5.5: repositories that are not active, and quiet for long; what differs on purpose: untouched on disk, too.
    [ "${CLEANUP_STALE_REPOS_ENABLED:-false}" = false ] || psql -At hivesync -c "SELECT filesystem_path FROM repos
        WHERE NOT active AND last_activity_at < now() - interval '$stale days' AND filesystem_path NOT IN (
            SELECT filesystem_path FROM repos WHERE active)" | sed -e 's|^/app/data/||' -e 's|^/srv/hivesync/data/||' \
        | while read -r directory; do
            [ -n "$(find "$directory" -mtime "-$stale")" ] || echo "$directory"
        done >> "$1/gone"
    sort -o "$1/gone" "$1/gone"

    # 5.3: objects that no row names, once they are old enough; these are as young as their upload.
    psql -At hivesync -c "SELECT bundle_key FROM preview_sessions WHERE bundle_key IS NOT NULL" > "$1/keys"
    grep '^previews/' "$DOCS_STATE/objects-before" | grep -vxFf "$1/keys" > "$1/orphans"
    cd - > /dev/null
}
expected=$DOCS_STATE/expected
mkdir "$expected"
files > "$DOCS_STATE/files-before"
objects hivesync-previews > "$DOCS_STATE/objects-before"
bundles > "$DOCS_STATE/bundles-before"
(
    . /srv/hivesync/backend.env
    expect "$expected"
    decides CLEANUP_GRACE_MINUTES PREVIEW_BUNDLE_TTL_HOURS TMP_DIR_TTL_MINUTES LOG_RETENTION_DAYS \
        CLEANUP_STALE_REPOS_ENABLED STALE_REPO_DAYS
)
[ "$(wc -l < "$expected/kept")" = 3 ]           # each of the three differences of 5.2 has a case
[ "$(grep '^repos/' "$expected/gone" | paste -sd ' ')" = 'repos/project-7 repos/project-8' ]
