#!/usr/bin/env bash
# Makes the secrets of compose.yaml, of random numbers, in a folder that only you can enter; those that are there stay.
# Usage: deploy/compose/make-secrets.sh [FOLDER]      (default: secrets beside this script)
set -euo pipefail
cd "$(dirname "$0")"
folder=${1:-secrets}
mkdir -p data/tmp data/logs
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
# put NAME TEXT: what is there already stays. Readable within the folder, because containers have users of their own.
put() {
    # Docker makes folders of secrets that are not there.
    [ ! -d "$folder/$1" ] || { echo "make-secrets.sh: $folder/$1 is a folder; remove it" >&2; exit 1; }
    [ -e "$folder/$1" ] || (umask 022 && printf '%s\n' "$2" > "$folder/$1")
}
put postgres_password "$(random)"
put state_url "postgres://cleanupd:$(cat "$folder/postgres_password")@postgres/cleanupd"
put redis.conf "requirepass $(random)"
put redis_url "redis://:$(sed 's/^requirepass //' "$folder/redis.conf")@redis:6379/0"
put admin_token "$(random)"
put grafana_password "$(random)"
