# Nobody serves, and the application is to the letter what it was.
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9847/healthz || true)" = 000 ]
cmp /srv/chatterbox/main.py "$DOCS_STATE/main.py"
[ "$(application)" = 'old calls answered old service started up' ]
ls -A /srv/chatterbox | paste -sd ' ' | grep -Fx 'main.py recovery_storage recovery_tokens.json'
