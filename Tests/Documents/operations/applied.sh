# The plan was carried out, and nothing else: neither by the service, which is in dry run, nor of other tasks.
[ "$(ls /srv/data/uploads | grep -c old)" = 0 ]
[ "$(ls /srv/data/uploads | grep -c young)" = 15 ]
[ "$(ls /srv/data/logs | paste -sd ' ')" = 'app-1.log app-8.log app-91.log' ]
[ "$(rows)" = 2500 ]
grep -qxF 'cleanup_task_dry_run{task="logs"} 1' <(curl -sSf http://127.0.0.1:9847/metrics)
