#!/usr/bin/env bash
# Makes what is released, in a folder of its own: the program with the Swift runtime linked in and without symbols, what it
# needs of Debian, manual pages, completions, who wrote what is in it, what it was built from, and checksums. The same commit
# and compiler give the same files but for the program itself, and a program that is given gives the same files always.
#
# Usage: scripts/release.sh [FOLDER]      (default: dist)
#   BINARY        a program that is built already (default: one is built, in .build-release)
#   CHECKOUTS     the packages that it was built from (default: .build-release/checkouts, with workspace-state.json beside it)
#   DYNAMIC=1     takes a BINARY that loads the Swift runtime of this machine: to try these scripts, not to release
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-dist}
SWIFT=${SWIFT:-swift}

fail() {
    echo "release: $*" >&2
    exit 1
}
case "$folder" in -*) fail "the only argument is a folder, see the head of this script" ;; esac
# It is emptied below.
if [ -e "$folder" ] && [ -n "$(ls -A "$folder")" ] && ! [ -f "$folder/SHA256SUMS" ]; then
    fail "$folder holds something else than a release; name another folder"
fi
for tool in readelf strip chrpath dpkg-shlibdeps mandoc; do
    command -v "$tool" > /dev/null || fail "no $tool; scripts/install.sh release"
done

commit=$(git rev-parse HEAD)
# Nobody reads it. But SwiftPM keeps what Package.swift said, the commit too, until the environment is another.
export CLEANUPD_COMMIT=$commit
# Of the commit, so that it is the same whenever it is built.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
date=$(date --utc --date "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
dirty=$([ -z "$(git status --porcelain --untracked-files=no)" ] || echo ", with changes that are not committed")

if [ -n "${BINARY:-}" ]; then
    binary=$BINARY
    checkouts=${CHECKOUTS:-.build/checkouts}
else
    # Never in .build: the flags would make everything there be built anew, twice.
    "$SWIFT" build -c release --product cleanupd --scratch-path .build-release --static-swift-stdlib --disable-local-rpath
    binary=$("$SWIFT" build -c release --scratch-path .build-release --show-bin-path)/cleanupd
    checkouts=${CHECKOUTS:-.build-release/checkouts}
fi
[ -x "$binary" ] || fail "there is no program $binary"
[ -d "$checkouts" ] || fail "there are no packages in $checkouts; name their folder in CHECKOUTS"

rm -rf -- "$folder"  # asked above whether it is ours
mkdir -p "$folder"
strip --strip-all --remove-section=.comment -o "$folder/cleanupd" "$binary"
libraries=$(readelf --dynamic --wide "$folder/cleanupd" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
missing_info=()
if grep -qE '^lib(swift|Foundation|_Foundation|dispatch|BlocksRuntime)' <<< "$libraries"; then
    [ -n "${DYNAMIC:-}" ] || fail "the program loads the Swift runtime: $(grep -E 'swift|Foundation|dispatch' <<< "$libraries" | paste -sd ' ')"
    missing_info=(--ignore-missing-info "-l$(dirname "$(ldd "$binary" | awk '/libswiftCore/ { print $3 }')")")
elif readelf --dynamic "$folder/cleanupd" | grep -qE 'R(UN)?PATH'; then
    # Libraries are looked for where the system keeps them, and nowhere else.
    chrpath --delete "$folder/cleanupd" > /dev/null
fi
chmod 755 "$folder/cleanupd"
version=$("$folder/cleanupd" --version) || fail "the program does not run"
[ -n "${DYNAMIC:-}" ] || [ "$version" = "$(cut -d ' ' -f 1 <<< "$version") ($commit)" ] || fail "the program says that it is $version, not of $commit"

# Which packages of Debian have the libraries; dpkg-shlibdeps wants a debian/control.
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir "$work/debian"
echo 'Source: cleanupd' > "$work/debian/control"
program=$(realpath "$folder/cleanupd")
(cd "$work" && dpkg-shlibdeps "${missing_info[@]}" -O -e"$program" 2> "$work/log") | sed 's/^shlibs:Depends=//' > "$folder/depends" \
    || { cat "$work/log" >&2; fail "a library is of no package"; }
[ -s "$folder/depends" ] || fail "the program needs no library at all, which cannot be"

scripts/man.py "$folder/cleanupd" "$folder/man" --date "$date"
mandoc -T lint -W warning "$folder"/man/*.1 || fail "the manual pages are not clean"
mkdir "$folder/completions"
for shell in bash zsh fish; do
    # They are read by a shell, not run.
    "$folder/cleanupd" --generate-completion-script "$shell" | sed '1{/^#!/d}' > "$folder/completions/cleanupd.$shell"
    [ -s "$folder/completions/cleanupd.$shell" ] || fail "no completions for $shell"
done
scripts/third-party.py "$checkouts" > "$folder/copyright"
{
    echo "version: $version"
    echo "commit: $commit$dirty"
    echo "date: $date"
    echo "compiler: $("$SWIFT" --version 2> /dev/null | head -n 1)"
    echo "machine: $(uname -m), $(. /etc/os-release && echo "$PRETTY_NAME")"
    echo "libraries: $(sort <<< "$libraries" | paste -sd ' ')"
    scripts/third-party.py --versions "$checkouts" | sed 's/^/package: /'
} > "$folder/build"

find "$folder" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
(cd "$folder" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS)
touch --date "@$SOURCE_DATE_EPOCH" "$folder/SHA256SUMS" "$folder"
echo "release: $folder has cleanupd $version, $(stat -c %s "$folder/cleanupd" | numfmt --to=iec-i)B"
