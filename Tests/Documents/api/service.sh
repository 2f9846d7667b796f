# The service, with `http` as the page has it, but for TLS.
{
    sed -n '/^http:$/,/^```$/{/^```/d;/^  tls:/d;p}' docs/api.md | sed '/^$/q'
    cat << 'END'
state: sqlite:state/state.db
connections: { data: { url: "file:///srv/data" }, main: { url: "postgres:///app" } }
queries: { active_jobs: { in: main, sql: "SELECT id, status FROM jobs WHERE status = 'running'" } }
cycles:
  nightly: { schedule: "0 2 * * *", tasks: [young], at_start: true, retry: { attempts: 3 } }
  requests:
    schedule: "0 3 * * *"
    tasks: [requests]
    settings:
      in: main
      table: system_settings
      columns: { enabled: enabled, retention_days: retention_days, schedule: schedule, batch_size: batch_size }
  weekly: { schedule: "@weekly", tasks: [logs, uploads, backups] }
tasks:
  young: { files: { in: data, path: uploads }, remove: { older_than: 10y } }
  logs: { resource: logs, files: { in: data, path: logs }, remove: { older_than: 90d } }
  uploads: { files: { in: data, path: uploads }, remove: { older_than: 1h } }
  backups: { files: { in: data, path: backups }, keep: { last: 10 } }
  bulk: { files: { in: data, path: bulk }, remove: { older_than: 1d }, pace: { batch: 1, pause: 50ms } }
  requests:
    rows: { in: main, table: requests, time: created_at }
    remove: { older_than: { setting: retention_days, default: 30d } }
    filters:
      user_ids: { type: "integer[]", sql: "user_id = ANY(:value)" }
      status: { type: integer_range, sql: "status BETWEEN :min AND :max" }
END
} > cleanup.yaml
cleanupd serve
# value NAME: of the first such member in what was printed last
value() { grep -o "\"$1\":\"[^\"]*\"" "$DOCS_STATE/printed" | head -n 1 | cut -d '"' -f 4; }
