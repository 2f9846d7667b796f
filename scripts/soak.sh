#!/usr/bin/env bash
# Runs rows of docs/faults.md, one after the other, at the numbers that CLEANUPD_SOAK asks for, and says how long each
# took. Goes on after a row that failed, and fails at the end.
# Usage: scripts/soak.sh [ROW...]      (without rows: all)
set -uo pipefail
cd "$(dirname "$0")/.."

rows=("$@")
if [ "${#rows[@]}" -eq 0 ]; then mapfile -t rows < <(scripts/faults.py --rows); fi
# One seed for all rows, so that one number repeats them.
export CLEANUPD_SEED=${CLEANUPD_SEED:-$((RANDOM * 32768 + RANDOM + 1))}
folder=.build/soak
mkdir -p "$folder"
echo "CLEANUPD_SOAK=${CLEANUPD_SOAK:-} CLEANUPD_SEED=$CLEANUPD_SEED; what the tests say is in $folder"
failed=()
for row in "${rows[@]}"; do
    filter=$(scripts/faults.py "$row") || { failed+=("$row"); continue; }
    begin=$SECONDS
    if ${SWIFT:-swift} test --skip-build --no-parallel --filter "$filter" > "$folder/$row.log" 2>&1 \
        && grep -qE 'Test run with [1-9][0-9]* tests?' "$folder/$row.log"; then
        end="held"
    else
        end="FAILED, see $folder/$row.log"
        failed+=("$row")
    fi
    printf '%-4s %7d s  %s\n' "$row" $((SECONDS - begin)) "$end"
done
[ "${#failed[@]}" -eq 0 ] || { echo "failed: ${failed[*]}"; exit 1; }
