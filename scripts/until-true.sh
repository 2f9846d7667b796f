# shellcheck shell=bash
# Sourced by scripts that wait for something.

# until_true SECONDS COMMAND...: waits until it succeeds, and for no longer than that
until_true() {
    for _ in $(seq $((10 * $1))); do
        ! "${@:2}" > /dev/null 2>&1 || return 0
        sleep 0.1
    done
    return 1
}
