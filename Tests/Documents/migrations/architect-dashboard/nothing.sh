# Nine tasks, each of which had nothing to remove.
[ "$(grep -c '"remove":0,' "$DOCS_STATE/printed")" = 9 ]
[ "$(wc -l < "$DOCS_STATE/printed")" = 9 ]
