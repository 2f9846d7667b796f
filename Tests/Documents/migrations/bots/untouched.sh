# Neither a dry run nor a service that leaves containers alone touches any.
CLEANUP_DRY_RUN=true command cleanupd run --force > "$DOCS_STATE/run" 2>&1
grep -q 'deleted_bots: success, dry run' "$DOCS_STATE/run"
grep -q 'bot_containers: success, dry run' "$DOCS_STATE/run"
CONTAINER_CLEANUP_ENABLED=false command cleanupd run bot_containers --force > "$DOCS_STATE/run" 2>&1 || [ $? = 3 ]
grep -q 'bot_containers: skipped' "$DOCS_STATE/run"
left | diff - "$DOCS_STATE/before"
# What only this program knows: another engine, which is not there; other names; a longer time after the end.
plan() { command cleanupd plan bot_containers 2> /dev/null | tail -n 1; }
[[ $(plan) == 'bot_containers: success, dry run: would remove 3 '*' of 7 '* ]]
[[ $(BOT_CONTAINER_NAMES='bot-92*' plan) == *' would remove 1 '*' of 1 '* ]]
[[ $(CONTAINER_TTL_MINUTES=180 plan) == *' would remove 0 '* ]]
DOCKER_URL=unix:///srv/docker.sock command cleanupd run bot_containers --force > "$DOCS_STATE/run" 2>&1 || [ $? = 3 ]
grep -q 'bot_containers: unavailable' "$DOCS_STATE/run"
left | diff - "$DOCS_STATE/before"
