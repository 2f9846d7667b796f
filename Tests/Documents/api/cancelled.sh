# The run ends at its next item; what the page shows is its end.
head -n 1 "$DOCS_STATE/printed" | grep -q '^HTTP/1.1 204'
until grep -q '"state":"ended"' <(api $URL/api/cleanup/runs/$RUN); do sleep 0.1; done
api $URL/api/cleanup/runs/$RUN | tee "$DOCS_STATE/printed"
grep -q '"outcome":"cancelled"' "$DOCS_STATE/printed"
