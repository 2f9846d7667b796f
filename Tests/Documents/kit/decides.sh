# decides NAME…: without any one of these variables `expect` would expect something else than what lies in $expected, so
# that a variable which nobody reads is noticed.
decides() {
    local name other=$DOCS_STATE/otherwise
    for name in "$@"; do
        rm -rf "$other"
        mkdir "$other"
        (unset "$name"; expect "$other")
        ! diff -rq "$expected" "$other" > /dev/null || { echo "$name decides nothing here" >&2; return 1; }
    done
}
