# The same deletions, but for the rows that have come of age between the two looks: one every nine minutes, and ten.
same() { # FILE QUERY N: what is left is what was to be left, less at most N that were the next in turn
    local difference=$DOCS_STATE/difference
    ! diff <(psql hub -c "$2") "$1" > "$difference" || return 0
    ! grep -q '^<' "$difference" && [ "$(grep -c '^>' "$difference")" -le "$3" ] || { cat "$difference"; return 1; }
}
same "$expected/requests" "SELECT id FROM message_request ORDER BY id" 1
same "$expected/probes" "SELECT id FROM provider_endpoint_probe_logs ORDER BY id" 10
[ "$(wc -l < "$expected/requests")" -lt 7300 ] && [ "$(wc -l < "$expected/probes")" -lt 1500 ]
ls /srv/hub/tmp | diff - <(grep -vxFf "$expected/files-gone" "$expected/files-before")
redis-cli --raw keys '*' | sort | diff - <(printf '%s\n' other session:alive session:fresh)
