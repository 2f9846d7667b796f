#!/usr/bin/env bash
# Starts `cleanupd demo`, a Prometheus that scrapes it and evaluates alerts/rules, and an Alertmanager, all on loopback and
# in one temporary folder; prints their addresses, and runs until Ctrl-C. Ends what it started, and removes the folder.
#
# Usage: scripts/monitoring-demo.sh
#   ONCE=1            ends after the first good scrape and a query
#   CLEANUPD_BINARY   the program (default: .build/release/cleanupd)
#   CLEANUPD_DEMO_PORT, PROMETHEUS_PORT, ALERTMANAGER_PORT   (default: 9847, 9090, 9093, or any where one is taken)
# Needs the packages prometheus and prometheus-alertmanager.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/demo-kit.sh
need "prometheus prometheus-alertmanager curl" prometheus promtool prometheus-alertmanager curl

free_port "${CLEANUPD_DEMO_PORT:-9847}" && demo_port=$port
free_port "${PROMETHEUS_PORT:-9090}" && prometheus_port=$port
free_port "${ALERTMANAGER_PORT:-9093}" && alertmanager_port=$port

# As alerts/prometheus.yml and alerts/alertmanager.yml, with these addresses; alerts go nowhere, the page shows them.
cat > "$work/prometheus.yml" << END
global: { scrape_interval: 5s, evaluation_interval: 5s }
rule_files: ["$PWD/alerts/rules/*.yml"]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:$alertmanager_port"] }] }] }
scrape_configs:
  - { job_name: cleanupd, static_configs: [{ targets: ["127.0.0.1:$demo_port"] }] }
  - { job_name: prometheus, static_configs: [{ targets: ["127.0.0.1:$prometheus_port"] }] }
END
printf 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n' > "$work/alertmanager.yml"
promtool check config "$work/prometheus.yml" > "$work/check.log" 2>&1 || fail "the configuration is wrong"

# answers PID URL: waits until the address does, for as long as the process lives and no longer than a minute
answers() {
    for _ in $(seq 600); do
        ! curl --silent --fail --output /dev/null --max-time 5 "$2" || return 0
        kill -0 "$1" 2> /dev/null || fail "it ended before it answered on $2"
        sleep 0.1
    done
    fail "nothing answers on $2"
}

echo "Making sample data, and cleaning it ..."
CLEANUPD_DEMO_PORT=$demo_port start cleanupd "$binary" demo "$work/demo"
answers "${children[0]}" "http://127.0.0.1:$demo_port/metrics"
start prometheus prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
    --web.listen-address="127.0.0.1:$prometheus_port" --log.level=warn
start alertmanager prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/alertmanager" \
    --web.listen-address="127.0.0.1:$alertmanager_port" --cluster.listen-address= --log.level=warn
answers "${children[1]}" "http://127.0.0.1:$prometheus_port/-/ready"
answers "${children[2]}" "http://127.0.0.1:$alertmanager_port/-/ready"

# query PROMQL: the number that it gives; nothing if it gives none
query() {
    curl --silent --fail --max-time 5 --data-urlencode "query=$1" "http://127.0.0.1:$prometheus_port/api/v1/query" \
        | sed -n 's/.*"value":\[[^,]*,"\([^"]*\)"\].*/\1/p'
}
deleted=
for _ in $(seq 120); do
    deleted=$(query 'sum(cleanup_items_deleted_total)')
    [ -z "$deleted" ] || break
    sleep 0.5
done
[ -n "$deleted" ] || fail "Prometheus has scraped nothing"

cat << END

  cleanupd      http://127.0.0.1:$demo_port/metrics
  Prometheus    http://127.0.0.1:$prometheus_port/graph?g0.expr=cleanup_items_deleted_total&g0.tab=0
  Alertmanager  http://127.0.0.1:$alertmanager_port

Prometheus says: $deleted items were deleted. The alert Watchdog always fires.
END
[ -z "${ONCE:-}" ] || exit 0
echo "Until Ctrl-C."
# None of them ends by itself.
wait -n "${children[@]}" || true
fail "one of the three has ended"
