# As the page says: 10 bots and 33 results.
[ "$(psql bots_sample -XAtc 'SELECT count(*) FROM bots')" = 18 ]
[ "$(psql bots_sample -XAtc 'SELECT count(*) FROM results')" = 227 ]
