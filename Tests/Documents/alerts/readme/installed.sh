# Prometheus reads them, and all of them are there.
rules=/etc/prometheus/rules/cleanupd
promtool check rules $rules/*.yml > "$DOCS_STATE/said"
[ "$(ls $rules)" = "$(ls alerts/rules)" ]
