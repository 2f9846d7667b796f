# Neither a dry run nor a worker that is switched off touches anything.
CLEANUP_ENABLED=false command cleanupd run --force > "$DOCS_STATE/switched-off" 2>&1
grep -q 'dry run: would' "$DOCS_STATE/switched-off"
files | diff - "$DOCS_STATE/files-before"
objects hivesync-previews | diff - "$DOCS_STATE/objects-before"
bundles | diff - "$DOCS_STATE/bundles-before"
# What only this program knows: how long an archive stays.
LOG_ARCHIVE_DAYS=25 command cleanupd plan logs --json > "$DOCS_STATE/sooner"
command cleanupd plan logs --json > "$DOCS_STATE/later"
grep -q '"item":"logs/api/api-30.log",.*"verdict":"remove"' "$DOCS_STATE/sooner"
[ -z "$(grep '"item":"logs/api/api-30.log",.*"verdict":"remove"' "$DOCS_STATE/later")" ]
