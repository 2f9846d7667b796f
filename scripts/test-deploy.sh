#!/usr/bin/env bash
# Installs, runs and removes what is shipped, in folders that debootstrap makes, without Docker and without systemd:
#   image     the steps of deploy/container, then the program as the Dockerfile says, on a read-only root
#   package   install, upgrade, run by the unit's ExecStart= as the unit says (scripts/as-unit.py), scrape, remove, purge
#   compose   the configurations of deploy/compose, read by real servers (scripts/test-compose.py)
#
# Usage, as root: scripts/test-deploy.sh [RELEASE]      (what scripts/release.sh made)
#   BINARY    without RELEASE: a program that is built already; it may load the Swift runtime of this machine
#   ONLY      one of the words above
#   BASE      a folder that debootstrap has made already
# Traffic of the services stays in a network namespace of their own. Debian's mirror is the one that apt has here.
set -euo pipefail
cd "$(dirname "$0")/.."
only=${ONLY:-image package compose}
[ "$(id -u)" -eq 0 ] || { echo "test-deploy: this mounts and changes roots; run it as root" >&2; exit 1; }
# Mounts are gone when this ends, however it does; services see nothing but each other.
[ -n "${CLEANUPD_ISOLATED:-}" ] || CLEANUPD_ISOLATED=1 exec unshare --mount --propagation private -- "$0" "$@"

