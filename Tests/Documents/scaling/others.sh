# Two more of them; the work is done once, and by somebody.
for port in 9848 9849; do
    PORT=$port command cleanupd serve > "$DOCS_STATE/replica-$port.log" 2>&1 &
    until curl -sf -o /dev/null "http://127.0.0.1:$port/readyz"; do sleep 0.1; done
done
left() { psql app -XAtc 'SELECT count(*) FROM (TABLE one UNION ALL TABLE two UNION ALL TABLE three) AS rows'; }
for _ in $(seq 300); do [ "$(left)" != 0 ] || break; sleep 0.1; done
[ "$(left)" = 0 ]
psql app -XAtc 'SELECT count(*) FROM cleanupd_fence' > /dev/null
leaders=$(for port in 9847 9848 9849; do curl -sS "http://127.0.0.1:$port/metrics"; done | grep -c '^cleanup_leader 1$')
[ "$leaders" = 1 ]
