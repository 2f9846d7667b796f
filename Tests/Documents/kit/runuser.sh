# No page has a user cleanupd; what it would do is done by root, if it is asked for as that user.
runuser() {
    [ "$1 $2 $3" = "-u cleanupd --" ] || return 1
    shift 3
    command "$@"
}
