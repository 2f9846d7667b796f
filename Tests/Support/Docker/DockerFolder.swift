/// The folder of a test's Docker engine, as `ServerFolder`.
final class DockerFolder: Sendable {
    private let folder: ServerFolder

    /// Nobody waits for its end: an engine takes a second, and that may be a thread of the pool.
    init() throws { folder = try ServerFolder(watch: Self.watch, seconds: 60, isAwaited: false) }

    /// Absolute, without symbolic links.
    var path: String { folder.path }

    func file(_ name: String) -> String { folder.file(name) }

    /// `engine.pid` names the program that the engine's processes end with; only if it is the one that works in this
    /// folder: a number may have gone to somebody else meanwhile. The engine itself, its first child, is asked first.
    private static let watch = """
        runs() { tr '\\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF -- "$1/"; }
        if pid=$(cat "$1/engine.pid" 2> /dev/null) && runs "$1"; then
            kill -TERM $(cat "/proc/$pid/task/$pid/children")
            for i in $(seq 100); do runs "$1" || break; sleep 0.1; done
            if runs "$1"; then kill -KILL "$pid"; fi
            for i in $(seq 100); do runs "$1" || break; sleep 0.1; done
        fi
        for i in $(seq 50); do rm -rf -- "$1" && break; sleep 0.1; done
        """
}
