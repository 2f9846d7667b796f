# A running copy of HiveSync: its tables, its DATA_DIR, its bucket and its .env, and what its guidelines would delete of
# it, by their own rules, found with find and SQL.
createdb hivesync
mkdir -p /srv/hivesync
cat > /srv/hivesync/backend.env << END
DATA_DIR=/data
DATABASE_URL=postgres:///hivesync
OBJECT_STORAGE_PROVIDER=s3
OBJECT_STORAGE_ENDPOINT=$S3_ENDPOINT
OBJECT_STORAGE_REGION=us-east-1
OBJECT_STORAGE_ACCESS_KEY=$S3_ACCESS_KEY
OBJECT_STORAGE_SECRET_KEY=$S3_SECRET_KEY
OBJECT_STORAGE_BUCKET_PREVIEWS=hivesync-previews
CLEANUP_ENABLED=true
CLEANUP_DRY_RUN=false
CLEANUP_GRACE_MINUTES=30
PREVIEW_BUNDLE_TTL_HOURS=24
TMP_DIR_TTL_MINUTES=60
LOG_RETENTION_DAYS=7
END
. /srv/hivesync/backend.env
s3() { curl -sS --fail --retry 20 --retry-all-errors --retry-delay 1 --aws-sigv4 aws:amz:us-east-1:s3 \
    --user "$S3_ACCESS_KEY:$S3_SECRET_KEY" "$@"; }
s3 -X PUT "$S3_ENDPOINT/hivesync-previews"
examples/hivesync/make-data.sh /srv/hivesync/data > /dev/null
objects() { s3 "$S3_ENDPOINT/hivesync-previews?list-type=2" | grep -o '<Key>[^<]*' | sed 's/<Key>//' | sort; }
psql() { command psql -X -v ON_ERROR_STOP=1 "$@"; }

expected=$DOCS_STATE/expected
mkdir "$expected"
cd /srv/hivesync/data
find . -mindepth 1 | sed 's|^\./||' | sort > "$expected/files-before"
objects > "$expected/objects-before"

# 5.1: expired previews, and failed or cancelled ones, after the grace.
psql -At hivesync -c "SELECT id FROM preview_sessions WHERE (bundle_path IS NOT NULL OR bundle_key IS NOT NULL) AND (
    status = 'expired' OR expires_at < now() - interval '30 minutes'
    OR status IN ('failed', 'cancelled') AND updated_at < now() - interval '30 minutes') ORDER BY id" \
    > "$expected/previews"
sed 's|.*|previews/&/bundle.zip|' "$expected/previews" > "$expected/objects"
sed 's|.*|previews/&|' "$expected/previews" > "$expected/gone"

# 5.2: temporary directories whose mtime is an hour old, and that no pending or running job names.
psql -At hivesync -c "SELECT working_dir FROM background_jobs WHERE status IN ('pending', 'running')
    AND working_dir IS NOT NULL" | sed -e 's|^/data/||' -e "s|^/srv/hivesync/data/||" -e 's|/$||' > "$expected/active"
find tmp -mindepth 1 -maxdepth 1 -type d -mmin +60 | sort | grep -vxFf "$expected/active" > "$expected/worker-tmp"
# What differs on purpose: something younger in it, a job that works beneath it, a snapshot in it.
stays() {
    [ -n "$(find "$1" -mmin -60)" ] || grep -q "^$1/" "$expected/active" \
        || [ -n "$(find "$1" -name 'snapshot*' -o -name 'backup*')" ]
}
while read -r directory; do
    if stays "$directory"; then echo "$directory" >> "$expected/kept"; else echo "$directory" >> "$expected/gone"; fi
done < "$expected/worker-tmp"
[ "$(wc -l < "$expected/kept")" = 3 ]           # each of the three differences has a case

# 1: artifacts whose records are gone, here directories of previews, a day old.
psql -At hivesync -c "SELECT 'previews/' || id FROM preview_sessions" > "$expected/known"
find previews -mindepth 1 -maxdepth 1 -type d -mmin +1440 | grep -vxFf "$expected/known" >> "$expected/gone"

# 5.4: debug logs; option B compresses them at 7 days and deletes them much later.
ours=(-not -path '*/snapshots/*' -not -name 'access*')
find logs -type f \( -name '*.log' -o -name '*.log.gz' \) -mtime +89 "${ours[@]}" >> "$expected/gone"
find logs -type f -name '*.log' -mtime +6 -not -mtime +89 "${ours[@]}" | sort > "$expected/compressed"
sort -o "$expected/gone" "$expected/gone"
cd - > /dev/null
# 5.3: objects that no row names, once they are old enough; these are as young as their upload.
psql -At hivesync -c "SELECT bundle_key FROM preview_sessions WHERE bundle_key IS NOT NULL" > "$expected/keys"
grep '^previews/' "$expected/objects-before" | grep -vxFf "$expected/keys" > "$expected/orphans"
