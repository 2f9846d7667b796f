import Foundation
import Synchronization

/// The folder of a test server, with a watcher that ends the server and removes the folder when this object or the whole
/// process ends, also by `kill -9`.
final class PostgresFolder: Sendable {
    let path: String
    /// The watcher reads its other end, which says "end of file" when nobody holds this one.
    private let lifeline: Int32
    private let watcher: Spawned
    private let names = Atomic<Int>(0)

    /// Who runs the server for root.
    static let rootsServant = "postgres"

    init() throws {
        var template = Array("/tmp/cleanupd-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SupportError("mkdtemp: \(String(cString: strerror(errno)))") }
        path = String(cString: made)
        var ends: [Int32] = [0, 0]
        // A pair of sockets, because it can be closed to children from the start; a child with the lifeline in its hand
        // would keep the server alive.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SupportError("socketpair: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        lifeline = ends[1]
        watcher = try Spawned(["/bin/sh", "-c", Self.watch, "sh", path], input: ends[0], output: "/dev/null")
        // Others pass through to what is theirs.
        chmod(path, 0o755)
        mkdir(path + "/server", 0o700)
        try giveToServer(path + "/server")
    }

    deinit {
        close(lifeline)
        do {
            _ = try watcher.wait(seconds: 10)
        } catch {
            preconditionFailure("the watcher of \(path) is nobody else's child: \(error)")
        }
    }

    /// A name that nobody has used.
    func newFile() throws -> String { "\(path)/file-\(names.add(1, ordering: .relaxed).newValue)" }

    /// Makes the server's user the owner, who alone may read it.
    func giveToServer(_ file: String) throws {
        guard getuid() == 0 else { return }
        guard let user = getpwnam(Self.rootsServant) else {
            throw SupportError("The server refuses to run as root, and there is no user \(Self.rootsServant).")
        }
        guard chown(file, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
            throw SupportError("chown \(file): \(String(cString: strerror(errno)))")
        }
    }

    private static let watch = """
        trap '' INT TERM HUP
        cat > /dev/null
        pid=$(head -n 1 "$1/server/data/postmaster.pid" 2> /dev/null)
        if [ -n "$pid" ]; then
            kill -QUIT "$pid"
            n=0
            while kill -0 "$pid" && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
        fi
        rm -rf -- "$1"
        """
}
