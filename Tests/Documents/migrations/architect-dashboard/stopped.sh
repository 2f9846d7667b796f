# `cleanupd stop`, which wants to be allowed.
sed -i 's/^http:$/http:\n  lifecycle: true/' /etc/cleanupd/cleanup.yaml
cleanupd serve
command cleanupd stop
pid=$(cat "$DOCS_STATE/service.pid")
for _ in $(seq 100); do [ -e "/proc/$pid" ] || break; sleep 0.1; done
[ ! -e "/proc/$pid" ]
cleanupd serve
