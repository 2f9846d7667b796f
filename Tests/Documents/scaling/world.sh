# Three tables, a state, and the part of the configuration above.
createdb app
createdb cleanupd
mkdir secrets
head -c 24 /dev/urandom | base64 > secrets/prometheus
export STATE_URL=postgres:///cleanupd REDIS_URL=redis://127.0.0.1:6379
{
    sed -n '/^```yaml part$/,/^```$/{/^```/d;p}' docs/scaling.md | sed 's/0.0.0.0:9847/"127.0.0.1:${PORT:-9847}"/'
    echo 'connections: { app: { url: "postgres:///app" } }'
    echo 'cycles:'
    for name in one two three; do echo "  $name: { every: 1h, at_start: true, tasks: [$name] }"; done
    echo 'tasks:'
    for name in one two three; do
        psql app -Xqc "CREATE TABLE $name (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL);
            CREATE INDEX ON $name (created_at);
            INSERT INTO $name (created_at) SELECT now() - interval '60 days' FROM generate_series(1, 500)"
        echo "  $name: { rows: { in: app, table: $name, time: created_at }, remove: { older_than: 30d } }"
    done
} > cleanup.yaml
