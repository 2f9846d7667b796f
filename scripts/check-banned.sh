#!/usr/bin/env bash
# Finds calls that must not be made, and says why. Comment lines do not count.
# A line that is right all the same ends in a comment that says so: `// banned-ok: <reason>`.
# --self-test proves that each rule finds what it is for.
set -euo pipefail
cd "$(dirname "$0")/.."

# rule | folders (of those that are there) | extended regular expression | an example that it must find | reason
rules() {
    cat << 'END'
full-path-delete|Sources Benchmarks examples|\bremoveItem\(|manager.removeItem(atPath: path)|it walks by full path, and a symbolic link swapped in on the way leads it out of the tree (it lost files in half a second); use DirectoryHandle
full-path-delete|Sources Benchmarks examples|\btrashItem\(|manager.trashItem(at: url)|as removeItem; use DirectoryHandle
full-path-delete|Sources Benchmarks examples|(^\|[^.A-Za-z0-9_])(Glibc\.)?(unlink\|rmdir\|nftw\|fts_open)\(|if unlink(path) == 0 {|a full path can mean another file by the time it is used; use unlinkat with the handle of the directory
full-path-delete|Sources Benchmarks examples|\bGlibc\.remove\(|Glibc.remove(path)|a full path can mean another file by the time it is used; use unlinkat with the handle of the directory
shell-delete|Sources|"(/usr)?/bin/(rm\|find\|rmdir\|unlink)"\|\["(rm\|find)"|process.arguments = ["rm", path]|a shell tool deletes by path and knows no plan; use DirectoryHandle
docker-prune|Sources|/prune\b|POST /containers/prune|prune decides by itself what goes and destroyed data in use; delete by identity, one container each
docker-force|Sources|\bforce=(1\|true)\b|?force=true|force removes running containers
docker-volumes|Sources|[?&]v=(1\|true)\b|DELETE /containers/x?v=1|v=1 takes volumes along, which hold the data of users
redis-keys|Sources|"KEYS[" ]|.command("KEYS", "*")|KEYS blocks the server for all its users; use SCAN
count-all|Sources|[Cc][Oo][Uu][Nn][Tt]\( ?\* ?\)|SELECT COUNT(*) FROM logs|it reads the whole table; never on a timer or a scrape: count what a run touches
impure|Sources/Retention|(\bDate\(\)\|[A-Z][A-Za-z]*\.now\b\|ProcessInfo\|FileManager\|getenv\|TimeZone\.current\|Locale\.current\|Calendar\.current\|\.random\(\|Logger\b)|let now = Date()|Retention decides from values alone; take the clock, the zone or the setting as a parameter
lost-error|Sources|\btry\?|try? handle.close()|it drops the error, and with it the only sign that something was not deleted; catch it and say what happened
crash|Sources|\b(fatalError\(\|try!\|as!)|fatalError("bad file")|a bad file must not end the service; throw an error that says what to do (or preconditionFailure for a mistake of ours)
print|Sources/Retention Sources/Telemetry Sources/Clients Sources/Stores Sources/State Sources/Coordination Sources/Engine Sources/Configuration Sources/Console|(^\|[^.A-Za-z0-9_])(print\|debugPrint\|dump)\(|    print("done")|libraries log or return; standard output belongs to the commands
secret-equality|Sources/Console Sources/cleanupd|\bleft == right\b\|\b(digest\|sha256\|offered\|secret)\)? [!=]= \|[!=]= ([A-Za-z0-9$]+\.)*(digest\|sha256\|offered\|secret)\b|for token in tokens where token.sha256 == offered {|it ends at the first byte that differs, so that its time tells how much of a secret is right; use SecretComparison
public|Sources/Clients Sources/Stores Sources/State Sources/Coordination Sources/Configuration Sources/Console Sources/cleanupd|^ *(@[A-Za-z()]+ )*(public\|open) (package\(set\) )?(struct\|class\|final\|enum\|func\|let\|var\|init\|protocol\|actor\|static\|extension)|public struct Plan {|only Retention, Engine and Telemetry are libraries for others (docs/embedding.md); use package
unchecked|Sources|@unchecked Sendable\|nonisolated\(unsafe\)|final class Box: @unchecked Sendable {|the compiler no longer checks; name the lock that does in the banned-ok comment
wall-clock-wait|Sources|\.wait\((timeout\|wallTimeout):|if ended.wait(timeout: .now() + .seconds(1)) == .success {|Dispatch on Linux ends it by the wall clock, which somebody may set back; use MonotonicSemaphore
skipped-test|Tests|\.disabled\(\|\.enabled\(if:\|withKnownIssue\|XCTSkip|@Test(.disabled("later"))|a skipped test proves nothing; make it pass, or remove it
unseeded|Tests|\.random\(in: [^,]*\)$\|\.random\(in: [^,()]*\)\|\.random\(\)\|\.(shuffled\|shuffle\|randomElement)\(\)\|SystemRandomNumberGenerator|let pause = Int.random(in: 1...9)|a failure that depends on it cannot be repeated; use SeededGenerator(seed: Scale.seed(…)), and say the seed
test-process|Tests|\bprocessExitsWith\b|await #expect(processExitsWith: .success) {|where other tests leave children that nobody has waited for, the library waits for it for ever; only in suites that run apart, as the banned-ok comment says
sleeping-test|Tests|(Task\.sleep\|Thread\.sleep\|(^\|[^.A-Za-z0-9_"])(u?sleep\|nanosleep))\(|try await Task.sleep(for: .seconds(1))|tests wait for events, not for time
END
}

# Reads `file:line:text`, drops comment lines and permitted ones.
without_comments() {
    grep -vE '^[^:]*:[0-9]+: *(//|/?\*|#)' | grep -vE '//.*banned-ok: [^ ]' || true
}

# Prints the lines of the given folders that match; $1 is the expression.
matches() {
    local expression=$1
    shift
    grep -rnE --include='*.swift' --include='*.c' --include='*.h' -e "$expression" "$@" | without_comments
}

status=0
found() {
    printf '%s\n    rule %s: %s.\n' "$1" "$2" "$3"
    status=1
}

self_test() {
    grep -qE -e "$2" <<< "$3" || found "the rule does not find: $3" "$1" "its expression is wrong"
    [ -z "$(printf 'x.swift:1:    // %s\n' "$3" | without_comments)" ] || found "$3" "$1" "comments must not count"
    [ -n "$(printf 'x.swift:1:%s\n' "$3" | without_comments)" ] || found "$3" "$1" "it is taken for a comment"
}

count=0
# `\|` in a field is a `|` of the expression; a bare one ends the field.
while IFS= read -r rule; do
    IFS=$'\t' read -r name folders expression example reason \
        <<< "$(sed -e 's/\\|/\x01/g' -e 's/|/\t/g' -e 's/\x01/|/g' <<< "$rule")"
    count=$((count + 1))
    self_test "$name" "$expression" "$example"
    [ "${1:-}" != --self-test ] || continue
    present=()
    for folder in $folders; do
        [ ! -d "$folder" ] || present+=("$folder")
    done
    [ "${#present[@]}" -gt 0 ] || continue
    while IFS= read -r line; do
        [ -z "$line" ] || found "$line" "$name" "$reason"
    done <<< "$(matches "$expression" "${present[@]}")"
done < <(rules)

[ "$status" -ne 0 ] || echo "check-banned: $count rules, nothing found"
exit "$status"
