# What a reader does whose hub has a folder of its own for temporary files.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/yours.sh"
yours /etc/cleanupd/environment BACKUP_TEMP_DIR=/tmp BACKUP_TEMP_DIR=/srv/hub/tmp
