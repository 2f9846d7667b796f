# It goes on.
grep -q '"paused":false' <(curl -sSf http://127.0.0.1:9847/api/cleanup/jobs)
