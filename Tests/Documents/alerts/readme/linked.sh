promtool check rules $rules/*.yml > "$DOCS_STATE/said"
[ -z "$(grep -h 'runbook_url:' $rules/*.yml | grep -v 'https://wiki.example.org/cleanupd#')" ]
[ -z "$(grep -h 'dashboard_url:' $rules/*.yml | grep -v 'https://grafana.example.org/d/')" ]
