import Foundation

/// The folder of a test's Docker engine, with a watcher that ends what still runs and removes the folder when this object
/// or the whole process ends, also by `kill -9`.
final class DockerFolder: Sendable {
    /// Absolute, without symbolic links.
    let path: String
    /// The watcher reads its other end, which says "end of file" when nobody holds this one.
    private let lifeline: Int32
    private let watcher: Spawned

    init() throws {
        var template = Array("/tmp/cleanupd-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SupportError("mkdtemp: \(String(cString: strerror(errno)))") }
        path = String(cString: made)
        var ends: [Int32] = [0, 0]
        // No child inherits them: one with the lifeline in its hand would keep the engine alive.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SupportError("socketpair: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        lifeline = ends[1]
        watcher = try Spawned(["/bin/sh", "-c", Self.watch, "sh", path], input: ends[0], output: "/dev/null")
    }

    deinit {
        close(lifeline)
        // Not here: an engine takes a second to end, and this may be a thread of the pool.
        let (watcher, path) = (watcher, path)
        Thread.detachNewThread {
            do {
                _ = try watcher.wait(seconds: 60)
            } catch {
                preconditionFailure("the watcher of \(path) is nobody else's child: \(error)")
            }
        }
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// `engine.pid` names the program that the engine's processes end with; only if it is the one that works in this
    /// folder: a number may have gone to somebody else meanwhile. The engine itself, its first child, is asked first.
    private static let watch = """
        trap '' INT TERM HUP
        cat > /dev/null
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
