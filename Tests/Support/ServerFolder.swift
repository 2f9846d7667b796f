import Foundation
import Synchronization

/// The folder of a test's servers, with a watcher that ends what still runs and removes the folder when this object or the
/// whole process ends, also by `kill -9`.
final class ServerFolder: Sendable {
    /// Absolute, without symbolic links.
    let path: String
    /// The watcher reads its other end, which says "end of file" when nobody holds this one; `nil` = it was let go.
    private let lifeline: Mutex<Int32?>
    private let watcher: Spawned
    private let seconds: Double
    private let isAwaited: Bool

    /// - Parameters:
    ///   - place: an existing folder, in which it is made.
    ///   - watch: a shell script that ends the servers and removes the folder, `$1`. Only processes that are known to be
    ///     of this folder: a number may have gone to somebody else meanwhile.
    ///   - seconds: the longest that it takes.
    ///   - isAwaited: whoever lets go of this object waits for it; not where that may be a thread of the pool.
    init(in place: String = "/tmp", watch: String, seconds: Double = 10, isAwaited: Bool = true) throws {
        var template = Array("\(place)/cleanupd-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SupportError("mkdtemp: \(String(cString: strerror(errno)))") }
        path = String(cString: made)
        var ends: [Int32] = [0, 0]
        // A pair of sockets that no child inherits: one with the lifeline in its hand would keep the servers alive.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SupportError("socketpair: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        lifeline = Mutex(ends[1])
        let script = "trap '' INT TERM HUP\ncat > /dev/null\n" + watch
        watcher = try Spawned(["/bin/sh", "-c", script, "sh", path], input: ends[0], output: "/dev/null")
        self.seconds = seconds
        self.isAwaited = isAwaited
    }

    deinit {
        letGo()
        let (watcher, path, seconds) = (watcher, path, seconds)
        let end: @Sendable () -> Void = {
            do {
                _ = try watcher.wait(seconds: seconds)
            } catch {
                preconditionFailure("the watcher of \(path) is nobody else's child: \(error)")
            }
        }
        if isAwaited { end() } else { Thread.detachNewThread(end) }
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// Tells the watcher to begin, and does not wait for it.
    func letGo() {
        lifeline.withLock { lifeline in
            if let lifeline { close(lifeline) }
            lifeline = nil
        }
    }
}
