# A slow run, and another one beside it.
api -d '{"tasks":["bulk"],"dry_run":false}' $URL/api/cleanup/run > "$DOCS_STATE/printed"
RUN=$(value id)
sleep 1        # it takes twenty times that long
api -d '{"tasks":["bulk"],"dry_run":false}' $URL/api/cleanup/run
