# An empty bucket.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/bucket.sh"
bucket hivesync-sample
