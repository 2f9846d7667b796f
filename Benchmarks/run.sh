#!/usr/bin/env bash
# Compares cleanupd with peers, side by side on this machine; writes Benchmarks/results, docs/BENCHMARKS.md and its plots.
# Usage: Benchmarks/run.sh [PART...]            default: all of parts.txt; a name with an * stands for several ("growth-*")
#   BENCH_SCALE=0.01   a hundredth of all sizes, to see that everything works; results and page then go to .build/bench
#   BENCH_RUNS=5       turns of each command (default: 3 to 9, see the parts); the median counts
#   BENCH_BUILD=DIR    where the release lies (default: .build/release)
#   BENCH_VENV=DIR     where the Python packages lie (default: .build/bench-venv)
#   TMPDIR             where all of it works; 10 GiB, and 11 million inodes for all of growth-files
# Sizes of single parts: see the first lines of each. Each part may be measured alone, and the page holds together.
# Ends with 1 if a part fails or misses a target. Run `make bench`: it installs the peers and builds the release.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A script=()
order=()
while read -r part program; do
    order+=("$part")
    script[$part]=$program
done < <(grep -v '^#' Benchmarks/parts.txt)

if [ "${BENCH_SCALE:-1}" != 1 ]; then
    : "${BENCH_RESULTS:=$PWD/.build/bench/results}" "${BENCH_DOCS:=$PWD/.build/bench}"
fi
export BENCH_RESULTS=${BENCH_RESULTS:-$PWD/Benchmarks/results} BENCH_DOCS=${BENCH_DOCS:-$PWD/docs} PYTHONDONTWRITEBYTECODE=1
mkdir -p "$BENCH_RESULTS"

parts=()
for wanted in "${@:-*}"; do
    found=
    for part in "${order[@]}"; do
        # shellcheck disable=SC2053 — it is a pattern
        if [[ $part == $wanted ]]; then parts+=("$part"); found=1; fi
    done
    [ -n "$found" ] || { echo "run.sh: unknown part \"$wanted\"; say ${order[*]}" >&2; exit 2; }
done

failed=()
partial=$(mktemp)
trap 'rm -f "$partial"' EXIT
measured=()
for part in "${parts[@]}"; do
    printf '\n### %s\n\n' "$part"
    if python3 "Benchmarks/${script[$part]}" > "$partial"; then
        cp "$partial" "$BENCH_RESULTS/$part.json"
        Benchmarks/report.py --table "$part"
        measured+=("$part")
    else
        failed+=("$part")
    fi
done
[ ${#measured[@]} = 0 ] || Benchmarks/report.py
[ ${#failed[@]} = 0 ] || { echo "run.sh: failed: ${failed[*]}" >&2; exit 1; }
printf '\n%s s in all; the page is %s/BENCHMARKS.md\n' "$SECONDS" "$BENCH_DOCS"
# What was missed is said on the page, and here, but only full sizes are a promise.
if ! Benchmarks/report.py --missed "${measured[@]}" && [ "${BENCH_SCALE:-1}" = 1 ]; then exit 1; fi
