# The copy says 15, 10, 10 and the others' own; and each environment goes by its own number: with 3 of prod, 9 of its 12 would go.
grep -oE '(prod|qa|dev|test): \{ last: [0-9]+ \}' /etc/cleanupd/once.yaml | paste -sd ' ' \
    | grep -Fx 'prod: { last: 15 } qa: { last: 10 } dev: { last: 10 } test: { last: 2 }'
grep '"remove":0,' "$DOCS_STATE/printed" > /dev/null
sed -i 's/prod: { last: 15 }/prod: { last: 3 }/' /etc/cleanupd/once.yaml
command cleanupd run backups --config /etc/cleanupd/once.yaml --json \
    | sed -n 's/.*"verdict":"remove".*"group":"\([a-z]*\)".*/\1/p' | sort | uniq -c | tr -s ' ' > "$DOCS_STATE/once"
grep -Fx ' 9 prod' "$DOCS_STATE/once"
[ "$(wc -l < "$DOCS_STATE/once")" = 1 ]
