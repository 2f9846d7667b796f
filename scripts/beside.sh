#!/usr/bin/env bash
# Runs two commands side by side: one that keeps processors busy, at the lowest priority, and one that mostly waits.
#   scripts/beside.sh 'BUSY COMMAND' 'WAITING COMMAND'
# What the busy one says is shown when the other has ended. Fails if either fails; if the waiting one does, the busy one is ended.
set -euo pipefail

said=$(mktemp)
# A process group of its own, so that all that it started ends with it.
set -m
nice -n 19 bash -euo pipefail -c "$1" > "$said" 2>&1 &
busy=$!
set +m
end() {
    kill -- "-$busy" 2> /dev/null || true
    wait "$busy" 2> /dev/null || true
    cat "$said"
    rm -f "$said"
}
trap end EXIT

bash -euo pipefail -c "$2"
wait "$busy"
