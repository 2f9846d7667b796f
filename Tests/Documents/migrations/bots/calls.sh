# What stands in the table does what it says there.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/service.sh"
[ "$(shown 'cleanup_task_schedule_interval_seconds{task="deleted_bots"}')" = 14400 ]
psql bots -q << 'END'
INSERT INTO bots (id, status, created_at, deleted_at)
VALUES ('late', 'stopped', now() - interval '20 days', now() - interval '11 days');
INSERT INTO results (job_id, processed_by, result, duration_ms, created_at)
SELECT 'late-' || n, 'late', 1, 1, now() FROM generate_series(1, 2) AS n;
END
# With dry_run=true nothing goes, with dry_run=false the bot and its results; both are in the history.
api '/api/cleanup/run?wait=true' -d '{"dry_run":true}' \
    | holds '[it["tasks"]["deleted_bots"][one] for one in ("remove", "deleted")] == [1, 0]'
plan=$(api /api/cleanup/plans -d '{"tasks":["deleted_bots"]}' | json 'it["id"]')
api "/api/cleanup/plans/$plan/apply?wait=true" -X POST | holds 'it["tasks"]["deleted_bots"]["deleted"] == 1'
api '/api/cleanup/run?wait=true' -d '{"dry_run":false}' | holds 'it["tasks"]["orphaned_results"]["deleted"] == 2'
[ "$(shown cleanup_bots_deleted_total)" = 1 ]
[ "$(shown cleanup_results_deleted_total)" = 2 ]
api '/api/cleanup/runs?limit=200' | holds '{one["dry_run"] for one in it["runs"]} == {True, False} and len(it["runs"]) > 10'
# Orphans: nothing of rows; of containers those that are due, as one is once an hour is a second.
api '/api/cleanup/orphaned?task=orphaned_results' | holds 'not it["items"]'
api /api/cleanup/settings -X PUT -d '{"tasks":{"bot_containers":{"older_than":"1s"}}}' > /dev/null
orphan=$(docker inspect --format '{{.Id}}' bot-96)
api '/api/cleanup/orphaned?task=bot_containers' | holds "it['orphans'] and [one['item'] for one in it['items']] == ['$orphan']"
api '/api/cleanup/run?wait=true' -d '{"tasks":["bot_containers"],"dry_run":false}' | holds 'it["outcome"] == "success"'
[ "$(shown cleanup_containers_deleted_total)" = 1 ]
[ -z "$(docker ps -aq --filter name=bot-96)" ]
# A query by its name, and none that is not named.
api /api/cleanup/query -d '{"name":"active_bots"}' | holds 'it["columns"] == ["id", "status"] and len(it["rows"]) == 10'
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9847/api/cleanup/query -H 'Content-Type: application/json' \
    -d '{"sql":"DELETE FROM bots"}')" = 400 ]
# The page, its events and the widget.
for place in /cleanup /api/cleanup/events /cleanup/widget; do
    curl -sSfN -o "$DOCS_STATE/seen" "http://127.0.0.1:9847$place" -H 'Accept: */*'
    grep -q -e '<title>' -e '^: progress' "$DOCS_STATE/seen"
done
# What several replicas want, and the page takes away again.
command cleanupd check --install-fence | grep -i fence > /dev/null
[ "$(psql bots -c "SELECT count(*) FROM pg_tables WHERE tablename = 'cleanupd_fence'")" = 1 ]
