# The daemon that ran until now took its file with it.
[ ! -e /run/architect_cleanup_worker.pid ]
