# Which one it is.
JOB=$(grep -o '"id":"doomed@[^"]*"' "$DOCS_STATE/printed" | cut -d '"' -f 4)
[ -n "$JOB" ]
