# A service over files, rows and a bucket. One of its cycles failed at its start, as its folder was not there, and was
# given up.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/runuser.sh"
mkdir -p /etc/cleanupd /var/lib/cleanupd /srv/data/slow /srv/data/uploads/{old,young}
echo CLEANUP_DRY_RUN=false > /etc/default/cleanupd
touch -d '2 days ago' /srv/data/uploads/old
createdb app
psql app -Xq -v ON_ERROR_STOP=1 << 'END'
CREATE TABLE requests (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL);
INSERT INTO requests (created_at) SELECT now() - interval '1 day' FROM generate_series(1, 100);
END
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/bucket.sh"
bucket vault
served_with() { # STATE COORDINATION
    cat > /etc/cleanupd/cleanup.yaml << END
dry_run: \${CLEANUP_DRY_RUN:-true}
state: $1
coordination: $2
connections:
  data: { url: file:///srv/data }
  app: { url: "postgres:///app" }
  vault: { url: "s3://vault", endpoint: "$S3_ENDPOINT", addressing: path, access_key: "$S3_ACCESS_KEY", secret_key: "$S3_SECRET_KEY" }
cycles:
  often: { every: 1h, at_start: true, tasks: [uploads, requests, objects] }
  doomed: { every: 1h, at_start: true, retry: { attempts: 1 }, tasks: [doomed] }
tasks:
  uploads: { files: { in: data, path: uploads, type: directory, depth: 1 }, remove: { older_than: 1d } }
  requests: { rows: { in: app, table: requests, time: created_at }, remove: { older_than: 30d } }
  objects: { objects: { in: vault }, remove: { older_than: 30d } }
  doomed: { files: { in: data, path: doomed }, remove: { older_than: 1d } }
  slow: { files: { in: data, path: slow }, remove: { older_than: 1d }, pace: { batch: 1, pause: 50ms } }
END
    rm -rf /srv/data/doomed
    (. /etc/default/cleanupd; cleanupd serve --config /etc/cleanupd/cleanup.yaml)
    for _ in $(seq 100); do
        curl -sSf 'http://127.0.0.1:9847/api/cleanup/jobs?state=failed&state=waiting&state=active&state=delayed' > "$DOCS_STATE/jobs"
        grep -q '"active":0,"dead":1,.*"waiting":0' "$DOCS_STATE/jobs" && break
        sleep 0.1
    done
    grep -q '"active":0,"dead":1,' "$DOCS_STATE/jobs"
    mkdir /srv/data/doomed
}
served_with sqlite:/var/lib/cleanupd/cleanup-state.db local
[ ! -e /srv/data/uploads/old ]

# Without systemd the log of the unit is what the service wrote, and that of the kernel is dmesg's.
journalctl() {
    local words=$*
    local pattern=${words##*--grep }
    [[ $words == *--grep* ]] || pattern=.
    { case " $words " in *" -k "*) dmesg ;; *) cat "$DOCS_STATE/service.log" ;; esac; } | grep -E "$pattern" || true
}
# What goes on until somebody has seen enough.
redis-cli() {
    case " $* " in
        *" --latency"*) timeout 2 redis-cli "$@" || [ $? = 124 ] ;;
        *) command redis-cli "$@" ;;
    esac
}
