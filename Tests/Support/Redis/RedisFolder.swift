import Foundation

/// The folder of a test's Redis servers, with a watcher that kills what still runs and removes the folder when this
/// object or the whole process ends, also by `kill -9`.
package final class RedisFolder: Sendable {
    /// Absolute, without symbolic links.
    package let path: String
    /// The watcher reads its other end, which says "end of file" when nobody holds this one.
    private let lifeline: Int32
    private let watcher: Spawned

    /// - Parameter place: an existing folder, in which it is made.
    init(in place: String = "/tmp") throws {
        var template = Array("\(place)/cleanupd-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SupportError("mkdtemp: \(String(cString: strerror(errno)))") }
        path = String(cString: made)
        var ends: [Int32] = [0, 0]
        // A pair of sockets that no child inherits: one with the lifeline in its hand would keep the servers alive.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SupportError("socketpair: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        lifeline = ends[1]
        watcher = try Spawned(["/bin/sh", "-c", Self.watch, "sh", path], input: ends[0], output: "/dev/null")
    }

    deinit {
        close(lifeline)
        do {
            _ = try watcher.wait(seconds: 10)
        } catch {
            preconditionFailure("the watcher of \(path) is nobody else's child: \(error)")
        }
    }

    package func file(_ name: String) -> String { path + "/" + name }

    /// A key and a certificate that signs itself, in `NAME.key` and `NAME.crt`.
    /// - Parameter names: `DNS:…` and `IP:…`, with commas between.
    package func makeCertificate(_ name: String, names: String) throws {
        _ = try Spawned.run(
            [
                "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(names)", "-keyout",
                file(name + ".key"), "-out", file(name + ".crt"),
            ],
            output: file(name + ".log")
        )
    }

    /// Each server has a file NAME.pid while it runs, which goes when it is known to have ended. Only those that work in
    /// this folder or were told of it: a number may have gone to somebody else meanwhile.
    private static let watch = """
        trap '' INT TERM HUP
        cat > /dev/null
        for file in "$1"/*.pid; do
            [ -e "$file" ] || continue
            pid=$(head -n 1 "$file")
            if [ "$(readlink "/proc/$pid/cwd")" = "$1" ] || grep -qaF -- "$1/" "/proc/$pid/cmdline"; then
                kill -KILL "$pid"
            fi
        done
        rm -rf -- "$1"
        """
}
