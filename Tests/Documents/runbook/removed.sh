# It is gone, where it lay too.
for _ in $(seq 100); do
    curl -sSf 'http://127.0.0.1:9847/api/cleanup/jobs?state=failed' > "$DOCS_STATE/jobs"
    grep -q '"dead":0,' "$DOCS_STATE/jobs" && break
    sleep 0.1
done
grep -q '"dead":0,' "$DOCS_STATE/jobs"
[ -z "$(command redis-cli --raw zrange '{cleanupd}:queue:failed' 0 -1)" ]
