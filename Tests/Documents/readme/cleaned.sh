# What the first page promises has happened, and nothing else.
ls /srv/data/tmp | diff - <(echo young)
ls /srv/data/logs | diff - <(printf '%s\n' app-1.log app-8.log.gz audit-1.log audit-8.log audit-91.log)
gzip -dc /srv/data/logs/app-8.log.gz | cmp - <(seq 2000)
# 30 daily ones of prod, the newest of a month before these, and the oldest: twelve months are not full yet.
newest() { # FORMAT: the youngest day of each such period
    for day in $(seq 0 39); do echo "$(date -u -d "12:00 $((day + 1)) days ago" "+$1") $day"; done \
        | sort -k1,1r -k2,2n | awk '!seen[$1]++ { print $2 }'
}
left=$(ls /srv/data/prod/backups | wc -l)
expected=$({ seq 0 29; echo 39; newest %Y-%m; } | sort -u | wc -l)
[ "$left" = "$expected" ] || { echo "prod keeps $left backups"; exit 1; }
# Of qa the newest of 7 days, of 4 weeks and of each month, and the oldest.
{ seq 0 6; newest %G-%V | head -n 4; newest %Y-%m; echo 39; } | sort -nu | sed 's/$/.db/' \
    | diff - <(ls /srv/data/qa/backups | sort -n)
# The service goes on, and says so.
grep -q '^cleanup_task_last_success_timestamp_seconds{task="uploads"} 1' <(curl -sSf http://127.0.0.1:9847/metrics)
