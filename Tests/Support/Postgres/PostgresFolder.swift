import Foundation
import Synchronization

/// The folder of a test server, as `ServerFolder`.
final class PostgresFolder: Sendable {
    private let folder: ServerFolder
    private let names = Atomic<Int>(0)

    /// Who runs the server for root.
    static let rootsServant = "postgres"

    init() throws {
        folder = try ServerFolder(watch: Self.watch)
        // Others pass through to what is theirs.
        chmod(path, 0o755)
        mkdir(path + "/server", 0o700)
        try giveToServer(path + "/server")
    }

    var path: String { folder.path }

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
        pid=$(head -n 1 "$1/server/data/postmaster.pid" 2> /dev/null)
        if [ -n "$pid" ]; then
            # Those that a test has stopped would not end.
            kill -CONT "$pid" $(cat "/proc/$pid/task/$pid/children") 2> /dev/null
            kill -QUIT "$pid"
            n=0
            while kill -0 "$pid" && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
        fi
        rm -rf -- "$1"
        """
}
