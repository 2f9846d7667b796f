#!/usr/bin/env bash
# Attacks the parsers with libFuzzer and AddressSanitizer, two at once, and keeps what it learns in .build-fuzz/corpus (FUZZ_SCRATCH: beneath another folder).
# Usage: SECONDS_EACH=60 scripts/fuzz.sh [TARGET...]        (all targets unless some are named)
# RUNS=22000000: so many executions, divided among the targets, instead of so many seconds each; with both, whichever comes first.
# FUZZ_KEEP=1 puts the smallest inputs that reach something new into Fuzz/corpus; HANG_SECONDS=10 suits a busy machine.
# A finding is an error, but for the other targets, which run on: its input and the log go to .build-fuzz/findings/TARGET,
# and the command that repeats it is printed. A table at the end says how often each target was executed.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${RUNS:-0}
[[ $runs =~ ^[0-9]+$ ]] || { echo "fuzz.sh: RUNS is a number of executions, not $runs" >&2; exit 2; }
seconds=${SECONDS_EACH:-$([ "$runs" -gt 0 ] && echo 0 || echo 60)}
# Less than this, and a target has hardly been attacked: its row is marked.
fewest_each_second=100
scratch=${FUZZ_SCRATCH:-.build-fuzz}
findings=$scratch/findings
logs=$scratch/logs
fresh=$scratch/fresh
mkdir -p "$findings" "$logs"

# The runtime comes with the toolchain; Package.swift has the target Fuzz only where this is set.
clang=$(dirname "$(command -v swift)")/clang
[ -x "$clang" ] || clang=clang
CLEANUPD_FUZZER=$("$clang" -print-resource-dir)/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a
[ -f "$CLEANUPD_FUZZER" ] || { echo "fuzz.sh: $CLEANUPD_FUZZER is not there; install a toolchain of swift.org" >&2; exit 1; }
export CLEANUPD_FUZZER
swift build -c release --scratch-path "$scratch" --product Fuzz
binary=$(swift build -c release --scratch-path "$scratch" --show-bin-path)/Fuzz

# What is freed is kept for a while, so that its use is found: not so much that it counts as memory without end.
# Swift's own backtraces would take the place of libFuzzer's report, and take long.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=symbolize=0:detect_leaks=0:quarantine_size_mb=64
declare -A longest
while read -r name bytes; do longest[$name]=$bytes; done < <("$binary")
targets=("$@")
[ "${#targets[@]}" -gt 0 ] || mapfile -t targets < <(printf '%s\n' "${!longest[@]}" | sort)
for name in "${targets[@]}"; do
    [ -n "${longest[$name]:-}" ] || { echo "fuzz.sh: there is no target $name" >&2; exit 1; }
done
# Both limits hold where both are given; 0 is no limit of seconds to libFuzzer, and -1 none of executions.
each=$([ "$runs" -gt 0 ] && echo $(((runs + ${#targets[@]} - 1) / ${#targets[@]})) || echo -1)

# Exit status 0 = nothing found.
attack() {
    local name=$1 work=$scratch/corpus/$1 options=()
    rm -rf "${fresh:?}/$name"
    mkdir -p "$work" "Fuzz/corpus/$name" "$fresh/$name"
    [ ! -f "Fuzz/dictionaries/$name.dict" ] || options+=("-dict=Fuzz/dictionaries/$name.dict")
    FUZZ_TARGET=$name "$binary" -max_len="${longest[$name]}" -max_total_time="$seconds" -runs="$each" \
        -timeout="${HANG_SECONDS:-1}" -rss_limit_mb=512 -print_final_stats=1 -artifact_prefix="$fresh/$name/" "${options[@]}" \
        "$work" "Fuzz/corpus/$name" > "$logs/$name.log" 2>&1 || return 1
    # Adds the smallest inputs that reach something new, and takes none away.
    [ "${FUZZ_KEEP:-}" != 1 ] || keep "$name" "$work"
}

keep() {
    FUZZ_TARGET=$1 "$binary" -merge=1 -max_len=256 "Fuzz/corpus/$1" "$2" >> "$logs/$1.log" 2>&1
}

# Says what a target that failed has left, and moves it to where no other run writes over it.
tell() {
    local name=$1 input found=0
    for input in "$fresh/$name"/*; do
        [ -f "$input" ] || continue
        mkdir -p "$findings/$name"
        cp "$logs/$name.log" "$findings/$name/$(basename "$input").log"
        mv "$input" "$findings/$name/"
        found=$((found + 1))
        echo "FOUND in $name; to repeat: FUZZ_TARGET=$name $binary $findings/$name/$(basename "$input")"
    done
    kept[$name]=$found
    [ "$found" -gt 0 ] || { echo "FAILED in $name without an input; the end of $logs/$name.log:"; tail -n 5 "$logs/$name.log"; }
}

figure() { sed -n "s/^stat::$2: *//p" "$logs/$1.log" | tail -1; }

row() {
    local name=$1 covered executed rate mark=
    covered=$(grep -aoE 'cov: [0-9]+' "$logs/$name.log" | tail -1 | cut -c6- || true)
    executed=$(figure "$name" number_of_executed_units) rate=$(figure "$name" average_exec_per_sec)
    # A run of less than a second has a rate of 0.
    [ "${rate:-0}" -gt 0 ] || mark=${executed:-0}
    [ "${mark:-${rate:-0}}" -ge "$fewest_each_second" ] && mark='' || mark=few
    total=$((total + ${executed:-0}))
    printf "$columns" "$name" "${executed:--}" "${rate:--}" "${covered:--}" \
        "$(find "Fuzz/corpus/$name" -type f | wc -l)" "${kept[$name]:-0}" "$mark"
}

status=0 total=0
declare -A kept
columns='%-12s %12s %9s %9s %7s %9s %s\n'
for ((index = 0; index < ${#targets[@]}; index += 2)); do
    pids=() names=("${targets[@]:index:2}")
    echo "$((index + 1)) of ${#targets[@]}: ${names[*]}"
    for name in "${names[@]}"; do
        attack "$name" &
        pids+=($!)
    done
    for at in "${!pids[@]}"; do wait "${pids[at]}" || { status=1; tell "${names[at]}"; }; done
done
printf "$columns" target executions exec/s coverage corpus findings ''
for name in "${targets[@]}"; do row "$name"; done
printf "$columns" all "$total" '' '' '' '' ''
[ "$status" -eq 0 ] || echo "Something was found, or a run failed: see FOUND and FAILED above"
exit "$status"
