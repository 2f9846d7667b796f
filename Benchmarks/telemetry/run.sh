#!/bin/sh
# Prints a table: operations of Telemetry beside those of the Go client library of Debian, measured in turn.
# Usage: run.sh BINARY, the release build of Benchmarks/telemetry/swift/main.swift.
# Needs the Debian packages golang-go and golang-github-prometheus-client-golang-dev.
set -eu
binary=${1:?usage: run.sh BINARY}
here=$(cd "$(dirname "$0")" && pwd)
gopath=/usr/share/gocode
if ! command -v go >/dev/null || [ ! -d "$gopath/src/github.com/prometheus/client_golang" ]; then
    echo "The Go client library is missing: apt-get install golang-go golang-github-prometheus-client-golang-dev" >&2
    exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

run_go() {
    GO111MODULE=off GOPROXY=off GOFLAGS= GOPATH="$gopath" GOCACHE="$scratch/cache" \
        go test -bench . -benchtime 0.5s -count 3 "$here/go/telemetry_test.go"
}
# Both twice, one after the other, and the best of each: other load on the machine then counts for neither.
"$binary" >"$scratch/ours"
run_go >"$scratch/go"
"$binary" >>"$scratch/ours"
run_go >>"$scratch/go"

awk '
    function keep(table, name, value) { if (!(name in table) || value < table[name]) table[name] = value }
    FILENAME ~ /ours$/ { value = $NF; name = $0; sub(/ [^ ]*$/, "", name); keep(ours, name, value + 0); next }
    /^Benchmark/ { name = $1; sub(/-[0-9]+$/, "", name); keep(go, name, $3 + 0) }
    # note: what the peer does, where it does less or can be set to do more
    function row(name, peer, limit, note) {
        if (!(name in ours) || !(peer in go)) { print "no figure for " name > "/dev/stderr"; failed = 1; return }
        printf "| %s%s | %.1f | %.1f | %.2f | %s |\n", name, note, ours[name], go[peer], ours[name] / go[peer], limit
    }
    END {
        print "| operation | ns here | ns client_golang | ratio | at most |"
        print "|---|---|---|---|---|"
        row("counter increment", "BenchmarkCounterIncrement", "2")
        row("counter increment by 1.5", "BenchmarkCounterIncrementBy", "2")
        row("histogram observe", "BenchmarkHistogramObserveNative", "1", " (both with native buckets)")
        row("histogram observe", "BenchmarkHistogramObserve", "2", " (native here only)")
        row("histogram observe, spread", "BenchmarkHistogramObserveSpreadNative", "1", " (both with native buckets)")
        row("histogram observe, spread", "BenchmarkHistogramObserveSpread", "2", " (native here only)")
        row("render 10,000 series, text", "BenchmarkRenderText", "1")
        row("render 10,000 series, OpenMetrics", "BenchmarkRenderOpenMetrics", "1")
        row("render 10,000 series, protobuf", "BenchmarkRenderProtobuf", "1")
        exit failed
    }
' "$scratch/ours" "$scratch/go"
