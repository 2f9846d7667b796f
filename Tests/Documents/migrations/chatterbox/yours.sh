# What a reader does: each number that the page showed him of his own calls takes the place of the one that holds without it.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/yours.sh"
argument() { sed -nE "s/.*\b$1=([0-9]+).*/\1/p" "$DOCS_STATE/printed"; }
for one in retention_hours:24 max_storage_mb:1024 interval_hours:1; do
    name=${one%:*}
    yours /etc/cleanupd/environment "${name^^}=${one#*:}" "${name^^}=$(argument "$name")"
done
# The zone nobody has to write.
grep -xF TOKEN_TIMEZONE=America/New_York /etc/cleanupd/environment > /dev/null
