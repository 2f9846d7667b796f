# What stands in the table does what it says there.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/service.sh"
status_of() { curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' "http://127.0.0.1:9847$1" "${@:2}"; }

# With CI=true probe logs are not due. And the settings of a cycle that stand in no table, here of one like it, are set by
# a call.
python3 - << 'END'
import pathlib, re
text = pathlib.Path("/etc/cleanupd/cleanup.yaml").read_text()
pathlib.Path("/etc/cleanupd/plain.yaml").write_text(re.sub(r"\n    settings:\n(      .*\n)+", "\n", text))
END
CI=true CLEANUP_STATE=/var/lib/cleanupd/plain.db cleanupd serve --config /etc/cleanupd/plain.yaml
[ "$(shown 'cleanup_task_enabled{task="probe_logs"}')" = 0 ]
set_here='{"enabled":true,"retention_days":30,"schedule":"0 2 * * *","batch_size":10000}'
api /api/cleanup/settings -X PUT -d "{\"cycles\":{\"request_logs\":$set_here}}" \
    | holds "it['cycles']['request_logs'].items() >= json.loads('$set_here').items()"

# The queue: firings that fail, as their database takes nobody in and their folder is not there, are tried three times; one
# by hand again, the other one at once, in vain, and then it is taken out.
psql hub -qc "INSERT INTO provider_endpoint_probe_logs (endpoint_id, ok, created_at) VALUES (1, true, now() - interval '5 days')"
psql postgres -qc "ALTER DATABASE hub ALLOW_CONNECTIONS false"
BACKUP_TEMP_DIR=/srv/hub/gone cleanupd serve
job_of() { api /api/cleanup/jobs | json "[one['id'] for one in it['jobs'] if one['cycle'] == '$1'][0]"; }
job_is() { # JOB STATE: waits for it
    for _ in $(seq 100); do
        [ "$(api "/api/cleanup/jobs/$1" | json 'it["state"]')" != "$2" ] || return 0
        sleep 0.1
    done
    api "/api/cleanup/jobs/$1" >&2
    return 1
}
probes=$(job_of probe_logs) backups=$(job_of backups)
job_is "$probes" delayed
job_is "$backups" delayed
psql postgres -qc "ALTER DATABASE hub ALLOW_CONNECTIONS true"
api "/api/cleanup/jobs/$probes" | holds 'it["attempts"] == 1 and it["maximum_attempts"] == 3 and it["last_error"]'
api "/api/cleanup/jobs/$probes/retry" -X POST > /dev/null
job_is "$probes" completed
[ "$(shown cleanup_probe_logs_deleted_total)" = 1 ]
# The figures that the hub's documents watch: that job's, its failure, its lock.
[ "$(shown 'cleanup_task_duration_seconds_count{task="probe_logs"}')" -ge 1 ]
[ "$(shown 'cleanup_queue_job_failures_total{queue="[a-z]*"}')" -ge 2 ]
[ "$(shown 'cleanup_lock_acquisition_duration_seconds_count{lock="task"}')" -ge 1 ]
[ "$(shown 'cleanup_backup_temp_files_deleted_total')" = 0 ]
before=$(api "/api/cleanup/jobs/$backups" | json 'it["started_at"]')
api "/api/cleanup/jobs/$backups/run" -X POST > /dev/null
until api "/api/cleanup/jobs/$backups" | holds "it['state'] == 'delayed' and it['started_at'] > '$before'" 2> /dev/null; do sleep 0.1; done
curl -sSf -o "$DOCS_STATE/seen" http://127.0.0.1:9847/cleanup/jobs
grep -q probe_logs "$DOCS_STATE/seen"
api "/api/cleanup/jobs/$backups" -X DELETE
api /api/cleanup/jobs | holds "'$backups' not in [one['id'] for one in it['jobs']]"

# What the environment and the form said is in force, by the hub's own clock; the form only now, as its table was away.
kill -HUP "$(cat "$DOCS_STATE/service.pid")"
for _ in $(seq 100); do api /api/cleanup/settings | grep -q '"retention_days"' && break; sleep 0.1; done
[ "$(shown 'cleanup_task_enabled{task="probe_logs"}')" = 1 ]
api /api/cleanup/settings | holds '[it["cycles"]["request_logs"][one] for one in
    ("enabled", "retention_days", "schedule", "batch_size")] == [True, 45, "30 4 * * *", 1000]'
