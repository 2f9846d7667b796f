# A run of a plan, one of whose files was replaced meanwhile.
api -d '{"tasks":["logs"]}' $URL/api/cleanup/plans > "$DOCS_STATE/printed"
PLAN=$(value id) RUN=$(value run)
touch /srv/data/logs/app-4.log
api -X POST "$URL/api/cleanup/plans/$PLAN/apply?wait=true" > /dev/null
