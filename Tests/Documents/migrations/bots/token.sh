# Two calls were answered, one dry and one not; by nobody else, and not with the token that the old documents show to everybody.
grep -o '"dry_run":[a-z]*,"id"' "$DOCS_STATE/printed" | paste -sd ' ' | grep -Fx '"dry_run":true,"id" "dry_run":false,"id"'
answer() { curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:9847$1" "${@:2}"; }
[ "$(answer /api/cleanup/status)" = 401 ]
[ "$(answer /api/cleanup/run -H 'Content-Type: application/json' -d '{"dry_run":true}')" = 401 ]
[ "$(answer /api/cleanup/status -H 'Authorization: Bearer admin-secret-token')" = 401 ]
[ "$(answer /metrics)" = 200 ]
# Who it was stands in the record of calls.
curl -sS --fail-with-body "http://127.0.0.1:9847/api/cleanup/calls?limit=2" -H "Authorization: Bearer $CLEANUPD_TOKEN" \
    | holds '[(one["call"], one["who"], one["status"]) for one in it["calls"]] == [("POST /api/cleanup/run", "admin", 200)] * 2'
# A weaker role may look, and no more.
(umask 077; openssl rand -hex 24 > /etc/cleanupd/view.token)
sed -i 's|^  tokens: {|& dashboard: { role: view, file: /etc/cleanupd/view.token },|' /etc/cleanupd/cleanup.yaml
cleanupd serve
view="Authorization: Bearer $(cat /etc/cleanupd/view.token)"
[ "$(answer /api/cleanup/status -H "$view")" = 200 ]
[ "$(answer /api/cleanup/run -H "$view" -H 'Content-Type: application/json' -d '{"dry_run":true}')" = 403 ]
