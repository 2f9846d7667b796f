# Somebody has paused the queue.
command redis-cli hset '{cleanupd}:queue:facts' paused 1 > /dev/null
grep -q '"paused":true' <(curl -sSf http://127.0.0.1:9847/api/cleanup/jobs)
