# The same deletions, but for the rows that have come of age between the two looks: one every nine minutes, and ten.
same() { # FILE QUERY N: what is left is what was to be left, less at most N that were the next in turn
    local difference=$DOCS_STATE/difference
    ! diff <(psql hub -c "$2") "$1" > "$difference" || return 0
    ! grep -q '^<' "$difference" && [ "$(grep -c '^>' "$difference")" -le "$3" ] || { cat "$difference"; return 1; }
}
same "$expected/requests" "SELECT id FROM message_request ORDER BY id" 1
same "$expected/probes" "SELECT id FROM provider_endpoint_probe_logs ORDER BY id" 10
[ "$(wc -l < "$expected/requests")" -lt 7300 ]
[ "$(wc -l < "$expected/probes")" -lt 2900 ]
ls /srv/hub/tmp | diff - <(grep -vxFf "$expected/files-gone" "$expected/files-before")
redis-cli -n 2 --raw keys '*' | sort | diff - "$expected/keys"
# No batch was larger than the hub's own may be.
largest() { # TASK ROWS: all batches have at most as many, and there was more than one
    local all=$(sed -n "s/^cleanup_db_batch_rows_count{task=\"$1\",engine=\"postgres[^}]*} //p" /var/lib/cleanupd/run.prom)
    local small=$(sed -n "s/^cleanup_db_batch_rows_bucket{task=\"$1\",engine=\"postgres.*le=\"$2\"} //p" /var/lib/cleanupd/run.prom)
    [ "$all" = "$small" ] && [ "$all" -gt 1 ]
}
largest message_requests 1000
largest probe_logs 100
