# Nothing has gone.
[ "$(ls /srv/data | grep -c young)" = 30 ]
[ -e /srv/data/replaced ]
