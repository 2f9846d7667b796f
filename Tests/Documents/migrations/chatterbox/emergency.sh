# The oldest have gone, and no more than that.
left | diff - "$expected/emergency-tokens"
ls /srv/chatterbox/recovery_storage | LC_ALL=C sort | diff - "$expected/emergency-files"
