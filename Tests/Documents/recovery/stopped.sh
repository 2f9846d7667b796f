# Neither the service nor a run by hand acts any more.
uploaded old-13
command cleanupd run uploads --force > /dev/null 2>&1
[ -e /srv/data/uploads/old-13 ]
grep -qxF 'cleanup_task_dry_run{task="uploads"} 1' <(curl -sSf http://127.0.0.1:9847/metrics)
RUN=$(command cleanupd history uploads --json | grep '"deleted":[1-9]' \
    | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
