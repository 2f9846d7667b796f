# The rows by the run of their task, the rest by the service, at its start.
[ "$(rows)" = 1500 ]
[ -n "$(psql app -XAtc "SELECT last_vacuum FROM pg_stat_user_tables WHERE relname = 'requests'")" ]
for _ in $(seq 100); do [ -e /srv/data/logs/app-8.log ] || [ -e /srv/data/logs/app-91.log ] || break; sleep 0.1; done
[ "$(ls /srv/data/logs | paste -sd ' ')" = 'app-1.log app-8.log.gz' ]
grep -qxF 'cleanup_task_dry_run{task="logs"} 0' <(curl -sSf http://127.0.0.1:9847/metrics)
