# The same deletions, and nothing else.
cd /srv/architect
find . -mindepth 1 -not -name 'architect.db*' | sort | diff - <(grep -vxFf "$expected/gone" "$expected/before")
sql "SELECT id FROM task_queue ORDER BY id" | diff - "$expected/tasks"
sql "SELECT id FROM errors ORDER BY id" | diff - "$expected/errors"
sql "SELECT id FROM assigner_prompts WHERE archived = 1 AND archived_at IS NOT NULL ORDER BY id" \
    | diff - "$expected/prompts"
sql "SELECT count(*) FROM assigner_prompts" | diff - "$expected/all-prompts"
[ "$(sql "SELECT count(*) FROM task_queue")" -lt 67 ]
[ "$(sql "SELECT count(*) FROM errors")" -lt 30 ]
cd - > /dev/null
