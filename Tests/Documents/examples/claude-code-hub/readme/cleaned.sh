# Rows of 30 days, and what an import may still need.
[ "$(psql hub_sample -XAtc "SELECT count(*) FROM message_request WHERE created_at < now() - interval '31 days'")" = 0 ]
[ "$(ls "$sample" | grep -c '\.dump$')" = 3 ]
