# With the variables of the service it was no dry run.
[ "$(rows)" = 1500 ]
export CLEANUP_DRY_RUN=false
