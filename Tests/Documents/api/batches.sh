# The batches of a run that removes rows.
api "$URL/api/cleanup/run?wait=true" \
    -d '{"tasks":["requests"],"dry_run":false,"filters":{"user_ids":[1,2]}}' > "$DOCS_STATE/printed"
id=$(grep -o '"requests":{.*' "$DOCS_STATE/printed" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
api "$URL/api/cleanup/runs/$id/items"
