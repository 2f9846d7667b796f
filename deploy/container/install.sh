#!/usr/bin/env bash
# The steps of the image's last stage, in a Debian 12 of its own: packages, user, program, configuration. The Dockerfile
# runs it, and so does scripts/test-deploy.sh in a folder that holds such a system.
# Usage, as root: install.sh RELEASE DEPLOY      (what scripts/release.sh made; the folder deploy/ of the repository)
set -euo pipefail
release=$1
deploy=$2
user=10001

# Debian's own libraries, shared, so that their security updates hold; the Swift runtime is within the program.
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get satisfy -y -qq --no-install-recommends \
    "$(cat "$release/depends"), ca-certificates, tzdata" > /dev/null
apt-get clean
rm -rf /var/lib/apt/lists/*

groupadd --gid "$user" cleanupd
useradd --uid "$user" --gid "$user" --no-create-home --home-dir /var/lib/cleanupd --shell /usr/sbin/nologin cleanupd
install -d -o "$user" -g "$user" -m 700 /var/lib/cleanupd
install -m 755 "$release/cleanupd" /usr/bin/cleanupd
install -D -m 644 "$release/copyright" /usr/share/doc/cleanupd/copyright
install -m 755 "$deploy/container/healthcheck" /usr/bin/cleanupd-healthcheck
install -D -m 644 "$deploy/cleanup.yaml" /etc/cleanupd/cleanup.yaml

# Whatever it lacks is said here and not by the first container.
/usr/bin/cleanupd --version > /dev/null
