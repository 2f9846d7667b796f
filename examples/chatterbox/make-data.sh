#!/usr/bin/env bash
# Makes sample data for examples/chatterbox in a new directory DIR: recovery_tokens.json and recovery_storage/.
# Usage: make-data.sh DIR [NOW]      NOW: Unix seconds that ages count back from; default: the clock
set -euo pipefail
directory=${1:?usage: make-data.sh DIR [NOW]}
now=${2:-$(date +%s)}
[ ! -e "$directory" ] || { echo "make-data.sh: $directory exists; name a new directory" >&2; exit 1; }
mkdir -p "$directory/recovery_storage"
cd "$directory"

# audio NAME AGE_IN_SECONDS: 64 KiB
audio() {
    head -c 65536 /dev/zero | tr '\0' 'a' > "recovery_storage/$1"
    touch -d "@$((now - $2))" "recovery_storage/$1"
}

# Thirty tokens, one an hour, the latest 50 minutes old; each third has two files.
{
    echo '{'
    for ((number = 1; number <= 30; number++)); do
        age=$((number * 3600 - 600))
        name=$(printf 'tok-%02d' "$number")
        audio "$name.wav" "$age"
        files="\"$name.wav\""
        if [ $((number % 3)) = 0 ]; then
            audio "$name-b.wav" "$age"
            files="[\"$name.wav\", \"$name-b.wav\"]"
        fi
        printf '  "%s": {\n    "created_at": "%s",\n    "used": false,\n    "audio_files": %s\n  }' \
            "$name" "$(date -u -d "@$((now - age))" +%Y-%m-%dT%H:%M:%S.123456)" "$files"
        if [ "$number" -lt 30 ]; then echo ','; else echo; fi
    done
    echo '}'
} > recovery_tokens.json

# Audio of no token; the last one is still waiting for its own.
for number in 1 2 3 4; do audio "orphan-$number.wav" $((number * 7200)); done
audio orphan-young.wav 600

echo "Sample data is in $PWD. To use it:"
echo "  export STORAGE_PATH=$PWD/recovery_storage TOKEN_FILE=$PWD/recovery_tokens.json"
