# One was changed and stays, the rest has gone; and a plan is applied once.
grep -q '"changed":1,.*"deleted":1,.*"changed":0,.*"deleted":2' "$DOCS_STATE/printed"
[ -e /srv/data/logs/app-4.log ]
[ ! -e /srv/data/logs/app-5.log ]
[ "$(ls /srv/data/uploads)" = 1 ]
api -X POST "$URL/api/cleanup/plans/$PLAN/apply?wait=true" | tee "$DOCS_STATE/printed"
grep -q 'has been applied already' "$DOCS_STATE/printed"
