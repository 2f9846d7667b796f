# Nobody serves; tables, settings and keys are the hub's own, and as they were.
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9847/healthz || true)" = 000 ]
psql hub -c "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename" | paste -sd ' ' \
    | grep -Fx 'message_request provider_endpoint_probe_logs system_settings'
psql hub -c "SELECT enable_auto_cleanup, cleanup_retention_days, cleanup_schedule, cleanup_batch_size FROM system_settings" \
    | grep -Fx 't|45|30 4 * * *|1000'
redis-cli -n 2 --raw keys '*' | sort | comm -23 - <(sort "$expected/keys") | wc -l | grep -x 0
