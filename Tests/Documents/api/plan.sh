# Which plan it is; the page shows its answer as it was printed.
PLAN=$(value id)
head -n 1 "$DOCS_STATE/printed" | grep -q '^HTTP/1.1 201'
