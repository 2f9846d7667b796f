# Nobody serves, tables, objects and files are those of HiveSync, and the worker removes again.
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9847/healthz || true)" = 000 ]
psql -At hivesync -c "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename" | paste -sd ' ' \
    | grep -Fx 'background_jobs preview_sessions repos'
objects hivesync-previews | comm -23 - <(sort "$DOCS_STATE/objects-before") | wc -l | grep -x 0
files | sed 's/\.gz$//' | sort | comm -23 - <(sed 's/\.gz$//' "$DOCS_STATE/files-before" | sort) | wc -l | grep -x 0
(. /srv/hivesync/backend.env; [ "$CLEANUP_ENABLED" = true ] && [ "$STALE_REPO_DAYS" = 220 ])
# Each line of its own is as it was, also such as cleanupd's page adds.
diff <(cat "$DOCS_STATE/backend.env"; echo) <(sed '${/^$/d}' /srv/hivesync/backend.env)
