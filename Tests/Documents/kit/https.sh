# serve_https MORE-OF-http: a service with one task and tokens, for browsers that know it by a name of the page.
serve_https() {
    local name
    mkdir -p secrets state /srv/data
    for name in view admin; do head -c 24 /dev/urandom | base64 | tr -d '\n' > "secrets/$name"; done
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=cleanupd -keyout key.pem -out chain.pem 2> "$DOCS_STATE/openssl"
    cat > cleanup.yaml << END
state: sqlite:state/state.db
http:
  listen: 127.0.0.1:443
  tokens: { viewer: { role: view, file: secrets/view }, anna: { role: admin, file: secrets/admin } }
  tls: { certificate: chain.pem, key: key.pem }
$1
connections: { data: { url: file:///srv/data } }
cycles: { nightly: { schedule: "0 2 * * *", tasks: [files] } }
tasks: { files: { files: { in: data }, remove: { older_than: 30d } } }
END
    export DOCS_SERVICE=https://127.0.0.1
    cleanupd serve
}
in_browser() { PYTHONPATH=$DOCS_WORK/cleanupd/Tests/Documents/kit "$CLEANUPD_PYTHON" -B - "$@"; }
