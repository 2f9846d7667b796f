# The part of a configuration above, with a task on a database.
end_service
createdb app
createdb cleanupd
psql app -Xqc 'CREATE TABLE sessions (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL)'
export STATE_URL=postgres:///cleanupd REDIS_URL=redis://127.0.0.1:6379
{
    sed -n '/^state: "${STATE_URL}"/,/^```$/{/^```/d;p}' README.md
    echo 'connections: { app: { url: "postgres:///app" } }'
    echo 'cycles: { nightly: { schedule: "@daily", tasks: [sessions] } }'
    echo 'tasks: { sessions: { rows: { in: app, table: sessions, time: created_at }, remove: { older_than: 30d } } }'
} > cleanup.yaml
