# What stands in the table does what it says there, and the worker's figures count what this service removes.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/service.sh"
abandoned() { mkdir -p /srv/hivesync/data/tmp/clone-99 && touch -d '2 days ago' /srv/hivesync/data/tmp/clone-99; }
abandoned
# Dry-run mode: it wins over a run that would act.
api /api/cleanup/settings -X PUT -d '{"dry_run":true}' > /dev/null
api '/api/cleanup/run?wait=true' -d '{"tasks":["tmp_dirs"],"dry_run":false}' | holds 'it["dry_run"] and it["tasks"]["tmp_dirs"]["remove"] == 1'
[ -d /srv/hivesync/data/tmp/clone-99 ]
api /api/cleanup/settings -X PUT -d '{"dry_run":null}' > /dev/null
# TTLs, shown as the environment and the call before said.
api /api/cleanup/settings | holds '[it["tasks"]["tmp_dirs"][one] for one in ("older_than", "file_older_than")] == ["90m", "75m"]'
# Run Cleanup Now: what is shown is what goes.
plan=$(api /api/cleanup/plans -d '{"tasks":["tmp_dirs"]}' | json 'it["id"]')
api "/api/cleanup/plans/$plan/apply?wait=true" -X POST | holds 'it["tasks"]["tmp_dirs"]["deleted"] == 1'
[ ! -e /srv/hivesync/data/tmp/clone-99 ]
[ "$(shown cleanup_tmp_dirs_deleted_total)" = 1 ]
[ "$(shown cleanup_previews_deleted_total)" = 0 ]
shown cleanup_last_run_timestamp | holds "it > $(($(date +%s) - 60))"
# cleanup_events: the run, and its item.
run=$(api '/api/cleanup/runs?task=tmp_dirs&limit=1' | json 'it["runs"][0]["id"]')
api "/api/cleanup/runs/$run/items" | holds '[(one["item"], one["outcome"]) for one in it["items"]] == [("tmp/clone-99", "deleted")]'
command cleanupd history --run "$run" | grep tmp/clone-99 > /dev/null
# Last run, items of 24 h, configuration.
api /api/cleanup/status | holds '{one["name"]: one for one in it["tasks"]}["tmp_dirs"]["last24_hours"]["items"] >= 2 and not it["dry_run"]'
api /api/cleanup/status | holds '{one["name"]: one for one in it["tasks"]}["stale_repos"]["older_than"] == "220d"'
# What several replicas want, and the page takes away again.
command cleanupd check --install-fence | grep -i fence > /dev/null
[ "$(psql -At hivesync -c "SELECT count(*) FROM pg_tables WHERE tablename = 'cleanupd_fence'")" = 1 ]
