# The service would only look from now on; cleanupd has what the file said before.
(. /srv/bots/main_server.env; [ "$CLEANUP_DRY_RUN" = true ] && [ "$BOT_RETENTION_DAYS" = 10 ])
[ "$CLEANUP_DRY_RUN" = false ]
