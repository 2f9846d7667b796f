# Grafana looks for the dashboards where they lie now.
[ "$(ls /var/lib/grafana/dashboards/cleanupd)" = "$(ls dashboards)" ]
grep -q 'path: /var/lib/grafana/dashboards/cleanupd$' /etc/grafana/provisioning/dashboards/cleanupd.yml
[ -s /etc/grafana/provisioning/datasources/prometheus.yml ]
cd - > /dev/null
