import Foundation

/// The folder of a test's Redis servers, as `ServerFolder`.
package final class RedisFolder: Sendable {
    private let folder: ServerFolder

    /// - Parameter place: an existing folder, in which it is made.
    init(in place: String = "/tmp") throws { folder = try ServerFolder(in: place, watch: Self.watch) }

    /// Absolute, without symbolic links.
    package var path: String { folder.path }

    package func file(_ name: String) -> String { folder.file(name) }

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

    /// Runs a command by redis-cli. Blocks.
    /// - Parameter connection: options that say which server, and who asks.
    /// - Returns: what redis-cli prints, without a line end behind it.
    func ask(_ connection: [String], _ words: [String]) throws -> String {
        let output = file("cli-\(UUID().uuidString)")
        defer { unlink(output) }
        let child = try Spawned(["/usr/bin/redis-cli"] + connection + words, output: output)
        guard try child.wait(seconds: 30) != nil else {
            kill(child.pid, SIGKILL)
            throw SupportError("redis-cli \(words.joined(separator: " ")) did not end in 30 s")
        }
        return try String(contentsOfFile: output, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// Each server has a file NAME.pid while it runs, which goes when it is known to have ended. Only those that work in
    /// this folder or were told of it: a number may have gone to somebody else meanwhile.
    private static let watch = """
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
