# The worker runs, nobody else serves, and the database has the tables that it had.
until [ -s /run/architect_cleanup_worker.pid ]; do sleep 0.1; done
[ -e "/proc/$(cat /run/architect_cleanup_worker.pid)" ]
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9847/healthz || true)" = 000 ]
[ -z "$(find /srv/architect -iname '*cleanupd*')" ]
diff <(sql "SELECT name FROM sqlite_schema ORDER BY name") <(sqlite3 :memory: ".read examples/architect-dashboard/schema.sql" \
    "SELECT name FROM sqlite_schema ORDER BY name")
