# A run that takes twenty seconds.
for number in $(seq 400); do echo slow > "/srv/data/slow/$number"; done
find /srv/data/slow -type f -exec touch -d '2 days ago' {} +
curl -sSf -H 'Content-Type: application/json' -d '{"tasks":["slow"],"dry_run":false}' \
    http://127.0.0.1:9847/api/cleanup/run > "$DOCS_STATE/begun"
RUN=$(grep -o '"id":"[^"]*"' "$DOCS_STATE/begun" | head -n 1 | cut -d '"' -f 4)
until grep -q '"active":\[{' <(curl -sSf http://127.0.0.1:9847/api/cleanup/status); do sleep 0.1; done
