# What the constants said is in force, and what stands in the table does what it says there.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/service.sh"
[ "$(shown 'cleanup_task_schedule_interval_seconds{task="backups"}')" = 1800 ]
# Each parameter of the body, as an override: what it would remove in its turn.
api '/api/cleanup/run?wait=true' -d '{"dry_run":true,"overrides":{"backups":{"keep":{"last":3}},
    "data_logs":{"older_than":"30d"},"app_logs":{"older_than":"30d"},"tmp_logs":{"older_than":"2d"},
    "old_tasks":{"older_than":"5d"},"resolved_errors":{"older_than":"10d"},"prompts":{"older_than":"5d"}}}' \
    | json '{name: one["remove"] for name, one in sorted(it["tasks"].items()) if one["remove"]}' > "$DOCS_STATE/overridden"
grep -Fx "{'backups': 14, 'data_logs': 1, 'old_tasks': 4, 'prompts': 6, 'resolved_errors': 3, 'tmp_logs': 2}" "$DOCS_STATE/overridden"
# One more backup of prod than stay: counted, with its bytes, and in the history.
head -c 8192 /dev/zero > /srv/architect/data/prod/backups/architect_new.db
api '/api/cleanup/run?wait=true' -d '{"dry_run":false}' | holds 'it["outcome"] == "success" and it["tasks"]["backups"]["deleted"] == 1'
[ "$(shown cleanup_backups_deleted_total)" = 1 ]
[ "$(shown 'cleanup_freed_bytes_total{task="backups"}')" = 4096 ]
api /api/cleanup/status | holds '{one["name"]: one for one in it["tasks"]}["backups"]["last24_hours"]["items"] >= 80'
command cleanupd history backups --limit 1 | grep success > /dev/null
# The daemon, its process, its last run and what that did.
api /api/cleanup/status | holds "it['schedule']['running'] and it['service']['pid'] == $(cat "$DOCS_STATE/service.pid") and it['last_run_at']"
api /api/cleanup/status | holds '{one["name"]: one["last_real_run"] for one in it["tasks"]}["backups"].items() >= {"deleted": 1, "bytes": 4096}.items()'
# Who called what.
api /api/cleanup/calls | holds '(it["calls"][0]["call"], it["calls"][0]["who"]) == ("POST /api/cleanup/run", "local")'
