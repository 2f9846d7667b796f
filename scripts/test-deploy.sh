#!/usr/bin/env bash
# Makes, installs, runs and removes what is shipped, in folders that hold a Debian 12, without Docker and without systemd:
#   image     the steps of deploy/container, then the program as the Dockerfile says, on a read-only root
#   package   made and looked at, installed, run by the unit's ExecStart= as the unit says, scraped, removed, purged, and
#             upgraded from an earlier one (scripts/test-package.sh)
#   compose   the configurations of deploy/compose, read by real servers (scripts/test-compose.py)
#
# Usage, as root: scripts/test-deploy.sh [RELEASE]      (what scripts/release.sh made; a package beside it is the one installed)
#   BINARY    without RELEASE: a program that is built already; it may load the Swift runtime of this machine
#   ONLY      some of the words above
#   BASE      a folder that holds a Debian 12 (default: .build/debian-12, which is made, and made anew after a week)
#   CLEANUPD_NO_NAMESPACES=1      on a machine that allows none: nothing is tested, which is no failure
# Traffic of the services stays in a network namespace of their own. Debian's mirrors are those that apt has here.
set -euo pipefail
cd "$(dirname "$0")/.."
only=${ONLY:-image package compose}
. scripts/until-true.sh

fail() {
    echo "test-deploy: $*" >&2
    exit 1
}
if [ "${CLEANUPD_NO_NAMESPACES:-}" = 1 ]; then
    echo "test-deploy: nothing is tested, because CLEANUPD_NO_NAMESPACES=1 says that this machine allows no namespaces"
    exit
fi
[ "$(id -u)" -eq 0 ] || fail "this mounts and changes roots; run it as root"
unshare --mount --net true || fail "this machine allows no namespaces; if that is as it must be, say CLEANUPD_NO_NAMESPACES=1"
# Mounts are gone when this ends, however it does; services see nothing but each other.
[ -n "${CLEANUPD_ISOLATED:-}" ] || CLEANUPD_ISOLATED=1 exec unshare --mount --propagation private -- "$0" "$@"

