# What the hub's conditions mean, in its own SQL.
by_hand="user_id IN (1, 2, 3) AND status_code BETWEEN 400 AND 499"
psql hub -c "SELECT count(*) FROM message_request WHERE $by_hand" > "$expected/by-hand"
psql hub -c "SELECT count(*) FROM message_request" > "$expected/all"
