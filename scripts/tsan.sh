#!/usr/bin/env bash
# Runs the tests, and the program that they start, under ThreadSanitizer. A report of any process is an error; it lies in
# .build-tsan/reports. Slow: builds all anew, and what is measured by the clock has many times its time.
# Usage: scripts/tsan.sh [SUITE...]      (expressions for swift test --filter, each in a run of its own; default: all)
# SUITES: the suites that make test runs in turns of their own; ALONE: others, whose tests run one after the other.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
scratch=${TSAN_SCRATCH:-.build-tsan}
mkdir -p "$scratch"
scratch=$(cd "$scratch" && pwd)
reports=$scratch/reports
rm -rf -- "$reports"
mkdir "$reports"
# Swift's toolchain brings clang; gcc does not know Swift's calls.
clang -c -fPIC -O1 -Wall -Werror -o "$scratch/locks.o" scripts/tsan-locks.c
options=(--sanitize=thread --scratch-path "$scratch" -Xlinker "$scratch/locks.o")

"$swift" build --build-tests "${options[@]}"
CLEANUPD_BINARY=$("$swift" build "${options[@]}" --show-bin-path)/cleanupd
# A program that has found a race ends with 66 (turn.py knows it, too), which its test notices; its report is a file, which is empty if it found none.
export CLEANUPD_BINARY TSAN_OPTIONS="log_path=$reports/race exitcode=66 suppressions=$PWD/scripts/tsan.supp"

failed=()
# turn NAME ARGUMENTS...: one run of tests; all are run, whatever fails. Says the first summary, which is of all of them, and
# what turn.py says at its end.
turn() {
    local name=$1
    shift
    # What is only late is asked once more, alone.
    scripts/turn.py "$swift" test --skip-build "${options[@]}" -- "$@" > "$reports/tests-$name.log" 2>&1 || failed+=("$name")
    printf '%s\n  %s\n  %s\n' "$name" "$(grep -m 1 -E '^.? ?Test run with' "$reports/tests-$name.log" || true)" \
        "$(grep -E '^turn: ' "$reports/tests-$name.log" | tail -1 || true)"
}

SUITES=${SUITES:-} ALONE=${ALONE:-}
read -ra suites <<< "${SUITES//\'/}"
read -ra alone <<< "${ALONE//\'/}"
if [ $# -gt 0 ]; then
    for suite in "$@"; do turn "${suite//[^A-Za-z0-9]/_}" --filter "$suite"; done
else
    skipped=()
    for suite in "${suites[@]}" "${alone[@]}"; do skipped+=(--skip "$suite"); done
    # A quarter of what `make test` runs at once, and as many that wait for the clock as its leases: here each takes many
    # times as long.
    turn main "${skipped[@]}" --experimental-maximum-parallelization-width 8
    for suite in "${suites[@]}"; do turn "${suite//[^A-Za-z0-9]/_}" --filter "$suite" \
        --experimental-maximum-parallelization-width 4; done
    for suite in "${alone[@]}"; do turn "${suite//[^A-Za-z0-9]/_}" --no-parallel --filter "$suite"; done
fi

find "$reports" -name 'race.*' -empty -delete
races=$(($(find "$reports" -name 'race.*' | wc -l) + $(cat "$reports"/tests-*.log | grep -c 'WARNING: ThreadSanitizer' || true)))
again=$(grep -h '^turn: .* only when asked again' "$reports"/tests-*.log || true)
[ -z "$again" ] || printf 'late, and good when asked alone:\n%s\n' "$again"
[ "${#failed[@]}" -eq 0 ] || echo "tests failed, see $reports: ${failed[*]}"
[ "$races" -eq 0 ] || echo "$races reports of data races, see $reports"
[ "$races" -eq 0 ] && [ "${#failed[@]}" -eq 0 ] && echo "No data race, and all tests passed."
