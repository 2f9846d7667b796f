# The page's own call, with the word that it says. Nothing had gone before.
[ "$(psql hub -c "SELECT count(*) FROM message_request")" = "$(cat "$expected/all")" ]
sed -n "/^curl .* -d '{$/,/^\`\`\`$/p" "$DOCS_STATE/block" | sed -e '/^```$/d' -e 's/"dry_run": true/"dry_run": false/' > "$DOCS_STATE/manual.sh"
grep -cF '"dry_run": false' "$DOCS_STATE/manual.sh" | grep -x 1 > /dev/null
. "$DOCS_STATE/manual.sh"
# These have gone, and no others: what came of age meanwhile waits for its schedule.
[ "$(psql hub -c "SELECT count(*) FROM message_request WHERE $by_hand")" = 0 ]
[ "$(cat "$expected/by-hand")" -gt 100 ]
[ "$(psql hub -c "SELECT count(*) FROM message_request")" = "$(($(cat "$expected/all") - $(cat "$expected/by-hand")))" ]
