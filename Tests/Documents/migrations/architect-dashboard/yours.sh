# What a reader does: each number that the page showed him of his own worker takes the place of the one that it came with.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/yours.sh"
constant() { sed -nE "s/^ *'?$1'?( =|:) ([0-9]+).*/\2/p" "$DOCS_STATE/printed"; }
for one in LOG:30 TASK:7 ERROR:30 PROMPT:14; do
    name=${one%:*}_AGE_DAYS
    yours /etc/cleanupd/environment "$name=${one#*:}" "$name=$(constant "DEFAULT_$name")"
done
yours /etc/cleanupd/environment TMP_LOG_DIR=/tmp TMP_LOG_DIR=/srv/architect/tmp
configuration=/etc/cleanupd/cleanup.yaml
yours $configuration 'prod: { last: 10 }' "prod: { last: $(constant prod) }"
yours $configuration 'test: { last: 3 }' "test: { last: $(constant test) }"
yours $configuration 'last: 5' "last: $(constant default)"
yours $configuration 'every: 1h' "every: $(constant CLEANUP_INTERVAL)s"
