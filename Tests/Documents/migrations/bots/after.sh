# The same deletions, and nothing else.
psql bots -c "SELECT id FROM bots ORDER BY id" | diff - "$expected/bots"
psql bots -c "SELECT id FROM results ORDER BY id" | diff - "$expected/results"
docker ps -a --format '{{.Names}}' | sort \
    | diff - <(grep -vxFf "$expected/containers-gone" "$expected/containers-before")
[ "$(docker inspect --format '{{.State.Status}}' bot-95)" = running ]
[ "$(wc -l < "$expected/bots")" = 21 ]
[ "$(wc -l < "$expected/results")" -lt 243 ]
