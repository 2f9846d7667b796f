# The same deletions: what was to go has gone, and nothing else.
cd /srv/hivesync/data
find . -mindepth 1 | sed 's|^\./||' | sort > "$expected/files-after"
grep -vxFf <(
    cat "$expected/compressed"
    while read -r item; do
        grep -xF "$item" "$expected/files-before" || true
        grep "^$item/" "$expected/files-before" || true
    done < "$expected/gone"
) "$expected/files-before" | cat - <(sed 's/$/.gz/' "$expected/compressed") | sort | diff - "$expected/files-after"
psql -At hivesync -c "SELECT id FROM preview_sessions WHERE bundle_path IS NULL AND bundle_key IS NULL
    AND id NOT IN (1246, 1247) ORDER BY id" | diff - "$expected/previews"
objects | diff - <(grep -vxFf "$expected/objects" "$expected/objects-before")
# The orphans of the bucket, as if the day were over. Their time is that of their upload, in whole seconds.
command cleanupd plan orphaned_objects --at "$(date -u -d 'now + 2 days' +%FT%TZ)" --json | grep '"verdict":"remove"' \
    | grep -o '"item":"[^"]*"' | cut -d '"' -f 4 | sort | diff - "$expected/orphans"
[ -s "$expected/gone" ] && [ -s "$expected/compressed" ] && [ -s "$expected/objects" ] && [ -s "$expected/orphans" ]
sleep 2
command cleanupd run orphaned_objects --older-than 1s --force > /dev/null 2>&1
objects | diff - <(grep -vxFf "$expected/objects" "$expected/objects-before" | grep -vxFf "$expected/orphans")
cd - > /dev/null
