# shellcheck shell=bash
# What demos that start servers have in common; sourced by them. After it, `binary` is the program, `work` a folder that is
# removed at the end, and what `start` has started ends with the script.

binary=${CLEANUPD_BINARY:-.build/release/cleanupd}
binary=$(realpath -- "$binary")

fail() {
    echo "$(basename -- "$0" .sh): $*" >&2
    exit 1
}
[ -x "$binary" ] || fail "no $binary; make build, or name it in CLEANUPD_BINARY"

# need PACKAGES TOOL...: fails unless all the tools are there
need() {
    local tool
    for tool in "${@:2}"; do
        command -v "$tool" > /dev/null || fail "no $tool; apt-get install $1"
    done
}

# Whether nobody listens there.
is_free() { ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
any_port() { port=$((20000 + RANDOM % 10000)); }
# free_port [PREFERRED]: `port` is that one, or another. Those that were given already are not given twice.
given=" "
free_port() {
    if [ -n "${1:-}" ]; then port=$1; else any_port; fi
    until is_free "$port" && [[ $given != *" $port "* ]]; do any_port; done
    given+="$port "
}

work=$(mktemp -d)
children=()
finish() {
    status=$?
    trap - EXIT
    trap '' INT TERM
    [ "${#children[@]}" -eq 0 ] || kill "${children[@]}" 2> /dev/null || true
    wait
    if [ "$status" -ne 0 ] && [ "$status" -lt 128 ]; then
        tail -n 20 "$work"/*.log >&2 2> /dev/null || true
    fi
    rm -rf -- "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME COMMAND...: in the background; its output goes to a file
start() {
    "${@:2}" >> "$work/$1.log" 2>&1 &
    children+=($!)
}
