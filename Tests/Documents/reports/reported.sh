# As cron would: the variables that stand in the file, and its command by /bin/sh, whose per cents are no newlines.
grep -q '^What cleanupd deleted from ' "$DOCS_STATE/printed"
[ "$(head -n 1 month.html)" = '<!DOCTYPE html>' ]
install -m 644 cleanup.yaml /etc/cleanupd/cleanup.yaml
mount --bind "$DOCS_WORK/bin" /usr/local/bin
line=$(grep -oP '^7 6 1 \* \*  root  \K.*' /etc/cron.d/cleanupd-report | sed 's/\\%/%/g')
variables=$(grep = /etc/cron.d/cleanupd-report | grep -v '^7 6')
env -i $variables HOME=/root /bin/sh -c "$line" > "$DOCS_STATE/mailed" 2> "$DOCS_STATE/said"
[ ! -s "$DOCS_STATE/said" ] || { cat "$DOCS_STATE/said"; exit 1; }
umount /usr/local/bin
# With the variables of the service, the tasks that it runs are watched.
if grep -E 'not watched: dry run|No task is watched' "$DOCS_STATE/mailed"; then exit 1; fi
month=$(date -u +%Y-%m-01)
head -n 1 "$DOCS_STATE/mailed" | grep -F " to ${month}T00:00:00Z (UTC)" > /dev/null
# What the service and the runs of this page removed is in the report of the last days, and in no other.
command cleanupd report --since 1d --json > "$DOCS_STATE/report.json"
python3 - "$DOCS_STATE/report.json" << 'END'
import json, sys
report = json.load(open(sys.argv[1]))
items = {one["task"]: one["sums"]["period"]["items"] for one in report["tasks"]}
assert items == {"uploads": 10, "logs": 1}, items
assert report["total"]["period"]["items"] == sum(items.values()) and not report["whole"], report["total"]
END
