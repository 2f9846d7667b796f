# shellcheck shell=bash disable=SC2154
# The part `package` of scripts/test-deploy.sh, which reads this.

# has_a_package: $deb is the one beside the release, or made of it; and what is in it is as its readers want it
has_a_package() {
    COMPRESSION=gzip:1 quietly scripts/deb.sh "$release" "$work/deb"
    COMPRESSION=gzip:1 quietly scripts/deb.sh "$release" "$work/again"
    cmp "$work"/deb/*.deb "$work"/again/*.deb || fail "the same release gives another package"
    deb=$(find "$release" -maxdepth 1 -name 'cleanupd_*.deb')
    [ -n "$deb" ] || deb=$(echo "$work"/deb/*.deb)
    (cd "${deb%/*}" && sha256sum --quiet --check "${deb##*/}.sha256") || fail "the package's checksum is another one"
    # A program that loads this machine's Swift runtime says where; one that is released does not.
    local suppressed=()
    [ ! -e "$work/release" ] || suppressed=(--suppress-tags custom-library-search-path)
    quietly lintian --fail-on error --allow-root "${suppressed[@]}" "$deb"
    for page in "$release"/man/*.1; do
        [ -z "$(groff -man -ww -z -Tutf8 "$page" 2>&1)" ] || fail "groff has something to say about $page"
    done
    say "package: ${deb##*/}, lintian has no errors; pages of the manual can be read"
}

# earlier FOLDER: makes a package that is older than $deb and like it, but for a program which does nothing until it ends, a
# file that $deb has no more, and a configuration of its own
earlier() {
    dpkg-deb --raw-extract "$deb" "$1"
    sed -i 's/^Version: .*/Version: 0.0.1/' "$1/DEBIAN/control"
    printf '%s\n' '#!/bin/sh' "trap 'exit 0' TERM" 'while sleep 0.1; do :; done' > "$1/usr/bin/cleanupd"
    echo '# As it was once.' | tee -a "$1/etc/cleanupd/cleanup.yaml" >> "$1/etc/default/cleanupd"
    touch "$1/usr/share/cleanupd/once"
    quietly dpkg-deb --root-owner-group -Zgzip -z1 --build "$1" "$1.deb"
}

# files: all that is there but what apt and dpkg keep for themselves, and what is gone at the next start
files() {
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./run -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \) -prune \
        -o -printf '%P\n' | grep -vE '^(etc/(passwd|group|shadow|gshadow|subuid|subgid)-?|etc/\.pwd\.lock)$' | LC_ALL=C sort)
}

# asks_outside: what systemctl is asked to start and to end, `managed` does; which units are enabled, systemd's own one knows
asks_outside() {
    mkdir -p "$root/run/systemd/system"
    mkfifo "$root/run/systemd/asked" "$root/run/systemd/answer"
    exec {asked}<> "$root/run/systemd/asked" {answer}<> "$root/run/systemd/answer"
    mv "$root/usr/bin/systemctl" "$root/usr/bin/systemctl.real"
    cat > "$root/usr/bin/systemctl" << 'END'
#!/bin/sh
for word; do
    case $word in
        is-active) test -e /run/systemd/active; exit ;;
        daemon-reload | start | restart | stop) echo "$word" > /run/systemd/asked; read -r _ < /run/systemd/answer; exit ;;
    esac
