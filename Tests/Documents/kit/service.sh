# api PATH [CURL ARGUMENTS]: a call of the running service, which must be answered well
api() { curl -sS --fail-with-body -H 'Content-Type: application/json' "http://127.0.0.1:9847$1" "${@:2}"; }
# json EXPRESSION: of the document that comes by the standard input, as `it`
json() { python3 -c 'import json, sys; it = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
# holds EXPRESSION: whether it is true of that document; says so if it is not
holds() { python3 -c 'import json, sys; it = json.load(sys.stdin); assert eval(sys.argv[1]), it' "$1"; }
# shown SERIES: its value on /metrics
shown() { curl -sSf http://127.0.0.1:9847/metrics | sed -n "s/^$1 //p"; }
