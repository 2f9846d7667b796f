# The same tokens and files are left.
left | diff - "$expected/tokens"
ls /srv/chatterbox/recovery_storage | LC_ALL=C sort | diff - "$expected/files"
