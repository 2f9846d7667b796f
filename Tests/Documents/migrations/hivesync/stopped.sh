# The worker would remove nothing from now on; cleanupd has what the file said before.
(. /srv/hivesync/backend.env; [ "$CLEANUP_ENABLED" = false ] && [ "$STALE_REPO_DAYS" = 220 ])
[ "$CLEANUP_ENABLED" = true ]