work=$(mktemp -d)
chmod 755 "$work"
export TMPDIR=$work
children=()
finish() {
    status=$?
    trap - EXIT
    { [ "${#children[@]}" -eq 0 ] || kill -KILL "${children[@]}" || true; wait; } 2> /dev/null
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

release=${1:-}
if [ -z "$release" ]; then
    release=$work/release
    quietly env DYNAMIC=1 scripts/release.sh "$release"
fi
release=$(realpath "$release")
(cd "$release" && sha256sum --quiet --check SHA256SUMS) || fail "$release is not as scripts/release.sh left it"
say "a release, $(stat -c %s "$release/cleanupd" | numfmt --to=iec-i)B"

# make_base FOLDER: with apt's sources of this machine, of which Debian's security updates are one, and its proxy
make_base() {
    local sources proxy=()
    # shellcheck disable=SC2016  # apt's own words
    mapfile -t sources < <(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' \
        | awk '$1 ~ /^bookworm(-updates|-security)?$/ && $2 == "main" { print "deb", $3, $1, $2 }')
    ! apt-config dump | grep -E '^Acquire::https?::Proxy' > "$work/proxy" || proxy=(--aptopt="$work/proxy")
    rm -rf --one-file-system -- "$1" "$1.new"
    mkdir -p "$(dirname "$1")"
    # Nothing here needs to outlive a power cut.
    quietly mmdebstrap --variant=minbase --dpkgopt=force-unsafe-io "${proxy[@]}" bookworm "$1.new" "${sources[@]}"
    cp --dereference /etc/resolv.conf "$1.new/etc/resolv.conf"
    mv "$1.new" "$1"
}
base=${BASE:-$PWD/.build/debian-12}
if [ -z "${BASE:-}" ] && [ -z "$(find "$base" -maxdepth 0 -ctime -7 2> /dev/null)" ]; then make_base "$base"; fi
say "a Debian 12, $(du -sm "$base" | cut -f 1) MB"

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

# dockerfile NAME INSTRUCTION: the words of an instruction of the Dockerfile's last stage, into the array NAME
dockerfile() {
    python3 scripts/deploy_checks/dockerfile.py deploy/container/Dockerfile "$2" > "$work/words" || fail "no $2 in the Dockerfile"
    mapfile -t "$1" < "$work/words"
}

# last_stage NAME: a system in which the last stage of the Dockerfile was done
last_stage() {
    system "$1"
    local root=$work/$1
    mkdir -p "$root/mnt/release" "$root/mnt/deploy"
    mount --bind "$release" "$root/mnt/release"
    mount --bind deploy "$root/mnt/deploy"
    local steps
    dockerfile steps RUN
    quietly inside "$1" "${steps[@]}"
    umount "$root/mnt/release" "$root/mnt/deploy"
}

image() {
    last_stage image
    local root=$work/image
    mkdir -p "$root/run/secrets/cleanupd"
    say "image: the steps of the Dockerfile, $(du -smx "$root.changes" | cut -f 1) MB more"

    # Its own configuration, and those that other files bring, by the program itself.
    scripts/deploy-configurations.py "$root/run/secrets" "$root/etc/cleanupd"
    for name in cleanup kubernetes compose; do
        quietly inside image BUNDLES_BUCKET=bundles BUNDLES_ENDPOINT=https://s3.example.org \
            cleanupd check --offline --config "/etc/cleanupd/$name.yaml"
    done
    mkdir "$root/srv/data"

    # As Docker does: what the Dockerfile says, no capabilities, root read-only, a volume, a tmpfs.
    local variables user folder volume program arguments health
    dockerfile variables ENV
    dockerfile user USER
    dockerfile folder WORKDIR
    dockerfile volume VOLUME
    dockerfile program ENTRYPOINT
    dockerfile arguments CMD
    dockerfile health HEALTHCHECK
    mount --bind "$root" "$root"
    mount -t tmpfs -o "mode=700,uid=${user[0]},gid=${user[1]}" tmpfs "$root/${volume[0]}"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for device in null zero random urandom; do touch "$root/dev/$device" && mount --bind "/dev/$device" "$root/dev/$device"; done
    mount -o remount,bind,ro "$root"
    ! touch "$root/usr/touched" 2> /dev/null || fail "the image's root can be written to"
    # chroot(2) is root's: change it first, then the user.
    local run=(chroot "$root" setpriv --reuid "${user[0]}" --regid "${user[1]}" --clear-groups --no-new-privs
        --bounding-set=-all --inh-caps=-all env -i --chdir="${folder[0]}" PATH=/usr/sbin:/usr/bin:/sbin:/bin "${variables[@]}")
    ! alone "${run[@]}" "${health[@]}" 2> /dev/null || fail "the health check finds a service that is not there"
    "${in_network[@]}" "${run[@]}" "${program[@]}" "${arguments[@]}" > "$work/image.log" 2>&1 & children+=($!)
    local pid=$!
    until_true 60 alone "${run[@]}" "${health[@]}" || fail "the health check does not find the service"
    says '^cleanup_build_info' /metrics || fail "no metrics"
    says landlock /healthz || fail "the service is not contained"
    [ "$(stat -c %u "/proc/$pid")" = "${user[0]}" ] || fail "it runs as another user"
    [ -e "$root/${volume[0]}/state.db" ] || fail "its state is not on the volume"
    ends "$pid"
    ! alone "${run[@]}" "${health[@]}" 2> /dev/null || fail "the health check finds a service that has ended"
    say "image: starts as user ${user[0]} on a read-only root, says that it is alive, answers a scrape, ends"
}

# shellcheck source=scripts/test-package.sh
. scripts/test-package.sh

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