fail() {
    echo "test-deploy: $*" >&2
    exit 1
}
work=$(mktemp -d)
chmod 755 "$work"
children=()
finish() {
    status=$?
    trap - EXIT
    [ "${#children[@]}" -eq 0 ] || kill -KILL "${children[@]}" 2> /dev/null || true
    { wait; } 2> /dev/null
    if [ "$status" -ne 0 ]; then tail -n 15 "$work"/*.log >&2 || true; fi
    # Mounts of this namespace only; never through one of them.
    mount | awk -v at="$work/" 'index($3, at) == 1 { print $3 }' | sort -r | xargs -r umount --lazy 2> /dev/null || true
    rm -rf --one-file-system -- "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 143' INT TERM
say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
# quietly COMMAND...: its output is shown only if it fails
quietly() { "$@" > "$work/quiet.log" 2>&1 || fail "failed: $*"; }
# alone COMMAND...: in the network namespace of the services
ip netns list > /dev/null 2>&1 || fail "no ip; scripts/install.sh deploy"
unshare --net sleep infinity & children+=($!)
network=$!
# In the background as it is and not as a function, so that $! is the service itself.
in_network=(nsenter --target "$network" --net --)
alone() { "${in_network[@]}" "$@"; }
until [ "$(readlink "/proc/$network/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
alone ip link set lo up
ask() { alone curl --silent --show-error --fail --max-time 20 "$@"; }
# says PATTERN PATH: whether a line of the service's answer matches it
says() { ask "http://127.0.0.1:9847$2" > "$work/answer" && grep -qE "$1" "$work/answer"; }
# until_true SECONDS COMMAND...
until_true() {
    for _ in $(seq $((10 * $1))); do
        ! "${@:2}" > /dev/null 2>&1 || return 0
        sleep 0.1
    done
    return 1
}

release=${1:-}
if [ -z "$release" ]; then
    release=$work/release
    quietly env DYNAMIC=1 scripts/release.sh "$release"
fi
release=$(realpath "$release")
(cd "$release" && sha256sum --quiet --check SHA256SUMS) || fail "$release is not as scripts/release.sh left it"

base=${BASE:-$work/base}
mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "bookworm" && $2 == "main" { print $3; exit }')
if [ -z "${BASE:-}" ]; then
    quietly debootstrap --variant=minbase bookworm "$base" "${mirror:-http://deb.debian.org/debian}"
    cp --dereference /etc/resolv.conf "$base/etc/resolv.conf"
fi
say "a Debian 12 of its own, $(du -sm "$base" | cut -f 1) MB"

# system NAME: a copy of it, $work/NAME, whose changes lie in $work/NAME.changes; for a program that needs it, with this
# machine's Swift runtime at the place where the program looks for it
system() {
    mkdir "$work/$1" "$work/$1.changes" "$work/$1.work"
    mount -t overlay -o "lowerdir=$base,upperdir=$work/$1.changes,workdir=$work/$1.work" overlay "$work/$1"
    mount -t proc proc "$work/$1/proc"
    local folder
    ldd "$release/cleanupd" | awk '/libswift|libFoundation|libdispatch|libBlocksRuntime|lib_Foundation/ { print $3 }' | while read -r library; do
        folder=$work/$1$(dirname "$library")
        mkdir -p "$folder"
        cp "$library" "$folder"
    done
}
inside() { chroot "$work/$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "${@:2}"; }
# ends PID: SIGTERM ends it with 0, within the ten seconds that are promised
ends() {
    local began=$EPOCHREALTIME status=0
    kill -TERM "$1"
    wait "$1" || status=$?
    [ "$status" -eq 0 ] || fail "it ended with $status"
    awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { exit b - a > 10 }' || fail "it took more than ten seconds to end"
}

# last_stage NAME: a system in which the last stage of the Dockerfile was done
last_stage() {
    system "$1"
    local root=$work/$1
    mkdir -p "$root/mnt/release" "$root/mnt/deploy"
    mount --bind "$release" "$root/mnt/release"
    mount --bind deploy "$root/mnt/deploy"
    quietly inside "$1" bash /mnt/deploy/container/install.sh /mnt/release /mnt/deploy
    umount "$root/mnt/release" "$root/mnt/deploy"
}

image() {
    last_stage image
    local root=$work/image
    mkdir -p "$root/run/secrets/cleanupd"
    say "image: the steps of the Dockerfile, $(du -smx "$root.changes" | cut -f 1) MB more"

    # The configurations that other files bring, by the program itself.
    scripts/deploy-configurations.py "$root/run/secrets" "$root/etc/cleanupd"
    for name in kubernetes compose; do
        quietly inside image BUNDLES_BUCKET=bundles BUNDLES_ENDPOINT=https://s3.example.org \
            cleanupd check --offline --config "/etc/cleanupd/$name.yaml"
    done
    mkdir "$root/srv/data"

    # As Docker does: the Dockerfile's user and environment, no capabilities, root read-only, a volume, a tmpfs.
    mapfile -t variables < <(sed -n '/^ENV/,/[^\\]$/p' deploy/container/Dockerfile | grep -oE '[A-Z_]+=[^ ]+')
    local user
    user=$(sed -n 's/^USER \([0-9]*\):.*/\1/p' deploy/container/Dockerfile)
    mount --bind "$root" "$root"
    mount -t tmpfs -o "mode=700,uid=$user,gid=$user" tmpfs "$root/var/lib/cleanupd"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for device in null zero random urandom; do touch "$root/dev/$device" && mount --bind "/dev/$device" "$root/dev/$device"; done
    mount -o remount,bind,ro "$root"
    ! touch "$root/usr/touched" 2> /dev/null || fail "the image's root can be written to"
    # chroot(2) is root's: change it first, then the user.
    local run=(chroot "$root" setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all
        --inh-caps=-all env -i --chdir=/var/lib/cleanupd PATH=/usr/sbin:/usr/bin:/sbin:/bin "${variables[@]}")
    ! alone "${run[@]}" cleanupd-healthcheck 2> /dev/null || fail "the health check finds a service that is not there"
    "${in_network[@]}" "${run[@]}" cleanupd serve > "$work/image.log" 2>&1 & children+=($!)
    local pid=$!
    until_true 60 alone "${run[@]}" cleanupd-healthcheck || fail "the health check does not find the service"
    says '^cleanup_build_info' /metrics || fail "no metrics"
    says landlock /healthz || fail "the service is not contained"
    [ "$(stat -c %u "/proc/$pid")" = "$user" ] || fail "it runs as another user"
    [ -e "$root/var/lib/cleanupd/state.db" ] || fail "its state is not on the volume"
    ends "$pid"
    ! alone "${run[@]}" cleanupd-healthcheck 2> /dev/null || fail "the health check finds a service that has ended"
    say "image: starts as user $user on a read-only root, says that it is alive, answers a scrape, ends"
}

