# A running copy of the dashboard's data, and what the worker's rules would delete of it, found with find and SQL.
examples/architect-dashboard/make-data.sh /srv/architect > /dev/null
expected=$DOCS_STATE/expected
mkdir "$expected"
cd /srv/architect
database=data/prod/architect.db
find . -mindepth 1 -not -name 'architect.db*' | sort > "$expected/before"
# Backups: the newest N of each environment stay; what is no backup does not count.
for environment in prod:10 qa:5 dev:5 test:3 staging:5; do
    find "data/${environment%:*}/backups" -type f -name '*.db' -printf '%T@ ./%p\n' | sort -rn \
        | tail -n +$((${environment#*:} + 1)) | cut -d ' ' -f 2 >> "$expected/gone"
done
[ "$(grep -c /prod/ "$expected/gone")" = 83 ]       # 93 before, 10 after, as the worker's summary has it
# Logs of 30 days in three places, but for those of workers and of Chrome.
{
    find ./data ./logs -type f \( -name '*.log' -o -name '*.log.[0-9]*' \) -mtime +29 -not -ipath '*chrome*'
    find ./tmp -maxdepth 1 -type f -name 'architect_*.log' -mtime +29
} | grep -v '/architect_[^/]*_worker\.log$' >> "$expected/gone"
# Temporary files, an hour old; caches whole, if all in them is.
find ./data -type f \( -name '*.tmp' -o -name '*.temp' -o -name '*.cache' -o -name '*.pyc' \) -mmin +60 \
    -not -ipath '*chrome*' -not -path '*/__pycache__/*' -not -path '*/.pytest_cache/*' >> "$expected/gone"
find ./data -type d \( -name __pycache__ -o -name .pytest_cache \) -not -ipath '*chrome*' | while read -r cache; do
    [ -n "$(find "$cache" -mmin -60)" ] || find "$cache" >> "$expected/gone"
done
sort -o "$expected/gone" "$expected/gone"
sql() { sqlite3 "$database" "$1"; }
sql "SELECT id FROM task_queue WHERE NOT (status IN ('completed', 'cancelled', 'failed') AND updated_at IS NOT NULL
    AND julianday(updated_at) < julianday('now', '-7 days')) ORDER BY id" > "$expected/tasks"
sql "SELECT id FROM errors WHERE NOT (resolved = 1 AND julianday(resolved_at) < julianday('now', '-30 days'))
    ORDER BY id" > "$expected/errors"
sql "SELECT id FROM assigner_prompts WHERE archived = 1 OR julianday(created_at) < julianday('now', '-14 days')
    ORDER BY id" > "$expected/prompts"
sql "SELECT count(*) FROM assigner_prompts" > "$expected/all-prompts"
cd - > /dev/null
