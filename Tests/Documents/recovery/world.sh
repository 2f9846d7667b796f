# A service that has removed uploads.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/folders.sh"
cat > cleanup.yaml << 'END'
state: sqlite:/var/lib/cleanupd/cleanup-state.db
connections: { data: { url: file:///srv/data } }
cycles: { nightly: { schedule: "0 2 * * *", tasks: [uploads] } }
tasks:
  uploads:
    resource: uploads
    files: { in: data, path: uploads, type: directory, depth: 1 }
    remove: { older_than: 7d }
END
cleanupd run --force > /dev/null 2>&1
cleanupd serve
