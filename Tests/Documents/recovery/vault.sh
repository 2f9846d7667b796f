# A bucket.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/bucket.sh"
bucket backups