# files NAME: all that is there but what apt and dpkg keep for themselves, and what is gone at the next start
files() {
    (cd "$work/$1" && find . -xdev \( -path ./proc -o -path ./run -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \) -prune \
        -o -printf '%P\n' | grep -vE '^(etc/(passwd|group|shadow|gshadow|subuid|subgid)-?|etc/\.pwd\.lock)$' | LC_ALL=C sort)
}
# unit: starts the service in $work/package as its unit says; its process is $pid
unit() {
    "${in_network[@]}" unshare --mount --propagation private scripts/as-unit.py "$work/package" cleanupd.service \
        >> "$work/package.log" 2>&1 & children+=($!)
    pid=$!
    until_true 60 ask http://127.0.0.1:9847/readyz || fail "the service does not start as its unit says"
}
# run DRY: one run of all tasks by hand; its answer
run() {
    ask -X POST -H 'Content-Type: application/json' -d "{\"dry_run\":$1}" 'http://127.0.0.1:9847/api/cleanup/run?wait=true'
}

package() {
    system package
    local root=$work/package old new data=$work/package/srv/data
    VERSION=0.0.1 COMPRESSION=gzip:1 quietly scripts/deb.sh "$release" "$work/deb"
    COMPRESSION=gzip:1 quietly scripts/deb.sh "$release" "$work/deb"
    old=$(ls "$work"/deb/cleanupd_0.0.1_*.deb)
    new=$(ls "$work"/deb/cleanupd_*.deb | grep -vF "$old")
    COMPRESSION=gzip:1 quietly scripts/deb.sh "$release" "$work/again"
    cmp "$new" "$work/again/${new##*/}" || fail "the same release gives another package"
    # A program that loads this machine's Swift runtime says where; one that is released does not.
    local suppressed=()
    [ ! -e "$work/release" ] || suppressed=(--suppress-tags custom-library-search-path)
    quietly lintian --fail-on error --allow-root "${suppressed[@]}" "$new"
    (cd "$work/deb" && sha256sum --quiet --check "${new##*/}.sha256") || fail "the package's checksum is another one"
    for page in "$release"/man/*.1; do
        [ -z "$(groff -man -ww -z -Tutf8 "$page" 2>&1)" ] || fail "groff has something to say about $page"
    done
    say "package: ${new##*/}, lintian has no errors"

    # What it depends on stays when it goes, so it is there before.
    quietly inside package apt-get update -qq
    quietly inside package apt-get satisfy -y -qq --no-install-recommends "$(dpkg-deb --field "$old" Depends)"
    printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    cp "$old" "$new" "$root/root"
    files package > "$work/before"
    cp "$root/etc/passwd" "$work/passwd"

    quietly inside package dpkg --install "/root/${old##*/}"
    [ "$(stat -c %a:%U "$root/var/lib/cleanupd")" = "700:$(stat -c %U "$root/var/lib/cleanupd")" ] || fail "its state can be read by others"
    inside package cleanupd check --offline --config /etc/cleanupd/cleanup.yaml > "$work/quiet.log" || fail "its configuration is refused"
    inside package bash -c '. /usr/share/bash-completion/completions/cleanupd && complete -p cleanupd' > /dev/null || fail "bash completes nothing"

    # A dry run removes nothing; then it may, but the unit lets it change nothing there; then a drop-in does.
    mkdir -p "$data/tmp" "$data/logs"
    touch -d '30 days ago' "$data/tmp/old" "$data/tmp/older"
    touch "$data/tmp/new"
    seq 1000 > "$data/logs/app.log"
    touch -d '30 days ago' "$data/logs/app.log"
    chown -R --reference="$root/var/lib/cleanupd" "$data/tmp" "$data/logs"
    unit
    run false > "$work/answer"
    [ -e "$data/tmp/old" ] || fail "the default configuration removes files"
    ends "$pid"
    echo 'CLEANUP_DRY_RUN=false' >> "$root/etc/default/cleanupd"
    unit
    # What this run says does not matter, as long as it does not say that all is well.
    run false > "$work/answer"
    ! grep -q '"outcome":"success"' "$work/answer" || fail "nothing was removed, and it was called a success"
    [ -e "$data/tmp/old" ] || fail "the unit lets it remove files beyond ReadWritePaths="
    ends "$pid"

    quietly inside package dpkg --force-confold --install "/root/${new##*/}"
    grep -qx 'CLEANUP_DRY_RUN=false' "$root/etc/default/cleanupd" || fail "the upgrade has lost what the administrator wrote"
    mkdir -p "$root/etc/systemd/system/cleanupd.service.d"
    inside package cleanupd check --systemd --config /etc/cleanupd/cleanup.yaml \
        > "$root/etc/systemd/system/cleanupd.service.d/paths.conf" || fail "check writes no drop-in"
    unit
    says 'landlock [0-9]+, system calls filtered' /healthz || fail "under the unit it is contained less: $(cat "$work/answer")"
    run false > "$work/answer"
    [ ! -e "$data/tmp/old" ] && [ ! -e "$data/tmp/older" ] && [ -e "$data/tmp/new" ] || fail "it removed something else: $(ls "$data/tmp")"
    [ ! -e "$data/logs/app.log" ] && [ "$(zcat "$data/logs/app.log.gz" | wc -l)" = 1000 ] || fail "the log was not compressed"
    says '^cleanup_temporary_files_deleted_total 2$' /metrics || fail "the metrics do not say so"
    ! grep -E 'containment_incomplete|open_files_low' "$work/package.log" || fail "the unit takes away what the service needs"
    ends "$pid"
    rm -rf "$data" "$root/etc/systemd/system/cleanupd.service.d"
    say "package: installed, upgraded, run as its unit says: 2 files removed, 1 compressed, none before it was allowed"

    quietly inside package apt-get remove -y -qq cleanupd
    files package | comm -13 "$work/before" - > "$work/left"
    say "package: removed; left: $(paste -sd ' ' "$work/left")"
    # The last two are what systemd remembers: that it was enabled, and is not there.
    ! grep -vE '^(etc/cleanupd(/cleanup\.yaml)?|etc/default/cleanupd|var/lib/cleanupd(/state\.db.*)?|etc/systemd/system/.*cleanupd\.service|var/lib/systemd/deb-systemd-helper-.*)$' "$work/left" \
        || fail "removed, it leaves more than configuration and state"
    [ -e "$root/var/lib/cleanupd/state.db" ] || fail "its history is gone, and was not to be"
    quietly inside package apt-get purge -y -qq cleanupd
    files package | diff "$work/before" - || fail "purged, it leaves something, or took something along"
    diff "$work/passwd" "$root/etc/passwd" || fail "purged, it leaves its user"
    say "package: purged; left: nothing"
}

compose() {
    last_stage compose
    alone scripts/test-compose.py "$work/compose" "${CLEANUPD_PYTHON:-.build/venv/bin/python}" "$work/servers" \
        || fail "the servers of the compose file do not work together"
    say "compose: databases, service, Prometheus and Alertmanager with the configurations of the compose file"
}

for part in $only; do
    case "$part" in
        image | package | compose) "$part" ;;
        *) fail "unknown part $part" ;;
    esac
done
echo "test-deploy: $only: good"
