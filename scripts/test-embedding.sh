#!/usr/bin/env bash
# Builds examples/embedding as what it is, a package of somebody else that depends on this one, and runs it on files.
# Everything that the engine needs is built anew for it, into .build/embedding: some minutes at the first time.
# BINARY=FILE: runs that program instead, and builds none.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "test-embedding: $*" >&2; exit 1; }
# The same versions of the same libraries as beneath our own tests.
[ ! -f Package.resolved ] || cp Package.resolved examples/embedding/Package.resolved
build=("${SWIFT:-swift}" build --package-path examples/embedding --scratch-path "$PWD/.build/embedding" --product Embedding)
if [ -z "${BINARY:-}" ]; then
    "${build[@]}"
    BINARY=$("${build[@]}" --show-bin-path)/Embedding
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/files"
touch "$work/files/new"
touch -d '10 days ago' "$work/files/old" "$work/files/old.keep"

"$BINARY" "$work/files" > "$work/dry"
grep -qx 'remove old: older than 7d' "$work/dry" || fail "the plan is another one: $(head -n 5 "$work/dry")"
grep -qx 'keep old.keep: kept: matches \*.keep' "$work/dry" || fail "it does not say what it keeps"
[ "$(ls "$work/files" | wc -l)" = 3 ] || fail "a dry run has removed something"
"$BINARY" "$work/files" --force > "$work/real"
[ "$(ls "$work/files")" = $'new\nold.keep' ] || fail "there is left: $(ls "$work/files")"
grep -qx 'cleanup_files_deleted_total 1' "$work/real" || fail "it is not counted"
grep -qx 'embedding_runs_total 1' "$work/real" || fail "its own metric is not there"
echo "test-embedding: built, run dry and for real"
