import Foundation

/// A network of its own, with nothing in it but a loopback interface: for programs that are cut off from each other.
///
/// It has no name, and goes when the programs in it have ended and this object or the test process has, however that
/// ends. Needs root. Calls block.
package final class NetworkNamespace: Sendable {
    /// Holds the namespace until the other end of its input is closed.
    private let keeper: Spawned
    private let lifeline: Int32

    package init() throws {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SupportError("socketpair: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        lifeline = ends[1]
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        keeper = try Spawned(["/usr/bin/unshare", "--net", "/bin/cat"], input: ends[0], output: "/dev/null")
        let isThere = try waitUntil(seconds: 10) {
            if try keeper.wait(seconds: 0) != nil {
                throw SupportError("unshare --net is not possible; run it as root")
            }
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(keeper.pid)/ns/net") != own
        }
        guard isThere else { throw SupportError("unshare --net did not answer") }
        try run("/usr/sbin/ip", "link", "set", "lo", "up")
    }

    deinit {
        close(lifeline)
        do {
            _ = try keeper.wait(seconds: 10)
        } catch {
            preconditionFailure("the keeper of the namespace is nobody else's child: \(error)")
        }
    }

    /// For `ip link … netns`.
    package var pid: Int32 { keeper.pid }

    /// Before the path of a program and its arguments: runs it in the namespace, with the same process number.
    package var launcher: [String] { ["/usr/bin/nsenter", "--target", "\(keeper.pid)", "--net", "--"] }

    /// Runs a program, by its path, in the namespace to its end. Throws what it said if it fails.
    @discardableResult
    package func run(_ words: String...) throws -> String {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) { try Spawned.run(launcher + words, output: folder.file("output")) }
    }
}
