#!/usr/bin/env bash
# Attacks the parsers with libFuzzer and AddressSanitizer, two at once, and keeps what it learns in Fuzz/corpus.
# Usage: SECONDS_EACH=60 scripts/fuzz.sh [TARGET...]        (all targets unless some are named)
# FUZZ_KEEP=1 puts the smallest inputs that reach something new into Fuzz/corpus; HANG_SECONDS=10 suits a busy machine.
# A finding is an error: its input is left in .build-fuzz/findings, and the table says how to repeat it.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${SECONDS_EACH:-60}
scratch=${FUZZ_SCRATCH:-.build-fuzz}
findings=.build-fuzz/findings
logs=.build-fuzz/logs
mkdir -p "$findings" "$logs"

# The runtime comes with the toolchain; Package.swift has the target Fuzz only where this is set.
clang=$(dirname "$(command -v swift)")/clang
[ -x "$clang" ] || clang=clang
CLEANUPD_FUZZER=$("$clang" -print-resource-dir)/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a
[ -f "$CLEANUPD_FUZZER" ] || { echo "fuzz.sh: $CLEANUPD_FUZZER is not there; install a toolchain of swift.org" >&2; exit 1; }
export CLEANUPD_FUZZER
swift build -c release --scratch-path "$scratch" --product Fuzz
binary=$(swift build -c release --scratch-path "$scratch" --show-bin-path)/Fuzz

# Swift's own backtraces would take the place of libFuzzer's report, and take long.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=symbolize=0:detect_leaks=0
declare -A longest
while read -r name bytes; do longest[$name]=$bytes; done < <("$binary")
targets=("$@")
[ "${#targets[@]}" -gt 0 ] || mapfile -t targets < <(printf '%s\n' "${!longest[@]}" | sort)

# Exit status 0 = nothing found.
attack() {
    local name=$1 work=$scratch/corpus/$1 options=()
    mkdir -p "$work" "Fuzz/corpus/$name"
    [ ! -f "Fuzz/dictionaries/$name.dict" ] || options+=("-dict=Fuzz/dictionaries/$name.dict")
    FUZZ_TARGET=$name "$binary" -max_len="${longest[$name]}" -max_total_time="$seconds" -timeout="${HANG_SECONDS:-1}" \
        -rss_limit_mb=512 -print_final_stats=1 -artifact_prefix="$findings/$name-" "${options[@]}" \
        "$work" "Fuzz/corpus/$name" > "$logs/$name.log" 2>&1 || return 1
    # The smallest inputs that reach all that was reached, and those that have a name of their own.
    [ "${FUZZ_KEEP:-}" != 1 ] || keep "$name" "$work"
}

keep() {
    FUZZ_TARGET=$1 "$binary" -merge=1 -max_len=256 "Fuzz/corpus/$1" "$2" >> "$logs/$1.log" 2>&1
}

figure() { sed -n "s/^stat::$2: *//p" "$logs/$1.log" | tail -1; }

row() {
    local name=$1 covered found
    covered=$(grep -oE 'cov: [0-9]+' "$logs/$name.log" | tail -1 | cut -c6- || true)
    found=$(find "$findings" -name "$name-*" | wc -l)
    printf '%-12s %12s %9s %9s %7s %9s\n' "$name" "$(figure "$name" number_of_executed_units)" \
        "$(figure "$name" average_exec_per_sec)" "${covered:--}" "$(find "Fuzz/corpus/$name" -type f | wc -l)" "$found"
}

status=0
printf '%-12s %12s %9s %9s %7s %9s\n' target executions exec/s coverage corpus findings
for ((index = 0; index < ${#targets[@]}; index += 2)); do
    pids=()
    for name in "${targets[@]:index:2}"; do
        [ -n "${longest[$name]:-}" ] || { echo "fuzz.sh: there is no target $name" >&2; exit 1; }
        attack "$name" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
    for name in "${targets[@]:index:2}"; do row "$name"; done
done
if [ "$status" -ne 0 ]; then
    echo "Something was found (or a run failed: see $logs). To repeat: FUZZ_TARGET=NAME $binary FILE"
    find "$findings" -type f
fi
exit "$status"
