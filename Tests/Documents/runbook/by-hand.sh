# What the page makes of the command takes the variables of the service: without them the run would be dry.
eval "$(grep '^cleanupd() ' docs/runbook.md)"
mkdir /srv/data/uploads/later
touch -d '2 days ago' /srv/data/uploads/later
cleanupd run uploads --force > "$DOCS_STATE/by-hand"
[ ! -e /srv/data/uploads/later ]