api /api/cleanup/status | holds '{one["name"]: one for one in it["tasks"]}["message_requests"]["next_run_at"].endswith("T19:30:00Z")'
# What the form rules no call changes; what it does not, a call does.
[ "$(status_of /api/cleanup/settings -X PUT -d '{"cycles":{"request_logs":{"retention_days":30}}}')" = 409 ]
api /api/cleanup/settings -X PUT -d '{"cycles":{"probe_logs":{"schedule":"0 5 * * *"}}}' | holds 'it["cycles"]["probe_logs"]["schedule"] == "0 5 * * *"'
# While the form is off, nothing is due by it, as the hub had it.
psql hub -qc "UPDATE system_settings SET enable_auto_cleanup = false"
kill -HUP "$(cat "$DOCS_STATE/service.pid")"
for _ in $(seq 100); do [ "$(shown 'cleanup_task_enabled{task="message_requests"}')" != 0 ] || break; sleep 0.1; done
[ "$(shown 'cleanup_task_enabled{task="message_requests"}')" = 0 ]
psql hub -qc "UPDATE system_settings SET enable_auto_cleanup = true"
kill -HUP "$(cat "$DOCS_STATE/service.pid")"
for _ in $(seq 100); do [ "$(shown 'cleanup_task_enabled{task="message_requests"}')" != 1 ] || break; sleep 0.1; done
[ "$(shown 'cleanup_task_enabled{task="message_requests"}')" = 1 ]

# By hand: without a condition nothing, without dry_run a dry run; and each condition by its new name.
[ "$(status_of '/api/cleanup/run?wait=true' -d '{"tasks":["message_requests_by_hand"],"dry_run":false}')" = 400 ]
by_hand() { # FILTERS SQL
    local found=$(api '/api/cleanup/run?wait=true' -d "{\"tasks\":[\"message_requests_by_hand\"],\"filters\":$1}" \
        | json '(it["dry_run"], it["tasks"]["message_requests_by_hand"]["remove"])')
    [ "$found" = "(True, $(psql hub -c "SELECT count(*) FROM message_request WHERE $2"))" ] || { echo "$1: $found" >&2; return 1; }
}
by_hand '{"before_date":"2026-01-01T00:00:00Z","provider_ids":[1,2]}' "created_at <= '2026-01-01T00:00:00Z' AND provider_id IN (1, 2)"
day=$(date -u -d '20 days ago' +%FT%TZ)
by_hand "{\"before_date\":\"$day\"}" "created_at <= '$day'"
by_hand "{\"after_date\":\"$day\"}" "created_at >= '$day'"
by_hand '{"user_ids":[1,2]}' 'user_id IN (1, 2)'
by_hand '{"provider_ids":[3]}' 'provider_id = 3'
by_hand '{"status_codes":[429,500]}' 'status_code IN (429, 500)'
by_hand '{"status_code_range":{"min":400,"max":499}}' 'status_code BETWEEN 400 AND 499'
by_hand '{"only_blocked":true}' 'blocked_by IS NOT NULL'
# The answer's figures, and the batches of its run: as many as it says have rows.
blocked=$(psql hub -c "SELECT count(*) FROM message_request WHERE blocked_by IS NOT NULL")
run=$(api '/api/cleanup/run?wait=true' -d '{"tasks":["message_requests_by_hand"],"dry_run":false,"filters":{"only_blocked":true}}' \
    | json "[(one['id'], one['duration_seconds'] > 0)[0] for one in it['tasks'].values() if one['deleted'] == $blocked][0]")
api "/api/cleanup/runs/$run/items" | holds "sum(one['rows'] for one in it['batches']) == $blocked"
api "/api/cleanup/runs/$run" | holds "all((one['batches'] > 0) == ($blocked > 0) for one in it['tasks'].values())"
# What several replicas want, and the page takes away again.
command cleanupd check --install-fence | grep -i fence > /dev/null
[ "$(psql hub -c "SELECT count(*) FROM pg_tables WHERE tablename = 'cleanupd_fence'")" = 1 ]