done
SYSTEMD_OFFLINE=1 exec systemctl.real "$@"
END
    chmod 755 "$root/usr/bin/systemctl"
}
# managed COMMAND...: of apt or dpkg in $root; meanwhile the service is started as its unit says, and ended
managed() {
    local command word
    quietly inside package "$@" & command=$!
    while kill -0 "$command" 2> /dev/null; do
        read -r -t 0.1 -u "$asked" word || continue
        case "$word" in restart | stop) stops ;; esac
        case "$word" in restart | start) starts ;; esac
        echo >&"$answer"
    done
    wait "$command" || fail "failed: $*"
}
# stand_ins: for what the pages type before and around apt-get. The package was made already; to questions, which there are
# none of unless a configuration was changed, the answer is the one that keeps it
stand_ins() {
    printf '%s\n' '#!/bin/sh' 'set -e' '[ "$*" = deb ]' 'mkdir dist' "cp /opt/deb/new.deb dist/${deb##*/}" > "$root/usr/bin/make"
    printf '%s\n' '#!/bin/sh' 'exec "$@"' > "$root/usr/bin/sudo"
    chmod 755 "$root/usr/bin/make" "$root/usr/bin/sudo"
    echo 'Dpkg::Options { "--force-confold"; };' > "$root/etc/apt/apt.conf.d/99keep"
}
# literally PAGE: the line of the page that makes and installs the package, in a clone in which it was made already
literally() {
    local text
    text=$(python3 scripts/docs_blocks.py "$1" scripts/test-package.sh) || fail "$1 does not say how it is installed"
    rm -rf "$root/opt/clone"
    mkdir "$root/opt/clone"
    managed bash -euc "cd /opt/clone; $text"
    rm -rf "$root/opt/clone"
}
# starts: the service, as its unit says; its process is $pid
starts() {
    "${in_network[@]}" unshare --mount --propagation private scripts/as-unit.py "$root" cleanupd.service \
        >> "$work/package.log" 2>&1 & children+=($!)
    pid=$!
    touch "$root/run/systemd/active"
}
stops() {
    [ -z "$pid" ] || ends "$pid"
    pid=
    rm -f "$root/run/systemd/active"
}
is_ready() { until_true 60 ask http://127.0.0.1:9847/readyz || fail "the service does not start as its unit says"; }
restarts() { stops; starts; is_ready; }
# run DRY: one run of all tasks by hand; its answer is in $work/answer
run() {
    ask -X POST -H 'Content-Type: application/json' -d "{\"dry_run\":$1}" 'http://127.0.0.1:9847/api/cleanup/run?wait=true' > "$work/answer"
}
# leaves_nothing: what is there is what was there before the package came
leaves_nothing() {
    [ -z "$pid" ] || fail "its service still runs"
    files | diff "$work/before" - || fail "purged, it leaves something, or took something along"
    diff "$work/passwd" "$root/etc/passwd" || fail "purged, it leaves its user"
}

package() {
    local deb root=$work/package pid=
    has_a_package
    system package
    # What it depends on and recommends stays when it goes, so it is there before; and what the maintainer scripts speak to.
    quietly inside package apt-get update -qq
    quietly inside package apt-get satisfy -y -qq --no-install-recommends "$(dpkg-deb --field "$deb" Depends), $(dpkg-deb --field "$deb" Recommends), systemd"
    earlier "$work/earlier"
    mkdir "$root/opt/deb"
    cp "$deb" "$root/opt/deb/new.deb"
    cp "$work/earlier.deb" "$root/opt/deb"
    asks_outside
    stand_ins
    files > "$work/before"
    cp "$root/etc/passwd" "$work/passwd"
    say "package: a system with what it depends on"
    comes_and_goes
    is_upgraded
}

comes_and_goes() {
    local data=$root/srv/data
    literally README.md
    is_ready
    says '^cleanup_build_info' /metrics || fail "no metrics"
    [ "$(stat -c %a:%U "$root/var/lib/cleanupd")" = "700:$(stat -c %U "$root/var/lib/cleanupd")" ] || fail "its state can be read by others"
    quietly inside package cleanupd check --offline --config /etc/cleanupd/cleanup.yaml
    # Of this machine: mandoc and the three shells, which a Debian that small does not have.
    scripts/check-installed.py "$root" chroot "$root" /usr/bin/cleanupd > "$work/answer" || fail "$(cat "$work/answer")"
    say "package: $(cut -d ' ' -f 2- "$work/answer")"

    # A dry run removes nothing; then it may, but the unit lets it change nothing there; then a drop-in does.
    mkdir -p "$data/tmp" "$data/logs"
    touch -d '30 days ago' "$data/tmp/old" "$data/tmp/older"
    touch "$data/tmp/new"
    seq 1000 > "$data/logs/app.log"
    touch -d '30 days ago' "$data/logs/app.log"
    chown -R --reference="$root/var/lib/cleanupd" "$data/tmp" "$data/logs"
    restarts
    run false
    [ -e "$data/tmp/old" ] || fail "the default configuration removes files"
    echo 'CLEANUP_DRY_RUN=false' >> "$root/etc/default/cleanupd"
    restarts
    # What this run says does not matter, as long as it does not say that all is well.
    run false
    ! grep -q '"outcome":"success"' "$work/answer" || fail "nothing was removed, and it was called a success"
    [ -e "$data/tmp/old" ] || fail "the unit lets it remove files beyond ReadWritePaths="
    mkdir -p "$root/etc/systemd/system/cleanupd.service.d"
    inside package cleanupd check --systemd --config /etc/cleanupd/cleanup.yaml \
        > "$root/etc/systemd/system/cleanupd.service.d/paths.conf" || fail "check writes no drop-in"
    restarts
    says 'landlock [0-9]+, system calls filtered' /healthz || fail "under the unit it is contained less: $(cat "$work/answer")"
    run false
    if [ -e "$data/tmp/old" ] || [ -e "$data/tmp/older" ] || ! [ -e "$data/tmp/new" ]; then fail "it removed something else: $(ls "$data/tmp")"; fi
    if [ -e "$data/logs/app.log" ] || [ "$(zcat "$data/logs/app.log.gz" | wc -l)" != 1000 ]; then fail "the log was not compressed"; fi
    says '^cleanup_temporary_files_deleted_total 2$' /metrics || fail "the metrics do not say so"
    ! grep -E 'containment_incomplete|open_files_low' "$work/package.log" || fail "the unit takes away what the service needs"
    rm -rf "$data" "$root/etc/systemd/system/cleanupd.service.d"
    say "package: installed, run as its unit says: 2 files removed, 1 compressed, none before it was allowed"

    managed apt-get remove -y -qq cleanupd
    [ -z "$pid" ] || fail "removed, and its service still runs"
    files | comm -13 "$work/before" - > "$work/left"
    say "package: removed; left: $(paste -sd ' ' "$work/left")"
    # The last two are what systemd remembers: that it was enabled, and is not there.
    ! grep -vE '^(etc/cleanupd(/cleanup\.yaml)?|etc/default/cleanupd|var/lib/cleanupd(/state\.db.*)?|etc/systemd/system/.*cleanupd\.service|var/lib/systemd/deb-systemd-helper-.*)$' "$work/left" \
        || fail "removed, it leaves more than configuration and state"
    [ -e "$root/var/lib/cleanupd/state.db" ] || fail "its history is gone, and was not to be"
    managed apt-get purge -y -qq cleanupd
    leaves_nothing
    say "package: purged; left: nothing"
}

# The service of an earlier package runs, with what an older version has written and a change of the administrator's; after
# the upgrade the one of this package runs, with both.
is_upgraded() {
    local state=$root/var/lib/cleanupd/state.db before fixture
    managed dpkg --install /opt/deb/earlier.deb
    [ -n "$pid" ] || fail "installed, and its service does not run"
    before=$pid
    fixture=$(printf '%s\n' Tests/StateTests/Fixtures/state-*.sqlite.sql | sort -V | tail -n 1)
    # The runs are of 2023, and would be forgotten at once.
    { cat "$fixture"; echo "UPDATE run SET ended_at = unixepoch() * 1000000000 WHERE ended_at IS NOT NULL;"; } | sqlite3 -bail "$state"
    chown --reference="${state%/*}" "$state"
    echo 'LOG_LEVEL=debug' >> "$root/etc/default/cleanupd"

    literally deploy/README.md
    if [ -z "$pid" ] || [ "$pid" = "$before" ]; then fail "the service that ran before the upgrade was not started anew"; fi
    is_ready
    "${in_network[@]}" chroot "$root" cleanupd history --json > "$work/answer"
    grep -q '"id":"018bcfe56b63-000000000001"' "$work/answer" || fail "the history of the earlier version is gone: $(cat "$work/answer")"
    grep -qx 'LOG_LEVEL=debug' "$root/etc/default/cleanupd" || fail "the upgrade has lost what the administrator wrote"
    cmp deploy/cleanup.yaml "$root/etc/cleanupd/cleanup.yaml" || fail "a configuration that nobody changed is still the earlier one"
    [ ! -e "$root/usr/share/cleanupd/once" ] || fail "the upgrade leaves a file of the earlier package"
    managed apt-get purge -y -qq cleanupd
    leaves_nothing
    say "package: upgraded while it ran, with the history of ${fixture##*/}; purged while it ran; left: nothing"
}
