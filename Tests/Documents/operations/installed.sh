# As the package has it, with rows that are due by now; and nothing of the service's own cycle goes on.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/runuser.sh"
until grep -qE '^cleanup_cycles_total\{cycle="nightly"\} [1-9]' <(curl -sSf http://127.0.0.1:9847/metrics); do sleep 0.1; done
install -m 644 cleanup.yaml /etc/cleanupd/cleanup.yaml
echo CLEANUP_DRY_RUN=false > /etc/default/cleanupd
unset CLEANUP_DRY_RUN
psql app -Xqc "INSERT INTO requests (created_at) SELECT now() - interval '40 days' FROM generate_series(1, 100)"
