# With the ages of staging, on its own data, in its own state; and nothing went.
[ -d /srv/staging/uploads/old ]
[ "$(psql staging -XAtc 'SELECT count(*) FROM requests')" = 2500 ]
grep -q '^uploads: success, dry run: would remove 1 ' "$DOCS_STATE/printed"
[ "$(sqlite3 /var/lib/cleanupd/staging-state.db 'SELECT min(dry_run) FROM run')" = 1 ]
