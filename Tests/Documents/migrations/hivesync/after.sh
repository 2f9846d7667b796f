# The same deletions: what was to go has gone, and nothing else.
grep -vxFf <(
    cat "$expected/compressed"
    while read -r item; do
        grep -xF "$item" "$DOCS_STATE/files-before" || true
        grep "^$item/" "$DOCS_STATE/files-before" || true
    done < "$expected/gone"
) "$DOCS_STATE/files-before" | cat - <(sed 's/$/.gz/' "$expected/compressed") | sort | diff - <(files)
psql -At hivesync -c "SELECT id FROM preview_sessions WHERE bundle_path IS NULL AND bundle_key IS NULL
    AND id NOT IN (1246, 1247) ORDER BY id" | diff - "$expected/previews"
objects hivesync-previews | diff - <(grep -vxFf "$expected/objects" "$DOCS_STATE/objects-before")
# The orphans of the bucket, as if the hours were over, and before they are. Their time is that of their upload, in whole
# seconds.
orphans_at() {
    command cleanupd plan orphaned_objects --at "$(date -u -d "$1" +%FT%TZ)" --json | grep '"verdict":"remove"' \
        | grep -o '"item":"[^"]*"' | cut -d '"' -f 4 | sort
}
orphans_at 'now + 37 hours' | diff - "$expected/orphans"
[ -z "$(orphans_at 'now + 30 hours' || true)" ]
[ -s "$expected/compressed" ]
[ -s "$expected/objects" ]
[ -s "$expected/orphans" ]
sleep 2
command cleanupd run orphaned_objects --older-than 1s --force > "$DOCS_STATE/run" 2>&1
objects hivesync-previews | diff - <(grep -vxFf "$expected/objects" "$DOCS_STATE/objects-before" | grep -vxFf "$expected/orphans")
# LOG_LEVEL: not a word of what is only information.
[ -z "$(grep INFO "$DOCS_STATE/run")" ]
# OBJECT_STORAGE_REGION: it stands in what is signed.
python3 - "$DOCS_STATE/asked" << 'END' &
import socket, sys
with socket.create_server(("127.0.0.1", 8334)) as listener:
    asking, _ = listener.accept()
    open(sys.argv[1], "wb").write(asking.recv(65536))
    asking.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
END
until ss -ltn | grep -q :8334; do sleep 0.1; done
OBJECT_STORAGE_ENDPOINT=http://127.0.0.1:8334 command cleanupd plan orphaned_objects > /dev/null 2>&1 || true
wait
grep -q 'Credential=[^ ]*/eu-central-1/s3/' "$DOCS_STATE/asked"
