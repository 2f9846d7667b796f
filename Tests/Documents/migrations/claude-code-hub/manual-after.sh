# These have gone, and no others: what came of age meanwhile waits for its schedule.
[ "$(psql hub -c "SELECT count(*) FROM message_request WHERE $by_hand")" = 0 ]
[ "$(cat "$expected/by-hand")" -gt 100 ]
[ "$(psql hub -c "SELECT count(*) FROM message_request")" = "$(($(cat "$expected/all") - $(cat "$expected/by-hand")))" ]
