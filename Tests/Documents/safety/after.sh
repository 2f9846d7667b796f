# What was planned and unchanged has gone; the rest is there.
[ ! -e /srv/data/old ]
[ "$(cat /srv/data/replaced)" = changed ]
[ -e /srv/data/snapshots/kept ]
[ -e /srv/elsewhere/canary ]
[ -L /srv/data/link ]
[ "$(ls /srv/data | grep -c young)" = 30 ]
grep -q '"item":"replaced".*"outcome":"changed"' "$DOCS_STATE/printed"
