# Nothing has gone so far. With that limit in force the oldest go, and no more than that.
left | diff - "$expected/tokens"
MAX_STORAGE_MB=1 command cleanupd run tokens --force > "$DOCS_STATE/emergency"
left | diff - "$expected/emergency-tokens"
ls /srv/chatterbox/recovery_storage | LC_ALL=C sort | diff - "$expected/emergency-files"
# Tokens name a quarter of what they named: no script may say that this is right, only somebody who sits before it.
refused() { [ "$("$@" > "$DOCS_STATE/refused" 2>&1; echo $?)" = 4 ]; }
refused command cleanupd run orphaned_audio --force
script -qec 'cleanupd run orphaned_audio --force' /dev/null > "$DOCS_STATE/allowed"
