#!/usr/bin/env bash
# Checks alerts/: syntax, tests of the rules, Alertmanager's routes, completeness, and the copy for tests in fast
# motion. Needs the packages prometheus (promtool) and prometheus-alertmanager (amtool), and .build/venv, or the Python
# that $CLEANUPD_PYTHON names.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${CLEANUPD_PYTHON:-.build/venv/bin/python}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "check-alerts: $*" >&2
    exit 1
}
# Says nothing unless it fails.
quietly() {
    "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "failed: $*"; }
}

for tool in promtool amtool; do
    command -v "$tool" > /dev/null || fail "no $tool; install the packages prometheus and prometheus-alertmanager"
done
"$python" -c "import promql_parser, yaml" || fail "$python has no such modules; make .build/venv/.ready, or set CLEANUPD_PYTHON"

quietly promtool check rules alerts/rules/*.yml
quietly promtool check config alerts/prometheus.yml
quietly amtool check-config alerts/alertmanager.yml

# receivers | labels of an alert
while IFS='|' read -r receivers labels; do
    # shellcheck disable=SC2086 — labels are words
    quietly amtool config routes test --config.file=alerts/alertmanager.yml --verify.receivers="$receivers" $labels
done << 'END'
on-call|alertname=CleanupGuardTripped severity=critical task=logs
on-call|alertname=CleanupdAbsent severity=critical
team|alertname=CleanupRunsFailing severity=warning task=logs
team|alertname=CleanupdReplicaDown severity=warning instance=a:9847
digest|alertname=CleanupDryRunLeftOn severity=info task=logs
dead-mans-switch|alertname=Watchdog severity=none
team|alertname=SomethingElse
END

"$python" scripts/check-alerts.py

# The copy that tests use in fast motion is the same in all else; and its check sees a difference.
quietly "$python" scripts/scale-rules.py 60 alerts/rules "$work/scaled"
quietly promtool check rules "$work"/scaled/*.yml
for change in 's/> 0.05/> 0.06/' 's/for: 10000ms/for: 20000ms/' 's/\[15000ms\]/[15001ms]/' 's/< 1440/< 86400/' \
    's/severity: critical/severity: warning/' 's/humanizeDuration/humanize/'; do
    rm -rf "$work/altered"
    cp -r "$work/scaled" "$work/altered"
    sed -i -e "$change" "$work"/altered/*.yml
    ! diff -rq "$work/scaled" "$work/altered" > "$work/log" || fail "$change alters nothing"
    ! "$python" scripts/scale-rules.py --verify 60 alerts/rules "$work/altered" > "$work/log" \
        || fail "scale-rules.py does not see $change"
done

# The longest first, two at a time.
for file in tasks guards health $(basename -s .yml alerts/tests/*.yml | grep -vxE 'tasks|guards|health'); do
    echo "alerts/tests/$file.yml"
done | xargs -P 2 -n 1 sh -c 'promtool test rules "$1" > "$0/$(basename "$1").log" 2>&1 || touch "$0/failed"' "$work"
if [ -e "$work/failed" ]; then
    cat "$work"/*.yml.log >&2
    fail "tests of the rules failed"
fi
echo "check-alerts: rules, $(ls alerts/tests/*.yml | wc -l) files of tests, routes and examples are good"
