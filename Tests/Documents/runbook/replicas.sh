# The same with what several replicas share.
createdb cleanupd
served_with "$STATE_URL" "{ url: '$REDIS_URL' }"
