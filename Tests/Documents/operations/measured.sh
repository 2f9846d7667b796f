# In a service the alert on its quota counts with it: it is due, and its figure is there.
cleanupd serve --config usage.yaml
curl -sSf http://127.0.0.1:9847/metrics > "$DOCS_STATE/metrics"
grep -xF 'cleanup_task_enabled{task="usage"} 1' "$DOCS_STATE/metrics" > /dev/null
grep -E '^cleanup_storage_used_bytes\{task="usage"\} [0-9.e+]+$' "$DOCS_STATE/metrics" > /dev/null
grep -xF 'cleanup_storage_limit_bytes{task="usage"} 1.073741824e+10' "$DOCS_STATE/metrics" > /dev/null
