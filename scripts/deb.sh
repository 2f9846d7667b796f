#!/usr/bin/env bash
# Makes a Debian package of what scripts/release.sh made. The same release gives the same package, byte by byte.
# Usage: scripts/deb.sh [RELEASE [FOLDER]]      (default: dist, and the package into it)
#   VERSION      of the package (default: that of the program; between two tags with ~git and the time of the commit)
#   MAINTAINER   (default: the project's)
#   COMPRESSION  and its level, as dpkg-deb has them (default: xz:6; gzip:1 is fast)
set -euo pipefail
cd "$(dirname "$0")/.."
release=${1:-dist}
folder=${2:-$release}

fail() {
    echo "deb: $*" >&2
    exit 1
}
[ -x "$release/cleanupd" ] || fail "there is no $release/cleanupd; scripts/release.sh $release"
(cd "$release" && sha256sum --quiet --check SHA256SUMS) || fail "$release is not as scripts/release.sh left it"

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
number=$("$release/cleanupd" --version | cut -d ' ' -f 1)
if [ -z "${VERSION:-}" ]; then
    VERSION=$number
    [ "$(git tag --points-at HEAD --list "v$number")" = "v$number" ] \
        || VERSION="$number~git$(date --utc --date "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S).$(git rev-parse --short=7 HEAD)"
fi
MAINTAINER=${MAINTAINER:-"cleanupd maintainers <cleanupd@users.noreply.github.com>"}
compression=${COMPRESSION:-xz:6}
architecture=$(dpkg --print-architecture)

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
root=$work/root
documents=$root/usr/share/doc/cleanupd
umask 022

# put MODE SOURCE TARGET: a file, with the folders above it
put() { install -D -m "$1" "$2" "$root/$3"; }
# committed FOLDER TARGET: what is in the repository, and nothing that somebody left beside it
committed() {
    # A package that depends on ours is of use beside our sources only.
    git ls-files -z "$1" ':!examples/embedding' | while IFS= read -r -d '' file; do
        put "$([ -x "$file" ] && echo 755 || echo 644)" "$file" "$2/${file#"$1"/}"
    done
}

put 755 "$release/cleanupd" usr/bin/cleanupd
put 644 deploy/systemd/cleanupd.service usr/lib/systemd/system/cleanupd.service
put 644 deploy/cleanup.yaml etc/cleanupd/cleanup.yaml
# It may hold passwords; systemd reads it as root.
put 640 deploy/debian/default etc/default/cleanupd
for page in "$release"/man/*.1; do
    put 644 "$page" "usr/share/man/man1/${page##*/}"
done
put 644 "$release/completions/cleanupd.bash" usr/share/bash-completion/completions/cleanupd
put 644 "$release/completions/cleanupd.zsh" usr/share/zsh/vendor-completions/_cleanupd
put 644 "$release/completions/cleanupd.fish" usr/share/fish/vendor_completions.d/cleanupd.fish
put 644 schema/cleanupd.schema.json usr/share/cleanupd/cleanupd.schema.json
committed alerts/rules usr/share/cleanupd/alerts
committed grafana/dashboards usr/share/cleanupd/grafana
# Documents lie beside each other as in the repository, with links to what lies elsewhere, so that theirs lead somewhere.
for name in README.md alerts/{README.md,alertmanager.yml,prometheus.yml} grafana/README.md; do
    put 644 "$name" "usr/share/doc/cleanupd/$name"
done
for name in docs examples grafana/provisioning; do
    committed "$name" "usr/share/doc/cleanupd/$name"
done
for name in paths privileges; do
    put 644 "deploy/systemd/$name.conf" "usr/share/doc/cleanupd/examples/systemd/$name.conf"
done
mkdir "$documents/schema"
ln -s ../../../cleanupd/alerts "$documents/alerts/rules"
ln -s ../../../cleanupd/grafana "$documents/grafana/dashboards"
ln -s ../../../cleanupd/cleanupd.schema.json "$documents/schema/cleanupd.schema.json"
python3 -B - "$root" << 'END' || fail "its documents are not whole"
import pathlib, re, sys
sys.path.insert(0, "scripts")
import docs_blocks
root = pathlib.Path(sys.argv[1]).resolve()
bad = [one for page in sorted(root.rglob("*.md")) for one in docs_blocks.bad_links(root, page)]
# Who builds or changes the program has a clone, and in it these.
bad = [one for one in bad if not re.search(r"the link (\.\./)*(CONTRIBUTING\.md|Tests/Sabotage|deploy|examples/embedding) ", one)]
print(*bad, sep="\n", end="\n" if bad else "")
sys.exit(bool(bad))
END
put 644 "$release/copyright" usr/share/doc/cleanupd/copyright
put 644 deploy/debian/lintian-overrides usr/share/lintian/overrides/cleanupd
cat > "$documents/changelog" << END
cleanupd ($VERSION) unstable; urgency=medium

  * Of commit $(git rev-parse HEAD).

 -- $MAINTAINER  $(date --utc --date "@$SOURCE_DATE_EPOCH" --rfc-email)
END
find "$root/usr/share/man" "$documents/changelog" -type f -exec gzip --best --no-name {} +

mkdir "$root/DEBIAN"
install -m 755 deploy/debian/{postinst,prerm,postrm} "$root/DEBIAN"
install -m 644 deploy/debian/conffiles "$root/DEBIAN"
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)
# In KiB, as dpkg counts it: each file rounded up, each folder one.
size=$(find "$root" -mindepth 1 ! -path "$root/DEBIAN*" -printf '%y %s\n' | awk '{ n += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print n }')
sed -e "s|@VERSION@|$VERSION|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@MAINTAINER@|$MAINTAINER|" -e "s|@SIZE@|$size|" \
    -e "s|@DEPENDS@|$(cat "$release/depends")|" deploy/debian/control > "$root/DEBIAN/control"

find "$root" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$folder"
package=$folder/cleanupd_${VERSION}_$architecture.deb
# One thread: with several the bytes could depend on the machine.
dpkg-deb --root-owner-group -Z"${compression%:*}" -z"${compression#*:}" --threads-max=1 --build "$root" "$package" > /dev/null
(cd "$folder" && sha256sum "${package##*/}" > "${package##*/}.sha256")
echo "deb: $package, $(stat -c %s "$package" | numfmt --to=iec-i)B"
