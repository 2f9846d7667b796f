# A service that has removed and compressed something.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/folders.sh"
cat > cleanup.yaml << 'END'
dry_run: ${CLEANUP_DRY_RUN:-true}
state: sqlite:/var/lib/cleanupd/cleanup-state.db
connections: { data: { url: file:///srv/data } }
cycles: { nightly: { schedule: "0 2 * * *", tasks: [uploads, logs] } }
tasks:
  uploads:
    resource: uploads
    files: { in: data, path: uploads, type: directory, depth: 1 }
    remove: { older_than: 7d }
  logs:
    resource: logs
    files: { in: data, path: logs, match: ["*.log"] }
    compress: { older_than: 7d }
    remove: { older_than: 90d }
END
export CLEANUP_DRY_RUN=false
cleanupd run > /dev/null 2>&1
cleanupd run --force > /dev/null 2>&1
cleanupd serve
