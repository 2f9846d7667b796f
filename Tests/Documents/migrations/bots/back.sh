# Nobody serves, the tables are the service's own, and it acts again.
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9847/healthz || true)" = 000 ]
psql bots -c "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename" | paste -sd ' ' | grep -Fx 'bots results'
(. /srv/bots/main_server.env; [ "$CLEANUP_DRY_RUN" = false ] && [ "$BOT_RETENTION_DAYS" = 10 ])
# Each line of its own is as it was, also such as cleanupd's page adds.
diff <(cat "$DOCS_STATE/main_server.env"; echo) <(sed '${/^$/d}' /srv/bots/main_server.env)
