#!/usr/bin/env bash
# Installs the Debian packages that a step needs and that are missing. Downloads from Debian's mirrors only.
# Usage: scripts/install.sh [build|release|deb|test|deploy|bench]      (each includes build; deb: release; deploy: deb and test; bench: test)
set -euo pipefail

build=(zlib1g-dev libdeflate-dev libpq-dev libsqlite3-dev libhiredis-dev pkg-config)
test=("${build[@]}" docker.io chromium-headless-shell gcc libc6-dev memcached prometheus prometheus-alertmanager python3-venv faketime gzip e2fsprogs xfsprogs btrfs-progs strace util-linux curl openssl postgresql sqlite3 redis-server redis-sentinel redis-tools iproute2 systemd)
release=("${build[@]}" binutils chrpath dpkg-dev git mandoc python3)
deb=("${release[@]}" lintian)
deploy=("${test[@]}" "${deb[@]}" mmdebstrap groff-base python3-seccomp zsh fish)
bench=("${test[@]}" liburing-dev pigz fd-find tmpreaper logrotate rclone postgresql-15-partman prometheus-node-exporter golang-go golang-github-prometheus-client-golang-dev)

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

case "${1:-build}" in
    build) wanted=("${build[@]}") ;;
    release) wanted=("${release[@]}") ;;
    deb) wanted=("${deb[@]}") ;;
    test) wanted=("${test[@]}") ;;
    deploy) wanted=("${deploy[@]}") ;;
    bench) wanted=("${bench[@]}") ;;
    *) fail "unknown step \"$1\"; say build, release, deb, test, deploy or bench" ;;
esac

command -v swift > /dev/null \
    || fail "no 'swift' in PATH; install a Swift toolchain of 6.2 or newer (built here with 6.3) from https://www.swift.org/install/linux/"
command -v dpkg-query > /dev/null \
    || fail "this is not Debian; install the counterparts of: ${wanted[*]}"

missing=()
for name in "${wanted[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2> /dev/null) || status=absent
    [ "$status" = installed ] || missing+=("$name")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || fail "run as root, or install sudo, or install yourself: ${missing[*]}"
    as_root=(sudo)
fi

echo "Installing: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" > "$log" 2>&1 \
        || { cat "$log" >&2; fail "apt-get $1 failed (see above)"; }
}
apt update -qq
apt install -y -qq --no-install-recommends "${missing[@]}"
